"""What became of one product in one sync, in words: for the record, Slack, Dagster and a terminal.

Belongs here: the result and its parts. Does not belong here: how each of them shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chord_platform.products.sync_product import Side


class Result(StrEnum):
    """The first are the comparer's decisions, the others are known without comparing.

    WRITTEN, WOULD_WRITE     what WRITE came to; the second in debug mode and in a dry run
    AMBIGUOUS                more than one counterpart, or one that belongs to another product
    DELETED_THERE            the counterpart was deleted and is not made again
    GONE                     the product is nowhere any more, or never was
    """

    UNCHANGED = "unchanged"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    NOT_SELECTED = "not_selected"
    ALREADY_SEEN = "already_seen"
    NOT_PUBLISHED = "not_published"
    ARCHIVED = "archived"
    LIMIT = "limit"
    WRITTEN = "written"
    WOULD_WRITE = "would_write"
    AMBIGUOUS = "ambiguous"
    DELETED_THERE = "deleted_there"
    GONE = "gone"
    FAILED = "failed"


QUIET = frozenset(
    {
        Result.UNCHANGED,
        Result.ORIGIN_NOT_ALLOWED,
        Result.NOT_SELECTED,
        Result.ALREADY_SEEN,
        Result.NOT_PUBLISHED,
        Result.GONE,
    }
)
"""Nothing happened and nobody needs to know."""

FAILURES = frozenset({Result.FAILED, Result.AMBIGUOUS, Result.LIMIT})
"""Somebody must act before this product syncs again."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of a diff. subject: empty for the product itself, else the variant."""

    field: str
    before: str = ""
    after: str = ""
    subject: str = ""

    def __str__(self) -> str:
        name = f"{self.field} of {self.subject}" if self.subject else self.field
        if not self.before and not self.after:
            return name
        return f"{name}: {self.before or '(empty)'} -> {self.after or '(empty)'}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """changes: what was written, or would have been; in a conflict their `before` are the values
    that lost. links: where people see the product, by side. may_pass: worth another try."""

    tenant: str
    ref: str
    origin: Side
    result: Result
    called: str
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    reason: str = ""
    next_step: str = ""
    is_conflict: bool = False
    may_pass: bool = False
    contentful_id: str = ""
    shopify_id: str = ""
    links: tuple[tuple[Side, str], ...] = ()
    started_at: datetime
    seconds: float = 0.0
    id: str = ""

    @property
    def is_failure(self) -> bool:
        return self.result in FAILURES

    @property
    def is_worth_telling(self) -> bool:
        return self.result not in QUIET or bool(self.refusals)
