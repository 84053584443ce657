CREATE TABLE "cohost_invites" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"show_id" text NOT NULL,
	"invited_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"person_id" text,
	"name" text,
	"accepted_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "cohost_invites_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "cohost_invites_accepted" CHECK (("cohost_invites"."accepted_at" is null) = ("cohost_invites"."person_id" is null) and ("cohost_invites"."accepted_at" is null) = ("cohost_invites"."name" is null))
);
--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN "layout" jsonb;--> statement-breakpoint
ALTER TABLE "cohost_invites" ADD CONSTRAINT "cohost_invites_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohost_invites" ADD CONSTRAINT "cohost_invites_invited_by_persons_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohost_invites" ADD CONSTRAINT "cohost_invites_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cohost_invites" ADD CONSTRAINT "cohost_invites_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cohost_invites_show" ON "cohost_invites" USING btree ("tenant_id","show_id");--> statement-breakpoint
CREATE INDEX "cohost_invites_person" ON "cohost_invites" USING btree ("person_id");