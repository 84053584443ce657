DROP INDEX "outbox_key";--> statement-breakpoint
CREATE INDEX "outbox_key" ON "outbox" USING btree ("key","id") WHERE "outbox"."state" <> 'dead';