-- One row per variant of any shop that the vendor still has. A Chord OMS prices a variant once
-- for each currency and country: here stands the price in the default currency of its store, else
-- the first one. Its master variants can be sold only where the product has no other.
--
-- materialized: view
-- key: variant_id
-- column variant_id: text. The variant; null for a custom item.
-- column connection_id: text. The connection that it came through.
-- column source: text. shopify or chord_oms.
-- column source_variant_id: text. The vendor's id.
-- column product_id: text. The product that it is a variant of.
-- column title: text. Its options in words.
-- column sku: text. Stock keeping unit.
-- column barcode: text. Barcode (EAN, UPC, ISBN).
-- column price_amount: decimal(18,4). Price of one unit.
-- column compare_at_price_amount: decimal(18,4). The crossed-out price, if any.
-- column currency: text. The shop's currency; amounts of different currencies must not be added.
-- column unit_cost_amount: decimal(18,4). What one unit costs the merchant.
-- column cost_currency: text. Currency of that cost.
-- column inventory_quantity: bigint. Units in stock, where the shop counts them.
-- column is_sellable: boolean. Whether it can be bought.
-- column is_deleted: boolean. Deleted at the vendor.
-- column created_at: timestamptz. When the order or cart was made, UTC.
-- column updated_at: timestamptz. When it last changed at the vendor, UTC.
with store_currencies as (
    select stores.connection_id, min(stores.currency) as currency
    from staging.stg_chord_oms__stores as stores
    group by stores.connection_id
),

prices as (
    select
        prices.variant_id,
        prices.price_amount,
        prices.currency,
        row_number() over (
            partition by prices.variant_id
            order by
                case when prices.currency = store_currencies.currency then 0 else 1 end,
                case when prices.country_code is null then 0 else 1 end,
                prices.currency,
                prices.price_id desc
        ) as place
    from staging.stg_chord_oms__prices as prices
    left join store_currencies on store_currencies.connection_id = prices.connection_id
    where not prices.is_deleted
),

with_options as (
    select variants.product_id
    from staging.stg_chord_oms__variants as variants
    where not variants.is_master and not variants.is_deleted
    group by variants.product_id
)

select
    shopify.variant_id,
    shopify.connection_id,
    'shopify' as source,
    shopify.source_variant_id,
    shopify.product_id,
    shopify.title,
    shopify.sku,
    shopify.barcode,
    shopify.price_amount,
    shopify.compare_at_price_amount,
    shop.currency,
    items.unit_cost_amount,
    items.currency as cost_currency,
    shopify.inventory_quantity,
    true as is_sellable,
    false as is_deleted,
    shopify.created_at,
    shopify.updated_at
from staging.stg_shopify__product_variants as shopify
left join staging.stg_shopify__shop as shop on shop.connection_id = shopify.connection_id
left join staging.stg_shopify__inventory_items as items
    on items.inventory_item_id = shopify.inventory_item_id
union all
select
    oms.variant_id,
    oms.connection_id,
    'chord_oms' as source,
    oms.source_variant_id,
    oms.product_id,
    oms.title,
    oms.sku,
    oms.barcode,
    prices.price_amount,
    cast(null as decimal(18,4)) as compare_at_price_amount,
    prices.currency,
    oms.unit_cost_amount,
    oms.cost_currency,
    cast(null as bigint) as inventory_quantity,
    not oms.is_deleted and (not oms.is_master or with_options.product_id is null) as is_sellable,
    oms.is_deleted,
    oms.created_at,
    oms.updated_at
from staging.stg_chord_oms__variants as oms
left join prices on prices.variant_id = oms.variant_id and prices.place = 1
left join with_options on with_options.product_id = oms.product_id
