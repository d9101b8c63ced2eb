-- One row per product of any shop, also those that only an order line remembers.
--
-- materialized: table
-- key: product_id
-- column product_id: text. The product's key: connection and the vendor's id.
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_product_id: text. The vendor's id.
-- column title: text. Its title; of a deleted product, as it was last sold.
-- column handle: text. The last part of its address in the shop.
-- column product_status: text. active, draft, archived, unlisted (reachable by its address only),
--    or deleted. [not_null] [warn accepted: active, draft, archived, unlisted, deleted]
-- column vendor: text. Who makes or supplies it.
-- column product_type: text. The merchant's category.
-- column tags: text. Tags, joined by a comma and a space.
-- column is_gift_card: boolean. A gift card: sold it is a debt, no revenue. [not_null]
-- column is_deleted: boolean. Deleted at the vendor. [not_null]
-- column variants_count: bigint. Variants that can be sold. [not_null]
-- column currency: text. Currency of the prices.
-- column min_price_amount: decimal(18,4). Price of the cheapest variant.
-- column max_price_amount: decimal(18,4). Price of the dearest variant.
-- column created_at: timestamptz. When it was made, UTC.
-- column published_at: timestamptz. From when it was on sale, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
with products as (
    select
        shopify.product_id,
        shopify.connection_id,
        'shopify' as source,
        shopify.source_product_id,
        shopify.title,
        shopify.handle,
        coalesce(shopify.product_status, 'active') as product_status,
        shopify.vendor,
        shopify.product_type,
        shopify.tags,
        shopify.is_gift_card,
        false as is_deleted,
        shopify.created_at,
        shopify.published_at,
        shopify.updated_at
    from staging.stg_shopify__products as shopify
    union all
    select
        oms.product_id,
        oms.connection_id,
        'chord_oms' as source,
        oms.source_product_id,
        oms.title,
        oms.handle,
        case
            when oms.is_deleted then 'deleted'
            when oms.available_at is null then 'draft'
            when oms.discontinued_at is not null then 'archived'
            else 'active'
        end as product_status,
        cast(null as text) as vendor,
        oms.product_type,
        cast(null as text) as tags,
        false as is_gift_card,
        oms.is_deleted,
        oms.created_at,
        oms.available_at as published_at,
        oms.updated_at
    from staging.stg_chord_oms__products as oms
),

sold as (
    select
        lines.product_id,
        lines.connection_id,
        lines.source,
        lines.title,
        lines.is_gift_card,
        row_number() over (
            partition by lines.product_id
            order by lines.created_at desc, lines.order_line_id desc
        ) as place
    from marts.fct_order_lines as lines
    where lines.product_id is not null
),

remembered as (
    select
        sold.product_id,
        sold.connection_id,
        sold.source,
        substr(sold.product_id, length(sold.connection_id) + 2) as source_product_id,
        sold.title,
        sold.is_gift_card
    from sold
    left join products on products.product_id = sold.product_id
    where sold.place = 1 and products.product_id is null
),

every_product as (
    select
        products.product_id,
        products.connection_id,
        products.source,
        products.source_product_id,
        products.title,
        products.handle,
        products.product_status,
        products.vendor,
        products.product_type,
        products.tags,
        products.is_gift_card,
        products.is_deleted,
        products.created_at,
        products.published_at,
        products.updated_at
    from products
    union all
    select
        remembered.product_id,
        remembered.connection_id,
        remembered.source,
        remembered.source_product_id,
        remembered.title,
        cast(null as text),
        'deleted',
        cast(null as text),
        cast(null as text),
        cast(null as text),
        remembered.is_gift_card,
        true,
        cast(null as timestamptz),
        cast(null as timestamptz),
        cast(null as timestamptz)
    from remembered
),

prices as (
    select
        variants.product_id,
        max(variants.currency) as currency,
        count(*) as variants_count,
        min(variants.price_amount) as min_price_amount,
        max(variants.price_amount) as max_price_amount
    from intermediate.int_product_variants as variants
    where variants.is_sellable
    group by variants.product_id
)

select
    every_product.product_id,
    every_product.connection_id,
    every_product.source,
    every_product.source_product_id,
    every_product.title,
    every_product.handle,
    every_product.product_status,
    every_product.vendor,
    every_product.product_type,
    every_product.tags,
    every_product.is_gift_card,
    every_product.is_deleted,
    coalesce(prices.variants_count, 0) as variants_count,
    prices.currency,
    prices.min_price_amount,
    prices.max_price_amount,
    every_product.created_at,
    every_product.published_at,
    every_product.updated_at
from every_product
left join prices on prices.product_id = every_product.product_id
