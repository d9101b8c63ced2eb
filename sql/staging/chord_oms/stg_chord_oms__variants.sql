-- One row per variant of a product of a Chord OMS. Each product has one master variant, which is
-- what is sold when there are no options.
--
-- materialized: view
-- key: variant_id
-- column variant_id: text. The variant's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_variant_id: text. The OMS's id of the variant.
-- column product_id: text. The product that it is a variant of.
-- column title: text. The variant's options in words; null for a master.
-- column sku: text. Stock keeping unit.
-- column barcode: text. Barcode (EAN, UPC, ISBN).
-- column is_master: boolean. Whether it is the product's master variant.
-- column unit_cost_amount: decimal(18,4). What one unit costs the merchant.
-- column cost_currency: text. Currency of that cost.
-- column position: bigint. Its place among the variants.
-- column is_subscribable: boolean. Whether it can be subscribed to.
-- column is_deleted: boolean. Whether it was deleted.
-- column created_at: timestamptz. When the variant was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_variants: id integer, product_id integer, sku text, gtin text,
--    is_master boolean, cost_price decimal(10,2), cost_currency text, position integer,
--    subscribable boolean, deleted_at timestamptz, created_at timestamptz, updated_at
--    timestamptz, _connection_id text, _synced_at timestamptz
-- source raw_chord_oms.spree_option_values_variants: variant_id integer, option_value_id integer,
--    _connection_id text
-- source raw_chord_oms.spree_option_values: id integer, option_type_id integer, name text,
--    presentation text, _connection_id text
-- source raw_chord_oms.spree_option_types: id integer, position integer, _connection_id text
with option_values as (
    select
        chosen._connection_id,
        chosen.variant_id,
        string_agg(
            coalesce(offered.presentation, offered.name), ' / ' order by types.position, offered.id
        ) as title
    from raw_chord_oms.spree_option_values_variants as chosen
    inner join raw_chord_oms.spree_option_values as offered
        on offered._connection_id = chosen._connection_id and offered.id = chosen.option_value_id
    left join raw_chord_oms.spree_option_types as types
        on types._connection_id = offered._connection_id and types.id = offered.option_type_id
    group by chosen._connection_id, chosen.variant_id
)

select
    variants._connection_id || ':' || cast(variants.id as varchar) as variant_id,
    variants._connection_id as connection_id,
    cast(variants.id as varchar) as source_variant_id,
    variants._connection_id || ':' || cast(variants.product_id as varchar) as product_id,
    option_values.title,
    nullif(trim(variants.sku), '') as sku,
    nullif(trim(variants.gtin), '') as barcode,
    coalesce(variants.is_master, false) as is_master,
    cast(variants.cost_price as decimal(18,4)) as unit_cost_amount,
    variants.cost_currency,
    cast(variants.position as bigint) as position,
    coalesce(variants.subscribable, false) as is_subscribable,
    variants.deleted_at is not null as is_deleted,
    variants.created_at,
    variants.updated_at,
    variants._synced_at as synced_at
from raw_chord_oms.spree_variants as variants
left join option_values
    on option_values._connection_id = variants._connection_id
    and option_values.variant_id = variants.id
