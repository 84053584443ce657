CREATE TABLE "sale_changes" (
	"tenant_id" text NOT NULL,
	"sale_id" text NOT NULL,
	"version" integer NOT NULL,
	"person_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sale_changes_tenant_id_sale_id_version_pk" PRIMARY KEY("tenant_id","sale_id","version"),
	CONSTRAINT "sale_changes_version" CHECK ("sale_changes"."version" > 0 and ("sale_changes"."version" = 1) = ("sale_changes"."before" is null))
);
--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "terms_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sale_changes" ADD CONSTRAINT "sale_changes_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_changes" ADD CONSTRAINT "sale_changes_sale_fk" FOREIGN KEY ("tenant_id","sale_id") REFERENCES "public"."flash_sales"("tenant_id","id") ON DELETE no action ON UPDATE no action;