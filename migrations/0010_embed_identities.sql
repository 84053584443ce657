CREATE TABLE "identity_keys" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"public_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "identity_keys_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "identity_uses" (
	"tenant_id" text NOT NULL,
	"jti" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "identity_uses_tenant_id_jti_pk" PRIMARY KEY("tenant_id","jti")
);
--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_kind";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "key_id" text;--> statement-breakpoint
ALTER TABLE "identity_keys" ADD CONSTRAINT "identity_keys_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_uses" ADD CONSTRAINT "identity_uses_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "identity_uses_expiry" ON "identity_uses" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_kind" CHECK ("sessions"."kind" = 'cookie' or ("sessions"."tenant_id" is not null and "sessions"."origin" is not null));--> statement-breakpoint

-- Spends an identity token (tenant, jti) and finds or makes the person whom the merchant calls p_subject.
-- No row where the token was spent before, or the key was revoked since it was looked at.
create function assert_identity(
  p_tenant_id text, p_key_id text, p_subject text, p_name text, p_jti text, p_forget_at timestamptz,
  p_new_person_id text, p_new_name text
) returns table (person_id text, name text) language plpgsql as $$
declare v_person_id text;
begin
  update identity_keys k set last_used_at = now()
    where k.tenant_id = p_tenant_id and k.id = p_key_id and k.revoked_at is null;
  if not found then return; end if;

  insert into identity_uses (tenant_id, jti, expires_at) values (p_tenant_id, p_jti, p_forget_at)
    on conflict do nothing;
  if not found then return; end if;

  -- Two first visits of one customer at once make one person: the update above has put them in a row.
  select a.person_id into v_person_id from asserted_identities a
    where a.tenant_id = p_tenant_id and a.subject = p_subject;
  if v_person_id is null then
    v_person_id := p_new_person_id;
    insert into persons (id, kind, name) values (v_person_id, 'person', coalesce(p_name, p_new_name));
    insert into asserted_identities (tenant_id, subject, person_id) values (p_tenant_id, p_subject, v_person_id);
  elsif p_name is not null then
    update persons p set name = p_name where p.id = v_person_id and p.name <> p_name;
  end if;
  return query select p.id, p.name from persons p where p.id = v_person_id;
end $$;
