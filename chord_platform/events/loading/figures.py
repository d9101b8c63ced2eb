"""The figures behind the verdicts, read from the warehouse in one go.

Belongs here: queries. Does not belong here: what follows from them (`verdicts.py`).

Loads and builds hold the warehouse one at a time, so this takes its lock, too, for some
milliseconds: the counts are kept by hour and event, not counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chord_platform.events.loading.inspecting import opened
from chord_platform.events.loading.meta import META
from chord_platform.events.loading.names import event_table, schema_name
from chord_platform.events.loading.verdicts import (
    ORDER_COMPLETED,
    EventFigures,
    OrderFigures,
    Period,
    Sample,
    Verdict,
    judged_event,
    matches_back_end,
    matches_orders,
)
from chord_platform.events.source import Source
from chord_platform.warehouse.sql_text import quoted_table
from chord_platform.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb

    from chord_platform.events.plans.plan import Plan

PERIODS = {"hour": 1, "day": 24, "week": 168}
DAYS = 29
EXAMPLES = 5
SETTLED = timedelta(hours=1)
"""An order and its event may come apart by so much before one is missing."""

SHOP_OF_KIND = {"shopify_webhook": "shopify", "oms": "chord_oms"}
Key = tuple[str, str]


def verdicts(
    warehouse: Warehouse,
    sources: Sequence[Source],
    plans: dict[str, Plan],
    *,
    now: datetime,
) -> list[Verdict]:
    """Of each planned event of each source; `plans` by the source's name."""
    with opened(warehouse, "check events") as con:
        if con is None:
            return []
        found = event_figures(con, now=now)
        since = sending_since(con)
        judged: list[Verdict] = []
        for source in sources:
            plan = plans.get(source.name)
            if plan is None:
                continue
            for planned in plan.events_of(source.side):
                if planned.call == "common":
                    continue
                figures = found.get((source.name, planned.name), EventFigures())
                judged += judged_event(
                    source.name,
                    planned,
                    figures,
                    sending_since=since.get(source.name),
                    now=now,
                )
        judged += order_verdicts(con, sources, plans, now=now)
    return judged


