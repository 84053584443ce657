DROP INDEX "order_adjustments_order";--> statement-breakpoint
DROP INDEX "order_events_order";--> statement-breakpoint
ALTER TABLE "order_adjustments" DROP CONSTRAINT "order_adjustments_tenant_id_id_pk";--> statement-breakpoint
ALTER TABLE "order_events" DROP CONSTRAINT "order_events_tenant_id_id_pk";--> statement-breakpoint
ALTER TABLE "order_adjustments" ADD CONSTRAINT "order_adjustments_tenant_id_order_id_id_pk" PRIMARY KEY("tenant_id","order_id","id");--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_tenant_id_order_id_id_pk" PRIMARY KEY("tenant_id","order_id","id");