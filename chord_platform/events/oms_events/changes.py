"""What happened in an OMS, as its staged tables tell: one row per happening, with all it needs.

Belongs here: the queries. Does not belong here: the message that a row becomes (`messages.py`).

A query asks the staging models, which know what an OMS's version lacks. Its first columns are the
same in all: id, event, happened_at; the rest is the happening's own. `$since` bounds them below,
`$connection` names whose they are.
"""

from __future__ import annotations

TABLES = (
    "staging.stg_chord_oms__orders",
    "staging.stg_chord_oms__line_items",
    "staging.stg_chord_oms__variants",
    "staging.stg_chord_oms__products",
    "staging.stg_chord_oms__addresses",
    "staging.stg_chord_oms__payments",
    "staging.stg_chord_oms__refunds",
    "staging.stg_chord_oms__shipments",
    "staging.stg_chord_oms__users",
    "staging.stg_chord_oms__subscriptions",
    "staging.stg_chord_oms__subscription_lines",
    "staging.stg_chord_oms__subscription_events",
    "staging.stg_chord_oms__subscription_installments",
)

PRODUCTS = """
select
    lines.order_id,
    list({
        'line_item_id': lines.source_order_line_id,
        'product_id': variants.product_id,
        'sku': variants.sku,
        'name': products.title,
        'slug': products.handle,
        'variant': variants.source_variant_id,
        'options': variants.title,
        'price': lines.unit_price_amount,
        'quantity': lines.quantity,
        'revenue': lines.items_amount + lines.promotion_amount
    } order by lines.source_order_line_id) as products
from staging.stg_chord_oms__line_items as lines
left join staging.stg_chord_oms__variants as variants on variants.variant_id = lines.variant_id
left join staging.stg_chord_oms__products as products on products.product_id = variants.product_id
where lines.connection_id = $connection
group by lines.order_id
"""
ORDER = f"""
with products as ({PRODUCTS}),
placed as (
    select
        orders.order_id,
        orders.source_order_id,
        orders.order_number,
        orders.customer_account_id,
        orders.email,
        orders.currency,
        orders.channel,
        orders.completed_at,
        orders.cancelled_at,
        orders.items_amount,
        orders.promotion_amount,
        orders.shipping_amount,
        orders.additional_tax_amount + orders.included_tax_amount as tax_amount,
        orders.total_amount,
        orders.is_subscription_order,
        orders.subscription_id,
        addresses.first_name,
        addresses.last_name,
        addresses.phone,
        addresses.city,
        addresses.province_code,
        addresses.country_code,
        addresses.postal_code,
        products.products
    from staging.stg_chord_oms__orders as orders
    left join staging.stg_chord_oms__addresses as addresses
        on addresses.address_id = orders.shipping_address_id
    left join products on products.order_id = orders.order_id
    where orders.connection_id = $connection and orders.completed_at is not null
)
"""
ORDERS = f"""
{ORDER}
select
    'order_completed-' || source_order_id as id,
    'Order Completed' as event,
    completed_at as happened_at,
    placed.*
from placed
where completed_at >= $since
union all
select
    'order_cancelled-' || source_order_id || '-' || cast(epoch_ms(cancelled_at) as varchar),
    'Order Cancelled',
    cancelled_at,
    placed.*
from placed
where cancelled_at >= $since
"""
REFUNDS = f"""
{ORDER}
select
    'order_refunded-' || refunds.source_refund_id as id,
    'Order Refunded' as event,
    refunds.refunded_at as happened_at,
    refunds.amount as refunded_amount,
    placed.*
from staging.stg_chord_oms__refunds as refunds
join staging.stg_chord_oms__payments as payments on payments.payment_id = refunds.payment_id
join placed on placed.order_id = payments.order_id
where refunds.refunded_at >= $since
"""
SHIPMENTS = """
select
    'shipment_shipped-' || shipments.shipment_id as id,
    'Shipment Shipped' as event,
    shipments.shipped_at as happened_at,
    orders.source_order_id,
    orders.order_number,
    orders.customer_account_id,
    orders.email,
    shipments.shipment_number,
    shipments.tracking_number,
    shipments.shipping_amount as cost_amount,
    shipments.promotion_amount,
    shipments.additional_tax_amount,
    shipments.included_tax_amount
from staging.stg_chord_oms__shipments as shipments
join staging.stg_chord_oms__orders as orders on orders.order_id = shipments.order_id
where shipments.connection_id = $connection and shipments.shipped_at >= $since
"""
SUBSCRIPTION_EVENTS = {
    "subscription_created": "Subscription Created",
    "subscription_canceled": "Subscription Cancelled",
    "subscription_ended": "Subscription Expired",
    "subscription_skipped": "Subscription Order Skipped",
    "subscription_paused": "Subscription Paused",
    "subscription_resumed": "Subscription Resumed",
    "subscription_shipping_address_changed": "Subscription Address Updated",
}
KINDS = "\n".join(
    f"        when '{kind}' then '{event}'" for kind, event in SUBSCRIPTION_EVENTS.items()
)
SUBSCRIPTIONS = f"""
with happened as (
    select
        'subscription_event-' || subscription_event_id as id,
        case event_type
{KINDS}
        end as event,
        happened_at,
        subscription_id
    from staging.stg_chord_oms__subscription_events
    where connection_id = $connection
    union all
    select
        'subscription_installment-' || installment_attempt_id,
        case when is_successful then 'Subscription Auto-Renewed'
            else 'Subscription Payment Failed' end,
        attempted_at,
        subscription_id
    from staging.stg_chord_oms__subscription_installments
    where connection_id = $connection and is_successful is not null
),
products as (
    select
        lines.subscription_id,
        list({{
            'line_item_id': lines.subscription_line_id,
            'product_id': variants.product_id,
            'sku': variants.sku,
            'name': products.title,
            'slug': products.handle,
            'variant': variants.source_variant_id,
            'options': variants.title,
            'quantity': lines.quantity
        }} order by lines.subscription_line_id) as products
    from staging.stg_chord_oms__subscription_lines as lines
    left join staging.stg_chord_oms__variants as variants on variants.variant_id = lines.variant_id
    left join staging.stg_chord_oms__products as products
        on products.product_id = variants.product_id
    where lines.connection_id = $connection
    group by lines.subscription_id
)
select
    happened.id,
    happened.event,
    happened.happened_at,
    subscriptions.subscription_id,
    subscriptions.customer_account_id,
    subscriptions.subscription_state,
    subscriptions.currency,
    subscriptions.interval_length,
    subscriptions.interval_unit,
    subscriptions.next_order_on,
    subscriptions.ends_at,
    users.email,
    products.products
from happened
join staging.stg_chord_oms__subscriptions as subscriptions
    on subscriptions.subscription_id = happened.subscription_id
left join staging.stg_chord_oms__users as users
    on users.customer_account_id = subscriptions.customer_account_id
left join products on products.subscription_id = subscriptions.subscription_id
where happened.event is not null and happened.happened_at >= $since
"""
"""A subscription is told with what it is now: its table keeps no former states."""

QUERIES = (ORDERS, REFUNDS, SHIPMENTS, SUBSCRIPTIONS)
