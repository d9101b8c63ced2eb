-- One row per address of a Chord OMS, with its country and state. Solidus writes one `name` since
-- 2021; older rows have first and last name only.
--
-- materialized: view
-- key: address_id
-- column address_id: text. The address's key: connection and the OMS's id.
-- column connection_id: text. The connection that the row came through.
-- column full_name: text. Whole name.
-- column first_name: text. First name; the first word of the whole name where that is all there
--    is.
-- column last_name: text. Last name; the rest of the whole name where that is all there is.
-- column city: text. City.
-- column province_code: text. Province or state: its code, or what was typed.
-- column country_code: text. Country, two letters.
-- column postal_code: text. Postal code.
-- column phone: text. Phone number.
-- column created_at: timestamptz. When the address was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_chord_oms.spree_addresses: id integer, name text, firstname text, lastname text,
--    city text, zipcode text, phone text, state_id integer, state_name text, country_id integer,
--    created_at timestamptz, updated_at timestamptz, _connection_id text, _synced_at timestamptz
-- source raw_chord_oms.spree_countries: id integer, iso text, _connection_id text
-- source raw_chord_oms.spree_states: id integer, abbr text, _connection_id text
select
    addresses._connection_id || ':' || cast(addresses.id as varchar) as address_id,
    addresses._connection_id as connection_id,
    coalesce(
        nullif(trim(addresses.name), ''),
        nullif(trim(concat_ws(' ', addresses.firstname, addresses.lastname)), '')
    ) as full_name,
    coalesce(
        nullif(trim(addresses.firstname), ''),
        nullif(split_part(trim(addresses.name), ' ', 1), '')
    ) as first_name,
    coalesce(
        nullif(trim(addresses.lastname), ''),
        nullif(trim(regexp_replace(trim(addresses.name), '^[^ ]*', '')), '')
    ) as last_name,
    addresses.city,
    coalesce(states.abbr, addresses.state_name) as province_code,
    countries.iso as country_code,
    addresses.zipcode as postal_code,
    addresses.phone,
    addresses.created_at,
    addresses.updated_at,
    addresses._synced_at as synced_at
from raw_chord_oms.spree_addresses as addresses
left join raw_chord_oms.spree_countries as countries
    on countries._connection_id = addresses._connection_id and countries.id = addresses.country_id
left join raw_chord_oms.spree_states as states
    on states._connection_id = addresses._connection_id and states.id = addresses.state_id
