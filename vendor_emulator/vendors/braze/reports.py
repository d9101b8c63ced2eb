"""Lists and daily series of the workspace.

Belongs here: what a good request is answered. Does not belong here: who may ask (`workspace.py`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from vendor_emulator.vendors import Answer, Asked, json_answer
from vendor_emulator.vendors.braze.records import Record, braze_id
from vendor_emulator.vendors.braze.requests import Endpoint, bad, day_of, days_asked, moment
from vendor_emulator.vendors.braze.world import CUSTOM_EVENTS, World

CAMPAIGN_PAGE, NAME_PAGE = 100, 250
TIMES = {"Placed Order": 1, "Added To Cart": 2, "Viewed Product": 5}


def answered(endpoint: Endpoint, world: World, asked: Asked, now: datetime, largest: int) -> Answer:
    path, query = endpoint.path, asked.query
    if path in ("/campaigns/list", "/canvas/list"):
        return listed(path, world, asked, largest)
    if path == "/segments/list":
        kept = ("id", "name", "analytics_tracking_enabled", "tags")
        records = [{name: one[name] for name in kept} for one in world.segments.values()]
        return paged("segments", records, asked, min(CAMPAIGN_PAGE, largest))
    if path == "/events/list":
        return paged("events", list(CUSTOM_EVENTS), asked, min(NAME_PAGE, largest))
    if path == "/purchases/product_list":
        return paged("products", sorted(world.products), asked, min(NAME_PAGE, largest))
    if path.endswith("/details"):
        return details(path, world, asked)
    if path == "/canvas/data_series":
        return canvas_series(world, asked, now)
    if path.startswith("/email/"):
        return dated(path, world, asked, largest)
    if path == "/templates/email/list":
        return offset("templates", "updated_at", world.templates, asked, largest)
    if path == "/content_blocks/list":
        return offset("content_blocks", "last_edited", world.blocks, asked, largest)
    known = world.campaigns if path == "/campaigns/data_series" else world.segments
    if (key := query.get("campaign_id") or query.get("segment_id")) and key not in known:
        return bad("Invalid identifier")
    days = days_asked(asked, now).all
    return json_answer(
        {"message": "success", "data": [point(path, world, query, day) for day in days]}
    )


def paged(name: str, records: list[Any], asked: Asked, size: int) -> Answer:
    start = int(asked.query.get("page", "0")) * size
    return json_answer({"message": "success", name: records[start : start + size]})


def listed(path: str, world: World, asked: Asked, largest: int) -> Answer:
    is_campaign = path == "/campaigns/list"
    records = list((world.campaigns if is_campaign else world.canvases).values())
    if asked.query.get("include_archived", "false") != "true":
        records = [one for one in records if not one["archived"]]
    if since := moment(asked.query.get("last_edit.time[gt]", "")):
        records = [one for one in records if datetime.fromisoformat(one["updated_at"]) > since]
    records.sort(key=lambda one: one["created_at"])
    kept = ("id", "name", "tags", *(("is_api_campaign",) if is_campaign else ()))
    shown = [
        {**{name: one[name] for name in kept}, "last_edited": one["updated_at"]} for one in records
    ]
    name = "campaigns" if is_campaign else "canvases"
    return paged(name, shown, asked, min(CAMPAIGN_PAGE, largest))


def details(path: str, world: World, asked: Asked) -> Answer:
    kind, word = {
        "/campaigns/details": (world.campaigns, "campaign_id"),
        "/canvas/details": (world.canvases, "canvas_id"),
        "/segments/details": (world.segments, "segment_id"),
    }[path]
    record = kind.get(asked.query[word])
    if record is None:
        return bad(f"Invalid {word}")
    left_out = {"id", "is_api_campaign", "analytics_tracking_enabled"}
    # A time that has not come yet is left out, not null.
    shown = {
        name: value for name, value in record.items() if name not in left_out and value is not None
    }
    return json_answer({"message": "success", **shown})


def point(path: str, world: World, query: Any, day: date) -> Record:
    told: Record = {"time": day.isoformat()}
    if path == "/campaigns/data_series":
        return told | campaign_day(world, query["campaign_id"], day)
    if path == "/segments/data_series":
        return told | {"size": sum(n for at, n in world.new_users.items() if at <= day)}
    if path == "/events/data_series":
        return told | {"count": world.orders.get(day, 0) * TIMES.get(query["event"], 0)}
    if path == "/purchases/revenue_series":
        product = query.get("product")
        series = [world.products.get(product, {})] if product else list(world.products.values())
        return told | {"revenue": sum(one.get(day, 0) for one in series) / 100}
    if path == "/sessions/data_series":
        return told | {"sessions": world.orders.get(day, 0) * 3}
    name = path.split("/")[2]
    active = world.active
    month = {one for back in range(30) for one in active.get(day - timedelta(days=back), ())}
    numbers = {
        "new_users": world.new_users.get(day, 0),
        "dau": len(active.get(day, ())),
        "mau": len(month) if name == "mau" else 0,
        "uninstalls": 0,
    }
    return told | {name: numbers[name]}


def campaign_day(world: World, campaign: str, day: date) -> Record:
    counts = world.message_day(campaign, day)
    channel = world.campaigns[campaign]["channels"][0]
    sent, conversions = counts.get("sent", 0), counts.get("conversions", 0)
    numbers: Record = {
        "variation_name": "Variant 1",
        "variation_api_id": braze_id("variation", campaign),
        "revenue": world.cents(campaign, day),
        "unique_recipients": sent,
        "conversions": conversions,
        "conversions_by_send_time": conversions,
        "sent": sent,
        "delivered": sent,
    }
    if channel == "email":
        numbers |= {
            "opens": counts.get("opens", 0),
            "unique_opens": counts.get("opens", 0),
            "clicks": counts.get("clicks", 0),
            "unique_clicks": counts.get("clicks", 0),
            "unsubscribes": counts.get("unsubscribes", 0),
            "bounces": counts.get("bounces", 0),
            "reported_spam": counts.get("reported_spam", 0),
        }
    return {
        "messages": {channel: [numbers]},
        "unique_recipients": sent,
        "revenue": world.cents(campaign, day),
        "conversions": conversions,
        "conversions_by_send_time": conversions,
    }


def canvas_series(world: World, asked: Asked, now: datetime) -> Answer:
    canvas = world.canvases.get(asked.query["canvas_id"])
    if canvas is None:
        return bad("Invalid canvas_id")
    if "length" not in asked.query:
        return bad("'length' is required")
    stats = []
    for day in days_asked(asked, now).all:
        counts = world.message_day(canvas["id"], day)
        totals: Record = {
            "revenue": world.cents(canvas["id"], day),
            "conversions": counts.get("conversions", 0),
            "conversions_by_entry_time": counts.get("conversions", 0),
        }
        entries = {"entries": counts.get("sent", 0)}
        one: Record = {"time": day.isoformat(), "total_stats": {**totals, **entries}}
        if asked.query.get("include_variant_breakdown") == "true":
            variant = canvas["variants"][0]
            one["variant_stats"] = {variant["id"]: {"name": "Variant 1", **totals, **entries}}
        if asked.query.get("include_step_breakdown") == "true":
            step = canvas["steps"][0]
            email = {
                "sent": counts.get("sent", 0),
                "opens": counts.get("opens", 0),
                "clicks": counts.get("clicks", 0),
            }
            one["step_stats"] = {
                step["id"]: {"name": "Mail", **totals, "messages": {"email": [email]}}
            }
        stats.append(one)
    return json_answer({"message": "success", "data": {"name": canvas["name"], "stats": stats}})


def dated(path: str, world: World, asked: Asked, largest: int) -> Answer:
    first, last = day_of(asked.query.get("start_date", "")), day_of(asked.query["end_date"])
    if first is None or last is None or first >= last:
        return bad("'start_date' must be earlier than 'end_date'")
    is_bounce = path == "/email/hard_bounces"
    word = "hard_bounced_at" if is_bounce else "unsubscribed_at"
    records = world.bounces if is_bounce else world.unsubscribes
    # Both days mean their midnight in UTC.
    within = [one for one in records if first.isoformat() <= one[word] < last.isoformat()]
    if asked.query.get("sort_direction") == "asc":
        within.reverse()
    start = int(asked.query.get("offset", "0"))
    size = min(int(asked.query.get("limit", "100")), largest)
    return json_answer({"emails": within[start : start + size], "message": "success"})


def offset(name: str, word: str, records: list[Record], asked: Asked, largest: int) -> Answer:
    since = moment(asked.query.get("modified_after", ""))
    within = [one for one in records if not since or datetime.fromisoformat(one[word]) >= since]
    start = int(asked.query.get("offset", "0"))
    page = within[start : start + min(int(asked.query.get("limit", "100")), largest)]
    return json_answer({"count": len(page), name: page, "message": "success"})
