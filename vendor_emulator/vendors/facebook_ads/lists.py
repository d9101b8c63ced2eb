"""Lists of objects: filters, statuses, orders, fields.

Belongs here: what an edge of an account answers. Does not belong here: pages (`graph.py`), the
objects themselves (`objects.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from vendor_emulator.vendors.facebook_ads import objects
from vendor_emulator.vendors.facebook_ads.graph import Call, Refused, select
from vendor_emulator.vendors.facebook_ads.world import SHOWN_UNASKED, STATUSED, Node, World

TABLES = {
    "adaccounts": "ad_accounts",
    "campaigns": "campaigns",
    "adsets": "ad_sets",
    "ads": "ads",
    "adcreatives": "ad_creatives",
    "adimages": "ad_images",
    "advideos": "ad_videos",
    "customconversions": "custom_conversions",
    "customaudiences": "custom_audiences",
    "adspixels": "pixels",
    "activities": "activities",
}
ACCOUNT_FIELDS = frozenset(
    {
        "id",
        "account_id",
        "name",
        "account_status",
        "disable_reason",
        "currency",
        "timezone_id",
        "timezone_name",
        "timezone_offset_hours_utc",
        "created_time",
        "business_name",
        "business_country_code",
        "spend_cap",
        "amount_spent",
        "balance",
        "age",
        "is_prepay_account",
    }
)
EDGE_PARAMS = {
    "campaigns": ("effective_status", "filtering", "is_completed"),
    "adsets": ("effective_status", "filtering", "is_completed", "updated_since"),
    "ads": ("effective_status", "filtering", "updated_since"),
    "activities": ("since", "until", "category", "data_source", "oid", "uid"),
    "customaudiences": ("business_id", "pixel_id"),
}
STATUSES = {
    "campaigns": {"ACTIVE", "ARCHIVED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES"},
    "adsets": {
        "ACTIVE",
        "ARCHIVED",
        "CAMPAIGN_PAUSED",
        "DELETED",
        "IN_PROCESS",
        "PAUSED",
        "WITH_ISSUES",
    },
    "ads": {
        "ACTIVE",
        "ADSET_PAUSED",
        "ARCHIVED",
        "CAMPAIGN_PAUSED",
        "DELETED",
        "DISAPPROVED",
        "IN_PROCESS",
        "PAUSED",
        "PENDING_BILLING_INFO",
        "PENDING_REVIEW",
        "PREAPPROVED",
        "WITH_ISSUES",
    },
}
HEAVY = {"adcreatives": 50}
"""Objects a page of which is refused above this number: they are large."""
LARGE_PAGE = 1000
NEWEST_FIRST = frozenset({"adimages", "advideos"})
Make = Callable[[], dict[str, Any]]


def too_much() -> Refused:
    return Refused(
        "Please reduce the amount of data you're asking for, then retry your request",
        code=1,
        status=500,
    )


class Lists:
    def __init__(self, world: World) -> None:
        self.world = world
        self.ids: dict[tuple[str, str], dict[str, Node]] = {}

    def by_id(self, account: str, edge: str, number: str) -> Node:
        """Objects are never taken away, so what is known of them stays true."""
        known = self.ids.setdefault((account, edge), {})
        if number not in known:
            known.update((node["id"], node) for node in self.world.nodes(account, edge))
        return known[number]

    def accounts(self, call: Call) -> list[Make]:
        names = call.fields()
        return [
            self.maker(account, node, names, "AdAccount", ACCOUNT_FIELDS)
            for account, node in self.world.accounts.items()
        ]

    def asked(self, call: Call, account: str, edge: str, now: datetime) -> tuple[list[Make], int]:
        """Makers of the asked objects, and how many the account has of those asked for."""
        if edge not in objects.KINDS:
            raise Refused(f"(#2500) Unknown path components: /{edge}", code=2500)
        call.only(EDGE_PARAMS.get(edge, ()))
        if call.limit() > HEAVY.get(edge, LARGE_PAGE):
            raise too_much()
        nodes = list(self.world.nodes(account, edge))
        if edge in STATUSED:
            nodes = self.of_status(call, edge, nodes)
            nodes = filtered(call, edge, nodes)
        elif edge == "activities":
            nodes = within(call, nodes, now)
        elif edge in NEWEST_FIRST:
            nodes.sort(key=lambda node: node["updated_time"], reverse=True)
        names, known = call.fields(), self.known(account, edge)
        kind = objects.KINDS[edge]
        makers = [self.maker(account, node, names, kind, known) for node in nodes]
        if not makers:
            select({}, names, kind=kind, known=known)
        return makers, len(nodes)

    def known(self, account: str, edge: str) -> frozenset[str]:
        for each in (account, *self.world.accounts):
            if nodes := self.world.nodes(each, edge):
                return frozenset(nodes[0])
        return frozenset()

    def maker(
        self, account: str, node: Node, names: list[str], kind: str, known: frozenset[str]
    ) -> Make:
        return lambda: select(self.rendered(account, node), names, kind=kind, known=known)

    def rendered(self, account: str, node: Node) -> Node:
        """Times in the account's zone; the log's in UTC."""
        shown: Node = {}
        zone = UTC if "event_time" in node else self.world.zones[account]
        for name, value in node.items():
            if isinstance(value, datetime):
                value = f"{value.astimezone(zone):%Y-%m-%dT%H:%M:%S%z}"
            shown[name] = value
        if "effective_status" in shown:
            edge = "ads" if "adset_id" in node else "adsets"
            edge = edge if "campaign_id" in node else "campaigns"
            shown["effective_status"] = self.world.effective_status(edge, node)
        return shown

    def of_status(self, call: Call, edge: str, nodes: list[Node]) -> list[Node]:
        asked = set(call.listed("effective_status"))
        if unknown := asked - STATUSES[edge]:
            raise Refused(
                f"(#100) effective_status[0] must be one of the following values, not {unknown}"
            )
        statuses = ((node, self.world.effective_status(edge, node)) for node in nodes)
        return [
            node
            for node, status in statuses
            if (status in asked if asked else status not in SHOWN_UNASKED)
        ]


def filtered(call: Call, edge: str, nodes: list[Node]) -> list[Node]:
    singular = edge.removesuffix("s")
    for name, operator, value in call.filters():
        if name.removeprefix(f"{singular}.") != "updated_time" or operator != "GREATER_THAN":
            raise Refused(f"(#100) Filtering field {name} with {operator} is not known here")
        if not isinstance(value, int):
            raise Refused("(#100) Filtering value for updated_time must be a Unix time")
        nodes = [node for node in nodes if node["updated_time"].timestamp() > value]
    return nodes


def within(call: Call, nodes: list[Node], now: datetime) -> list[Node]:
    """A week back unless told otherwise; ends included."""
    since = moment(call, "since") or now - timedelta(days=7)
    until = moment(call, "until") or now
    if since > until:
        raise Refused("(#100) since must be before until")
    return [node for node in nodes if since <= node["event_time"] <= until]


def moment(call: Call, name: str) -> datetime | None:
    text = call.params.get(name)
    if text is None:
        return None
    try:
        if str(text).isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        made = datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused(f"(#100) Param {name} must be a time") from None
    return made if made.tzinfo else made.replace(tzinfo=UTC)
