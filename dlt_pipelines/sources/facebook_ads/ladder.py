"""One report of some days, by whatever way it comes.

Belongs here: asking for a report in the answer or as a report run, and what is done when it is too
much. Does not belong here: which days and accounts (`reports.py`), what a row becomes (`rows.py`).

The ladder, each step only when the one before did not help:
  1. the same report three times
  2. as a report run, which the vendor makes in the background
  3. half of the days, down to one
  4. half of the campaigns, then of one campaign's ad sets, then of one ad set's ads, never below
     the report's own level
  5. half of the metrics, the halves joined on the row's key
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import orjson

from dlt_pipelines.connector import ConnectionSettings
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.sources.facebook_ads.graph import TOO_MANY_ROWS as TOO_MANY
from dlt_pipelines.sources.facebook_ads.graph import Ailing, Graph, NoSuchData, TooMuch, number
from dlt_pipelines.sources.facebook_ads.report_tables import IDS, Report
from dlt_pipelines.sources.facebook_ads.setup import NAME, WINDOWS

TRIES = 3
PAGE = 1000
MOST_ROWS = 30_000
"""Of one report in memory, some 3 kB each; more are read in smaller ranges of days."""
FIRST_LOOK, LONGEST_LOOK = 0.1, 30.0
LONGEST_RUN = 3600.0
"""Seconds. A report run takes up to an hour, that of a small account no time."""
RUN_FIELDS = "async_status,async_percent_completion,error_code,error_subcode,error_message"
Row = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """`only` names the objects to read, by level and id."""

    report: Report
    account_id: str
    since: date
    until: date
    metrics: tuple[str, ...]
    only: tuple[str, tuple[str, ...]] | None = None

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass
class Ladder:
    """`fitting` are the most days that came at once since a longer range was too much: what is
    learned from one range need not be refused again for each that follows."""

    graph: Graph
    settings: ConnectionSettings
    fitting: int = 10_000

    def rows(self, ask: Ask, *, in_background: bool) -> list[Row]:
        """Raises: when even one object's day with one metric does not come."""
        if ask.days > self.fitting:
            return self.in_parts(ask, None)
        try:
            return self.tried(ask, self.run if in_background else self.answered)
        except (TooMuch, Ailing) as failure:
            if not in_background:
                return self.rows(ask, in_background=True)
            return self.in_parts(ask, failure)
        except NoSuchData as absent:
            self.settings.report.warn(ask.report.name, str(absent))
            return []

    def tried(self, ask: Ask, way: Callable[[Ask], list[Row]]) -> list[Row]:
        for attempt in range(1, TRIES + 1):
            try:
                return way(ask)
            except Ailing:
                if attempt == TRIES:
                    raise
                self.graph.reports.pause(float(2 ** (attempt - 1)), None)
        raise AssertionError("unreachable")

    # ------------------------------------------------------------------ two ways

    def answered(self, ask: Ask) -> list[Row]:
        return self.all_pages(ask, f"/act_{ask.account_id}/insights", self.params(ask))

    def run(self, ask: Ask) -> list[Row]:
        path = f"/act_{ask.account_id}/insights"
        started = self.graph.report(path, self.params(ask), start=True)
        run_id = str(started.get("report_run_id") or "")
        if not run_id:
            raise UnexpectedResponse(NAME, "a report run was started and has no id.")
        self.wait_for(run_id)
        return self.all_pages(ask, f"/{run_id}/insights", {})

    def wait_for(self, run_id: str) -> None:
        """Done is `Job Completed` with 100 percent: 100 percent alone is told while it runs."""
        look, waited = FIRST_LOOK, 0.0
        while waited < LONGEST_RUN:
            run = self.graph.report(f"/{run_id}", {"fields": RUN_FIELDS})
            status = run.get("async_status")
            if status == "Job Completed" and number(run.get("async_percent_completion")) == 100:
                return
            if status == "Job Failed":
                codes = (number(run.get("error_code")), number(run.get("error_subcode")))
                kind = TooMuch if codes in TOO_MANY else Ailing
                raise kind(NAME, f"a report run failed (code {codes[0]}/{codes[1]}).")
            if status == "Job Skipped":
                raise Ailing(NAME, "a report run expired before it was made.")
            self.graph.reports.pause(look, None)
            waited += look
            look = min(look * 2, LONGEST_LOOK)
        raise Ailing(NAME, "a report run took longer than an hour.")

    def all_pages(self, ask: Ask, path: str, params: dict[str, Any]) -> list[Row]:
        rows: list[Row] = []
        for page in self.graph.pages(path, params, limit=PAGE, is_report=True):
            rows += page
            if len(rows) > MOST_ROWS and ask.days > 1:
                raise TooMuch(NAME, f"a report has more than {MOST_ROWS} rows.")
        return rows

    def params(self, ask: Ask) -> dict[str, Any]:
        settings, report = self.settings, ask.report
        windows = settings.get("attribution_windows", WINDOWS).split(",")
        params: dict[str, Any] = {
            "level": report.level,
            "fields": ",".join((*report.about, *ask.metrics)),
            "time_range": time_range(ask.since, ask.until),
            "time_increment": 1,
            "action_attribution_windows": as_json(windows),
            "action_breakdowns": as_json(["action_type"]),
            "action_report_time": settings.get("report_time", "impression"),
            "use_unified_attribution_setting": "true",
        }
        if report.breakdowns:
            params["breakdowns"] = as_json(report.breakdowns)
        if ask.only:
            params["filtering"] = only_these(ask.only)
        return params

    # ------------------------------------------------------------------ taken apart

    def in_parts(self, ask: Ask, failure: TooMuch | Ailing | None) -> list[Row]:
        if isinstance(failure, TooMuch) and ask.days > 1:
            self.fitting = min(self.fitting, (ask.days + 1) // 2)
        for half in self.halves(ask):
            first, second = (self.rows(part, in_background=True) for part in half)
            if half[0].metrics != ask.metrics:
                return joined(first, second, ask.report.row_key)
            return first + second
        assert failure is not None  # a range of several days has halves
        raise failure

    def halves(self, ask: Ask) -> Iterator[tuple[Ask, Ask]]:
        if ask.days > 1:
            middle = ask.since + timedelta(days=(ask.until - ask.since).days // 2)
            after = middle + timedelta(days=1)
            yield replace(ask, until=middle), replace(ask, since=after)
            return
        only = self.several(ask)
        if only is not None:
            level, ids = only
            middle = len(ids) // 2
            yield replace(ask, only=(level, ids[:middle])), replace(ask, only=(level, ids[middle:]))
        elif len(ask.metrics) > 1:
            middle = len(ask.metrics) // 2
            yield (
                replace(ask, metrics=ask.metrics[:middle]),
                replace(ask, metrics=ask.metrics[middle:]),
            )

    def several(self, ask: Ask) -> tuple[str, tuple[str, ...]] | None:
        """The highest level with more than one object, from where the ask is now; None where the
        report's own level has but one."""
        level, ids = ask.only or ("", ())
        if len(ids) > 1:
            return level, ids
        levels = ask.report.levels
        for below in levels[levels.index(level) + 1 if level else 0 :]:
            ids = self.ids(ask, below)
            if len(ids) > 1:
                return below, ids
        return None

    def ids(self, ask: Ask, level: str) -> tuple[str, ...]:
        """What had delivery on these days, by the lightest report there is."""
        name = IDS[level]
        params = {
            "level": level,
            "fields": name,
            "time_range": time_range(ask.since, ask.until),
            **({"filtering": only_these(ask.only)} if ask.only else {}),
        }
        rows = self.all_pages(ask, f"/act_{ask.account_id}/insights", params)
        return tuple(dict.fromkeys(str(row[name]) for row in rows))


def joined(first: list[Row], second: list[Row], key: tuple[str, ...]) -> list[Row]:
    """Rows of the same key as one; a metric that only one half has stays."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in (*first, *second):
        found.setdefault(tuple(row.get(name) for name in key), {}).update(row)
    return list(found.values())


def time_range(since: date, until: date) -> str:
    return as_json({"since": since.isoformat(), "until": until.isoformat()})


def only_these(only: tuple[str, tuple[str, ...]]) -> str:
    level, ids = only
    return as_json([{"field": f"{level}.id", "operator": "IN", "value": ids}])


def as_json(value: Any) -> str:
    return orjson.dumps(value).decode()
