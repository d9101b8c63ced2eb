"""Daily numbers: many small requests, several at a time, gathered into tables of some size.

Belongs here: reading series of anything. Does not belong here: which things there are
(`messages.py`, `source.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from dlt_pipelines.connector import ConnectionSettings, Table
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.parallel import in_parallel
from dlt_pipelines.records import raw_table
from dlt_pipelines.sources.braze.client import NAME
from dlt_pipelines.sources.braze.days import Range

WORKERS = 8
TOGETHER = 5_000


@dataclass(frozen=True)
class Asked:
    """One thing's days. `named` are the table's columns that name it."""

    named: Mapping[str, str]
    days: Range
    ask: Callable[[int, str], list[dict[str, Any]]]


def read_series(
    settings: ConnectionSettings, table: Table, longest: int, things: Iterable[Asked]
) -> Iterator[Any]:
    """The rows of all their days."""

    def tasks() -> Iterator[Callable[[], list[dict[str, Any]]]]:
        for thing in things:
            for length, ending_at in thing.days.requests(longest):
                yield partial(points, thing, length, ending_at)

    waiting: list[dict[str, Any]] = []
    for found in in_parallel(tasks(), workers=WORKERS, ahead=4 * WORKERS):
        waiting += found
        if len(waiting) >= TOGETHER:
            yield raw_table(table, waiting, settings.report)
            waiting = []
    if waiting:
        yield raw_table(table, waiting, settings.report)


def points(thing: Asked, length: int, ending_at: str) -> list[dict[str, Any]]:
    """The days that were asked for; a request goes a day further back than it has to."""
    first = thing.days.first.isoformat()
    return [
        {**thing.named, **point}
        for point in thing.ask(length, ending_at)
        if point["time"][:10] >= first
    ]


def data_of(answer: Any, path: str) -> list[dict[str, Any]]:
    data = answer.get("data")
    if isinstance(data, Mapping):
        data = data.get("stats")
    if not isinstance(data, list):
        raise UnexpectedResponse(NAME, f"the answer to {path} has no days.")
    return data
