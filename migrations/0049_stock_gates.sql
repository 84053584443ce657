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