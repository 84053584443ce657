CREATE TABLE "bans" (
	"tenant_id" text NOT NULL,
	"person_id" text NOT NULL,
	"banned_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bans_tenant_id_person_id_pk" PRIMARY KEY("tenant_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "pinned_lines" (
	"tenant_id" text NOT NULL,
	"show_id" text NOT NULL,
	"line_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pinned_lines_tenant_id_show_id_pk" PRIMARY KEY("tenant_id","show_id")
);
--> statement-breakpoint
ALTER TABLE "bans" ADD CONSTRAINT "bans_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bans" ADD CONSTRAINT "bans_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bans" ADD CONSTRAINT "bans_banned_by_persons_id_fk" FOREIGN KEY ("banned_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pinned_lines" ADD CONSTRAINT "pinned_lines_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pinned_lines" ADD CONSTRAINT "pinned_lines_line_fk" FOREIGN KEY ("tenant_id","line_id") REFERENCES "public"."chat_lines"("tenant_id","id") ON DELETE no action ON UPDATE no action;