"""Reads a stream's window into the raw tables, by pages or by bulk, whichever is sooner done.

Belongs here: the choice, slices, and taking records apart into tables.
Does not belong here: how pages (`paged.py`) and bulk files (`bulk.py`, `jsonl.py`) are had.

The choice. Bulk costs no points but waits for its job; pages cost points, which come back at the
store's restore rate. So pages are taken when

    points of the window - points at hand
    ------------------------------------- + pages x ROUND_TRIP_SECONDS  <=  BULK_SECONDS
              restore rate

with the store's own numbers: its count of the window, the bucket of its last answer, and the points
per record that its answers told. Measured on the emulated store: an order with its two lines costs
52 points and 149 are asked for it, so a page holds 6 orders; a bulk job of any size ends at its
second or third poll, 2.3 to 4 s (Shopify's own: 1 s for 8 rows, but it may queue for minutes). On
the Standard plan (2,000 points, 100 a second) some 45 orders or 500 customers are paged, on Plus
160 and 4,500, once a first page has told its costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from dlt_pipelines.connector import Table, Window
from dlt_pipelines.errors import UnexpectedResponse
from dlt_pipelines.sources.shopify.auth import NAME
from dlt_pipelines.sources.shopify.bulk import BulkDenied
from dlt_pipelines.sources.shopify.counts import count_of
from dlt_pipelines.sources.shopify.documents import bulk_document, search_terms
from dlt_pipelines.sources.shopify.jsonl import read_bulk_file
from dlt_pipelines.sources.shopify.order_queries import ORDERS, REFUND_LINES
from dlt_pipelines.sources.shopify.paged import LARGEST_PAGE, StreamDenied, name_of
from dlt_pipelines.sources.shopify.rows import Batch, Gathered, Record
from dlt_pipelines.sources.shopify.shapes import Children, Stream
from dlt_pipelines.sources.shopify.shop import Shop
from dlt_pipelines.sources.shopify.slices import Slices
from dlt_pipelines.sources.shopify.tables import BY_NAME
from dlt_pipelines.streams import SKIPPED, rows_of

ROWS_PER_BATCH = 1_000
BULK_SECONDS = 8.0
ROUND_TRIP_SECONDS = 0.3
Reading = Generator[Any, None, datetime | str | None]


class Reader:
    """Reads one stream (or the streams that share a table) for one run."""

    def __init__(self, shop: Shop, table: Table, streams: tuple[Stream, ...]) -> None:
        self.shop, self.table, self.streams = shop, table, streams
        self.settings, self.report = shop.settings, shop.settings.report
        self.extraction = self.settings.get("extraction") or "auto"

    def read(self, window: Window) -> Reading:
        self.client, self.access, self.pager, self.jobs = self.shop.open()
        open_streams = [each for each in self.streams if self.access.opens(each.scopes)]
        for stream in self.streams:
            if stream not in open_streams:
                self.report.warn(
                    self.table.name,
                    f"{stream.root} are not read: the key lacks {' or '.join(stream.scopes)}."
                    " Once it is granted, a full refresh of this table brings the past.",
                )
        if not open_streams:
            return SKIPPED
        window = self.bounded(window)
        self.slices = self.slices_of(open_streams[0], window.whole)
        # Streams that share a table share its cursor, and one's count tells nothing of the others.
        piece = self.slices.of(window) if len(self.streams) == 1 else window
        self.next_window = self.slices.after(piece, window)
        read_any = False
        for stream in open_streams:
            self.access.warn(stream, self.table.name, self.report)
            try:
                yield from self.read_stream(stream, piece)
                read_any = True
            except StreamDenied:
                self.report.warn(
                    self.table.name,
                    f"{stream.root} are not read: Shopify refuses them to this key.",
                )
        if not read_any:
            return SKIPPED
        return piece.until if piece.until < window.until else None

    def bounded(self, window: Window) -> Window:
        """`start_on` is where a first sync begins."""
        start_on = self.settings.get("start_on")
        if window.since or not start_on:
            return window
        start = datetime.fromisoformat(start_on).replace(tzinfo=UTC)
        return Window(start, window.until, whole=window.whole)

    def slices_of(self, stream: Stream, whole: bool) -> Slices:
        is_gapless = whole or not self.settings.moves_cursors
        return Slices(
            stream,
            count=lambda window: count_of(self.client, stream, window),
            oldest=lambda window: self.oldest_change(stream, window),
            repeats=timedelta() if is_gapless else self.table.lag,
            kept=self.settings.kept,
        )

    def oldest_change(self, stream: Stream, window: Window) -> datetime | None:
        """None: nothing changed in the window (or the stream is refused, which reading tells)."""
        try:
            for records in self.pager.first_page(stream, window):
                for record in records:
                    value: Any = record
                    for step in self.table.paths[self.table.cursor or ""].split("."):
                        value = value[step]
                    return datetime.fromisoformat(value)
        except StreamDenied:
            return None
        return None

    def read_stream(self, stream: Stream, window: Window) -> Iterator[Any]:
        is_first = window.since is None or window.whole
        if not stream.bulk or self.extraction == "paged":
            yield from self.read_pages(stream, window)
        elif self.is_by_bulk(stream, window):
            yield from self.read_bulk(stream, window)
        else:
            yield from self.read_pages(stream, window, may_turn_to_bulk=not is_first)

    def is_by_bulk(self, stream: Stream, window: Window) -> bool:
        # Most small windows end with their first page: only a second one is worth a count.
        is_first = window.since is None or window.whole
        is_worth_a_count = is_first or self.slices.is_counted(window)
        return self.extraction == "bulk" or (
            is_worth_a_count and self.is_sooner_by_bulk(stream, window)
        )

    def is_sooner_by_bulk(self, stream: Stream, window: Window) -> bool:
        records = self.slices_of(stream, window.whole).count(window)
        if records is None:
            return window.since is None or window.whole
        size = self.pager.size_of(stream)
        points = records * (size.points_spent_each or stream.points)
        seconds = self.client.seconds_to_earn(points) + records / size.size * ROUND_TRIP_SECONDS
        return seconds > BULK_SECONDS

    def read_pages(
        self, stream: Stream, window: Window, *, may_turn_to_bulk: bool = False
    ) -> Iterator[Any]:
        batches = self.batches(stream)
        terms = search_terms(stream.filter or "updated_at", window)
        for number, records in enumerate(self.pager.pages(stream, window)):
            if may_turn_to_bulk and number == 1 and self.is_sooner_by_bulk(stream, window):
                # The first page is asked for again with the rest.
                yield from self.read_bulk(stream, window)
                return
            refunds: dict[str, str] = {}
            for record in records:
                self.take_apart(stream, record, batches, refunds, terms)
            if stream is ORDERS and refunds:
                self.add_refund_lines(refunds, batches["refund_line_items"])
            if max(map(len, batches.values())) >= ROWS_PER_BATCH:
                yield from self.yielded(batches)
        yield from self.yielded(batches)

    def take_apart(
        self,
        stream: Stream,
        record: Record,
        batches: dict[str, Batch],
        refunds: dict[str, str],
        terms: str,
    ) -> None:
        """The record without what has tables of its own, which go there."""
        record_id = record["id"]
        for part in stream.parts:
            items = record.pop(part.field, None) or ()
            batches[part.table].add(items, record_id)
            if part.table == "order_refunds":
                refunds.update((item["id"], record_id) for item in items)
        for children in stream.children:
            self.take_children(stream, children, record, batches, terms)
        if stream.table:
            batches[stream.table].add((record,))

    def take_children(
        self,
        stream: Stream,
        children: Children,
        record: Record,
        batches: dict[str, Batch],
        terms: str,
    ) -> None:
        holder = record
        for step in children.within:
            holder = holder.get(step) or {}
        connection = holder.pop(children.field, None)
        if connection is None:
            return
        given = (record["id"],) if children.parent_id else ()
        for nodes in self.pager.all_pages(stream, children, record["id"], connection, terms):
            for below in children.children:
                for node in nodes:
                    self.take_children(stream, below, node, batches, terms)
            if children.table:
                batches[children.table].add(nodes, *given)

    def read_bulk(self, stream: Stream, window: Window) -> Iterator[Any]:
        self.learn_denied_fields(stream, window)
        scratch = self.settings.scratch
        if scratch is None:
            raise UnexpectedResponse(NAME, "a bulk read needs a scratch folder.")
        path = Path(scratch) / f"{stream.root}-{uuid4().hex}.jsonl"
        try:
            try:
                lines = self.jobs.run(self.bulk_question(stream, window), path)
            except BulkDenied:
                self.report.notes.append(
                    f"Bulk refused a field of {stream.root}; its pages tell which."
                )
                yield from self.read_pages(stream, window)
                return
            yield from self.rows_of_file(path, stream) if lines else ()
        finally:
            path.unlink(missing_ok=True)
        yield from self.yielded(self.batches(stream))

    def bulk_question(self, stream: Stream, window: Window) -> str:
        terms = search_terms(stream.filter or "updated_at", window)
        return bulk_document(stream, terms, without=self.access.closed(stream.root))

    def begin_next(self, stream: Stream) -> None:
        """Shopify makes the next slice's file while this one's is read."""
        if self.next_window is not None:
            piece = self.slices.of(self.next_window)
            if self.is_by_bulk(stream, piece):
                self.jobs.begin(self.bulk_question(stream, piece))

    def rows_of_file(self, path: Path, stream: Stream) -> Iterator[Any]:
        """Refunds' lines are asked for meanwhile, and the next slice's file, by another thread."""
        gathered, refunds = Gathered(ROWS_PER_BATCH), Gathered(LARGEST_PAGE)
        asked: deque[Future[pa.Table]] = deque()
        with ThreadPoolExecutor(1, thread_name_prefix="asking Shopify") as pool:
            try:
                # Where this fails, it fails again when that slice comes, which says so.
                pool.submit(self.begin_next, stream)
                for found in read_bulk_file(path, stream, self.report):
                    for table, rows in found:
                        if table.name == "order_refunds":
                            for _, many in refunds.add(table, rows):
                                asked.append(pool.submit(self.refund_lines_of, many))
                        for ready, batch in gathered.add(table, rows):
                            yield rows_of(ready, batch)
                    while asked and asked[0].done():
                        yield rows_of(BY_NAME["refund_line_items"], asked.popleft().result())
                for _, many in refunds.rest():
                    asked.append(pool.submit(self.refund_lines_of, many))
                for name, batch in gathered.rest():
                    yield rows_of(BY_NAME[name], batch)
                for lines in asked:
                    yield rows_of(BY_NAME["refund_line_items"], lines.result())
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def learn_denied_fields(self, stream: Stream, window: Window) -> None:
        """A bulk job fails whole on one refused field, a page names it."""
        if name_of(stream) in self.pager.begun:
            return
        for _ in self.pager.first_page(stream, window):
            return

    def add_refund_lines(self, refunds: dict[str, str], batch: Batch) -> None:
        """`refunds`: order id by refund id."""
        for refund_id, lines in self.pager.of_many(ORDERS, REFUND_LINES, list(refunds)):
            for position, line in enumerate(lines):
                # Nullable in the schema, but a key must not be.
                line["id"] = line.get("id") or f"{refund_id}#{position}"
            batch.add(lines, refund_id, refunds[refund_id])

    def refund_lines_of(self, refunds: pa.Table) -> pa.Table:
        ids, orders = refunds["id"].to_pylist(), refunds["order_id"].to_pylist()
        batch = self.refund_line_batch()
        self.add_refund_lines(dict(zip(ids, orders, strict=True)), batch)
        return batch.take()

    def refund_line_batch(self) -> Batch:
        table = BY_NAME["refund_line_items"]
        return Batch(table, self.report, given=("refund_id", "order_id"))

    def batches(self, stream: Stream) -> dict[str, Batch]:
        """By table, empty: a child must be named even when no rows of it came."""
        found = {}
        if stream.table:
            found[stream.table] = Batch(BY_NAME[stream.table], self.report)
        for part in stream.parts:
            found[part.table] = Batch(BY_NAME[part.table], self.report, given=(part.parent_id,))
        for children in stream.descendants:
            given = (children.parent_id,) if children.parent_id else ()
            if children.table:
                found[children.table] = Batch(BY_NAME[children.table], self.report, given=given)
        if stream is ORDERS:
            found["refund_line_items"] = self.refund_line_batch()
        return found

    def yielded(self, batches: dict[str, Batch]) -> Iterator[Any]:
        for batch in batches.values():
            rows: pa.Table = batch.take()
            if rows.num_rows or batch.table.parent:
                yield rows_of(batch.table, rows)
