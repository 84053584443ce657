create trigger sale_changes_append_only before update or delete on sale_changes for each row execute function append_only();
--> statement-breakpoint

-- The terms of a sale that a host may narrow (Terms of promotions/rules.ts).
create function sale_terms(s flash_sales) returns jsonb language sql immutable as $$
  select jsonb_build_object('priceMinor', s.price_minor, 'quantity', s.quantity, 'perBuyerLimit', s.per_buyer_limit,
    'countdownS', s.countdown_s, 'durationS', s.duration_s)
$$;
