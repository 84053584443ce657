ALTER TABLE "shows" ADD COLUMN "chat_lines_per_s" integer;--> statement-breakpoint
ALTER TABLE "shows" ADD CONSTRAINT "shows_chat_rate" CHECK ("shows"."chat_lines_per_s" between 1 and 200);