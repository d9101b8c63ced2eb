-- One row per Facebook creative: what an ad shows, and where it leads.
--
-- materialized: view
-- key: creative_key
-- column creative_key: text. Connection and Meta's id of the creative.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Meta's id of the ad account.
-- column creative_id: text. Meta's id.
-- column creative_name: text. Name as it is now.
-- column title: text. Headline.
-- column body: text. Text.
-- column object_type: text. share, video, photo or the like.
-- column call_to_action: text. The button, in lower case.
-- column image_hash: text. Names the image in the account's library.
-- column video_id: text. Names the video in the account's library.
-- column link: text. Where a click leads, without the parameters that Meta adds.
-- column url_tags: text. The parameters that Meta adds to the link.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_facebook_ads.ad_creatives: id text, account_id text, payload json, _connection_id text,
--    _synced_at timestamptz
select
    loaded._connection_id || ':' || loaded.id as creative_key,
    loaded._connection_id as connection_id,
    loaded.account_id,
    loaded.id as creative_id,
    loaded.payload ->> 'name' as creative_name,
    loaded.payload ->> 'title' as title,
    loaded.payload ->> 'body' as body,
    lower(loaded.payload ->> 'object_type') as object_type,
    lower(loaded.payload ->> 'call_to_action_type') as call_to_action,
    coalesce(
        loaded.payload ->> 'image_hash',
        loaded.payload ->> '$.object_story_spec.link_data.image_hash',
        loaded.payload ->> '$.object_story_spec.video_data.image_hash'
    ) as image_hash,
    coalesce(
        loaded.payload ->> 'video_id',
        loaded.payload ->> '$.object_story_spec.video_data.video_id'
    ) as video_id,
    coalesce(
        loaded.payload ->> 'link_url',
        loaded.payload ->> '$.object_story_spec.link_data.link',
        loaded.payload ->> '$.object_story_spec.video_data.call_to_action.value.link',
        loaded.payload ->> '$.asset_feed_spec.link_urls[0].website_url',
        loaded.payload ->> 'template_url'
    ) as link,
    loaded.payload ->> 'url_tags' as url_tags,
    loaded._synced_at as synced_at
from raw_facebook_ads.ad_creatives as loaded
