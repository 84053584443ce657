CREATE TABLE "clips" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"show_id" text NOT NULL,
	"product_id" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"bytes" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clips_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "clips_positive" CHECK ("clips"."duration_ms" > 0 and "clips"."bytes" > 0)
);
--> statement-breakpoint
CREATE TABLE "replays" (
	"tenant_id" text NOT NULL,
	"show_id" text NOT NULL,
	"status" text DEFAULT 'recording' NOT NULL,
	"hidden" boolean DEFAULT false NOT NULL,
	"trouble" text,
	"expires_at" timestamp with time zone,
	"claimed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "replays_tenant_id_show_id_pk" PRIMARY KEY("tenant_id","show_id"),
	CONSTRAINT "replays_status" CHECK ("replays"."status" in ('recording', 'ready', 'deleted'))
);
--> statement-breakpoint
CREATE TABLE "take_segments" (
	"tenant_id" text NOT NULL,
	"take_id" text NOT NULL,
	"seq" integer NOT NULL,
	"from_ms" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"bytes" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "take_segments_tenant_id_take_id_seq_pk" PRIMARY KEY("tenant_id","take_id","seq"),
	CONSTRAINT "take_segments_positive" CHECK ("take_segments"."seq" >= 0 and "take_segments"."from_ms" >= 0 and "take_segments"."duration_ms" > 0 and "take_segments"."bytes" > 0)
);
--> statement-breakpoint
CREATE TABLE "takes" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"show_id" text NOT NULL,
	"person_id" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "takes_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "replay_days" integer DEFAULT 90 NOT NULL;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_replay_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."replays"("tenant_id","show_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_product_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replays" ADD CONSTRAINT "replays_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "take_segments" ADD CONSTRAINT "take_segments_take_fk" FOREIGN KEY ("tenant_id","take_id") REFERENCES "public"."takes"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "takes" ADD CONSTRAINT "takes_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "takes" ADD CONSTRAINT "takes_replay_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."replays"("tenant_id","show_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clips_show" ON "clips" USING btree ("tenant_id","show_id");--> statement-breakpoint
CREATE INDEX "clips_product" ON "clips" USING btree ("tenant_id","product_id","id");--> statement-breakpoint
CREATE INDEX "replays_status" ON "replays" USING btree ("status","expires_at");--> statement-breakpoint
CREATE INDEX "takes_show" ON "takes" USING btree ("tenant_id","show_id");--> statement-breakpoint
CREATE INDEX "takes_open" ON "takes" USING btree ("started_at") WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_replay_days" CHECK ("tenants"."replay_days" between 0 and 3650);