-- One row per variant of a product of any shop, also those that only an order line remembers.
--
-- materialized: table
-- key: variant_id
-- column variant_id: text. The variant's key: connection and the vendor's id.
-- column product_id: text. The product. [warn references marts.dim_products.product_id]
-- column connection_id: text. The connection that it came through. [not_null]
-- column source: text. The kind of shop. [not_null] [accepted: shopify, chord_oms]
-- column source_variant_id: text. The vendor's id.
-- column product_title: text. The product's title.
-- column title: text. Its options in words.
-- column sku: text. Stock keeping unit; shops allow the same one twice.
-- column barcode: text. Barcode (EAN, UPC, ISBN).
-- column price_amount: decimal(18,4). Price of one unit.
-- column compare_at_price_amount: decimal(18,4). The crossed-out price, if any.
-- column currency: text. Currency of both prices.
-- column unit_cost_amount: decimal(18,4). What one unit costs the merchant.
-- column cost_currency: text. Currency of that cost.
-- column inventory_quantity: bigint. Units in stock, where the shop counts them.
-- column is_sellable: boolean. Can be bought; a Chord OMS master variant with options cannot.
--    [not_null]
-- column is_deleted: boolean. Deleted at the vendor. [not_null]
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
with sold as (
    select
        lines.variant_id,
        lines.product_id,
        lines.connection_id,
        lines.source,
        lines.sku,
        row_number() over (
            partition by lines.variant_id
            order by
                case when lines.product_id is null then 1 else 0 end,
                lines.created_at desc,
                lines.order_line_id desc
        ) as place
    from marts.fct_order_lines as lines
    where lines.variant_id is not null
),

remembered as (
    select
        sold.variant_id,
        sold.product_id,
        sold.connection_id,
        sold.source,
        sold.sku
    from sold
    left join intermediate.int_product_variants as variants
        on variants.variant_id = sold.variant_id
    where sold.place = 1 and variants.variant_id is null
),

every_variant as (
    select
        variants.variant_id,
        variants.product_id,
        variants.connection_id,
        variants.source,
        variants.source_variant_id,
        variants.title,
        variants.sku,
        variants.barcode,
        variants.price_amount,
        variants.compare_at_price_amount,
        variants.currency,
        variants.unit_cost_amount,
        variants.cost_currency,
        variants.inventory_quantity,
        variants.is_sellable,
        variants.is_deleted,
        variants.created_at,
        variants.updated_at
    from intermediate.int_product_variants as variants
    union all
    select
        remembered.variant_id,
        remembered.product_id,
        remembered.connection_id,
        remembered.source,
        substr(remembered.variant_id, length(remembered.connection_id) + 2),
        cast(null as text),
        remembered.sku,
        cast(null as text),
        cast(null as decimal(18,4)),
        cast(null as decimal(18,4)),
        cast(null as text),
        cast(null as decimal(18,4)),
        cast(null as text),
        cast(null as bigint),
        false,
        true,
        cast(null as timestamptz),
        cast(null as timestamptz)
    from remembered
)

select
    every_variant.variant_id,
    every_variant.product_id,
    every_variant.connection_id,
    every_variant.source,
    every_variant.source_variant_id,
    products.title as product_title,
    every_variant.title,
    every_variant.sku,
    every_variant.barcode,
    every_variant.price_amount,
    every_variant.compare_at_price_amount,
    every_variant.currency,
    every_variant.unit_cost_amount,
    every_variant.cost_currency,
    every_variant.inventory_quantity,
    every_variant.is_sellable,
    every_variant.is_deleted,
    every_variant.created_at,
    every_variant.updated_at
from every_variant
left join marts.dim_products as products on products.product_id = every_variant.product_id
