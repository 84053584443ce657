-- The buyer says that everything has come: an order on its way is delivered, with all its parcels, and completed; so is
-- one that was delivered. One that is completed stays so. Answers {"status"} or {"code", "extra"}.
create function receive_order(p_tenant_id text, p_order_id text, p_by text, p_now timestamptz)
returns jsonb language plpgsql as $$
declare
  v_order orders;
begin
  select * into v_order from orders where tenant_id = p_tenant_id and id = p_order_id for no key update;
  if v_order.id is null or v_order.status not in ('shipped', 'delivered', 'completed') then return order_refusal(v_order); end if;
  if v_order.status = 'shipped' then
    update parcels set delivered_at = p_now
      where tenant_id = p_tenant_id and order_id = p_order_id and delivered_at is null;
    update order_lines set fulfilment = 'delivered'
      where tenant_id = p_tenant_id and order_id = p_order_id and fulfilment = 'shipped';
    perform move_orders(array[p_order_id], 'delivered', p_by, '', p_now);
  end if;
  if v_order.status <> 'completed' then
    perform move_orders(array[p_order_id], 'completed', p_by, '', p_now + interval '1 millisecond'); -- the later of two moves
  end if;
  return jsonb_build_object('status', 'completed');
end $$;
