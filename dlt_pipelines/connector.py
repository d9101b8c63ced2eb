"""What a connector says about itself.

Belongs here: the values a connector declares, and those it is handed when it runs.
Does not belong here: finding connectors (`catalog.py`), running them (`sync.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dlt_pipelines.errors import SettingsRefused

if TYPE_CHECKING:
    from dlt.extract.source import DltSource

    from dlt_pipelines.personal import Protection

Write = Literal["merge", "replace", "append"]
"""merge: rows that came replace rows of the same key, others stay.
replace: what came is the whole table, keys that did not come are gone.
append: rows of an immutable log; a key that is already there is not written again."""

Deletes = Literal["seen", "marked", "unseen"]
"""seen: a row deleted at the vendor leaves the raw table (its last version stays in history).
marked: the vendor keeps the row and marks it. unseen: the vendor does not tell."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One credential or setting that a person fills in."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """One raw table.

    cursor   column (UTC timestamp) by which the vendor can be asked for changes; None: read whole
    created  column (UTC timestamp) of the record's creation, by which `count` windows reconcile
    lag      how far behind its cursor each sync starts again: late commits, lagging indexes, clocks
    slice    longest window loaded as one unit, so that a long first sync resumes where it stopped
    parent   (table, column): rows are replaced together with the parent row that column names
    scope    columns besides the cursor's day by which a reader says what it read whole
             (`streams.covered`): ad reports by account, so that withdrawn rows go
    columns  declared dlt columns, `{"total": {"data_type": "decimal"}}`; kept even while all null
    paths    where a column's value stands in the vendor's record (`{"updated_at": "updatedAt"}`,
             dots for nesting); a column without a path stands under its own name
    personal paths in the vendor's record, or columns, that hold personal data; a path through a
             list means each of its items, and a path to an object everything in it
    optional a key may lack the scope for it, or the account's plan the feature: then it is skipped
             with a warning, and the others are read
    """

    name: str
    description: str = ""
    primary_key: tuple[str, ...] = ("id",)
    cursor: str | None = None
    created: str | None = None
    lag: timedelta = timedelta(minutes=10)
    slice: timedelta | None = None
    write: Write = "merge"
    deletes: Deletes = "unseen"
    parent: tuple[str, str] | None = None
    scope: tuple[str, ...] = ()
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Window:
    """Changes to read: from `since` (None: from the beginning) up to `until`, both UTC.

    `whole` is set when the table is to be read anew (`--full-refresh`, or a replaced table).
    """

    since: datetime | None
    until: datetime
    whole: bool = False


@dataclass(frozen=True)
class CheckResult:
    """What a setup test learned. `missing_scopes` do not break the connection, they narrow it."""

    account: str = ""
    missing_scopes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class SyncReport:
    """What a running source tells the sync beside its rows.

    skipped  tables that could not be read
    """

    api_requests: int = 0
    waited_seconds: float = 0.0
    warnings: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)

    def warn(self, table: str, message: str) -> None:
        messages = self.warnings.setdefault(table, [])
        if message not in messages:
            messages.append(message)


@dataclass(frozen=True)
class ConnectionSettings:
    """A connection's credentials and settings, and what this run shall read.

    values     every declared field by name; defaults filled in
    windows    by table; empty outside a sync (setup tests and counts need none)
    scratch    an empty folder of this run's own, for files that a source prepares
    backfill   names a backfill, which leaves each table's cursor where it is; empty otherwise
    limits     folder of the limits that all processes share; None: this process alone
    keep       stores values that the vendor renewed (a refresh token that works once)
    protection what becomes of personal data; None: it is kept
    tables     the connector's, by name, for rows that come beside the stream's own
    kept       whatever a source need not ask again for the next slice of the same sync
    """

    values: Mapping[str, str]
    windows: Mapping[str, Window] = field(default_factory=dict)
    scratch: Path | None = None
    report: SyncReport = field(default_factory=SyncReport)
    backfill: str = ""
    sync_number: int = 0
    limits: Path | None = None
    keep: Callable[[Mapping[str, str]], None] = lambda values: None
    protection: Protection | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def moves_cursors(self) -> bool:
        return not self.backfill

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name) or default

    def __repr__(self) -> str:
        return f"ConnectionSettings({', '.join(sorted(self.values))})"


@dataclass(frozen=True, kw_only=True)
class Connector:
    """One vendor.

    check         one cheap request; raises `CredentialsRejected` for a wrong key, returns the
                  missing scopes of a good one
    counts        the vendor's own numbers of records that were created before a time (of all
                  records where `Table.created` is None), for those of the tables it can tell
    build_source  reads no environment and opens nothing
    limits        the vendor's limits and how they are kept, in a sentence or two
    left_out      streams of the vendor that are not read, each with its reason
    """

    name: str
    title: str
    description: str
    category: str
    ingestion: tuple[str, ...] = ("scheduled sync",)
    limits: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...]
    setup_guide: str
    tables: tuple[Table, ...]
    check: Callable[[ConnectionSettings], CheckResult]
    build_source: Callable[[ConnectionSettings], DltSource]
    counts: Callable[[ConnectionSettings, Sequence[str], datetime], dict[str, int]] | None = None

    def table(self, name: str) -> Table:
        for table in self.tables:
            if table.name == name:
                return table
        known = ", ".join(table.name for table in self.tables)
        raise SettingsRefused(self.name, f"there is no table {name!r}.", hint=f"Tables: {known}.")

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Names of required fields that have neither a value nor a default."""
        return tuple(
            field.name
            for field in self.fields
            if field.required and field.default is None and not values.get(field.name)
        )

    def complete(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values with defaults filled in.

        Raises:
            SettingsRefused: a name is unknown, a value malformed, or a required one missing.
        """
        self.refuse_malformed(values)
        if missing := self.missing(values):
            raise SettingsRefused(
                self.name,
                f"{', '.join(missing)} not given.",
                hint="Finish it with `chord connections set`;"
                f" see `chord connectors show {self.name}`.",
            )
        defaults = {field.name: field.default for field in self.fields if field.default is not None}
        return {**defaults, **{name: value for name, value in values.items() if value}}

    def refuse_malformed(self, values: Mapping[str, str]) -> None:
        by_name = {field.name: field for field in self.fields}
        for name, value in values.items():
            if name not in by_name:
                known = ", ".join(by_name)
                raise SettingsRefused(
                    self.name, f"there is no setting {name!r}.", hint=f"Settings: {known}."
                )
            pattern = by_name[name].pattern
            if value and pattern and not re.fullmatch(pattern, value):
                raise SettingsRefused(
                    self.name,
                    f"{name} is malformed.",
                    hint=by_name[name].help or f"It must match {pattern}.",
                )
