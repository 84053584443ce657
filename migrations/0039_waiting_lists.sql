CREATE TABLE "sale_waiters" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"sale_id" text NOT NULL,
	"person_id" text NOT NULL,
	"place" bigserial NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"offer_ms" integer NOT NULL,
	"offered_at" timestamp with time zone,
	"offer_until" timestamp with time zone,
	"order_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sale_waiters_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "sale_waiters_status" CHECK ("sale_waiters"."status" in ('waiting', 'offered', 'bought', 'lapsed', 'left', 'over')),
	CONSTRAINT "sale_waiters_offer" CHECK ("sale_waiters"."status" <> 'offered' or "sale_waiters"."offer_until" is not null),
	CONSTRAINT "sale_waiters_order" CHECK (("sale_waiters"."status" = 'bought') = ("sale_waiters"."order_id" is not null))
);
--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "allocation" text DEFAULT 'hold' NOT NULL;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "unpaid_orders" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sale_waiters" ADD CONSTRAINT "sale_waiters_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sale_waiters" ADD CONSTRAINT "sale_waiters_sale_fk" FOREIGN KEY ("tenant_id","sale_id") REFERENCES "public"."flash_sales"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sale_waiters_one_place" ON "sale_waiters" USING btree ("tenant_id","sale_id","person_id") WHERE "sale_waiters"."status" in ('waiting', 'offered');--> statement-breakpoint
CREATE INDEX "sale_waiters_line" ON "sale_waiters" USING btree ("tenant_id","sale_id","place") WHERE "sale_waiters"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX "sale_waiters_offers" ON "sale_waiters" USING btree ("offer_until") WHERE "sale_waiters"."status" = 'offered';--> statement-breakpoint
CREATE INDEX "sale_waiters_person" ON "sale_waiters" USING btree ("person_id");--> statement-breakpoint
ALTER TABLE "flash_sales" ADD CONSTRAINT "flash_sales_allocation" CHECK ("flash_sales"."allocation" in ('hold', 'first_paid'));--> statement-breakpoint
ALTER TABLE "flash_sales" ADD CONSTRAINT "flash_sales_unpaid_orders" CHECK ("flash_sales"."unpaid_orders" >= 0);