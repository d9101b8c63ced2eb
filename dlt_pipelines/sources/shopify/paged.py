"""Reads a stream in pages, as flat as its cost allows.

Limits   250 records a page, 250 ids a request, 25,000 records a query; 1,000 points a query

Belongs here: page sizes, cursors, further pages of children. Does not belong here: one call
(`client.py`), what becomes of the records (`readers.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlt_pipelines.connector import SyncReport, Window
from dlt_pipelines.errors import UnexpectedResponse, VendorUnavailable
from dlt_pipelines.sources.shopify.auth import NAME
from dlt_pipelines.sources.shopify.client import (
    Answer,
    Client,
    CursorRefused,
    FieldsDenied,
    TooExpensive,
)
from dlt_pipelines.sources.shopify.documents import (
    more_document,
    nodes_document,
    page_document,
    search_terms,
)
from dlt_pipelines.sources.shopify.positions import Position, sort_value
from dlt_pipelines.sources.shopify.scopes import Access
from dlt_pipelines.sources.shopify.shapes import Children, Stream

LARGEST_PAGE = 250
WALL = 25_000
POINTS_PER_QUERY = 1_000
ROOM = 0.9
RESTARTS = 3
Record = dict[str, Any]


class StreamDenied(Exception):
    """Shopify does not show this stream to this key at all."""


@dataclass
class PageSize:
    """Grows and shrinks with the costs that the answers tell; a page that was once too expensive
    is never asked for again."""

    size: int
    ceiling: int = LARGEST_PAGE
    points_each: float = 0.0
    points_spent_each: float = 0.0

    @property
    def expected_points(self) -> float:
        return self.points_each * self.size

    def too_expensive(self, error: TooExpensive) -> None:
        if self.size == 1:
            raise UnexpectedResponse(
                NAME, f"one record costs too much ({error}).", hint="Set extraction to bulk."
            )
        self.size = self.ceiling = self.size // 2

    def learn(self, answer: Answer, *, asked: int, got: int) -> None:
        if not answer.requested_points:
            self.size = min(self.size * 2, self.ceiling)
            return
        self.points_each = answer.requested_points / asked
        if got:
            self.points_spent_each = answer.actual_points / got
        affordable = int(POINTS_PER_QUERY * ROOM / self.points_each)
        self.size = max(1, min(affordable, self.ceiling))


class Pager:
    def __init__(self, client: Client, access: Access, report: SyncReport) -> None:
        self.client, self.access, self.report = client, access, report
        self.sizes: dict[str, PageSize] = {}
        self.known: dict[tuple[str, Window], dict[str, Any]] = {}
        self.begun: set[str] = set()
        """Streams of which a first page came: fields that are refused to this key are known."""

    def know(self, stream: Stream, window: Window, first_page: dict[str, Any]) -> None:
        """The first page of a window was seen already."""
        self.known[name_of(stream), window] = first_page

    def size_of(self, stream: Stream) -> PageSize:
        key = name_of(stream)
        first = max(1, min(LARGEST_PAGE, POINTS_PER_QUERY // (4 * stream.points)))
        return self.sizes.setdefault(key, PageSize(first))

    def pages(self, stream: Stream, window: Window) -> Iterator[list[Record]]:
        """Records of the window. Raises `StreamDenied`."""
        position = Position(window if stream.filter else None)
        restarts, size = 0, self.size_of(stream)
        while True:
            reached = yield from self.pages_from(stream, position, window, size)
            if reached is None:
                return
            restarts = restarts + 1 if reached == position else 0
            if restarts > RESTARTS:
                raise VendorUnavailable(
                    NAME,
                    f"{stream.root} cannot be read past one place: the cursor is lost, or more than"
                    f" {WALL} records share one time.",
                    hint="Set extraction to bulk.",
                )
            position = reached

    def first_page(self, stream: Stream, window: Window) -> Iterator[list[Record]]:
        """One record, the first of the window, if there is one: to see how far back it reaches and
        which fields are refused."""
        size = PageSize(1, ceiling=1)
        pages = self.pages_from(stream, Position(window if stream.filter else None), window, size)
        for records in itertools.islice(pages, 1):
            if records:
                self.begun.add(name_of(stream))
            yield records

    def pages_from(
        self,
        stream: Stream,
        position: Position,
        window: Window,
        size: PageSize,
    ) -> Generator[list[Record], None, Position | None]:
        """Returns where to take up again; None at the end."""
        reached, after, seen = position, None, 0
        variables: dict[str, Any] = {"query": position.terms(stream)} if stream.filter else {}
        for children in stream.children:
            if children.filtered:
                variables[f"{children.field}Query"] = search_terms("updated_at", window)
        known = self.known.pop((name_of(stream), window), None)
        while True:
            try:
                connection = known or self.ask(
                    lambda without: page_document(stream, without=without),
                    lambda first, after=after: {**variables, "first": first, "after": after},
                    stream,
                    size,
                    lambda data: data[stream.root],
                )
            except CursorRefused:
                return reached
            known = None
            records = connection["nodes"]
            after = self.next_cursor(connection["pageInfo"], records, after, stream.root)
            if records:
                # Before the records are handed over, which takes them apart.
                reached = position.after(stream, records[-1])
            seen += len(records)
            of_the_window = [one for one in records if not self.is_before(stream, one, window)]
            is_past = len(of_the_window) < len(records)
            yield of_the_window
            if after is None or is_past:
                return None
            if stream.filter and seen + LARGEST_PAGE > WALL:
                return reached

    def is_before(self, stream: Stream, record: Record, window: Window) -> bool:
        """Whether this record and all that follow are older than the window."""
        time = sort_value(stream, record) if stream.newest_first else None
        return bool(time and window.since and time < window.since)

    def next_cursor(
        self, info: Mapping[str, Any], records: Sequence[Any], after: str | None, what: str
    ) -> str | None:
        if not info["hasNextPage"]:
            return None
        if not records or not info["endCursor"] or info["endCursor"] == after:
            raise UnexpectedResponse(
                NAME, f"{what} promises a next page and leads nowhere.", hint="Please report it."
            )
        return info["endCursor"]

    def all_pages(
        self,
        stream: Stream,
        children: Children,
        record_id: str,
        first: Mapping[str, Any],
        terms: str,
    ) -> Iterator[list[Record]]:
        """The page of children that came with the record, and the further ones."""
        nodes = first["nodes"]
        after = self.next_cursor(first["pageInfo"], nodes, None, children.field)
        yield nodes
        if after:
            yield from self.more(stream, children, record_id, after, terms=terms)

    def more(
        self,
        stream: Stream,
        children: Children,
        record_id: str,
        after: str,
        *,
        terms: str | None = None,
    ) -> Iterator[list[Record]]:
        """Further pages of one record's children."""
        size = self.sizes.setdefault(f"{children.on}.{children.field}", PageSize(50))
        given = {"id": record_id, **({"query": terms} if children.filtered else {})}
        cursor: str | None = after
        while cursor:
            try:
                connection = self.ask(
                    lambda without: more_document(children, without=without),
                    lambda first, cursor=cursor: {**given, "first": first, "after": cursor},
                    stream,
                    size,
                    lambda data: inside(data["node"], children),
                )
            except CursorRefused:
                raise VendorUnavailable(
                    NAME, f"a cursor within {children.field} was refused.", hint="Sync again."
                ) from None
            if connection is None:
                return  # deleted meanwhile
            yield connection["nodes"]
            cursor = self.next_cursor(
                connection["pageInfo"], connection["nodes"], cursor, children.field
            )

    def of_many(
        self, stream: Stream, children: Children, ids: Sequence[str]
    ) -> Iterator[tuple[str, list[Record]]]:
        """All children of many records, by the records' ids."""
        size = self.sizes.setdefault(f"{children.table}.nodes", PageSize(10))
        start = 0
        while start < len(ids):
            nodes = self.ask(
                lambda without: nodes_document(children, without=without),
                lambda size, start=start: {
                    "ids": ids[start : start + size],
                    "first": children.first,
                },
                stream,
                size,
                lambda data: data["nodes"],
            )
            start += len(nodes)
            for node in nodes:
                connection = inside(node, children)
                if connection is None:
                    continue  # deleted meanwhile
                yield node["id"], connection["nodes"]
                after = self.next_cursor(
                    connection["pageInfo"], connection["nodes"], None, children.field
                )
                if after:
                    for page in self.more(stream, children, node["id"], after):
                        yield node["id"], page

    def ask(
        self,
        document: Callable[[frozenset[str]], str],
        variables: Callable[[int], Mapping[str, Any]],
        stream: Stream,
        size: PageSize,
        find: Callable[[dict[str, Any]], Any],
    ) -> Any:
        """One page, smaller or with fewer fields when Shopify says so."""
        while True:
            without = self.access.closed(stream.root)
            given = variables(size.size)
            try:
                answer = self.client.ask(document(without), given, points=size.expected_points)
            except TooExpensive as error:
                size.too_expensive(error)
                continue
            except FieldsDenied as refused:
                if "" in refused.paths:
                    raise StreamDenied from None
                if refused.paths <= without:
                    raise UnexpectedResponse(
                        NAME, f"fields are refused that were not asked for ({refused})."
                    ) from None
                self.access.deny(stream, refused.paths, stream.tables[0], self.report)
                continue
            found = find(answer.data)
            size.learn(answer, asked=len(given.get("ids", ())) or size.size, got=count_of(found))
            return found


def name_of(stream: Stream) -> str:
    """Streams may share a root, or a table."""
    return f"{stream.root}.{stream.tables[0]}"


def count_of(found: Any) -> int:
    return len(found["nodes"]) if isinstance(found, dict) else len(found or ())


def inside(record: Mapping[str, Any] | None, children: Children) -> Any:
    value: Any = record
    for step in (*children.within, children.field):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
