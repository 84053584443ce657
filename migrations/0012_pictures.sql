CREATE TABLE "product_pictures" (
	"tenant_id" text NOT NULL,
	"product_id" text NOT NULL,
	"media_id" text NOT NULL,
	"place" integer NOT NULL,
	"alt" text DEFAULT '' NOT NULL,
	CONSTRAINT "product_pictures_tenant_id_product_id_place_pk" PRIMARY KEY("tenant_id","product_id","place"),
	CONSTRAINT "product_pictures_media" UNIQUE("tenant_id","product_id","media_id")
);
--> statement-breakpoint
ALTER TABLE "media" DROP CONSTRAINT "media_product_fk";
--> statement-breakpoint
DROP INDEX "media_product";--> statement-breakpoint
ALTER TABLE "media" ADD COLUMN "used_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "media" ADD COLUMN "sweeping" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN "cover_id" text;--> statement-breakpoint
ALTER TABLE "product_pictures" ADD CONSTRAINT "product_pictures_product_fk" FOREIGN KEY ("tenant_id","product_id") REFERENCES "public"."products"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_pictures" ADD CONSTRAINT "product_pictures_media_fk" FOREIGN KEY ("tenant_id","media_id") REFERENCES "public"."media"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "product_pictures_of" ON "product_pictures" USING btree ("tenant_id","media_id");--> statement-breakpoint
ALTER TABLE "media" ADD CONSTRAINT "media_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shows" ADD CONSTRAINT "shows_cover_fk" FOREIGN KEY ("tenant_id","cover_id") REFERENCES "public"."media"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "media_used" ON "media" USING btree ("used_at");--> statement-breakpoint
CREATE INDEX "order_lines_picture" ON "order_lines" USING btree ("picture_key") WHERE "order_lines"."picture_key" is not null;--> statement-breakpoint
CREATE INDEX "shows_cover" ON "shows" USING btree ("tenant_id","cover_id");--> statement-breakpoint
ALTER TABLE "media" DROP COLUMN "product_id";--> statement-breakpoint
ALTER TABLE "media" DROP COLUMN "alt";--> statement-breakpoint
ALTER TABLE "media" DROP COLUMN "place";