"""The setup test of a TikTok connection, and the vendor's own counts.

Belongs here: what is asked outside a sync. Does not belong here: texts (`setup.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.sources.tiktok_ads.accounts import Accounts
from dlt_pipelines.sources.tiktok_ads.client import AccountGone, NotPermitted
from dlt_pipelines.sources.tiktok_ads.entities import LISTS

PERMISSIONS = {
    "campaigns": "Ads Management",
    "smart_plus_campaigns": "Ads Management (Smart+)",
    "pixels": "Measurement",
    "custom_audiences": "Audience Management",
    "videos": "Creative Management",
}
"""TikTok does not list a token's permissions: one small request for each tells."""
COUNTED = ("campaigns", "ad_groups", "ads", "pixels", "custom_audiences", "videos")


def check(settings: ConnectionSettings) -> CheckResult:
    accounts = Accounts(settings)
    first = accounts.all[0]
    missing = []
    for one in LISTS:
        if one.table in PERMISSIONS:
            try:
                accounts.client.total(one.path, {"advertiser_id": first.id, **one.params})
            except (NotPermitted, AccountGone):
                missing.append(PERMISSIONS[one.table])
    named = ", ".join(f"{account.record.get('name')} ({account.id})" for account in accounts.all)
    warnings = [message for messages in settings.report.warnings.values() for message in messages]
    return CheckResult(account=named, missing_scopes=tuple(missing), warnings=tuple(warnings))


def counts(settings: ConnectionSettings, tables: Sequence[str]) -> dict[str, int]:
    """Of all records: TikTok's lists have no filter by creation that counts to the second. Not of a
    table that an account refuses: a number is either whole or none."""
    accounts = Accounts(settings)
    found: dict[str, int] = {}
    for one in LISTS:
        if one.table in tables and one.table in COUNTED:
            try:
                found[one.table] = sum(
                    accounts.client.total(one.path, {"advertiser_id": account.id, **one.params})
                    for account in accounts.all
                )
            except (NotPermitted, AccountGone):
                continue
    return found
