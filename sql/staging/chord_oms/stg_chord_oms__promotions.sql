-- One row per promotion of a Chord OMS, of the older engine (`spree_`) and of the newer
-- (`solidus_promotions_`).
--
-- materialized: view
-- key: promotion_id
-- column promotion_id: text. The promotion's key: connection, engine and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column engine: text. legacy or solidus_promotions.
-- column promotion_name: text. The promotion's name.
-- column description: text. What it says.
-- column is_automatic: boolean. Whether it applies without a code.
-- column usage_limit: bigint. How often it may be used.
-- column starts_at: timestamptz. From when it applies, UTC.
-- column ends_at: timestamptz. Until when it applies, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- source raw_chord_oms.spree_promotions: id integer, name text, description text,
--    apply_automatically boolean, usage_limit integer, starts_at timestamptz, expires_at
--    timestamptz, created_at timestamptz, updated_at timestamptz, _connection_id text
-- source raw_chord_oms.solidus_promotions_promotions: id bigint, name text, description text,
--    apply_automatically boolean, usage_limit integer, starts_at timestamptz, expires_at
--    timestamptz, created_at timestamptz, updated_at timestamptz, _connection_id text
with promotions as (
    select
        older._connection_id || ':legacy-' || cast(older.id as varchar) as promotion_id,
        older._connection_id as connection_id,
        'legacy' as engine,
        older.name,
        older.description,
        older.apply_automatically,
        older.usage_limit,
        older.starts_at,
        older.expires_at,
        older.created_at,
        older.updated_at
    from raw_chord_oms.spree_promotions as older
    union all
    select
        newer._connection_id || ':solidus_promotions-' || cast(newer.id as varchar),
        newer._connection_id,
        'solidus_promotions',
        newer.name,
        newer.description,
        newer.apply_automatically,
        newer.usage_limit,
        newer.starts_at,
        newer.expires_at,
        newer.created_at,
        newer.updated_at
    from raw_chord_oms.solidus_promotions_promotions as newer
)

select
    promotions.promotion_id,
    promotions.connection_id,
    promotions.engine,
    promotions.name as promotion_name,
    promotions.description,
    coalesce(promotions.apply_automatically, false) as is_automatic,
    cast(promotions.usage_limit as bigint) as usage_limit,
    promotions.starts_at,
    promotions.expires_at as ends_at,
    promotions.created_at,
    promotions.updated_at
from promotions
