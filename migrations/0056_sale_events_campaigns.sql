CREATE TABLE "campaign_prices" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"sku_id" text NOT NULL,
	"name" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"person_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_prices_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "campaign_prices_id" UNIQUE("id"),
	CONSTRAINT "campaign_prices_price" CHECK ("campaign_prices"."price_minor" between 1 and 1000000000),
	CONSTRAINT "campaign_prices_times" CHECK ("campaign_prices"."starts_at" < "campaign_prices"."ends_at"),
	CONSTRAINT "campaign_prices_version" CHECK ("campaign_prices"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "sale_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"sale_id" text NOT NULL,
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	"mover" text NOT NULL,
	"person_id" text,
	"room_epoch" integer,
	"room_offset" bigint,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "sale_events_once" UNIQUE("tenant_id","sale_id","to_status"),
	CONSTRAINT "sale_events_mover" CHECK (("sale_events"."mover" = 'desk') = ("sale_events"."person_id" is not null)),
	CONSTRAINT "sale_events_room" CHECK (("sale_events"."room_epoch" is null) = ("sale_events"."room_offset" is null))
);
--> statement-breakpoint
ALTER TABLE "flash_sales" DROP CONSTRAINT "flash_sales_numbers";--> statement-breakpoint
ALTER TABLE "shelf_items" ADD COLUMN "live_price_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_prices" ADD CONSTRAINT "campaign_prices_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_prices" ADD CONSTRAINT "campaign_prices_sku_fk" FOREIGN KEY ("tenant_id","sku_id") REFERENCES "public"."skus"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_events" ADD CONSTRAINT "sale_events_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_events" ADD CONSTRAINT "sale_events_sale_fk" FOREIGN KEY ("tenant_id","sale_id") REFERENCES "public"."flash_sales"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_prices_sku" ON "campaign_prices" USING btree ("tenant_id","sku_id","ends_at");--> statement-breakpoint
-- Sales from before the bounds: what they were is in sale_changes.
UPDATE "flash_sales" SET "countdown_s" = least(greatest("countdown_s", 10), 300), "countdown_s_max" = CASE WHEN "countdown_s_max" IS NOT NULL THEN least(greatest("countdown_s_max", 10), 300) END, "duration_s" = least(greatest("duration_s", 60), 1200), "duration_s_max" = CASE WHEN "duration_s_max" IS NOT NULL THEN least(greatest("duration_s_max", 60), 1200) END WHERE "countdown_s" NOT BETWEEN 10 AND 300 OR "duration_s" NOT BETWEEN 60 AND 1200;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD CONSTRAINT "flash_sales_seconds" CHECK ("flash_sales"."countdown_s" between 10 and 300 and "flash_sales"."duration_s" between 60 and 1200);--> statement-breakpoint
ALTER TABLE "flash_sales" ADD CONSTRAINT "flash_sales_numbers" CHECK ("flash_sales"."price_minor" > 0 and "flash_sales"."quantity" > 0 and "flash_sales"."per_buyer_limit" > 0);--> statement-breakpoint
CREATE TABLE "stock_gates" (
	"node" text PRIMARY KEY NOT NULL,
	"open" boolean NOT NULL,
	"epoch" text,
	"epoch_since" timestamp with time zone,
	"epoch_changes" integer NOT NULL,
	"times_away" integer NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stock_repairs" (
	"tenant_id" text NOT NULL,
	"sku_id" text NOT NULL,
	"kind" text NOT NULL,
	"times" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_repairs_tenant_id_sku_id_kind_pk" PRIMARY KEY("tenant_id","sku_id","kind"),
	CONSTRAINT "stock_repairs_kind" CHECK ("stock_repairs"."kind" in ('loaded', 'repaired'))
);
--> statement-breakpoint
ALTER TABLE "stock_repairs" ADD CONSTRAINT "stock_repairs_sku_fk" FOREIGN KEY ("tenant_id","sku_id") REFERENCES "public"."skus"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stock_repairs_last" ON "stock_repairs" USING btree ("last_at");