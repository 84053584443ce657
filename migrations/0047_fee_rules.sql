CREATE TABLE "fee_rules" (
	"tenant_id" text NOT NULL,
	"version" integer NOT NULL,
	"platform_bps" integer NOT NULL,
	"host_bps" integer NOT NULL,
	"tip_host_bps" integer NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "fee_rules_tenant_id_version_pk" PRIMARY KEY("tenant_id","version"),
	CONSTRAINT "fee_rules_version" CHECK ("fee_rules"."version" > 0),
	CONSTRAINT "fee_rules_shares" CHECK ("fee_rules"."platform_bps" between 0 and 5000 and "fee_rules"."host_bps" between 0 and 5000 and "fee_rules"."tip_host_bps" between 0 and 5000)
);
--> statement-breakpoint
ALTER TABLE "fee_rules" ADD CONSTRAINT "fee_rules_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
create trigger fee_rules_append_only before update or delete on fee_rules for each row execute function append_only();
--> statement-breakpoint

-- Who gets the host's share of a show: who leads it, or its only host.
create function show_host(p_tenant_id text, p_show_id text) returns text language sql stable as $$
  select case when count(*) = 1 then min(person_id) else min(person_id) filter (where lead) end
  from show_hosts where tenant_id = p_tenant_id and show_id = p_show_id
$$;
