"""What stands in Pinterest's ad accounts: the brand's advertising under Pinterest's names.

Belongs here: records as Pinterest shows them, changes by a person. Does not belong here: pages and
statuses (`listing.py`), numbers (`analytics.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vendor_emulator.business import Business
from vendor_emulator.business_ad_sums import Sums
from vendor_emulator.business_ads import Ad, AdAccount, AdCampaign, AdGroup, Advertising, at

Record = dict[str, Any]
OBJECTIVES = {
    "conversions": "WEB_CONVERSION",
    "awareness": "AWARENESS",
    "catalog_sales": "CATALOG_SALES",
}
SUMMARY = {"active": "RUNNING", "paused": "PAUSED", "archived": "ARCHIVED"}
CLOSED = "549700000099"
WORDS = ("linen", "gift ideas", "home decor")


def account_id(number: int) -> str:
    return f"5497{number:08d}"


def campaign_id(number: int) -> str:
    return f"6267{number:011d}"


def group_id(number: int) -> str:
    return f"2680{number:012d}"


def ad_id(number: int) -> str:
    """Beyond 2^53: who reads it as a float loses its end."""
    return f"687{number:015d}"


def pin_id(number: int) -> str:
    return f"394{number:015d}"


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


class World:
    """Made once a day; what a person changed stays (`edited`)."""

    def __init__(self, business: Business, *, closed_account: bool) -> None:
        self.closed_account = closed_account
        self.edited: dict[tuple[str, str], Record] = {}
        self.become(business)

    def become(self, business: Business) -> None:
        self.business = business
        self.advertising = Advertising(business, "pinterest")
        self.sums = Sums(self.advertising)
        self.numbers = {account_id(one.id): one for one in self.advertising.accounts}
        self.lists: dict[tuple[str, str], list[Record]] = {}

    def accounts(self) -> list[Record]:
        # Made shortly before the first campaign, which is what a first sync starts from.
        made_at = at(self.advertising.first_day) - timedelta(days=7)
        made = [account(one, made_at) for one in self.advertising.accounts]
        shown = [self.shown("ad_accounts", one) for one in made]
        if self.closed_account:
            shown.append({**shown[0], "id": CLOSED, "name": "Closed"})
        return shown

    def records(self, name: str, account: str) -> list[Record]:
        """Of one account, in the order of their making."""
        key = (name, account)
        if key not in self.lists:
            made = list(getattr(self, name)(self.numbers[account]))
            self.lists[key] = [self.shown(name, record) for record in made]
        return self.lists[key]

    def shown(self, name: str, record: Record) -> Record:
        return {**record, **self.edited.get((name, record["id"]), {})}

    def edit(self, name: str, record_id: str, fields: Record) -> None:
        key = (name, record_id)
        self.edited[key] = {**self.edited.get(key, {}), **fields}
        self.lists.clear()

    # ------------------------------------------------------------------ lists

    def campaigns(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.campaigns if one.account_id == account.id]
        return [campaign(one) for one in mine]

    def ad_groups(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.groups if one.account_id == account.id]
        return [group(one) for one in mine]

    def ads(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.ads if one.account_id == account.id]
        return [ad(one) for one in mine]

    def keywords(self, account: AdAccount) -> list[Record]:
        """Three for each ad group, and a negative one for each campaign."""
        found = []
        for one in self.advertising.groups:
            if one.account_id == account.id:
                found += [
                    keyword(one.id * 10 + place, word, "BROAD", group_id(one.id), "ad_group")
                    for place, word in enumerate(WORDS)
                ]
        for one in self.advertising.campaigns:
            if one.account_id == account.id:
                own = campaign_id(one.id)
                found.append(keyword(one.id, "free", "EXACT_NEGATIVE", own, "campaign"))
        return found

    def audiences(self, account: AdAccount) -> list[Record]:
        return [
            {
                "ad_account_id": account_id(account.id),
                "id": f"2542{account.id:06d}{place}",
                "name": name,
                "audience_type": kind,
                "type": "audience",
                "status": "READY",
                "size": 12_000 + place,
                "description": None,
                "created_timestamp": seconds(account.created_at),
                "updated_timestamp": seconds(account.created_at),
                "rule": {"retention_days": 90},
            }
            for place, (name, kind) in enumerate(
                (("All visitors", "VISITOR"), ("Like buyers", "ACTALIKE"))
            )
        ]

    def customer_lists(self, account: AdAccount) -> list[Record]:
        return [
            {
                "ad_account_id": account_id(account.id),
                "id": f"6435{account.id:06d}",
                "name": "Buyers",
                "type": "customerlist",
                "status": "READY",
                "num_batches": 2,
                "num_uploaded_user_records": 5400,
                "num_removed_user_records": 0,
                "created_time": seconds(account.created_at),
                "updated_time": seconds(account.created_at),
                "exceptions": {},
            }
        ]

    def conversion_tags(self, account: AdAccount) -> list[Record]:
        return [
            {
                "ad_account_id": account_id(account.id),
                "id": f"2617{account.id:06d}",
                "name": "Shop",
                "status": "ACTIVE",
                "version": "3",
                "enhanced_match_status": "VALIDATION_COMPLETE",
                "last_fired_time_ms": seconds(self.business.base_now) * 1000,
                "code_snippet": "<script></script>",
                "configs": {"aem_enabled": True},
            }
        ]

    def boards(self, account: AdAccount) -> list[Record]:
        return [
            {
                "id": f"5499{account.id:06d}{place}",
                "name": name,
                "description": None,
                "privacy": "PUBLIC",
                "owner": {"username": "fable"},
                "pin_count": 10,
                "follower_count": 300,
                "collaborator_count": 0,
                "created_at": account.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for place, name in enumerate(("Spring", "At home"))
        ]

    def pins(self, account: AdAccount) -> list[Record]:
        mine = [one for one in self.advertising.ads if one.account_id == account.id]
        return [
            {
                "id": pin_id(one.id),
                "title": one.headline[:100],
                "link": one.link,
                "description": one.name,
                "alt_text": None,
                "board_id": f"5499{account.id:06d}0",
                "board_owner": {"username": "fable"},
                "created_at": one.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "creative_type": "VIDEO" if one.is_video else "REGULAR",
                "has_been_promoted": True,
                "is_owner": True,
            }
            for one in mine
        ]


def account(one: AdAccount, made_at: datetime) -> Record:
    return {
        "id": account_id(one.id),
        "name": one.name,
        "owner": {"username": "fable", "id": "383791336903426391"},
        "country": "US" if one.currency == "USD" else "DE",
        "currency": one.currency,
        "permissions": ["OWNER"],
        "created_time": seconds(made_at),
        "updated_time": seconds(made_at),
    }


def campaign(one: AdCampaign) -> Record:
    return {
        "id": campaign_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "name": one.name,
        "status": one.status.upper(),
        "summary_status": SUMMARY[one.status],
        "objective_type": OBJECTIVES[one.kind],
        "daily_spend_cap": int(one.daily_budget * 1_000_000),
        "lifetime_spend_cap": None,
        "start_time": seconds(one.created_at),
        "end_time": None,
        "is_campaign_budget_optimization": True,
        "is_flexible_daily_budgets": False,
        "order_line_id": None,
        "tracking_urls": None,
        "created_time": seconds(one.created_at),
        "updated_time": seconds(one.updated_at),
        "type": "campaign",
    }


def group(one: AdGroup) -> Record:
    return {
        "id": group_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "campaign_id": campaign_id(one.campaign_id),
        "name": one.name,
        "status": one.status.upper(),
        "summary_status": SUMMARY[one.status],
        "budget_in_micro_currency": None,
        "budget_type": "CBO_ADGROUP",
        "bid_strategy_type": "AUTOMATIC_BID",
        "billable_event": "IMPRESSION",
        "placement_group": "ALL",
        "pacing_delivery_type": "STANDARD",
        "auto_targeting_enabled": True,
        "targeting_spec": {"GENDER": ["female", "male", "unknown"]},
        "created_time": seconds(one.created_at),
        "updated_time": seconds(one.updated_at),
        "type": "adgroup",
    }


def ad(one: Ad) -> Record:
    return {
        "id": ad_id(one.id),
        "ad_account_id": account_id(one.account_id),
        "campaign_id": campaign_id(one.campaign_id),
        "ad_group_id": group_id(one.group_id),
        "pin_id": pin_id(one.id),
        "name": one.name,
        "status": one.status.upper(),
        "summary_status": "PAUSED" if one.status == "paused" else "APPROVED",
        "creative_type": "VIDEO" if one.is_video else "REGULAR",
        "destination_url": one.link,
        "review_status": "APPROVED",
        "rejected_reasons": [],
        "tracking_urls": None,
        "is_pin_deleted": False,
        "created_time": seconds(one.created_at),
        "updated_time": seconds(one.updated_at),
        "type": "pinpromotion",
    }


def keyword(number: int, value: str, match: str, parent: str, kind: str) -> Record:
    return {
        "id": f"3837{number:012d}",
        "value": value,
        "match_type": match,
        "bid": None,
        "archived": False,
        "parent_id": parent,
        "parent_type": kind,
        "type": "keyword",
    }
