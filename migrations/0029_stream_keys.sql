CREATE TABLE "stream_keys" (
	"tenant_id" text NOT NULL,
	"person_id" text NOT NULL,
	"key_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "stream_keys_tenant_id_person_id_pk" PRIMARY KEY("tenant_id","person_id"),
	CONSTRAINT "stream_keys_hash" UNIQUE("key_hash")
);
--> statement-breakpoint
ALTER TABLE "stream_keys" ADD CONSTRAINT "stream_keys_member_fk" FOREIGN KEY ("tenant_id","person_id") REFERENCES "public"."memberships"("tenant_id","person_id") ON DELETE cascade ON UPDATE no action;