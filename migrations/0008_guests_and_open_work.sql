CREATE INDEX "persons_merged" ON "persons" USING btree ("merged_into") WHERE "persons"."merged_into" is not null;--> statement-breakpoint
CREATE INDEX "orders_unpaid_person" ON "orders" USING btree ("person_id") WHERE "orders"."status" = 'pending_payment';--> statement-breakpoint
CREATE INDEX "refunds_open" ON "refunds" USING btree ("created_at") WHERE "refunds"."status" = 'requested';