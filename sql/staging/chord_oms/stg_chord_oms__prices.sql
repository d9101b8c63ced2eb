-- One row per price of a variant of a Chord OMS: one for each currency and country.
--
-- materialized: view
-- key: price_id
-- column price_id: text. The price's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column variant_id: text. The variant that it is a price of.
-- column price_amount: decimal(18,4). Price of one unit.
-- column currency: text. Its currency.
-- column country_code: text. The country that it is for; null for all.
-- column is_deleted: boolean. Whether it was replaced.
-- column created_at: timestamptz. When the price was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_prices: id integer, variant_id integer, amount decimal(10,2),
--    currency text, country_iso text, deleted_at timestamptz, created_at timestamptz, updated_at
--    timestamptz, _connection_id text, _synced_at timestamptz
select
    prices._connection_id || ':' || cast(prices.id as varchar) as price_id,
    prices._connection_id as connection_id,
    prices._connection_id || ':' || cast(prices.variant_id as varchar) as variant_id,
    cast(prices.amount as decimal(18,4)) as price_amount,
    prices.currency,
    prices.country_iso as country_code,
    prices.deleted_at is not null as is_deleted,
    prices.created_at,
    prices.updated_at,
    prices._synced_at as synced_at
from raw_chord_oms.spree_prices as prices
