CREATE TABLE "provider_statements" (
	"provider" text NOT NULL,
	"day" date NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "provider_statements_provider_day_pk" PRIMARY KEY("provider","day")
);
--> statement-breakpoint
CREATE TABLE "statement_differences" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"day" date NOT NULL,
	"movement" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"name" text,
	"tenant_id" text,
	"order_id" text,
	"ours_minor" bigint NOT NULL,
	"theirs_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"settled_by" text,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "statement_differences_subject" UNIQUE("provider","movement","kind","subject"),
	CONSTRAINT "statement_differences_state" CHECK ("statement_differences"."state" in ('open', 'settled'))
);
--> statement-breakpoint
CREATE TABLE "statement_lines" (
	"provider" text NOT NULL,
	"movement" text NOT NULL,
	"ref" text NOT NULL,
	"day" date NOT NULL,
	"name" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "statement_lines_provider_movement_ref_pk" PRIMARY KEY("provider","movement","ref"),
	CONSTRAINT "statement_lines_movement" CHECK ("statement_lines"."movement" in ('charge', 'refund'))
);
--> statement-breakpoint
ALTER TABLE "statement_differences" ADD CONSTRAINT "statement_differences_settled_by_persons_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "statement_differences_open" ON "statement_differences" USING btree ("id") WHERE "statement_differences"."state" = 'open';--> statement-breakpoint
CREATE INDEX "statement_lines_name" ON "statement_lines" USING btree ("provider","movement","name");--> statement-breakpoint
CREATE INDEX "payments_captured" ON "payments" USING btree ("provider","captured_at") WHERE "payments"."captured_at" is not null;