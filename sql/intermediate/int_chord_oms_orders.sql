-- One row per order or cart of a Chord OMS, in the shape that both sources share. An order is
-- complete when the customer finished the checkout; before that it is a cart.
--
-- materialized: view
-- key: order_id
with parcels as (
    select
        shipments.order_id,
        -sum(shipments.promotion_amount) as shipping_discount_amount,
        min(shipments.shipped_at) as first_shipped_at,
        max(shipments.shipped_at) as last_shipped_at
    from staging.stg_chord_oms__shipments as shipments
    group by shipments.order_id
),

codes as (
    select used.order_id, string_agg(used.code, ', ' order by used.code) as discount_codes
    from staging.stg_chord_oms__order_promotions as used
    where used.code is not null
    group by used.order_id
)

select
    orders.order_id,
    orders.connection_id,
    'chord_oms' as source,
    orders.source_order_id,
    orders.order_number,
    orders.customer_account_id,
    orders.normalized_email,
    orders.store_id,
    orders.channel,
    false as is_test,
    coalesce(orders.order_state = 'canceled', orders.cancelled_at is not null) as is_cancelled,
    orders.completed_at is null as is_cart,
    orders.payment_state as payment_status,
    orders.shipment_state as fulfillment_status,
    coalesce(orders.currency, stores.currency) as currency,
    coalesce(orders.currency, stores.currency) as presentment_currency,
    orders.included_tax_amount > 0 as is_tax_included,
    orders.items_amount,
    cast(
        -orders.promotion_amount - coalesce(parcels.shipping_discount_amount, 0) as decimal(18,4)
    ) as item_discount_amount,
    orders.shipping_amount,
    cast(coalesce(parcels.shipping_discount_amount, 0) as decimal(18,4))
        as shipping_discount_amount,
    cast(orders.additional_tax_amount + orders.included_tax_amount as decimal(18,4)) as tax_amount,
    orders.included_tax_amount,
    cast(
        orders.total_amount - orders.items_amount - orders.promotion_amount
        - orders.shipping_amount - orders.additional_tax_amount
        as decimal(18,4)
    ) as other_amount,
    orders.total_amount,
    orders.total_amount as current_total_amount,
    orders.total_amount as presentment_total_amount,
    shipped_to.city as shipping_city,
    shipped_to.province_code as shipping_province_code,
    shipped_to.country_code as shipping_country_code,
    shipped_to.postal_code as shipping_postal_code,
    billed_to.country_code as billing_country_code,
    codes.discount_codes,
    orders.created_at,
    orders.completed_at as placed_at,
    orders.completed_at,
    case when coalesce(orders.order_state = 'canceled', orders.cancelled_at is not null)
        then coalesce(orders.cancelled_at, orders.updated_at)
    end as cancelled_at,
    parcels.first_shipped_at,
    parcels.last_shipped_at,
    orders.updated_at,
    orders.synced_at
from staging.stg_chord_oms__orders as orders
left join parcels on parcels.order_id = orders.order_id
left join codes on codes.order_id = orders.order_id
left join staging.stg_chord_oms__stores as stores on stores.store_id = orders.store_id
left join staging.stg_chord_oms__addresses as shipped_to
    on shipped_to.address_id = orders.shipping_address_id
left join staging.stg_chord_oms__addresses as billed_to
    on billed_to.address_id = orders.billing_address_id
