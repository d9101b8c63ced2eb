"""Write keys: who is known by which, and for how long, on SQLite and on PostgreSQL."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from chord_platform.errors import SourceRefused, StoreUnavailable, UnknownSource
from chord_platform.events.source import ConsentRule, SourceRules
from chord_platform.events.sources import Sources
from chord_platform.events.write_keys import hash_of, new_write_key, parts_of
from chord_platform.store import Store
from chord_platform.store.event_tables import write_keys
from chord_platform.store.tables import audit_log
from tests.events.source_store import NOON, Clock, clock, opened, sources, store
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template

__all__ = [
    "clock",
    "migrated_url",
    "postgres",
    "postgres_template",
    "sources",
    "sqlite_template",
    "store",
]


def test_no_secret_is_in_the_store(sources: Sources, store: Store) -> None:
    key = sources.init("My Company")[0].key or ""
    key_id, secret = key.split(":")
    with store.reading() as tx:
        rows = tx.execute(sa.select(write_keys)).all() + tx.execute(sa.select(audit_log)).all()
    assert key_id in str(rows)
    assert secret not in str(rows)
    assert all(row.secret_hash != secret for row in rows[:4])


@pytest.mark.parametrize(
    "wrong",
    [
        *("", ":", "id", "id:", ":secret", "unknown:secret", "{id}:wrong", "{id}:", "{id}"),
        *("{id}:{hash}", "{id}:{secret}:{secret}", "{id}:{secret}x", "{id}\0:{secret}", "ü:\ud800"),
    ],
)
def test_a_wrong_key_belongs_to_nobody(sources: Sources, wrong: str) -> None:
    _, key = sources.add("Web", side="front-end", environment="staging")
    key_id, secret = key.split(":")
    text = wrong.format(id=key_id, secret=secret, hash=hash_of(secret))
    assert sources.by_write_key(text) is None


def test_a_key_may_come_with_the_colon_of_basic_authentication(sources: Sources) -> None:
    source, key = sources.add("Web", side="front-end", environment="staging")
    assert sources.by_write_key(f"{key}:") == source
    assert sources.by_write_key(f" {key} ") == source


def test_a_key_made_elsewhere_is_known_at_once(store: Store, clock: Clock) -> None:
    gateway, terminal = opened(store, clock), opened(store, clock)
    assert gateway.by_write_key("nobody:knows") is None
    source, key = terminal.add("Web", side="front-end", environment="staging")
    assert gateway.by_write_key(key) == source


def test_a_flood_of_wrong_keys_does_not_reach_the_store(store: Store, clock: Clock) -> None:
    gateway = opened(store, clock)
    asked = count_queries(store)
    for number in range(500):
        assert gateway.by_write_key(f"guess{number}:secret") is None
    assert asked() <= 21
    clock.passes(seconds=1)
    assert gateway.by_write_key("guess:secret") is None
    assert asked() <= 26


def count_queries(store: Store) -> Callable[[], int]:
    count = 0

    def note(_: object, __: object, statement: str, *___: object) -> None:
        nonlocal count
        count += statement.lower().startswith("select")

    sa.event.listen(store.engine, "before_cursor_execute", note)
    return lambda: count


def test_a_rotated_key_dies_elsewhere_within_seconds(store: Store, clock: Clock) -> None:
    gateway, terminal = opened(store, clock), opened(store, clock)
    source, key = terminal.add("Web", side="front-end", environment="staging")
    assert gateway.by_write_key(key) == source
    _, fresh = terminal.rotate_key("web")
    assert terminal.by_write_key(key) is None
    clock.passes(seconds=2.1)
    assert gateway.by_write_key(key) is None
    assert gateway.by_write_key(fresh) == source


def test_with_a_grace_both_keys_are_taken_until_it_is_over(sources: Sources, clock: Clock) -> None:
    source, key = sources.add("Web", side="front-end", environment="staging")
    _, fresh = sources.rotate_key("Web", grace=timedelta(hours=24))
    clock.passes(hours=23)
    assert sources.by_write_key(key) == source
    clock.passes(hours=1)
    assert sources.by_write_key(key) is None
    assert sources.by_write_key(fresh) == source


def test_a_second_rotation_never_lets_an_old_key_live_longer(
    sources: Sources, clock: Clock
) -> None:
    _, key = sources.add("Web", side="front-end", environment="staging")
    sources.rotate_key("Web", grace=timedelta(hours=1))
    sources.rotate_key("Web", grace=timedelta(hours=9))
    clock.passes(hours=1)
    assert sources.by_write_key(key) is None
    ends = [known.ends_at for known in sources.keys("Web")]
    assert sorted(ends, key=str) == [NOON + timedelta(hours=h) for h in (1, 9)] + [None]


@pytest.mark.parametrize("grace", [timedelta(seconds=-1), timedelta(days=31)])
def test_a_grace_is_no_way_to_keep_a_key_for_ever(sources: Sources, grace: timedelta) -> None:
    sources.add("Web", side="front-end", environment="staging")
    with pytest.raises(SourceRefused, match="at most 30 days"):
        sources.rotate_key("Web", grace=grace)


def test_the_keys_of_a_removed_source_are_refused(store: Store, clock: Clock) -> None:
    gateway, terminal = opened(store, clock), opened(store, clock)
    _, key = terminal.add("Web", side="front-end", environment="staging")
    assert gateway.by_write_key(key)
    terminal.remove("Web", by="ann")
    clock.passes(seconds=2.1)
    assert gateway.by_write_key(key) is None
    with pytest.raises(UnknownSource, match="chord sources list"):
        terminal.get("Web")


def test_a_changed_rule_reaches_a_running_gateway(store: Store, clock: Clock) -> None:
    gateway, terminal = opened(store, clock), opened(store, clock)
    _, key = terminal.add("Web", side="front-end", environment="staging")
    assert gateway.by_write_key(key)
    rules = SourceRules(
        ip_policy="remove",
        unplanned_events="block",
        consent=(ConsentRule(category="marketing", action="strip", unstated="refused"),),
    )
    terminal.set_rules("Web", rules)
    clock.passes(seconds=2.1)
    found = gateway.by_write_key(key)
    assert found and found.rules == rules


def test_a_store_that_goes_away_leaves_the_keys_that_were_known(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    gateway = opened(store, clock)
    source, key = gateway.add("Web", side="front-end", environment="staging")
    assert gateway.by_write_key(key) == source
    store.close()
    gateway.ring.store = Store(sa.create_engine(f"sqlite:///{tmp_path / 'no' / 'where'}"))
    clock.passes(minutes=5)
    assert gateway.by_write_key(key) == source
    assert gateway.by_write_key("nobody:knows") is None
    fresh = opened(gateway.ring.store, clock)
    with pytest.raises(StoreUnavailable, match="CHORD_STORE_URL"):
        fresh.by_write_key(key)


def test_keys_have_letters_that_nothing_on_their_way_changes() -> None:
    key_id, secret = new_write_key()
    assert parts_of(f"{key_id}:{secret}") == (key_id, secret)
    assert set(key_id + secret) <= set(string.ascii_lowercase + string.digits)
    assert (len(key_id), len(secret)) == (16, 32)
    assert new_write_key() != (key_id, secret)
