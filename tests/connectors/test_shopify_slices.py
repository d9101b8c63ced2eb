"""Where Shopify's slices end, and that the next one is prepared while one is read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, current_thread
from time import sleep
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlt_pipelines.connector import Window
from dlt_pipelines.errors import SettingsRefused
from dlt_pipelines.sources.shopify import client, slices
from dlt_pipelines.sources.shopify.order_queries import ORDERS
from dlt_pipelines.sources.shopify.queries import ABANDONED_CHECKOUTS
from dlt_pipelines.sources.shopify.slices import Slices
from dlt_pipelines.sources.shopify.store_queries import ARTICLES, SUBSCRIPTION_CONTRACTS
from tests.connectors.test_shopify import Store

BEGIN, NOW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 12, 30, 15, 250, tzinfo=UTC)
SPAN = int((NOW - BEGIN).total_seconds())
LAG = timedelta(minutes=15)
NEAR = timedelta(seconds=2)


class Counted:
    """A store of records at these seconds, that counts what it is asked for."""

    def __init__(self, seconds: list[int]) -> None:
        self.times = sorted(BEGIN + timedelta(seconds=each) for each in seconds)
        self.asked = 0

    def among(self, window: Window) -> list[datetime]:
        first = 0 if window.since is None else bisect_left(self.times, whole(window.since))
        return self.times[first : bisect_right(self.times, whole(window.until))]

    def count(self, window: Window) -> int:
        self.asked += 1
        return len(self.among(window))

    def oldest(self, window: Window) -> datetime | None:
        return next(iter(self.among(window)), None)

    def slices(self, stream: Any = ORDERS, *, repeats: timedelta = LAG) -> Slices:
        return Slices(stream, count=self.count, oldest=self.oldest, repeats=repeats, kept={})


def whole(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def all_pieces(slices: Slices, window: Window) -> Iterator[Window]:
    """As a sync asks for them: a slice that gets nowhere ends it."""
    rest: Window | None = window
    while rest is not None:
        piece = slices.of(rest)
        reached = rest.since + slices.repeats if rest.since else None
        assert reached is None or piece.until > reached, "a sync would end here"
        yield piece
        rest = slices.after(piece, window)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "RECORDS", 20)
    monkeypatch.setattr(slices, "MOST", 25)


even = st.builds(lambda n: [i * (SPAN // n) for i in range(n)], st.integers(1, 400))
clusters = st.lists(
    st.tuples(st.integers(0, SPAN - 4000), st.integers(1, 120), st.integers(1, 4000)), max_size=6
).map(lambda many: [at + i * width // n for at, n, width in many for i in range(n)])


@pytest.mark.usefixtures("small")
@given(seconds=st.one_of(even, clusters), repeats=st.sampled_from([timedelta(), LAG]))
@example(seconds=[SPAN - 5] * 300, repeats=LAG)
@example(seconds=[0] * 300, repeats=LAG)
def test_slices_hold_every_record_and_few_each_however_they_lie_in_time(
    seconds: list[int], repeats: timedelta
) -> None:
    store, seen, reached = Counted(seconds), set[datetime](), BEGIN - timedelta(seconds=1)
    for piece in all_pieces(store.slices(repeats=repeats), Window(None, NOW)):
        came = store.among(piece)
        new = [time for time in came if time > reached]
        assert len(new) <= slices.MOST or new[-1] - new[0] <= NEAR
        seen |= set(came)
        reached = piece.until
    assert seen == set(store.times)


@pytest.mark.usefixtures("small")
def test_an_even_store_is_counted_once_and_once_for_each_slice() -> None:
    store = Counted([each * (SPAN // 200) for each in range(200)])
    found = list(all_pieces(store.slices(), Window(None, NOW)))
    assert [len(store.among(piece)) for piece in found] == pytest.approx([20] * 10, abs=2)
    assert store.asked <= 1 + len(found)


@pytest.mark.usefixtures("small")
def test_a_week_is_not_counted_and_a_longer_window_of_few_records_is_whole() -> None:
    store = Counted([SPAN - each for each in range(1, 1000, 50)])
    week = Window(NOW - slices.SHORT, NOW)
    assert store.slices().of(week) == week
    assert store.asked == 0
    year = Window(NOW - timedelta(days=365), NOW)
    assert store.slices().of(year) == year
    assert store.asked == 1


def test_what_a_store_does_not_count_is_cut_by_time_and_short_lists_not_at_all() -> None:
    store, window = Counted([0, SPAN // 2]), Window(None, NOW)
    contracts = store.slices(SUBSCRIPTION_CONTRACTS).of(window)
    assert contracts == Window(None, BEGIN + slices.UNCOUNTED)
    assert store.slices(ARTICLES).of(window) == window
    assert store.asked == 0


@pytest.mark.usefixtures("small")
def test_what_cannot_be_sorted_is_cut_from_where_the_last_sync_ended() -> None:
    store = Counted([each * (SPAN // 200) for each in range(200)])
    assert store.slices(ABANDONED_CHECKOUTS).of(Window(None, NOW)) == Window(None, NOW)
    later = Window(BEGIN + timedelta(days=400), NOW)
    assert len(store.among(store.slices(ABANDONED_CHECKOUTS).of(later))) <= slices.MOST


# ---------------------------------------------------------------------- over sockets


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(client, "SECOND", 0.002)
    monkeypatch.setattr(slices, "RECORDS", 10)
    monkeypatch.setattr(slices, "MOST", 12)
    opened = Store(tmp_path)
    yield opened
    opened.emulator.stop()


def names(store: Store) -> list[str]:
    return [one.names[0] for one in store.emulator.requests]


def places(asked: list[str], name: str) -> list[int]:
    return [at for at, each in enumerate(asked) if each == name]


def test_the_next_slices_file_is_made_while_one_is_read(store: Store) -> None:
    store.sync("orders", extraction="bulk")
    asked = names(store)
    jobs, files = places(asked, "RunBulk"), places(asked, "bulk file")
    assert len(jobs) == len(files) >= 3
    for at, job in enumerate(jobs[1:], start=1):
        assert files[at - 1] < job < files[at]
        assert set(asked[job + 1 : files[at]]) <= {"PollBulk", "Nodes"}
    assert len(places(asked, "ListBulk")) == 1
    assert store.count("orders") == len(store.shop.world.orders)


def test_threads_and_tables_ask_one_after_the_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, inside, most, lock = client.Client.post, list[int](), list[int](), Lock()

    def slow(self: client.Client, body: bytes) -> Any:
        with lock:
            inside.append(1)
            most.append(len(inside))
        sleep(0.02 if "asking" in current_thread().name else 0)
        try:
            return post(self, body)
        finally:
            with lock:
                inside.pop()

    monkeypatch.setattr(client.Client, "post", slow)
    store.sync("orders", "customers", "products", extraction="bulk")
    assert len(most) > 20
    assert max(most) == 1


def test_a_file_begun_for_a_slice_that_never_came_is_cancelled_by_the_next_sync(
    store: Store,
) -> None:
    store.emulator.faults.always("Nodes", 404)
    with pytest.raises(SettingsRefused):
        store.sync("orders", extraction="bulk")
    store.emulator.faults.clear()
    [left] = [job for job in store.shop.bulk.jobs.values() if not job.is_done]
    result = store.sync("orders", extraction="bulk")
    assert left.status == "CANCELED"
    assert "A bulk job of an earlier run was cancelled." in result.notes
    assert store.count("orders") == len(store.shop.world.orders)


def test_where_all_places_are_taken_the_next_file_waits_for_its_slice(store: Store) -> None:
    bulk, left = store.shop.bulk, list[str]()
    bulk.slots = 1
    store.emulator.faults.script("bulk file", lambda: left.append(bulk.leave_behind()))
    store.emulator.faults.script("RunBulk", None, None, lambda: bulk.jobs.pop(left[0]))
    store.sync("orders", extraction="bulk")
    asked = names(store)
    assert len(places(asked, "RunBulk")) > len(places(asked, "bulk file"))
    assert store.count("orders") == len(store.shop.world.orders)


def test_a_backfill_is_cut_too_and_moves_no_cursor(store: Store) -> None:
    store.sync("orders", since=store.now - timedelta(days=900), until=store.now)
    assert len(store.emulator.requests.named("Count")) > 1
    assert store.count("orders") == len(store.shop.world.orders)
    assert store.sync("orders").tables["orders"].unchanged == len(store.shop.world.orders)


def test_a_full_refresh_is_read_in_slices_and_replaced_as_one(store: Store) -> None:
    store.sync("orders")
    store.shop.delete_order(next(iter(store.shop.world.orders)).id)
    store.emulator.requests.clear()
    result = store.sync("orders", full_refresh=True, extraction="bulk")
    assert len(places(names(store), "bulk file")) >= 3
    assert result.tables["orders"].deleted == 1
    assert store.count("orders") == len(store.shop.world.orders)


def test_a_long_history_is_loaded_slice_by_slice_and_a_crash_keeps_what_was_loaded(
    store: Store,
) -> None:
    orders = list(store.shop.world.orders)
    store.sync("orders", name="rehearsal", extraction="paged")
    pages = [each.variables["query"] for each in store.emulator.requests.named("Page")]
    in_first_slice = [">=" in terms for terms in pages].index(True)
    assert 2 < in_first_slice < len(pages)
    store.emulator.faults.script("Page", *[None] * in_first_slice, 404)
    with pytest.raises(SettingsRefused):
        store.sync("orders", extraction="paged")
    assert 0 < store.count("orders") < len(orders)
    store.sync("orders", extraction="paged")
    assert store.count("orders") == len(orders)
