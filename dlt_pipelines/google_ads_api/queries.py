"""GAQL queries and the columns their answers fill.

Belongs here: what a query selects, as text and as columns of a raw table. Pure.
Does not belong here: asking (`client.py`), building Arrow (`arrow.py`), a connector's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from dlt_pipelines.connector import Deletes, Table

Kind = Literal["text", "bigint", "micros", "decimal", "double", "bool", "date", "account_time"]
"""micros: int64 millionths of a currency unit, exact decimals here.
account_time: a time without a zone in the account's own, UTC here."""

TYPES: dict[str, str] = {"micros": "decimal", "account_time": "timestamp"}
ACCOUNT_COLUMNS = ("account_id", "currency", "time_zone")


@dataclass(frozen=True)
class Column:
    """`field` in GAQL's spelling; answers spell it in camelCase."""

    name: str
    field: str
    kind: Kind = "text"

    @cached_property
    def path(self) -> tuple[str, ...]:
        return tuple(camel_case(step) for step in self.field.split("."))

    @property
    def is_metric(self) -> bool:
        return self.field.startswith("metrics.")


@dataclass(frozen=True)
class Query:
    """columns  selected and typed;  also: selected and kept in `payload` alone
    filters  one query each (GAQL has no OR); the rows of all of them fill the table
    """

    resource: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    filters: tuple[str, ...] = ("",)
    order: str = ""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*(column.field for column in self.columns), *self.also]))

    def text(self, *conditions: str, limit: int | None = None) -> str:
        parts = [f"SELECT {', '.join(self.fields)} FROM {self.resource}"]
        if wanted := " AND ".join(condition for condition in conditions if condition):
            parts.append(f"WHERE {wanted}")
        if self.order:
            parts.append(f"ORDER BY {self.order}")
        if limit is not None:
            parts.append(f"LIMIT {limit}")
        return " ".join(parts)

    def of_days(self, first: date, last: date, condition: str = "") -> str:
        return self.text(f"segments.date BETWEEN '{first}' AND '{last}'", condition)


@dataclass(frozen=True)
class Shape:
    """A raw table together with the query that fills it."""

    table: Table
    query: Query


def camel_case(name: str) -> str:
    """
    >>> camel_case("video_quartile_p25_rate"), camel_case("date")
    ('videoQuartileP25Rate', 'date')
    """
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def columns(*texts: str) -> tuple[Column, ...]:
    """`"name field"` or `"name field kind"`, one a text."""
    made = []
    for text in texts:
        name, path, *kind = text.split()
        made.append(Column(name, path, *kind))  # type: ignore[arg-type]
    return tuple(made)


SPENT = columns(
    "cost metrics.cost_micros micros",
    "impressions metrics.impressions bigint",
    "clicks metrics.clicks bigint",
)
CONVERTED = columns(
    "conversions metrics.conversions decimal",
    "conversions_value metrics.conversions_value decimal",
    "all_conversions metrics.all_conversions decimal",
    "all_conversions_value metrics.all_conversions_value decimal",
)
VIEWED_THROUGH = columns("view_through_conversions metrics.view_through_conversions bigint")
BY_CONVERSION_DATE = columns(
    "conversions_by_conversion_date metrics.conversions_by_conversion_date decimal",
    "conversions_value_by_conversion_date metrics.conversions_value_by_conversion_date decimal",
)
LIFETIME_VALUE = columns("new_customer_lifetime_value metrics.new_customer_lifetime_value decimal")
WATCHED = columns(
    "video_views metrics.video_trueview_views bigint",
    "video_p25_rate metrics.video_quartile_p25_rate double",
    "video_p50_rate metrics.video_quartile_p50_rate double",
    "video_p75_rate metrics.video_quartile_p75_rate double",
    "video_p100_rate metrics.video_quartile_p100_rate double",
)
DATE = columns("date segments.date date")
NETWORK = columns("ad_network_type segments.ad_network_type")
DEVICE = columns("device segments.device")
ACTION = columns(
    "conversion_action segments.conversion_action",
    "conversion_action_category segments.conversion_action_category",
    "conversion_action_name segments.conversion_action_name",
)
"""Beside these Google refuses cost, impressions and clicks; so purchases have queries of their
own."""

CAMPAIGN = columns("campaign_id campaign.id")
AD_GROUP = columns("ad_group_id ad_group.id")
AD = columns("ad_id ad_group_ad.ad.id")


def entity(
    name: str,
    description: str,
    query: Query,
    *,
    key: tuple[str, ...] = ("resource_name",),
    deletes: Deletes = "marked",
) -> Shape:
    """A table that is read whole: Google keeps what was removed, with that status."""
    table = Table(
        name=name,
        description=description,
        primary_key=key,
        deletes=deletes,
        columns=typed(query.columns),
        paths=paths(query.columns),
    )
    return Shape(table, query)


def report(
    name: str,
    description: str,
    query: Query,
    *,
    key: Sequence[str],
    lag: Any,
    personal: tuple[str, ...] = (),
    deletes: Deletes = "seen",
) -> Shape:
    """A table of days: `key` holds every breakdown beside account and date."""
    table = Table(
        name=name,
        description=description,
        primary_key=("account_id", *key, "date"),
        cursor="date",
        lag=lag,
        deletes=deletes,
        scope=("account_id",),
        columns=typed(query.columns),
        paths=paths(query.columns),
        personal=personal,
    )
    return Shape(table, query)


def typed(selected: Sequence[Column]) -> dict[str, Mapping[str, Any]]:
    made: dict[str, Mapping[str, Any]] = {name: {"data_type": "text"} for name in ACCOUNT_COLUMNS}
    for column in selected:
        made[column.name] = {"data_type": TYPES.get(column.kind, column.kind)}
    return made


def paths(selected: Sequence[Column]) -> dict[str, str]:
    return {column.name: ".".join(column.path) for column in selected}


@dataclass(frozen=True)
class Days:
    """Days of an account's own calendar, both included."""

    first: date
    last: date

    def __bool__(self) -> bool:
        return self.first <= self.last


@dataclass
class Pace:
    """How many days one answer may hold: the rows of a day are known once some were read.

    An answer is held as a whole while it is read, so its rows are bounded; each further request is
    one operation of a daily quota (2,880 at the lowest access level), so there are few. It grows by
    steps: a campaign may begin on any day.
    """

    first_days: int = 3
    most_days: int = 92
    growth: int = 4
    target_rows: int = 15_000
    per_day: dict[str, float] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)

    def days(self, account_id: str) -> int:
        rows = self.per_day.get(account_id)
        if rows is None:
            return self.first_days
        most = min(self.most_days, self.longest.get(account_id, self.most_days) * self.growth)
        return max(1, min(most, int(self.target_rows / max(rows, 1e-9))))

    def saw(self, account_id: str, days: int, rows: int, *, on_the_last: int = 0) -> None:
        """`on_the_last`: rows of the last of these days. Accounts grow: where it has more than the
        others, the next days have too."""
        self.per_day[account_id] = max(rows / days, on_the_last)
        self.longest[account_id] = max(days, self.longest.get(account_id, 1))
