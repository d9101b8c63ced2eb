-- One row per order of a Chord OMS, carts included: what is not completed is still a cart. The
-- guest token is never loaded.
--
-- materialized: view
-- key: order_id
-- column order_id: text. The order's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_order_id: text. The OMS's id of the order.
-- column order_number: text. The number that the customer sees, such as R123456789.
-- column customer_account_id: text. The buyer's account; null for a guest.
-- column email: text. E-mail given with the order.
-- column normalized_email: text. That e-mail in lower case without blanks around it.
-- column order_state: text. cart, address, delivery, payment, confirm, complete, canceled,
--    resumed, awaiting_return or returned.
-- column payment_state: text. paid, balance_due, credit_owed, failed or void.
-- column shipment_state: text. shipped, ready, pending, partial, backorder or canceled.
-- column store_id: text. The store that sold it.
-- column channel: text. Where the order came from.
-- column currency: text. The order's currency.
-- column items_amount: decimal(18,4). Goods at their price, before discounts.
-- column shipping_amount: decimal(18,4). Shipping before discounts.
-- column adjustment_amount: decimal(18,4). Promotions (negative), tax that is not in the prices,
--    manual adjustments.
-- column promotion_amount: decimal(18,4). Promotions, negative.
-- column additional_tax_amount: decimal(18,4). Tax on top of the prices.
-- column included_tax_amount: decimal(18,4). Tax inside the prices.
-- column total_amount: decimal(18,4). What the customer owes.
-- column paid_amount: decimal(18,4). Completed payments less their refunds.
-- column items_count: bigint. Units in the order.
-- column billing_address_id: text. The billing address.
-- column shipping_address_id: text. The shipping address.
-- column is_subscription_order: boolean. Whether a subscription made it.
-- column subscription_id: text. The subscription that made it.
-- column created_at: timestamptz. When the cart was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column completed_at: timestamptz. When the customer finished the checkout, UTC; null for a
--    cart.
-- column cancelled_at: timestamptz. When the order was cancelled, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_orders: id integer, number text, state text, user_id integer, email
--    text, store_id integer, channel text, currency text, item_total decimal(10,2),
--    shipment_total decimal(10,2), adjustment_total decimal(10,2), promo_total decimal(10,2),
--    additional_tax_total decimal(10,2), included_tax_total decimal(10,2), total decimal(10,2),
--    payment_total decimal(10,2), item_count integer, payment_state text, shipment_state text,
--    bill_address_id integer, ship_address_id integer, completed_at timestamptz, canceled_at
--    timestamptz, subscription_order boolean, subscription_id integer, created_at timestamptz,
--    updated_at timestamptz, _connection_id text, _synced_at timestamptz
select
    orders._connection_id || ':' || cast(orders.id as varchar) as order_id,
    orders._connection_id as connection_id,
    cast(orders.id as varchar) as source_order_id,
    orders.number as order_number,
    orders._connection_id || ':' || cast(orders.user_id as varchar) as customer_account_id,
    orders.email,
    nullif(lower(trim(orders.email)), '') as normalized_email,
    orders.state as order_state,
    orders.payment_state,
    orders.shipment_state,
    orders._connection_id || ':' || cast(orders.store_id as varchar) as store_id,
    orders.channel,
    orders.currency,
    cast(coalesce(orders.item_total, 0) as decimal(18,4)) as items_amount,
    cast(coalesce(orders.shipment_total, 0) as decimal(18,4)) as shipping_amount,
    cast(coalesce(orders.adjustment_total, 0) as decimal(18,4)) as adjustment_amount,
    cast(coalesce(orders.promo_total, 0) as decimal(18,4)) as promotion_amount,
    cast(coalesce(orders.additional_tax_total, 0) as decimal(18,4)) as additional_tax_amount,
    cast(coalesce(orders.included_tax_total, 0) as decimal(18,4)) as included_tax_amount,
    cast(coalesce(orders.total, 0) as decimal(18,4)) as total_amount,
    cast(coalesce(orders.payment_total, 0) as decimal(18,4)) as paid_amount,
    cast(coalesce(orders.item_count, 0) as bigint) as items_count,
    orders._connection_id || ':' || cast(orders.bill_address_id as varchar) as billing_address_id,
    orders._connection_id || ':' || cast(orders.ship_address_id as varchar) as shipping_address_id,
    coalesce(orders.subscription_order, false) as is_subscription_order,
    orders._connection_id || ':' || cast(orders.subscription_id as varchar) as subscription_id,
    orders.created_at,
    orders.updated_at,
    orders.completed_at,
    orders.canceled_at as cancelled_at,
    orders._synced_at as synced_at
from raw_chord_oms.spree_orders as orders
