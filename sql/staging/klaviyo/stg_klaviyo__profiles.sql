-- One row per Klaviyo profile: a person, known by e-mail or phone or not at all.
--
-- materialized: view
-- key: profile_id
-- column profile_id: text. The profile's key: connection and Klaviyo's id.
-- column connection_id: text. The connection that the row came through.
-- column source_profile_id: text. Klaviyo's own id.
-- column email: text. E-mail as it was given.
-- column normalized_email: text. E-mail in lower case without blanks around it; who shares it is
--    one person.
-- column phone: text. Phone number.
-- column external_id: text. The shop's id of the person, where it gave one.
-- column first_name: text. First name.
-- column last_name: text. Last name.
-- column city: text. City.
-- column region: text. Province or state.
-- column country: text. Country, as Klaviyo writes it.
-- column postal_code: text. Postal code.
-- column email_consent: text. Consent to marketing e-mails: subscribed, unsubscribed,
--    never_subscribed.
-- column accepts_email_marketing: boolean. Whether marketing e-mails may be sent.
-- column sms_consent: text. Consent to marketing texts.
-- column accepts_sms_marketing: boolean. Whether marketing texts may be sent.
-- column last_event_at: timestamptz. When the last event happened, UTC.
-- column created_at: timestamptz. When it was made, UTC.
-- column updated_at: timestamptz. When it last changed, UTC.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_klaviyo.profiles: id text, created_at timestamptz, updated_at timestamptz, payload
--    json, _connection_id text, _synced_at timestamptz
with parsed as (
    select
        loaded._connection_id,
        loaded._synced_at,
        loaded.id,
        loaded.created_at,
        loaded.updated_at,
        from_json(loaded.payload, '{
            "attributes": {
                "email": "VARCHAR",
                "phone_number": "VARCHAR",
                "external_id": "VARCHAR",
                "first_name": "VARCHAR",
                "last_name": "VARCHAR",
                "last_event_date": "TIMESTAMPTZ",
                "location": {
                    "city": "VARCHAR",
                    "region": "VARCHAR",
                    "country": "VARCHAR",
                    "zip": "VARCHAR"
                },
                "subscriptions": {
                    "email": {
                        "marketing": {
                            "consent": "VARCHAR",
                            "can_receive_email_marketing": "BOOLEAN"
                        }
                    },
                    "sms": {
                        "marketing": {
                            "consent": "VARCHAR",
                            "can_receive_sms_marketing": "BOOLEAN"
                        }
                    }
                }
            }
        }') as node
    from raw_klaviyo.profiles as loaded
)

select
    parsed._connection_id || ':' || parsed.id as profile_id,
    parsed._connection_id as connection_id,
    parsed.id as source_profile_id,
    node.attributes.email,
    nullif(lower(trim(node.attributes.email)), '') as normalized_email,
    node.attributes.phone_number as phone,
    node.attributes.external_id,
    nullif(trim(node.attributes.first_name), '') as first_name,
    nullif(trim(node.attributes.last_name), '') as last_name,
    node.attributes.location.city,
    node.attributes.location.region,
    node.attributes.location.country,
    node.attributes.location.zip as postal_code,
    lower(node.attributes.subscriptions.email.marketing.consent) as email_consent,
    node.attributes.subscriptions.email.marketing.can_receive_email_marketing
        as accepts_email_marketing,
    lower(node.attributes.subscriptions.sms.marketing.consent) as sms_consent,
    node.attributes.subscriptions.sms.marketing.can_receive_sms_marketing as accepts_sms_marketing,
    node.attributes.last_event_date as last_event_at,
    parsed.created_at,
    parsed.updated_at,
    parsed._synced_at as synced_at
from parsed
