-- One row per code of a coupon.
--
-- materialized: view
-- key: coupon_code_id
-- column coupon_code_id: text. The code's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_coupon_code_id: text. Klaviyo's own id.
-- column coupon_id: text. The coupon's key.
-- column code: text. The code that a customer types.
-- column status: text. unassigned, assigned_to_profile, used and so on.
-- column profile_id: text. Key of the profile that got it; null while nobody has.
-- column expires_at: timestamptz. Until when it may be used, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.coupon_codes: id text, coupon_id text, expires_at timestamptz, payload json,
--    _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.coupon_id,
        loaded.expires_at,
        from_json(loaded.payload, '{
            "attributes": {"unique_code": "VARCHAR", "status": "VARCHAR"},
            "relationships": {"profile": {"data": {"id": "VARCHAR"}}}
        }') as node
    from raw_klaviyo.coupon_codes as loaded
)

select
    parsed._connection_id || ':' || parsed.id as coupon_code_id,
    parsed._connection_id as connection_id,
    parsed.id as source_coupon_code_id,
    parsed._connection_id || ':' || parsed.coupon_id as coupon_id,
    node.attributes.unique_code as code,
    lower(node.attributes.status) as status,
    parsed._connection_id || ':' || node.relationships.profile.data.id as profile_id,
    parsed.expires_at,
    parsed._synced_at as synced_at
from parsed
