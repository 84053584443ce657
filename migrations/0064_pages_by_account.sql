DROP INDEX "ledger_entries_account";--> statement-breakpoint
CREATE INDEX "idempotency_keys_refused" ON "idempotency_keys" USING btree ("created_at") WHERE "idempotency_keys"."status" >= 400;--> statement-breakpoint
CREATE INDEX "tips_transfer" ON "tips" USING btree ("transfer_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("account_id","id");--> statement-breakpoint
ALTER TABLE "clips" ADD CONSTRAINT "clips_id" UNIQUE("id");--> statement-breakpoint
ALTER TABLE "takes" ADD CONSTRAINT "takes_id" UNIQUE("id");