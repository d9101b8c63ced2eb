"""Turns a table's reader into a dlt resource, and marks the rows of other tables it brings along.

Belongs here: what a source yields. Does not belong here: how rows are merged (`merge.py`).

A reader is a generator function `read(window)` that yields Arrow tables (`records.raw_table`),
`parquet_file(...)`, or `rows_of(...)`, `deleted_keys(...)`, `present_keys(...)`. Its table's cursor
moves to the window's end when the generator ends, and not before: a reader that raises moves
nothing. A reader that has read only a first slice of a long window returns the time it reached
(`return slice_end`): that slice is loaded and committed, and the reader is asked again from there.
It returns `SKIPPED` when it may not read at all (a scope is missing): nothing moves.

Rows whose parent came with them are replaced together with that parent. For that the child must be
named even when it has no rows: `rows_of(child, <empty Arrow table>)`. Where a read of changes found
none at all, such tables go no further.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.libs.pyarrow import get_column_type_from_py_arrow
from dlt.common.storages.load_package import commit_load_package_state, load_package_state
from dlt.extract.extractors import ImportFileMeta
from dlt.extract.items import DataItemWithMeta, TableNameMeta
from dlt.extract.resource import DltResource
from dlt.extract.state import get_current_pipe_name

from dlt_pipelines.connector import ConnectionSettings, Table, Window, Write

CURSOR, SYNC_NUMBER, POSITION, BACKFILL = "cursor", "sync_number", "position", "backfill"
SKIPPED, NO_ROWS = "skipped", "no rows"
DELETED, PRESENT, COVERED = "__deleted", "__present", "__covered"
"""Suffixes of tables that carry keys instead of rows: the keys that are gone, or all there are;
or the scopes and days that were read whole."""
COVERED_FROM, COVERED_TO = "_from", "_to"
Items = Generator[Any, None, datetime | str | None]


def stream(
    settings: ConnectionSettings,
    table: Table,
    read: Callable[[Window], Items],
    *,
    is_small: bool = False,
) -> DltResource:
    """The resource of a table that is asked for by itself; children come with their parent's.

    is_small  a few records that come whole each time: handed on when one of them changed
    """

    def items(window: Window) -> Items:
        came = named_at_the_end(settings, table, window, read(window))
        return handed_on(settings, table, only_news(settings, window, came) if is_small else came)

    def rows() -> Iterator[Any]:
        number_this_package(settings)
        window = settings.windows[table.name]
        reached = yield from items(window)
        while window.whole and isinstance(reached, datetime) and reached < window.until:
            # A table read anew is one unit, or its old rows would be gone between two slices.
            window = Window(reached, window.until, whole=True)
            reached = yield from items(window)
        if reached == SKIPPED:
            settings.report.skipped.add(table.name)
        else:
            until = (reached if isinstance(reached, datetime) else window.until).isoformat()
            if settings.moves_cursors:
                dlt.current.resource_state()[CURSOR] = until
            else:
                dlt.current.resource_state()[BACKFILL] = {"of": settings.backfill, CURSOR: until}

    return dlt.resource(
        rows,
        name=table.name,
        primary_key=list(table.primary_key),
        # dlt makes an empty file of a table that is replaced and of which nothing was handed on.
        write_disposition="append" if is_small else unmerged(table.write),
    )


def named_at_the_end(
    settings: ConnectionSettings, table: Table, window: Window, items: Items
) -> Items:
    """The same items, but a table without rows once, after all rows; and none such where nothing
    else came, unless the read is from the beginning. An empty answer for a table that is replaced
    is news."""
    is_news = window.since is None or window.whole
    named, empty = set[str](), dict[str, Any]()
    while True:
        try:
            item = next(items)
        except StopIteration as end:
            if is_news:
                yield from (each for name, each in empty.items() if name not in named)
            return end.value
        name, rows = table_and_rows(table, item)
        known = settings.tables.get(name)
        if rows is not None and not rows.num_rows and known and known.write != "replace":
            empty[name] = item
        else:
            is_news = True
            named.add(name)
            yield item


def only_news(settings: ConnectionSettings, window: Window, items: Items) -> Items:
    """Nothing when the items are those that the last committed read handed on. A list that turned
    empty is handed on each time, for its warning; one that always was, once."""
    found, digest, count = list[Any](), sha256(), 0
    while True:
        try:
            found.append(next(items))
        except StopIteration as end:
            reached = end.value
            break
        rows: Any = found[-1].data if isinstance(found[-1], DataItemWithMeta) else found[-1]
        count += len(rows)
        digest.update(repr(rows.to_pylist()).encode())
    last, mark = position(), digest.hexdigest() if count else NO_ROWS
    if window.whole or mark != last:
        if count or last is None:
            remember_position(settings, mark)
        yield from found
    return reached


def table_and_rows(table: Table, item: Any) -> tuple[str, pa.Table | None]:
    if isinstance(item, pa.Table):
        return table.name, item
    if isinstance(item, DataItemWithMeta) and isinstance(item.meta, TableNameMeta):
        return item.meta.table_name, item.data
    return table.name, None


def handed_on(settings: ConnectionSettings, table: Table, items: Items) -> Items:
    """The same items, personal data hashed or dropped where the connection asks for that.

    dlt gives rows of another table the stream's own key, which they need not have, unless the first
    of them says otherwise.
    """
    protection, named = settings.protection, {table.name}
    while True:
        try:
            item = next(items)
        except StopIteration as end:
            return end.value
        if isinstance(item, pa.Table):
            yield protection.rows(table, item) if protection else item
        elif isinstance(item, DataItemWithMeta) and isinstance(item.meta, TableNameMeta):
            name, rows = item.meta.table_name, item.data
            if name not in named:
                named.add(name)
                write = settings.tables[name].write if name in settings.tables else "append"
                hints = dlt.mark.make_hints(
                    table_name=name, primary_key="", write_disposition=unmerged(write)
                )
                yield dlt.mark.with_hints([], hints, create_table_variant=True)
            owner = settings.tables.get(without_suffix(name), table)
            yield rows_named(name, protection.rows(owner, rows) if protection else rows)
        else:
            is_file = isinstance(item, DataItemWithMeta) and isinstance(item.meta, ImportFileMeta)
            if protection and is_file:
                protection.file(table, Path(item.meta.file_path))
            yield item


def unmerged(write: Write) -> Write:
    """What dlt is told: a "merge" costs it 0.3 ms a table and is done by `merge.py` anyway, which
    knows the table's own `write` by the connector."""
    return "append" if write == "merge" else write


