"""Finds what a product is on the other side, and stops where that is in doubt.

Belongs here: what an integration found, judged by what is linked already.
Does not belong here: how an integration searches, comparing.
"""

from __future__ import annotations

from collections.abc import Callable

from chord_platform.products.links import Link
from chord_platform.products.outcome import Result
from chord_platform.products.ports import Ambiguous, Fetched, Gone, OpenTenant
from chord_platform.products.sync_product import SyncProduct


class Stop(Exception):
    """The sync of this product ends here, with this result."""

    def __init__(
        self, result: Result, reason: str, next_step: str = "", *, may_pass: bool = False
    ) -> None:
        self.result, self.reason, self.next_step = result, reason, next_step
        self.may_pass = may_pass
        super().__init__(reason)


def counterpart(
    opened: OpenTenant,
    origin: SyncProduct,
    link: Link | None,
    *,
    owner_of: Callable[[Fetched], Link | None],
) -> Fetched | None:
    """owner_of: the link that what was found is part of already.

    Raises:
        Stop: it is in doubt, or it was deleted and stays so.
    """
    side, other = origin.side, origin.side.other
    linked_id = link.id_of(other) if link else ""
    found = opened.side(other).find_counterpart(origin, linked_id=linked_id)
    if isinstance(found, Gone):
        if not opened.options.resurrect:
            raise Stop(
                Result.DELETED_THERE,
                f"it was deleted in {other}: what changed in {side} was not carried over.",
                f"Delete it in {side} too, or set the tenant's option `resurrect`.",
            )
        found = opened.side(other).find_counterpart(origin, linked_id="")
    if isinstance(found, Ambiguous):
        raise Stop(
            Result.AMBIGUOUS,
            f"{len(found.ids)} products of {other} have the same {found.by}: "
            f"{', '.join(found.ids[:5])}.",
            "Make it one, then sync this product again.",
        )
    if not isinstance(found, Fetched):
        return None
    owner = owner_of(found)
    holder = owner.id_of(side) if owner else ""
    if holder not in ("", origin.id) and not isinstance(opened.side(side).fetch(holder), Gone):
        raise Stop(
            Result.AMBIGUOUS,
            f"its counterpart {found.product.id} belongs to {holder} already.",
            f"Give one of the two products in {side} another slug and other skus.",
        )
    return found
