DROP INDEX "replays_status";--> statement-breakpoint
ALTER TABLE "replays" ADD COLUMN "clips_missing" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN "pinned_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "replays_status" ON "replays" USING btree ("status");--> statement-breakpoint
ALTER TABLE "replays" DROP COLUMN "expires_at";