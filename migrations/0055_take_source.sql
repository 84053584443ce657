ALTER TABLE "takes" ADD COLUMN "source" text DEFAULT 'camera' NOT NULL;--> statement-breakpoint
ALTER TABLE "takes" ADD CONSTRAINT "takes_source" CHECK ("takes"."source" in ('camera', 'screen'));