CREATE TABLE "consents" (
	"person_id" text PRIMARY KEY NOT NULL,
	"facts" boolean NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "visits" (
	"person_id" text NOT NULL,
	"session" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"show_id" text NOT NULL,
	"source" jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "visits_person_id_session_tenant_id_show_id_pk" PRIMARY KEY("person_id","session","tenant_id","show_id")
);
--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "visits" ADD CONSTRAINT "visits_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "visits_touch" ON "visits" USING btree ("tenant_id","person_id","started_at");