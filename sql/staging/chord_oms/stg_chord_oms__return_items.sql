-- One row per unit that a customer returns or wants to return.
--
-- materialized: view
-- key: return_item_id
-- column return_item_id: text. The item's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column inventory_unit_id: text. The unit that comes back.
-- column customer_return_id: text. The parcel that it came in.
-- column reimbursement_id: text. The reimbursement that pays it.
-- column reception_status: text. awaiting, received and so on.
-- column acceptance_status: text. pending, accepted, rejected or manual_intervention_required.
-- column amount: decimal(18,4). Its price after discounts, without tax on top.
-- column additional_tax_amount: decimal(18,4). Tax on top of it.
-- column included_tax_amount: decimal(18,4). Tax inside it.
-- column created_at: timestamptz. When the item was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_return_items: id integer, inventory_unit_id integer,
--    customer_return_id integer, reimbursement_id integer, amount decimal(12,4),
--    included_tax_total decimal(12,4), additional_tax_total decimal(12,4), reception_status text,
--    acceptance_status text, created_at timestamptz, updated_at timestamptz, _connection_id text,
--    _synced_at timestamptz
select
    items._connection_id || ':' || cast(items.id as varchar) as return_item_id,
    items._connection_id as connection_id,
    items._connection_id || ':' || cast(items.inventory_unit_id as varchar) as inventory_unit_id,
    items._connection_id || ':' || cast(items.customer_return_id as varchar) as customer_return_id,
    items._connection_id || ':' || cast(items.reimbursement_id as varchar) as reimbursement_id,
    items.reception_status,
    items.acceptance_status,
    cast(coalesce(items.amount, 0) as decimal(18,4)) as amount,
    cast(coalesce(items.additional_tax_total, 0) as decimal(18,4)) as additional_tax_amount,
    cast(coalesce(items.included_tax_total, 0) as decimal(18,4)) as included_tax_amount,
    items.created_at,
    items.updated_at,
    items._synced_at as synced_at
from raw_chord_oms.spree_return_items as items
