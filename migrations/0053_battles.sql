CREATE TABLE "battle_sides" (
	"battle_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"show_id" text NOT NULL,
	"challenger" boolean NOT NULL,
	"open" boolean DEFAULT true NOT NULL,
	"coins" bigint,
	CONSTRAINT "battle_sides_battle_id_show_id_pk" PRIMARY KEY("battle_id","show_id"),
	CONSTRAINT "battle_sides_roles" UNIQUE("battle_id","challenger"),
	CONSTRAINT "battle_sides_coins" CHECK ("battle_sides"."coins" >= 0)
);
--> statement-breakpoint
CREATE TABLE "battles" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'challenged' NOT NULL,
	"duration_s" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"starts_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"shown_until" timestamp with time zone,
	"ended_by" text,
	"quit_show_id" text,
	CONSTRAINT "battles_status" CHECK ("battles"."status" in ('challenged', 'running', 'result', 'over', 'void')),
	CONSTRAINT "battles_ended_by" CHECK ("battles"."ended_by" in ('time', 'given_up', 'show_ended', 'declined', 'withdrawn', 'expired')),
	CONSTRAINT "battles_ended" CHECK (("battles"."ended_by" is null) = ("battles"."status" in ('challenged', 'running'))),
	CONSTRAINT "battles_times" CHECK (("battles"."starts_at" is null) = ("battles"."status" in ('challenged', 'void'))
        and ("battles"."ends_at" is null) = ("battles"."starts_at" is null) and "battles"."ends_at" >= "battles"."starts_at"
        and ("battles"."shown_until" is not null) = ("battles"."status" in ('result', 'over')))
);
--> statement-breakpoint
ALTER TABLE "tips" ADD COLUMN "battle_id" text;--> statement-breakpoint
ALTER TABLE "battle_sides" ADD CONSTRAINT "battle_sides_battle_id_battles_id_fk" FOREIGN KEY ("battle_id") REFERENCES "public"."battles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battle_sides" ADD CONSTRAINT "battle_sides_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "battle_sides_open" ON "battle_sides" USING btree ("show_id") WHERE open;--> statement-breakpoint
CREATE INDEX "battle_sides_show" ON "battle_sides" USING btree ("tenant_id","show_id");--> statement-breakpoint
CREATE INDEX "battles_open" ON "battles" USING btree ("status") WHERE status in ('challenged', 'running', 'result');--> statement-breakpoint
ALTER TABLE "tips" ADD CONSTRAINT "tips_battle_id_battles_id_fk" FOREIGN KEY ("battle_id") REFERENCES "public"."battles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tips_battle" ON "tips" USING btree ("battle_id","show_id") WHERE battle_id is not null;