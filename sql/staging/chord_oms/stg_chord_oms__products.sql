-- One row per product of a Chord OMS; deleted products stay, marked.
--
-- materialized: view
-- key: product_id
-- column product_id: text. The product's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column source_product_id: text. The OMS's id of the product.
-- column title: text. The product's name.
-- column handle: text. The last part of its address in the shop.
-- column product_type: text. Its main category.
-- column description_html: text. The description.
-- column is_deleted: boolean. Whether it was deleted.
-- column created_at: timestamptz. When the product was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column available_at: timestamptz. From when it is on sale, UTC.
-- column discontinued_at: timestamptz. From when it is no longer on sale, UTC.
-- column deleted_at: timestamptz. When it was deleted, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_products: id integer, name text, slug text, description text,
--    primary_taxon_id integer, available_on timestamptz, discontinue_on timestamptz, deleted_at
--    timestamptz, created_at timestamptz, updated_at timestamptz, _connection_id text, _synced_at
--    timestamptz
-- source raw_chord_oms.spree_taxons: id integer, name text, _connection_id text
select
    products._connection_id || ':' || cast(products.id as varchar) as product_id,
    products._connection_id as connection_id,
    cast(products.id as varchar) as source_product_id,
    products.name as title,
    products.slug as handle,
    taxons.name as product_type,
    products.description as description_html,
    products.deleted_at is not null as is_deleted,
    products.created_at,
    products.updated_at,
    products.available_on as available_at,
    products.discontinue_on as discontinued_at,
    products.deleted_at,
    products._synced_at as synced_at
from raw_chord_oms.spree_products as products
left join raw_chord_oms.spree_taxons as taxons
    on taxons._connection_id = products._connection_id and taxons.id = products.primary_taxon_id
