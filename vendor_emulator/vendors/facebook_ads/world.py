"""The advertiser's accounts as Meta shows them: campaigns, ad sets, ads and what they are made of.

Belongs here: objects, their statuses, what a day or a person changes, the log of activities.
Does not belong here: pages and fields (`graph.py`), numbers of days (`figures.py`).

Ids have seventeen and eighteen digits, beyond what a float holds. Times are shown in the account's
zone. Archived and deleted objects stay, and are shown to who asks for them by status.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vendor_emulator.business import Business
from vendor_emulator.business_ads import Ad, AdAccount, AdCampaign, AdGroup, Advertising, at
from vendor_emulator.vendors.facebook_ads import objects
from vendor_emulator.vendors.facebook_ads.belongings import belongings

Node = dict[str, Any]
SHOWN_UNASKED = frozenset({"ARCHIVED", "DELETED"})
"""Statuses that a list leaves out unless it is asked for them."""
STATUSED = {"campaigns", "adsets", "ads"}


class World:
    def __init__(self, business: Business, *, scale: int = 1) -> None:
        self.business = business
        self.scale = scale
        self.advertising = Advertising(business, "facebook", scale=scale)
        first_day = self.advertising.first_day
        self.old_products = [each for each in business.products if each.created_at < at(first_day)]
        self.accounts: dict[str, Node] = {}
        self.zones: dict[str, ZoneInfo] = {}
        self.edges: dict[str, dict[str, list[Node]]] = {}
        self.version = 0
        self.build()
        for day in range(1, business.days_later + 1):
            self.live(day, business.base_now + timedelta(days=day, hours=-12))

    # ------------------------------------------------------------------ building

    def build(self) -> None:
        for account in self.advertising.accounts:
            node = objects.account(account)
            self.accounts[node["account_id"]] = node
            self.zones[node["account_id"]] = ZoneInfo(account.time_zone)
            self.edges[node["account_id"]] = {edge: [] for edge in objects.KINDS}
        accounts = {account.id: account for account in self.advertising.accounts}
        for campaign in self.advertising.campaigns:
            self.add_campaign(accounts[campaign.account_id], campaign)
        for group in self.advertising.groups:
            self.add_ad_set(group)
        for place, ad in enumerate(self.advertising.ads):
            self.add_ad(ad, place)
        for account in self.advertising.accounts:
            account_id = objects.account_id(account.id)
            for edge, nodes in belongings(account).items():
                self.edges[account_id][edge] += nodes
            for place, status in enumerate(("ARCHIVED", "DELETED")):
                self.add(account_id, "campaigns", objects.old_campaign(account, place, status))
        self.version += 1

    def add(self, account_id: str, edge: str, node: Node) -> None:
        """Newest first, as the vendor lists."""
        self.edges[account_id][edge].insert(0, node)

    def add_campaign(self, account: AdAccount, campaign: AdCampaign) -> None:
        node = objects.campaign(campaign, account)
        self.add(node["account_id"], "campaigns", node)
        self.log(node, "create_campaign_group", campaign.created_at, "CAMPAIGN_GROUP")

    def add_ad_set(self, group: AdGroup) -> None:
        node = objects.ad_set(group, self.advertising.campaign(group.campaign_id))
        self.add(node["account_id"], "adsets", node)
        self.log(node, "create_ad_set", group.created_at, "CAMPAIGN")

    def add_ad(self, ad: Ad, place: int) -> None:
        status = {4: "ARCHIVED", 9: "DELETED"}.get(place % 10)
        node = objects.ad(ad, status)
        account_id = node["account_id"]
        self.add(account_id, "ads", node)
        self.add(account_id, "adcreatives", objects.creative(ad))
        medium = "advideos" if ad.is_video else "adimages"
        self.add(account_id, medium, objects.medium(ad))
        self.log(node, "create_ad", ad.created_at, "ADGROUP")

    def log(self, node: Node, event: str, at: datetime, kind: str, extra: str = "{}") -> None:
        log = self.edges[node["account_id"]]["activities"]
        log.append(objects.activity(node, event, at, kind, extra))
        log.sort(key=lambda each: each["event_time"], reverse=True)

    # ------------------------------------------------------------------ reading

    def nodes(self, account_id: str, edge: str) -> list[Node]:
        return self.edges[account_id][edge]

    def everything(self) -> Iterator[tuple[str, str, Node]]:
        for account_id, edges in self.edges.items():
            for edge, nodes in edges.items():
                for node in nodes:
                    yield account_id, edge, node

    def effective_status(self, edge: str, node: Node) -> str:
        """What a parent's status makes of an object; it moves no `updated_time` of the child."""
        own = node["status"]
        if own in SHOWN_UNASKED or edge == "campaigns":
            return own
        campaign = self.find(node["account_id"], "campaigns", node["campaign_id"])
        above = [(campaign["status"], "CAMPAIGN_PAUSED")]
        if edge == "ads":
            group = self.find(node["account_id"], "adsets", node["adset_id"])
            above.append((group["status"], "ADSET_PAUSED"))
        for status, _ in above:
            if status in SHOWN_UNASKED:
                return status
        for status, name in above:
            if status == "PAUSED":
                return name
        return own

    def find(self, account_id: str, edge: str, node_id: str) -> Node:
        return next(node for node in self.edges[account_id][edge] if node["id"] == node_id)

    def active_ads(self, account_id: str) -> int:
        return sum(node["status"] == "ACTIVE" for node in self.edges[account_id]["ads"])

    # ------------------------------------------------------------------ changing

    def next_day(self, business: Business, *, stamped_at: datetime | None) -> None:
        self.business = business
        self.advertising = Advertising(business, "facebook", scale=self.scale)
        at = stamped_at or business.now - timedelta(hours=12)
        self.live(business.days_later, at)

    def live(self, day: int, at: datetime) -> None:
        """A person's day of work: a budget raised, an ad paused or set going, one deleted."""
        campaigns = [campaign.id for campaign in self.advertising.campaigns]
        ads = [ad.id for ad in self.advertising.ads]
        campaign = self.by_number("campaigns", campaigns[day % len(campaigns)])
        campaign["daily_budget"] = str(int(campaign["daily_budget"]) + 500)
        campaign["updated_time"] = at
        self.log(campaign, "update_campaign_budget", at, "CAMPAIGN_GROUP")
        ad = self.by_number("ads", ads[day * 3 % len(ads)])
        if ad["status"] not in SHOWN_UNASKED:
            self.set_status(ad, "PAUSED" if ad["status"] == "ACTIVE" else "ACTIVE", at)
            self.log(ad, "update_ad_run_status", at, "ADGROUP")
        if day % 2 == 0:
            gone = self.by_number("ads", ads[(day * 5 + 1) % len(ads)])
            self.set_status(gone, "DELETED", at)
            self.log(gone, "update_ad_run_status", at, "ADGROUP", '{"new_value":"Deleted"}')
        self.version += 1

    def by_number(self, edge: str, number: int) -> Node:
        wanted = objects.object_id(number)
        return next(
            node for _, at, node in self.everything() if at == edge and node["id"] == wanted
        )

    def set_status(self, node: Node, status: str, at: datetime) -> None:
        node.update(status=status, configured_status=status, updated_time=at)

    def touch(self, edge: str, at: datetime) -> str:
        """Renames the newest object of the first account."""
        node = next(iter(self.edges.values()))[edge][0]
        node["name"] = f"{node.get('name', '')} (renamed)"
        for name in ("updated_time", "time_updated"):
            if name in node:
                node[name] = at if name == "updated_time" else int(at.timestamp())
        self.version += 1
        return str(node["id"])
