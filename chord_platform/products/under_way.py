"""What a sync of one product was asked, has seen on its way, and came to.

Belongs here: these values. Does not belong here: the way itself (`sync.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chord_platform.products.comparer import Comparison
from chord_platform.products.outcome import Result
from chord_platform.products.ports import Fetched
from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Side


@dataclass(frozen=True, kw_only=True)
class Asked:
    """mark: the state a delivery tells of. dry_run: write nothing. in_full: also compare when the
    origin stands as the last sync left it, because the destination may not."""

    ref: Ref
    mark: str = ""
    dry_run: bool = False
    in_full: bool = False
    by: str = ""


@dataclass(kw_only=True)
class Way:
    """What has been found out on the way; filled in as it goes, so that a failure shows it too."""

    ref: Ref
    called: str = ""
    ids: dict[Side, str] = field(default_factory=dict)
    links: dict[Side, str] = field(default_factory=dict)
    comparison: Comparison | None = None

    def saw(self, fetched: Fetched) -> None:
        self.ids[fetched.product.side] = fetched.product.id
        self.links[fetched.product.side] = fetched.link
        self.called = self.called or fetched.product.called


@dataclass(frozen=True, kw_only=True)
class Ended:
    result: Result
    reason: str = ""
    next_step: str = ""
    may_pass: bool = False
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


def failed(reason: str, next_step: str, *, may_pass: bool) -> Ended:
    return Ended(result=Result.FAILED, reason=reason, next_step=next_step, may_pass=may_pass)