def without_suffix(name: str) -> str:
    return name.removesuffix(DELETED).removesuffix(PRESENT).removesuffix(COVERED)


def rows_named(name: str, rows: pa.Table) -> Any:
    return dlt.mark.with_table_name(rows, name)


def number_this_package(settings: ConnectionSettings) -> None:
    """The number travels in dlt's state and in the package, so that neither a lost nor a restored
    warehouse can be taken for the one this state belongs to."""
    package: Any = load_package_state()
    if package["state"].get(SYNC_NUMBER) != settings.sync_number:  # else another stream did it
        dlt.current.source_state()[SYNC_NUMBER] = settings.sync_number
        package["state"][SYNC_NUMBER] = settings.sync_number
        commit_load_package_state()


def rows_of(table: Table, rows: pa.Table) -> Any:
    """Rows of another table than the stream's own: a child that came with its parent."""
    return rows_named(table.name, rows)


def deleted_keys(table: Table, keys: pa.Table) -> Any:
    """Rows of `table` that the vendor says are deleted; `keys` has its primary key's columns, or
    some of them: then all rows of that part of the key are gone."""
    return rows_named(table.name + DELETED, keys)


def present_keys(table: Table, keys: pa.Table) -> Any:
    """All keys the vendor has (may come in parts): rows of other keys are gone."""
    return rows_named(table.name + PRESENT, keys)


def covered(table: Table, scope: Sequence[str], since: date, until: date) -> Any:
    """All rows of these values of `table.scope` from `since` to `until` (days, both included) came:
    those here that did not come were withdrawn by the vendor, and go to the history.

    A range of which nothing came keeps its rows, with a warning: an empty answer is no proof.
    """
    values = dict(zip(table.scope, scope, strict=True))
    days = {COVERED_FROM: since, COVERED_TO: until}
    row = {name: [value] for name, value in {**values, **days}.items()}
    return rows_named(table.name + COVERED, pa.table(row))


def position() -> Any:
    """Inside a reader: what this table's last committed read left with `remember_position`, for
    vendors whose cursor is a text of their own. None at first. Ignore it when `window.whole`."""
    return dlt.current.source_state().get(POSITION, {}).get(get_current_pipe_name())


def remember_position(settings: ConnectionSettings, value: Any) -> None:
    """Inside a reader: committed together with the rows that were yielded. JSON values only."""
    if settings.moves_cursors:
        # Not the resource's own state: dlt empties that of a table that is replaced.
        positions = dlt.current.source_state().setdefault(POSITION, {})
        positions[get_current_pipe_name()] = value


def parquet_file(
    path: Path,
    rows: int,
    *,
    write: Write | None = None,
    key: Sequence[str] | None = None,
    cursor: str | None = None,
) -> Any:
    """A Parquet file with rows of the stream's own table; taken over as it is, never re-encoded.

    dlt links the file as long as its schema agrees with the table's: so the file's columns become
    the table's, keys nullable as in any file. `write` and `key` overrule the stream's this time;
    `cursor` is said here where no connector declares the table.
    """
    columns = []
    for field in pq.read_schema(path):
        is_json = isinstance(field.type, pa.BaseExtensionType)  # dlt has no Arrow type for JSON
        kind = field.type.storage_type if is_json else field.type
        column = get_column_type_from_py_arrow(kind) | ({"data_type": "json"} if is_json else {})
        newest: dict[str, Any] = {"dedup_sort": "desc"} if field.name == cursor else {}
        columns.append({"name": field.name, "nullable": True, **newest, **column})
    hints = dlt.mark.make_hints(
        columns=columns, write_disposition=write, primary_key=list(key) if key else None
    )
    return dlt.mark.with_file_import(str(path), "parquet", rows, hints=hints)
