-- One row per conversion action: what counts, and within which windows.
--
-- materialized: view
-- key: conversion_action_key
-- column conversion_action_key: text. Connection and Google's resource name.
-- column connection_id: text. The connection that the row came through.
-- column account_id: text. Google's id of the account.
-- column conversion_action_id: text. Google's id.
-- column conversion_action_name: text. Its name.
-- column category: text. purchase, signup and others.
-- column is_primary: boolean. Whether it counts as a conversion.
-- column click_window_days: bigint. Days after a click.
-- column view_window_days: bigint. Days after a view.
-- column attribution_model: text. Google's model.
-- column status: text. enabled, hidden or removed.
-- column synced_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_ads.conversion_actions: resource_name text, account_id text, id text, name
--    text, category text, is_primary boolean, click_window_days bigint, view_window_days bigint,
--    attribution_model text, status text, _connection_id text, _synced_at timestamptz
select
    r._connection_id || ':' || r.resource_name as conversion_action_key,
    r._connection_id as connection_id,
    r.account_id,
    r.id as conversion_action_id,
    r.name as conversion_action_name,
    lower(r.category) as category,
    r.is_primary,
    r.click_window_days,
    r.view_window_days,
    lower(r.attribution_model) as attribution_model,
    lower(r.status) as status,
    r._synced_at as synced_at
from raw_google_ads.conversion_actions as r
