"""What a request to Braze may say: its path, its parameters, the permission it takes.

Belongs here: the table of endpoints and the judgement of a query. Does not belong here: answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from vendor_emulator.vendors import Answer, Asked, json_answer


@dataclass(frozen=True)
class Endpoint:
    """longest: days of a series; rate: the limit that its calls share."""

    path: str
    table: str
    parameters: frozenset[str]
    required: frozenset[str] = frozenset()
    longest: int = 0
    rate: str = "all"
    method: str = "GET"

    @property
    def permission(self) -> str:
        return self.path.strip("/").replace("/", ".")


def series(path: str, table: str, *keys: str, longest: int = 100, rate: str = "all") -> Endpoint:
    known = {"length", "ending_at", "unit", "app_id", *keys}
    return Endpoint(path, table, frozenset(known), frozenset({"length", *keys}), longest, rate)


LISTED = frozenset({"page", "include_archived", "sort_direction", "last_edit.time[gt]"})
MODIFIED = frozenset({"modified_after", "modified_before", "limit", "offset"})
DATED = frozenset({"start_date", "end_date", "limit", "offset", "email", "sort_direction"})
BREAKDOWNS = frozenset(
    {
        "canvas_id",
        "ending_at",
        "starting_at",
        "length",
        "include_variant_breakdown",
        "include_step_breakdown",
        "include_deleted_step_data",
    }
)
ENDPOINTS = {
    one.path: one
    for one in (
        Endpoint("/campaigns/list", "campaigns", LISTED),
        Endpoint(
            "/campaigns/details",
            "campaign details",
            frozenset({"campaign_id"}),
            frozenset({"campaign_id"}),
        ),
        series("/campaigns/data_series", "campaign_analytics", "campaign_id"),
        Endpoint("/canvas/list", "canvases", LISTED),
        Endpoint(
            "/canvas/details", "canvas details", frozenset({"canvas_id"}), frozenset({"canvas_id"})
        ),
        Endpoint(
            "/canvas/data_series",
            "canvas_analytics",
            BREAKDOWNS,
            frozenset({"canvas_id", "ending_at"}),
            14,
        ),
        Endpoint("/segments/list", "segments", frozenset({"page", "sort_direction"})),
        Endpoint(
            "/segments/details",
            "segment details",
            frozenset({"segment_id"}),
            frozenset({"segment_id"}),
        ),
        series("/segments/data_series", "segment_analytics", "segment_id"),
        Endpoint("/events/list", "custom_events", frozenset({"page"}), rate="names"),
        series("/events/data_series", "custom_event_counts", "event"),
        Endpoint("/purchases/product_list", "products", frozenset({"page"}), rate="names"),
        Endpoint(
            "/purchases/revenue_series",
            "product_revenue",
            frozenset({"length", "ending_at", "unit", "app_id", "product"}),
            frozenset({"length"}),
            100,
            "names",
        ),
        *(
            series(f"/kpi/{name}/data_series", "kpis")
            for name in ("new_users", "dau", "mau", "uninstalls")
        ),
        series("/sessions/data_series", "sessions"),
        Endpoint("/email/hard_bounces", "hard_bounces", DATED, frozenset({"end_date"})),
        Endpoint("/email/unsubscribes", "unsubscribes", DATED, frozenset({"end_date"})),
        Endpoint("/templates/email/list", "email_templates", MODIFIED),
        Endpoint("/content_blocks/list", "content_blocks", MODIFIED),
        Endpoint("/users/export/segment", "users", frozenset(), method="POST"),
    )
}
LARGEST = {"/templates/email/list": 1000, "/content_blocks/list": 1000}
LARGEST |= {"/email/hard_bounces": 500, "/email/unsubscribes": 500}


def bad(message: str, status: int = 400) -> Answer:
    return json_answer({"message": message}, status=status)


def refused(endpoint: Endpoint, asked: Asked) -> Answer | None:
    """None: the query is one that Braze takes."""
    for name in asked.query:
        if name not in endpoint.parameters:
            return bad(f"'{name}' is not a valid parameter")
    for name in sorted(endpoint.required):
        if not asked.query.get(name):
            return bad(f"'{name}' is required")
    if endpoint.longest and "starting_at" not in asked.query:
        length = asked.query.get("length", "")
        if not length.isdecimal() or not 1 <= int(length) <= endpoint.longest:
            return bad(f"'length' must be between 1 and {endpoint.longest}")
    if asked.query.get("unit", "day") != "day":
        return bad("hours are not emulated")
    for name in ("ending_at", "last_edit.time[gt]", "modified_after"):
        if (value := asked.query.get(name)) and moment(value) is None:
            return bad(f"'{name}' is not a valid time")
    for name in ("start_date", "end_date"):
        if (value := asked.query.get(name)) and day_of(value) is None:
            return bad(f"'{name}' must be of the form YYYY-MM-DD")
    largest = LARGEST.get(endpoint.path)
    limit = asked.query.get("limit", "100")
    if largest and not (limit.isdecimal() and 1 <= int(limit) <= largest):
        return bad(f"'limit' must be between 1 and {largest}")
    if not asked.query.get("page", "0").isdecimal():
        return bad("'page' must be a number")
    return None


@dataclass(frozen=True)
class Days:
    """The days a series covers, oldest first."""

    first: date
    last: date
    all: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        count = max(0, (self.last - self.first).days + 1)
        object.__setattr__(
            self, "all", tuple(self.first + timedelta(days=number) for number in range(count))
        )


def days_asked(asked: Asked, now: datetime) -> Days:
    """`length` days up to the day of `ending_at`, which lies no later than now."""
    end = moment(asked.query["ending_at"]) if "ending_at" in asked.query else now
    last = min(end or now, now).date()
    return Days(last - timedelta(days=int(asked.query["length"]) - 1), last)


def moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
