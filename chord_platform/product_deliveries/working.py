"""Works a tenant's deliveries: each product that changed is synced, once for all that told of it.

Belongs here: claiming, syncing, ending claims, telling people in batches. Does not belong here: one
product's way (`products/sync.py`), the queue's rules (`webhooks/`), when this runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

from chord_platform.bootstrap import Platform
from chord_platform.errors import UnknownProduct
from chord_platform.product_deliveries.marks import newest_mark
from chord_platform.products.history import History, row_of
from chord_platform.products.outcome import QUIET, Outcome
from chord_platform.products.refs import read_ref
from chord_platform.products.under_way import Asked
from chord_platform.store import Store
from chord_platform.webhooks.delivery import Claim

log = logging.getLogger(__name__)

TOPICS = "product_sync:"
AT_ONCE = 20
LEASE = timedelta(minutes=5)
LOOK_AGAIN_SECONDS = 0.2

OnOutcome = Callable[[Outcome], None]


def topic_of(tenant: str) -> str:
    return f"{TOPICS}{tenant}"


@dataclass(kw_only=True)
class Worked:
    """Products by what became of them; of the failed ones, why."""

    tenant: str
    results: dict[str, int] = field(default_factory=dict)
    failures: list[Outcome] = field(default_factory=list)
    retried: int = 0

    @property
    def total(self) -> int:
        return sum(self.results.values())

    def count(self, outcome: Outcome) -> None:
        result = outcome.result.value
        self.results[result] = self.results.get(result, 0) + 1
        if outcome.is_failure and not outcome.may_pass:
            self.failures.append(outcome)


class ProductWork:
    """One run's work on one tenant. on_outcome: for each product where something happened."""

    def __init__(
        self,
        platform: Platform,
        tenant: str,
        *,
        worker: str,
        on_outcome: OnOutcome = lambda outcome: None,
    ) -> None:
        self.deliveries = platform.deliveries
        self.products = platform.products
        self.sync = platform.products.open(tenant)
        self.store = platform.store
        self.worker = worker
        self.on_outcome = on_outcome
        self.worked = Worked(tenant=tenant)

    def drain(self, *, quiet_seconds: float = 0.0) -> Worked:
        """Until the queue has been empty for so long: a burst costs one run."""
        with self.store.kept_open():
            return self.until_quiet(quiet_seconds)

    def until_quiet(self, quiet_seconds: float) -> Worked:
        topic = topic_of(self.worked.tenant)
        quiet_since = monotonic()
        while True:
            claims = self.deliveries.claim(topic, worker=self.worker, limit=AT_ONCE, lease=LEASE)
            if claims:
                self.work(claims)
                quiet_since = monotonic()
            elif monotonic() - quiet_since >= quiet_seconds:
                return self.worked
            else:
                sleep(LOOK_AGAIN_SECONDS)

    def by_hand(
        self, refs: Sequence[str] = (), *, dry_run: bool = False, is_told: bool = True
    ) -> Worked:
        """These, or all that the tenant has. is_told: to the tenant's channel.

        Raises:
            UnknownProduct: one of them names none.
        """
        asked = (
            [
                Asked(ref=read_ref(ref), dry_run=dry_run, in_full=True, by=self.worker)
                for ref in refs
            ]
            if refs
            else self.products.every(self.sync, dry_run=dry_run, by=self.worker)
        )
        told: list[Outcome] = []
        for one in asked:
            outcome = replace(self.sync.sync(one), may_pass=False)
            self.worked.count(outcome)
            if outcome.is_worth_telling:
                self.on_outcome(outcome)
                told += [outcome] if is_told else []
            if len(told) >= AT_ONCE:
                self.products.tell(self.sync.opened, told)
                told = []
        self.products.tell(self.sync.opened, told)
        return self.worked

    def work(self, claims: list[Claim]) -> None:
        """People are told of all of them at once. What a run that dies had done already, the next
        finds done."""
        told: list[Outcome] = []
        quiet: list[tuple[Claim, dict[str, Any]]] = []
        waiting = list(claims)
        self.sync.history = history = QuietTogether(self.store)
        try:
            while waiting:
                claim = waiting[0]
                if self.holds(claim):
                    outcome = self.one(claim, quiet)
                    if outcome:
                        told.append(outcome)
                waiting.pop(0)
        finally:
            history.flush()
            self.deliveries.done_all(quiet)
            for claim in waiting:
                self.deliveries.release(claim)
            self.products.tell(self.sync.opened, told)

    def holds(self, claim: Claim) -> bool:
        """A vendor's limit makes one wait: a lease that is half over is made longer."""
        if self.deliveries.clock() < claim.lease_until - LEASE / 2:
            return True
        return self.deliveries.extend(claim, lease=LEASE)

    def one(self, claim: Claim, quiet: list[tuple[Claim, dict[str, Any]]]) -> Outcome | None:
        try:
            ref = read_ref(claim.key)
        except UnknownProduct as error:
            self.deliveries.dead(claim, str(error))
            return None
        mark = newest_mark(claim.key, claim.deliveries)
        outcome = self.sync.sync(Asked(ref=ref, mark=mark, by=self.worker))
        outcome = self.at_last(claim, outcome)
        self.worked.count(outcome)
        if outcome.result in QUIET and not outcome.refusals:
            quiet.append((claim, result_of(outcome)))
            return None
        self.end(claim, outcome)
        self.on_outcome(outcome)
        return outcome

    def at_last(self, claim: Claim, outcome: Outcome) -> Outcome:
        """What fails at its last try will not pass by itself."""
        most = self.deliveries.backoff.most_attempts
        if outcome.may_pass and all(one.attempts >= most for one in claim.deliveries):
            return replace(outcome, may_pass=False)
        return outcome

    def end(self, claim: Claim, outcome: Outcome) -> None:
        problem = " ".join(part for part in (outcome.reason, outcome.next_step) if part)
        if outcome.may_pass:
            self.worked.retried += 1
            self.deliveries.retry(claim, problem)
        elif outcome.is_failure:
            self.deliveries.dead(claim, problem, result=result_of(outcome))
        else:
            self.deliveries.done(claim, result_of(outcome))


class QuietTogether(History):
    """Where nothing happened, the record waits for the end of its batch: a burst of old news costs
    the disk once. A run that dies before works those products again."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.waiting: list[dict[str, Any]] = []

    def save(self, outcome: Outcome, *, by: str) -> None:
        if outcome.result in QUIET:
            self.waiting.append(row_of(outcome, by=by))
        else:
            super().save(outcome, by=by)

    def flush(self) -> None:
        rows, self.waiting = self.waiting, []
        self.save_rows(rows)


def result_of(outcome: Outcome) -> dict[str, Any]:
    """What `chord deliveries show` tells."""
    said: dict[str, Any] = {"result": outcome.result.value, "product": outcome.called}
    if outcome.changes:
        said["changes"] = [str(change) for change in outcome.changes]
    if outcome.reason:
        said["reason"] = outcome.reason
    if outcome.notes:
        said["notes"] = list(outcome.notes)
    if outcome.refusals:
        said["refusals"] = list(outcome.refusals)
    return said
