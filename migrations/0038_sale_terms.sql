ALTER TABLE "flash_sales" ADD COLUMN "price_minor_min" bigint;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "quantity_max" integer;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "per_buyer_limit_max" integer;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "countdown_s_max" integer;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD COLUMN "duration_s_max" integer;--> statement-breakpoint
ALTER TABLE "flash_sales" ADD CONSTRAINT "flash_sales_within_allowed" CHECK ("flash_sales"."price_minor" >= coalesce("flash_sales"."price_minor_min", "flash_sales"."price_minor")
        and "flash_sales"."quantity" <= coalesce("flash_sales"."quantity_max", "flash_sales"."quantity")
        and "flash_sales"."per_buyer_limit" <= coalesce("flash_sales"."per_buyer_limit_max", "flash_sales"."per_buyer_limit")
        and "flash_sales"."countdown_s" <= coalesce("flash_sales"."countdown_s_max", "flash_sales"."countdown_s")
        and "flash_sales"."duration_s" <= coalesce("flash_sales"."duration_s_max", "flash_sales"."duration_s"));