CREATE TABLE "shipping_rules" (
	"tenant_id" text NOT NULL,
	"version" integer NOT NULL,
	"rule" jsonb NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipping_rules_tenant_id_version_pk" PRIMARY KEY("tenant_id","version"),
	CONSTRAINT "shipping_rules_version" CHECK ("shipping_rules"."version" > 0)
);
--> statement-breakpoint
ALTER TABLE "shipping_rules" ADD CONSTRAINT "shipping_rules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;