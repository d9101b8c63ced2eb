"""One product's way: what is written, what ends without a write, what a failure leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.errors import ProductRefused
from chord_platform.products.mutations import blank
from chord_platform.products.options import NEVER, SyncOptions
from chord_platform.products.outcome import Outcome, Result
from chord_platform.products.ports import VersionConflict
from chord_platform.products.refs import Ref
from chord_platform.products.service import ProductSync
from chord_platform.products.sync_product import (
    OptionType,
    OptionValue,
    Publication,
    SelectedOption,
    Side,
    Status,
    SyncProduct,
    Variant,
)
from chord_platform.products.under_way import Asked
from chord_platform.settings import read_settings
from chord_platform.store import Store, open_store
from chord_platform.store.migrate import migrate
from dlt_pipelines.errors import VendorUnavailable
from tests.products.sides import World

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOTH = SyncOptions(allowed_origins=frozenset(Side))
CMS, SHOP = Side.CONTENTFUL, Side.SHOPIFY


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    settings = read_settings(home=tmp_path_factory.mktemp("home"))
    migrate(settings)
    return open_store(settings)


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> str:
    """A name of its own: the store is shared."""
    return f"t{abs(hash(request.node.name)) % 10**9}"


@pytest.fixture
def begin(store: Store, tenant: str) -> Callable[..., Running]:
    def make(options: SyncOptions = BOTH) -> Running:
        return Running(store, tenant, World(options))

    return make


class Running:
    def __init__(self, store: Store, tenant: str, world: World) -> None:
        self.world = world
        self.ticks = 0
        self.service = ProductSync(store=store, open_tenant=world.open, clock=self.clock)
        self.tenant = tenant

    def clock(self) -> datetime:
        self.ticks += 1
        return START + timedelta(seconds=self.ticks)

    def sync(self, ref: Ref, **asked: object) -> Outcome:
        return self.service.open(self.tenant).sync(Asked(ref=ref, **asked))  # type: ignore[arg-type]

    def drain(self) -> list[Outcome]:
        """Every webhook so far, and those that follow from them."""
        found = []
        for _ in range(50):
            for side in Side:
                memory = self.world.side(side)
                waiting, memory.deliveries = list(dict.fromkeys(memory.deliveries)), []
                found += [self.sync(ref) for ref in waiting]
            if not any(self.world.side(side).deliveries for side in Side):
                return found
        raise AssertionError("the two sides never come to rest")

    @property
    def shop(self) -> SyncProduct:
        (found,) = self.world.shopify.products.values()
        return found

    @property
    def cms(self) -> SyncProduct:
        (found,) = self.world.contentful.products.values()
        return found


def shirt(side: Side = CMS, **changes: object) -> SyncProduct:
    product = replace(
        blank(side),
        id="shirt" if side is CMS else "gid://shopify/Product/77",
        status=Status.ACTIVE,
        name="Shirt",
        slug="shirt",
        publication=Publication(),
        option_types=(OptionType(name="Size", values=(OptionValue(name="S"),)),),
        variants=(small(),),
    )
    return replace(product, **changes)  # type: ignore[arg-type]


def small(**changes: object) -> Variant:
    chosen = (SelectedOption(option="Size", value="S"),)
    return replace(Variant(sku="S-1", price="10.00", options=chosen), **changes)  # type: ignore[arg-type]


def test_a_new_product_goes_to_the_shop_and_its_ids_come_back(
    begin: Callable[..., Running],
) -> None:
    run = begin(SyncOptions())
    run.world.contentful.put(shirt())
    first, *echoes = run.drain()
    assert first.result is Result.WRITTEN
    assert run.shop.name == "Shirt"
    assert [one.shopify_id for one in run.cms.variants] == [one.id for one in run.shop.variants]
    assert not any(one.result is Result.WRITTEN for one in echoes)
    assert run.cms.variants[0].publication == Publication()


def test_a_shops_product_goes_to_the_cms_and_the_echo_writes_nothing(
    begin: Callable[..., Running],
) -> None:
    run = begin()
    run.world.shopify.put(shirt(SHOP))
    outcomes = run.drain()
    assert [one.result for one in outcomes if one.result is Result.WRITTEN] == [Result.WRITTEN]
    assert (run.cms.name, run.cms.publication) == ("Shirt", Publication())
    assert run.cms.variants[0].name == "Shirt - S"
    writes = run.world.writes
    again = run.sync(Ref(side=SHOP, id=run.shop.id))
    assert (again.result, run.world.writes) == (Result.ALREADY_SEEN, writes)


def test_an_unchanged_product_costs_one_read_and_no_write(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    reads = run.world.contentful.reads, run.world.shopify.reads
    assert run.sync(Ref(side=CMS, id="shirt")).result is Result.ALREADY_SEEN
    assert (run.world.contentful.reads, run.world.shopify.reads) == (reads[0] + 1, reads[1])
    in_full = run.sync(Ref(side=CMS, id="shirt"), in_full=True)
    assert in_full.result is Result.UNCHANGED
    assert (run.world.contentful.reads, run.world.shopify.reads) == (reads[0] + 2, reads[1] + 1)


def test_a_delivery_older_than_what_was_seen_is_not_even_read(
    begin: Callable[..., Running],
) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    reads = run.world.contentful.reads
    assert run.sync(Ref(side=CMS, id="shirt"), mark="1").result is Result.ALREADY_SEEN
    assert run.world.contentful.reads == reads


def test_a_variants_delivery_syncs_its_product(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    variant = run.cms.variants[0]
    run.world.contentful.put(replace(run.cms, variants=(replace(variant, price="12.00"),)))
    assert run.sync(Ref(side=CMS, id=variant.id)).result is Result.WRITTEN
    assert run.shop.variants[0].price == "12.00"


def test_drift_is_seen_when_asked_in_full_only(begin: Callable[..., Running]) -> None:
    run = begin(SyncOptions())
    run.world.contentful.put(shirt())
    run.drain()
    run.world.shopify.put(replace(run.shop, vendor="someone"))
    assert [one.result for one in run.drain()] == [Result.ORIGIN_NOT_ALLOWED]
    looked = run.sync(Ref(side=CMS, id="shirt"), dry_run=True, in_full=True)
    assert looked.result is Result.WOULD_WRITE
    assert [str(one) for one in looked.changes] == ["vendor: someone -> (empty)"]
    repaired = run.sync(Ref(side=CMS, id="shirt"), in_full=True)
    assert (repaired.result, repaired.is_conflict) == (Result.WRITTEN, True)
    assert run.shop.vendor == ""


def test_both_changed_and_the_trigger_wins_while_the_losers_value_is_kept(
    begin: Callable[..., Running],
) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.put(replace(run.cms, name="From the CMS"))
    run.world.shopify.put(replace(run.shop, name="From the shop"))
    outcome = run.sync(Ref(side=SHOP, id=run.shop.id))
    assert outcome.is_conflict
    assert ("name", "From the CMS", "From the shop") in [
        (one.field, one.before, one.after) for one in outcome.changes
    ]
    assert {one.name for one in (run.cms, run.shop)} == {"From the shop"}
    saved = run.service.history.of_product(run.tenant, contentful_id="shirt")[0]
    assert (saved.changes, saved.is_conflict) == (outcome.changes, True)


def test_two_counterparts_are_reported_and_neither_is_written(
    begin: Callable[..., Running],
) -> None:
    run = begin(SyncOptions())
    for number in (1, 2):
        id = f"gid://shopify/Product/{number}"
        run.world.shopify.put(shirt(SHOP, id=id, slug=f"other-{number}"))
    run.world.shopify.deliveries.clear()
    run.world.contentful.put(shirt())
    (outcome,) = run.drain()
    assert (outcome.result, outcome.is_failure) == (Result.AMBIGUOUS, True)
    assert "have the same sku" in outcome.reason
    assert run.world.writes == 0


def test_a_counterpart_that_belongs_to_another_product_is_not_taken(
    begin: Callable[..., Running],
) -> None:
    run = begin(SyncOptions())
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.put(shirt(id="copy", variants=(small(id="copied"),)))
    (outcome,) = run.drain()
    assert outcome.result is Result.AMBIGUOUS
    assert "belongs to shirt already" in outcome.reason


def test_what_was_deleted_there_is_not_made_again(begin: Callable[..., Running]) -> None:
    run = begin(SyncOptions())
    run.world.contentful.put(shirt())
    run.drain()
    run.world.shopify.delete(run.shop.id)
    run.world.contentful.put(replace(run.cms, name="Changed"))
    assert [one.result for one in run.drain() if one.origin is CMS] == [Result.DELETED_THERE]
    assert not run.world.shopify.products
    resurrecting = begin(SyncOptions(resurrect=True))
    resurrecting.world.contentful, resurrecting.world.shopify = (
        run.world.contentful,
        run.world.shopify,
    )
    assert resurrecting.sync(Ref(side=CMS, id="shirt")).result is Result.WRITTEN
    assert run.shop.name == "Changed"


def test_a_deletion_in_the_cms_makes_a_draft_of_the_shops(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.delete("shirt")
    results = [one.result for one in run.drain()]
    assert results == [Result.WRITTEN, Result.ALREADY_SEEN]
    assert run.shop.status is Status.DRAFT


def test_a_deletion_in_the_shop_unpublishes_in_the_cms(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    run.world.shopify.delete(run.shop.id)
    results = [one.result for one in run.drain()]
    assert results == [Result.WRITTEN, Result.ALREADY_SEEN]
    assert not run.cms.publication.is_published


def test_with_the_option_delete_a_deletion_deletes(begin: Callable[..., Running]) -> None:
    run = begin(SyncOptions(delete=True, allowed_origins=frozenset(Side)))
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.delete("shirt")
    assert Result.WRITTEN in [one.result for one in run.drain()]
    assert not run.world.shopify.products
    assert run.service.links.of(run.tenant, CMS, "shirt") is None


def test_debug_mode_and_a_dry_run_say_what_they_would_write(begin: Callable[..., Running]) -> None:
    run = begin(SyncOptions(debug=True))
    run.world.contentful.put(shirt())
    (outcome,) = run.drain()
    assert outcome.result is Result.WOULD_WRITE
    assert "created: (empty) -> shirt" in [str(one) for one in outcome.changes]
    assert (run.world.writes, run.world.shopify.products) == (0, {})
    dry = begin(SyncOptions())
    dry.world.contentful.put(shirt())
    told = dry.sync(Ref(side=CMS, id="shirt"), dry_run=True)
    assert (told.result, told.changes) == (Result.WOULD_WRITE, outcome.changes)
    assert dry.world.writes == 0


def test_a_product_that_is_not_to_sync_is_left_after_one_read(
    begin: Callable[..., Running],
) -> None:
    run = begin()
    run.world.shopify.put(shirt(SHOP, tags=(NEVER,)))
    assert [one.result for one in run.drain()] == [Result.NOT_SELECTED]
    assert run.world.contentful.reads == 0


def test_a_version_conflict_is_answered_by_reading_again(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.failures = [VersionConflict("409"), VersionConflict("409")]
    run.world.shopify.put(replace(run.shop, name="New"))
    assert run.drain()[0].result is Result.WRITTEN
    assert run.cms.name == "New"
    run.world.contentful.failures = [VersionConflict("409")] * 4
    run.world.shopify.put(replace(run.shop, name="Newer"))
    given_up = run.drain()[0]
    assert (given_up.result, given_up.may_pass) == (Result.FAILED, True)


def test_a_failure_says_whether_it_may_pass_and_who_must_act(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.world.shopify.failures = [VendorUnavailable("shopify", "503."), ProductRefused("Too long.")]
    passing = run.sync(Ref(side=CMS, id="shirt"))
    assert (passing.result, passing.may_pass) == (Result.FAILED, True)
    lasting = run.sync(Ref(side=CMS, id="shirt"))
    assert (lasting.reason, lasting.may_pass) == ("Too long.", False)
    assert run.sync(Ref(side=CMS, id="shirt")).result is Result.WRITTEN


@pytest.mark.parametrize("late", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("calls", [1, 2, 3, 4])
@pytest.mark.parametrize("side", list(Side), ids=lambda side: f"from_{side}")
@pytest.mark.parametrize("victim", list(Side), ids=lambda side: f"in_{side}")
def test_a_sync_that_died_between_two_writes_is_finished_by_whoever_comes_next(
    begin: Callable[..., Running], side: Side, victim: Side, calls: int, late: bool
) -> None:
    """Also when its own echo comes first."""
    run = begin()
    run.world.side(side).put(shirt(side))
    memory = run.world.side(victim)
    memory.is_late, memory.failures = late, [*[None] * (calls - 1), KeyboardInterruptAtWrite()]
    waiting = [*run.world.side(side).deliveries]
    run.world.side(side).deliveries.clear()
    first = run.sync(waiting[0])
    memory.failures = []
    run.drain()
    before = run.world.writes if first.result is Result.WRITTEN else None
    run.sync(waiting[0])
    assert run.sync(waiting[0]).result is Result.ALREADY_SEEN
    assert before in (None, run.world.writes)
    assert (run.cms.name, run.shop.name) == ("Shirt", "Shirt")
    assert [one.sku for one in run.shop.variants] == ["S-1"]
    assert [one.shopify_id for one in run.cms.variants] == [one.id for one in run.shop.variants]


class KeyboardInterruptAtWrite(Exception):
    """What a kill looks like to what comes after it: the sync has not ended."""


def test_people_are_told_of_what_happened_and_not_of_echoes(begin: Callable[..., Running]) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    outcomes = run.drain()
    run.service.tell(run.world.open(run.tenant), outcomes)
    ((_, told),) = run.world.told.messages
    assert [one.result for one in told] == [Result.WRITTEN]


def test_why_shows_both_sides_the_past_and_what_would_be_written(
    begin: Callable[..., Running],
) -> None:
    run = begin()
    run.world.contentful.put(shirt())
    run.drain()
    run.world.contentful.put(replace(run.cms, name="Renamed"))
    why = run.service.why(run.tenant, Ref(side=CMS, id="shirt"))
    assert {side: product.name for side, product in why.sides.items()} == {
        CMS: "Renamed",
        SHOP: "Shirt",
    }
    assert [str(one) for one in why.now.changes] == ["name: Shirt -> Renamed"]
    assert Result.WRITTEN in [one.result for one in why.past]
    assert run.shop.name == "Shirt"


def test_one_process_works_on_a_tenant_at_a_time(store: Store, tmp_path: Path) -> None:
    world = World(BOTH)
    service = ProductSync(store=store, open_tenant=world.open, locks=tmp_path / "locks")
    world.contentful.put(shirt())
    with service.alone("busy") as lock:
        assert lock is not None
        with pytest.raises(TimeoutError):
            service.alone("busy").acquire(timeout=0.01)  # type: ignore[attr-defined]
    assert service.open("busy").sync(Asked(ref=Ref(side=CMS, id="shirt"))).result is Result.WRITTEN
