"""One product's whole way from one side to the other.

Belongs here: fetch both, compare, write, publish, remember, and what a failure means.
Does not belong here: what to write (`comparer.py`), vendors (the integrations), which deliveries
ask for it and when (the queue), tenants as rows.

Deliveries come twice, late and in any order, and our own writes come back as deliveries. So nothing
but the present state of both sides counts, and every step may be repeated: what is there already is
not written again, and a sync that died between its writes is finished before anything is taken from
what it had half written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime

from chord_platform.errors import PlatformError
from chord_platform.products.changes import changes_of
from chord_platform.products.comparer import (
    Decision,
    compare,
    compare_deleted,
    known_without_destination,
)
from chord_platform.products.counterparts import Stop, counterpart
from chord_platform.products.fingerprints import is_older_than_ours, remember
from chord_platform.products.history import History
from chord_platform.products.links import Link, Links
from chord_platform.products.mutations import Mutation
from chord_platform.products.normal_forms import normal
from chord_platform.products.outcome import Outcome, Result
from chord_platform.products.ports import (
    Fetched,
    Gone,
    OpenTenant,
    VersionConflict,
    Written,
)
from chord_platform.products.refs import Ref
from chord_platform.products.sync_product import Side, SyncProduct
from chord_platform.products.under_way import Asked, Ended, Way, failed
from chord_platform.products.waiting import with_what_waits
from chord_platform.products.write_back import give_ids_back
from dlt_pipelines.errors import ConnectorError, VendorUnavailable

log = logging.getLogger(__name__)

CONFLICTS = 4
"""So often somebody may write between our reading and our writing before we come back later."""


class TenantSync:
    """Both sides of one tenant, open. `alone` is held while a product is worked on: of two who
    sync the same product at once, both could create it."""

    def __init__(
        self,
        *,
        opened: OpenTenant,
        links: Links,
        history: History,
        clock: Callable[[], datetime],
        alone: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.opened = opened
        self.options = opened.options
        self.links = links
        self.history = history
        self.clock = clock
        self.alone = alone

    def sync(self, asked: Asked) -> Outcome:
        """Raises nothing that concerns this product alone: the outcome says it."""
        with self.alone():
            return self.sync_one(asked)

    def sync_one(self, asked: Asked) -> Outcome:
        started = self.clock()
        way = Way(ref=asked.ref)
        ended = self.to_its_end(asked, way)
        comparison = way.comparison
        wrote = ended.result in (Result.WRITTEN, Result.WOULD_WRITE, Result.FAILED)
        outcome = Outcome(
            tenant=self.opened.name,
            ref=str(asked.ref),
            origin=asked.ref.side,
            result=ended.result,
            called=way.called or str(asked.ref),
            changes=changes_of(comparison.mutations) if comparison and wrote else (),
            notes=(*map(str, comparison.notes if comparison else ()), *ended.notes),
            refusals=ended.refusals,
            reason=ended.reason,
            next_step=ended.next_step,
            is_conflict=bool(comparison and comparison.is_conflict),
            may_pass=ended.may_pass,
            contentful_id=way.ids.get(Side.CONTENTFUL, ""),
            shopify_id=way.ids.get(Side.SHOPIFY, ""),
            links=tuple(sorted((side, link) for side, link in way.links.items() if link)),
            started_at=started,
            seconds=(self.clock() - started).total_seconds(),
        )
        if not asked.dry_run:
            self.history.save(outcome, by=asked.by)
        return outcome

    def to_its_end(self, asked: Asked, way: Way) -> Ended:
        conflict: VersionConflict | None = None
        for _ in range(CONFLICTS):
            try:
                return self.once(asked, way)
            except VersionConflict as error:
                conflict = error
            except Stop as stop:
                return Ended(
                    result=stop.result,
                    reason=stop.reason,
                    next_step=stop.next_step,
                    may_pass=stop.may_pass,
                )
            except ConnectorError as error:
                passing = isinstance(error, VendorUnavailable)
                return failed(f"{error.connector}: {error.what}", error.hint, may_pass=passing)
            except PlatformError as error:
                return failed(error.what, error.hint, may_pass=False)
            except Exception as error:
                log.exception("the sync of %s of %s broke", asked.ref, self.opened.name)
                reason = f"the sync broke: {type(error).__name__}."
                return failed(reason, "Please report it; its log has the place.", may_pass=False)
        what = conflict.what if conflict else ""
        return failed(f"somebody keeps writing the product. {what}", "", may_pass=True)

    def once(self, asked: Asked, way: Way) -> Ended:
        side = asked.ref.side
        if side not in self.options.allowed_origins:
            return Ended(result=Result.ORIGIN_NOT_ALLOWED)
        link = self.known(asked, asked.ref.id)
        if self.is_old(asked, link):
            way.ids = {one: link.id_of(one) for one in Side if link and link.id_of(one)}
            return Ended(result=Result.ALREADY_SEEN)
        own_id = link.id_of(side) if link else ""
        origin = self.opened.side(side).fetch_live(own_id or asked.ref.id)
        if isinstance(origin, Gone):
            return self.deleted(asked, way, link)
        way.saw(origin)
        if link is None and origin.product.id != asked.ref.id:  # it was a variant's id
            link = self.known(asked, origin.product.id)
        last = link.last if link else None
        if last and (asked.in_full or (link and link.pending)):
            last = replace(last, **{side.value: ""})
        if known := known_without_destination(normal(origin.product), self.options, last):
            way.ids |= {one: link.id_of(one) for one in Side if link and link.id_of(one)}
            return Ended(result=Result(known.value))
        there = counterpart(self.opened, origin.product, link, owner_of=self.owner_of(asked))
        if there:
            way.saw(there)
            if link and link.id_of(side.other) != there.product.id:
                last = None  # what is remembered is of another counterpart
        present = there.product if there else None
        compared = with_what_waits(origin.product, origin.waiting, present)
        way.comparison = compare(compared, present, self.options, last=last)
        return self.carried_out(asked, way, origin, there, link)

    def carried_out(
        self, asked: Asked, way: Way, origin: Fetched, there: Fetched | None, link: Link | None
    ) -> Ended:
        comparison = way.comparison
        assert comparison is not None
        if comparison.decision not in (Decision.WRITE, Decision.UNCHANGED):
            result = Result(comparison.decision.value)
            return Ended(result=result, reason=" ".join(map(str, comparison.notes)))
        if comparison.decision is Decision.UNCHANGED:
            if there and not self.only_looks(asked):
                self.settle(way, origin, there, link)
            return Ended(result=Result.UNCHANGED)
        if self.only_looks(asked):
            return Ended(result=Result.WOULD_WRITE)
        link = self.links.begin(self.opened.name, way.ids, origin=asked.ref.side)
        written = self.write(asked.ref.side.other, there, comparison.mutations)
        notes = tuple(map(str, written.notes))
        if isinstance(written.after, Gone):
            self.links.forget(link)
        else:
            way.saw(written.after)
            self.settle(way, origin, written.after, link)
        return Ended(result=Result.WRITTEN, notes=notes, refusals=written.refusals)

    # ------------------------------------------------------------------ the other side

    def owner_of(self, asked: Asked) -> Callable[[Fetched], Link | None]:
        def owner(found: Fetched) -> Link | None:
            side = found.product.side
            link = self.links.of(self.opened.name, side, found.product.id)
            if link and link.pending is side and not self.only_looks(asked):
                self.finish(link)
                raise VersionConflict(f"{side} was being carried over: read again.")
            return link

        return owner

    def known(self, asked: Asked, id: str) -> Link | None:
        """The product's link, after a sync from the other side that died between its writes was
        brought to its end: what it had half written would be carried back."""
        side = asked.ref.side
        link = self.links.of(self.opened.name, side, id)
        if link and link.pending is side.other and not self.only_looks(asked):
            self.finish(link)
            link = self.links.of(self.opened.name, side, id)
        return link

    def finish(self, link: Link) -> None:
        if link.pending and (id := link.id_of(link.pending)):
            ref = Ref(side=link.pending, id=id)
            outcome = self.sync_one(Asked(ref=ref, in_full=True, by="after a crash"))
            if outcome.may_pass:
                reason = f"an earlier sync from {ref.side} is not finished: {outcome.reason}"
                raise Stop(Result.FAILED, reason, outcome.next_step, may_pass=True)
        self.links.end(link)

    def only_looks(self, asked: Asked) -> bool:
        return asked.dry_run or self.options.debug

    def deleted(self, asked: Asked, way: Way, link: Link | None) -> Ended:
        other = asked.ref.side.other
        if link is None:
            return Ended(result=Result.GONE, reason="no sync has known it.")
        way.ids = {side: link.id_of(side) for side in Side if link.id_of(side)}
        linked_id = link.id_of(other)
        there = self.opened.side(other).fetch(linked_id) if linked_id else None
        if not isinstance(there, Fetched):
            if not self.only_looks(asked):
                self.links.forget(link)
            return Ended(result=Result.GONE, reason="it is deleted on both sides.")
        way.saw(there)
        way.comparison = compare_deleted(normal(there.product), self.options, last=link.last)
        if way.comparison.decision is not Decision.WRITE:
            return Ended(result=Result.UNCHANGED)
        if self.only_looks(asked):
            return Ended(result=Result.WOULD_WRITE)
        written = self.write(other, there, way.comparison.mutations)
        if isinstance(written.after, Gone):
            self.links.forget(link)
        else:
            self.keep(link, written.after)
        notes = (f"deleted in {asked.ref.side}.", *map(str, written.notes))
        return Ended(result=Result.WRITTEN, notes=notes, refusals=written.refusals)

    def write(self, side: Side, there: Fetched | None, mutations: tuple[Mutation, ...]) -> Written:
        written = self.opened.side(side).apply(there, mutations)
        if isinstance(written.after, Gone):
            return written
        published = self.opened.side(side).publish(written.after, mutations)
        return replace(
            published,
            refusals=(*written.refusals, *published.refusals),
            notes=(*written.notes, *published.notes),
        )

    # ------------------------------------------------------------------ what is remembered

    def settle(self, way: Way, origin: Fetched, there: Fetched, link: Link | None) -> None:
        """Both sides say the same: remembered, with the ids Shopify gave its new variants."""
        sides = {origin.product.side: origin, there.product.side: there}
        cms, shop = sides[Side.CONTENTFUL], sides[Side.SHOPIFY]
        if origin is cms:
            cms = give_ids_back(self.opened.contentful, cms, shop)
        marks = {Side.CONTENTFUL: cms.mark, Side.SHOPIFY: shop.mark}
        last = remember(normal(cms.product), normal(shop.product), self.options, marks=marks)
        ids = {Side.CONTENTFUL: cms.product.id, Side.SHOPIFY: shop.product.id}
        is_same = link and (link.contentful_id, link.shopify_id) == tuple(
            ids[side] for side in (Side.CONTENTFUL, Side.SHOPIFY)
        )
        if link and is_same and link.last == last and link.pending is None:
            return
        if link is None or not is_same:
            link = self.links.begin(self.opened.name, ids, origin=origin.product.side)
        entries = [one.id for one in cms.product.variants]
        kept = replace(link, last=last, synced_at=self.clock())
        self.links.finish(kept, entries=entries)

    def keep(self, link: Link, left: Fetched) -> None:
        """The other side is deleted: only this one's state is remembered, so that its echo ends."""
        product = normal(left.product)
        sides = {side: SyncProduct(side=side) for side in Side} | {product.side: product}
        cms, shop = sides[Side.CONTENTFUL], sides[Side.SHOPIFY]
        both = remember(cms, shop, self.options, marks={product.side: left.mark})
        last = replace(both, **{product.side.other.value: ""})
        entries = [one.id for one in cms.variants]
        self.links.finish(replace(link, last=last, synced_at=self.clock()), entries=entries)

    def is_old(self, asked: Asked, link: Link | None) -> bool:
        """Of the product itself only: its variants count their versions for themselves."""
        if link is None or asked.in_full or link.id_of(asked.ref.side) != asked.ref.id:
            return False
        return link.pending is None and is_older_than_ours(
            asked.mark, side=asked.ref.side, last=link.last
        )