def event_figures(con: duckdb.DuckDBPyConnection, *, now: datetime) -> dict[Key, EventFigures]:
    """Whole hours: "the last hour" is the present one and the one before."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    sums = ", ".join(
        f"coalesce(sum({figure}) filter (hour >= $hour - interval {hours} hour), 0)::bigint"
        for hours in PERIODS.values()
        for figure in ("received", "violating")
    )
    rows = con.execute(
        f"select source, event, {sums}, max(last_received_at), min(hour)"
        f" from {META}.hours group by source, event",
        {"hour": hour},
    ).fetchall()
    by_day: dict[Key, dict[int, int]] = {}
    for source, event, day, messages in con.execute(
        "select source, event, floor((epoch($hour) - epoch(hour) - 1) / 86400)::integer as day,"
        f" sum(received)::bigint from {META}.hours where hour < $hour"
        f" and hour >= $hour - interval {DAYS} day group by all",
        {"hour": hour},
    ).fetchall():
        by_day.setdefault((source, event), {})[day] = messages
    samples = violation_samples(con, since=hour - timedelta(hours=PERIODS["week"]))
    figures = {}
    for source, event, *counts, last, first in rows:
        key = (source, event)
        # The day in which the first message came is no whole day, and not counted as one.
        whole_days = min(DAYS, int((hour - first).total_seconds() // 86400))
        figures[key] = EventFigures(
            periods={
                name: Period(messages=counts[2 * at], violating=counts[2 * at + 1])
                for at, name in enumerate(PERIODS)
            },
            days=[by_day.get(key, {}).get(day, 0) for day in range(whole_days)],
            last_received_at=last,
            samples=samples.get(key, ()),
        )
    return figures


def violation_samples(
    con: duckdb.DuckDBPyConnection, *, since: datetime
) -> dict[Key, list[Sample]]:
    found: dict[Key, list[Sample]] = {}
    for source, event, name, kind, description, count, ids in con.execute(
        "select source, event, field, type, min(description), sum(count)::bigint as times,"
        " list_distinct(flatten(array_agg(sample_message_ids order by hour desc)))[:5]"
        f" from {META}.violations where hour >= $since group by source, event, field, type"
        f" qualify row_number() over (partition by source, event order by times desc, field)"
        f" <= {EXAMPLES} order by source, event, times desc, field",
        {"since": since},
    ).fetchall():
        found.setdefault((source, event), []).append(
            Sample(field=name, type=kind, description=description, count=count, message_ids=ids)
        )
    return found


def sending_since(con: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    return dict(
        con.execute(
            f"select source, min(first_received_at) from {META}.hours group by source"
        ).fetchall()
    )


def order_verdicts(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    plans: dict[str, Plan],
    *,
    now: datetime,
) -> Iterator[Verdict]:
    since, until = now - timedelta(days=7), now - SETTLED
    columns = {
        (schema, table): set(names)
        for schema, table, names in con.execute(
            "select schema_name, table_name, array_agg(column_name) from duckdb_columns()"
            " where database_name = current_database() and (table_name = $table or"
            " table_name = 'fct_orders') group by all",
            {"table": event_table(ORDER_COMPLETED)},
        ).fetchall()
    }

    def tells_orders(source: Source) -> bool:
        return "order_id" in columns.get((source.schema, event_table(ORDER_COMPLETED)), ())

    for source in sources:
        plan = plans.get(source.name)
        planned = plan.event(ORDER_COMPLETED) if plan else None
        if planned is None or not tells_orders(source):
            continue
        if source.side == "back-end":
            if source.environment == "production" and ("marts", "fct_orders") in columns:
                figures = beside_orders(con, source, since=since, until=until)
                yield matches_orders(source.name, planned, figures)
            continue
        partners = [
            other
            for other in sources
            if other.side == "back-end"
            and (other.company, other.environment) == (source.company, source.environment)
            and tells_orders(other)
        ]
        if partners:
            figures = beside_back_end(con, source, partners, since=since, until=until)
            yield matches_back_end(source.name, planned, figures)


def told_orders(source: Source) -> str:
    table = quoted_table(f"{schema_name(source.name)}.{event_table(ORDER_COMPLETED)}")
    return (
        'select distinct order_id::varchar as id, "timestamp" as moment'
        f" from {table} where order_id is not null"
    )


def beside_orders(
    con: duckdb.DuckDBPyConnection, source: Source, *, since: datetime, until: datetime
) -> OrderFigures:
    """Orders of the source's own shop, by the vendor's id or by the number the customer sees. The
    models may be older than the events: nothing is missed that they cannot know of yet, and
    nothing that was ordered before the source sent its first one."""
    shop = SHOP_OF_KIND.get(source.kind)
    con.execute(f"create or replace temp table told as {told_orders(source)}")
    con.execute(
        "create or replace temp table placed as select regexp_extract(source_order_id,"
        " '[^/]+$') as id, ltrim(order_number, '#') as number, placed_at as moment"
        " from marts.fct_orders where placed_at is not null and not is_test"
        " and ($shop is null or source = $shop)"
        " and ($connection is null or connection_id = $connection)",
        {"shop": shop, "connection": source.connection},
    )
    con.execute(
        "create or replace temp table span as select"
        " greatest($since, (select min(moment) from told)) as since,"
        " least($until, (select max(moment) from placed)) as until",
        {"since": since, "until": until},
    )
    return compared(
        con,
        expected="select id, id in (select id from told) or number in (select id from told)"
        " as is_there from placed, span where moment between since and until",
        found="select id, id in (select id from placed) or ltrim(id, '#') in"
        " (select number from placed) as is_there from told, span"
        " where moment between since and until",
    )


def beside_back_end(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    partners: Sequence[Source],
    *,
    since: datetime,
    until: datetime,
) -> OrderFigures:
    """In the time in which both sides have sent."""
    others = " union ".join(told_orders(partner) for partner in partners)
    con.execute(f"create or replace temp table told as {told_orders(source)}")
    con.execute(f"create or replace temp table placed as {others}")
    con.execute(
        "create or replace temp table span as select greatest($since,"
        " (select min(moment) from told), (select min(moment) from placed)) as since,"
        " $until as until",
        {"since": since, "until": until},
    )
    return compared(
        con,
        expected="select id, id in (select id from told) as is_there"
        " from placed, span where moment between since and until",
        found="select id, id in (select id from placed) as is_there"
        " from told, span where moment between since and until",
    )


def compared(con: duckdb.DuckDBPyConnection, *, expected: str, found: str) -> OrderFigures:
    def counted(query: str) -> tuple[int, int, list[str]]:
        row = con.execute(
            "select count(distinct id), count(distinct id) filter (not coalesce(is_there, false)),"
            " (array_agg(distinct id order by id) filter (not coalesce(is_there, false)))"
            f"[:{EXAMPLES}] from ({query})"
        ).fetchone()
        assert row
        return row[0], row[1], row[2] or []

    wanted, missing, missing_examples = counted(expected)
    told, unknown, unknown_examples = counted(found)
    return OrderFigures(
        expected=wanted,
        found=told,
        missing=missing,
        unknown=unknown,
        missing_examples=missing_examples,
        unknown_examples=unknown_examples,
    )
