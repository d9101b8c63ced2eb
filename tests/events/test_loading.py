"""What arrives stands in Segment's tables, once, whatever is repeated, late or killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta

import pytest

from chord_platform.errors import WarehouseError
from chord_platform.events.loading.batch import Batch
from chord_platform.events.loading.event_tables import read_columns
from chord_platform.events.loading.judging import Judges
from chord_platform.events.loading.shapes import Shapes
from chord_platform.events.loading.writing import write
from chord_platform.events.source import SourceRules
from tests.events.loading_world import BACK, FRONT, STAGING, STARTED, World, iso, world

FIXTURES = (world,)
FRONT_TABLES, BACK_TABLES = f"events_{FRONT}", f"events_{BACK}"


def test_each_call_has_its_table_and_each_event_one_of_its_own(world: World) -> None:
    context = {"page": {"url": "https://shop.example.com"}, "campaign": {"name": "may"}}
    world.arrive(
        world.envelope(event="Product Added", properties={"price": 4.5}, context=context),
        world.envelope(type="identify", userId="u1", traits={"email": "a@example.com"}),
        world.envelope(type="page", name="Home", category="shop", properties={"title": "T"}),
        world.envelope(type="screen", name="Start"),
        world.envelope(type="group", userId="u1", groupId="g1", traits={"plan": "gold"}),
        world.envelope(type="alias", userId="u1", previousId="visitor"),
    )
    result = world.load()
    assert (result.received, result.loaded, result.duplicates) == (6, 6, 0)
    tables = {
        name
        for (name,) in world.rows(
            "select table_name from information_schema.tables where table_schema = ?", FRONT_TABLES
        )
    }
    assert tables == {
        "tracks", "product_added", "identifies", "users", "pages", "screens", "groups", "aliases"
    }  # fmt: skip
    assert world.rows(
        f"select id, event, event_text, price, context_page_url, received_at, uuid is not null"
        f" from {FRONT_TABLES}.product_added"
    ) == [
        (
            "message-1",
            "product_added",
            "Product Added",
            4.5,
            "https://shop.example.com",
            STARTED + timedelta(seconds=1),
            True,
        )
    ]
    assert world.rows(f"select id, context_campaign_name from {FRONT_TABLES}.tracks") == [
        ("message-1", "may")
    ]
    assert "price" not in world.columns(f"{FRONT_TABLES}.tracks")
    assert world.rows(f"select name, category, title from {FRONT_TABLES}.pages") == [
        ("Home", "shop", "T")
    ]
    assert world.rows(f"select group_id, plan from {FRONT_TABLES}.groups") == [("g1", "gold")]
    assert world.rows(f"select user_id, previous_id from {FRONT_TABLES}.aliases") == [
        ("u1", "visitor")
    ]
    users = world.columns(f"{FRONT_TABLES}.users")
    assert "anonymous_id" not in users
    assert world.rows(f"select id, email from {FRONT_TABLES}.users") == [("u1", "a@example.com")]


def test_whole_messages_stand_beside_for_the_models(world: World) -> None:
    world.track(event="Order Completed", properties={"order": {"id": 7}}, context={"ip": "::1"})
    world.load()
    assert world.rows(
        "select source, side, environment, type, event, properties ->> '$.order.id',"
        " context ->> 'ip' from events_meta.events"
    ) == [(FRONT, "front-end", "production", "track", "Order Completed", "7", "::1")]


def test_a_message_counts_once_however_often_it_is_sent(world: World) -> None:
    first = world.envelope(messageId="same")
    world.arrive(first, first, world.envelope(messageId="other"))
    assert (world.load().loaded, world.load().received) == (2, 0)
    world.arrive(first, world.envelope(BACK, messageId="same"))
    result = world.load()
    assert (result.loaded, result.duplicates) == (1, 1)
    assert result.sources[FRONT].duplicates == 1
    assert world.value(f"select count(*) from {FRONT_TABLES}.tracks") == 2
    assert world.value("select sum(received) from events_meta.hours") == 3


def test_two_sources_and_two_environments_never_mix(world: World) -> None:
    world.add_source(STAGING)
    for source in (FRONT, BACK, STAGING):
        world.track(source, properties={"from": source})
    world.load()
    for source in (FRONT, BACK, STAGING):
        assert world.rows(f'select "from" from events_{source}.thing_done') == [(source,)]
    assert world.rows('select _source, "from" from events.thing_done order by 1') == [
        (BACK, BACK),
        (FRONT, FRONT),
    ]
    assert world.value("select count(*) from events.tracks") == 2


def test_types_widen_and_nothing_that_was_there_is_lost(world: World) -> None:
    for price in (10, 10.5, "free"):
        world.track(properties={"price": price, "big": 2**53 + 1 if price == 10 else 0.5})
        world.load()
    assert world.columns(f"{FRONT_TABLES}.thing_done")["price"] == "VARCHAR"
    assert world.rows(f"select price, big from {FRONT_TABLES}.thing_done order by id") == [
        ("10", "9007199254740993"),
        ("10.5", "0.5"),
        ("free", "0.5"),
    ]


def test_sources_whose_types_differ_are_read_together(world: World) -> None:
    world.track(FRONT, properties={"price": 1})
    world.track(BACK, properties={"price": "1.50"})
    world.load()
    assert world.rows("select price from events.thing_done order by 1") == [("1",), ("1.50",)]


def test_a_columns_clash_is_told_of(world: World) -> None:
    world.track(properties={"orderId": "a", "order_id": "b", "sentAt": "dropped"})
    world.load()
    assert world.rows(f"select order_id, order_id_2 from {FRONT_TABLES}.thing_done") == [("b", "a")]
    assert world.rows(
        "select table_name, path, wanted, given from events_meta.column_clashes order by path"
    ) == [
        ("thing_done", "orderId", "order_id", "order_id_2"),
        ("thing_done", "sentAt", "sent_at", None),
    ]


def test_an_event_named_like_a_table_of_segments_has_another(world: World) -> None:
    world.track(event="Users")
    world.load()
    assert world.value(f"select count(*) from {FRONT_TABLES}.users_event") == 1


def test_users_hold_the_last_value_of_each_trait_in_whatever_order_they_came(world: World) -> None:
    late = STARTED - timedelta(hours=1)
    said = [
        {"at": STARTED, "traits": {"email": "new@example.com"}},
        {"at": late, "traits": {"email": "old@example.com", "city": "Oslo"}},
    ]
    for each in said:
        world.arrive(world.envelope(type="identify", userId="u1", **each))
        world.load()
    assert world.rows(f"select id, email, city from {FRONT_TABLES}.users") == [
        ("u1", "new@example.com", "Oslo")
    ]
    assert world.value(f"select count(*) from {FRONT_TABLES}.identifies") == 2


def test_what_a_client_states_as_a_time_and_is_none_holds_nothing_up(world: World) -> None:
    world.track(sentAt="yesterday", originalTimestamp="2026-01-31T12:00:00+02:00", userId=17)
    world.load()
    assert world.rows(
        f"select sent_at, original_timestamp, user_id from {FRONT_TABLES}.thing_done"
    ) == [(None, datetime(2026, 1, 31, 10, tzinfo=UTC), "17")]


def test_texts_with_control_characters_stay_in_their_columns(world: World) -> None:
    odd = ["a\0b", "\0", "", "\1\0\2", "plain", "ü\0"]
    for number, text in enumerate(odd):
        world.track(
            messageId=f"m{number}", userId=text, properties={"x": text, "y": [text], "n": number}
        )
    world.load()
    assert world.rows(f"select user_id, x, y, n from {FRONT_TABLES}.thing_done order by n") == [
        (text, text, json.dumps([text], ensure_ascii=False, separators=(",", ":")), number)
        for number, text in enumerate(odd)
    ]


def test_a_record_that_cannot_be_read_stands_in_quarantine(world: World) -> None:
    world.inbox.append_now([b"{no json", json.dumps({"source": FRONT, "message": 1}).encode()])
    world.track()
    result = world.load()
    assert (result.loaded, result.blocked) == (1, 2)
    assert world.value("select count(*) from events_meta.quarantine") == 2


def test_what_the_gateway_refused_after_its_200_stands_in_quarantine_once(world: World) -> None:
    refused = {**world.envelope(), "refused": "the event has no name"}
    world.arrive(refused, refused)
    world.load()
    world.arrive(refused)
    result = world.load()
    assert (result.loaded, result.blocked, result.duplicates) == (0, 0, 1)
    [(reasons, source)] = world.rows("select reasons, source from events_meta.quarantine")
    assert (json.loads(reasons)[0]["description"], source) == ("the event has no name", FRONT)


def test_a_source_that_is_gone_keeps_what_it_had_acknowledged(world: World) -> None:
    world.track("gone_front_end_production", properties={"a": 1})
    assert world.load().loaded == 1


def test_small_batches_and_one_read_from_the_start_give_the_same_tables(
    world: World, tmp_path
) -> None:
    world.batch_records = 1
    kinds = (5, 5.5, "2026-01-31T12:00:00.000Z", "text", True, None, [1], {"deep": 2})
    for value in kinds:
        world.track(properties={"x": value, "y": value if value == 5 else 1})
        world.arrive(world.envelope(type="identify", userId="u1", traits={"x": value}))
    assert world.load().batches > 1
    again = World(tmp_path / "again", sources=world.sources)
    again.home.mkdir()
    (again.home / "inbox").symlink_to(world.inbox.folder)
    assert again.load().loaded == 16
    for table in ("thing_done", "tracks", "identifies", "users"):
        name = f"{FRONT_TABLES}.{table}"
        assert world.columns(name) == again.columns(name)
        chosen = ", ".join(f'"{one}"' for one in sorted(world.columns(name)) if one != "uuid_ts")
        sql = f"select {chosen} from {name} order by all"
        assert without_form(world.rows(sql)) == without_form(again.rows(sql))


def without_form(rows: list) -> list:
    """A moment in a column that became text may be written in one of two forms."""
    return [
        tuple(
            "2026-01-31T12:00:00.000Z" if value == "2026-01-31T12:00:00.000000Z" else value
            for value in row
        )
        for row in rows
    ]


def test_a_batch_read_before_somebody_else_loaded_is_refused_whole(world: World) -> None:
    world.track()
    (chunk,) = world.inbox.read("")
    world.load()
    with world.warehouse.writer("test") as con:
        columns = read_columns(con)
        batch = Batch(columns.found, Judges({}, lambda _: None), Shapes(), position=chunk.next)
        batch.add(chunk.records)
        with pytest.raises(WarehouseError, match="somebody else"):
            write(con, batch, columns, after="", now=datetime.now(UTC))
    assert world.value(f"select count(*) from {FRONT_TABLES}.tracks") == 1


def test_names_without_end_fill_no_catalog(world: World) -> None:
    for number in range(6):
        world.track(event=f"Event {number}", properties={f"key {each}": each for each in range(9)})
    (chunk,) = world.inbox.read("")
    other = World(world.home / "other", sources=world.sources)
    other.home.mkdir()
    with other.loader.writer("test", 1, print) as con:
        columns = read_columns(con)
        batch = Batch(
            columns.found,
            Judges({}, lambda _: None),
            Shapes(),
            position=chunk.next,
            most_tables=3,
            most_columns=4,
        )
        batch.add(chunk.records)
        write(con, batch, columns, after="", now=datetime.now(UTC))
    tables = other.rows(
        "select table_name from duckdb_tables() where schema_name = ?", FRONT_TABLES
    )
    assert {name for (name,) in tables} == {"event_0", "event_1", "event_2", "other_events"}
    assert other.value(f"select count(*) from {FRONT_TABLES}.tracks") == 6
    made = [name for name in other.columns(f"{FRONT_TABLES}.event_0") if name.startswith("key")]
    assert made == ["key_0", "key_1", "key_2", "key_3"]
    assert other.value("select count(*) from events_meta.column_clashes where given is null") == 20
    assert (
        other.value(
            "select count(*) from events_meta.events where (properties ->> 'key 8') is not null"
        )
        == 6
    )


def test_old_ids_are_forgotten_after_the_sources_window(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=31)
    world.add_source(BACK, rules=SourceRules(dedupe_days=60))
    world.track(FRONT, at=old)
    world.track(BACK, at=old)
    world.load()
    world.rows("delete from events_meta.state where name = 'pruned_at'")
    world.load()
    assert world.rows("select source from events_meta.messages") == [(BACK,)]


LOADER = """
    import sys
    from pathlib import Path
    from tests.events.loading_world import World, FRONT, BACK
    world = World(Path(sys.argv[1]), batch_records=200)
    world.add_source(FRONT)
    world.add_source(BACK)
    world.loader.load(on_progress=lambda _: print("a batch is written", flush=True))
"""


@pytest.mark.parametrize(("batches", "delay"), [(1, 0.02), (3, 0.1), (6, 0.0)])
def test_a_loader_killed_under_load_leaves_each_message_once(
    world: World, batches: int, delay: float
) -> None:
    sent = 4000
    for start in range(0, sent, 200):
        world.arrive(
            *(
                world.envelope(
                    BACK if n % 2 else FRONT, event=f"Event {n % 5}", properties={"n": n}
                )
                for n in range(start, start + 200)
            )
        )
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(LOADER), str(world.home)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for _ in range(batches):
        assert process.stdout.readline() == "a batch is written\n"
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    result = world.load()
    counts = [
        world.value("select count(*) from events.tracks"),
        world.value("select count(distinct id) from events.tracks"),
        world.value("select count(*) from events_meta.messages"),
        world.value("select sum(received) from events_meta.hours"),
    ]
    print(f"killed after {batches} batches: {sent - result.received} messages were loaded by then")
    assert 0 < sent - result.received < sent
    assert counts == [sent] * 4
    assert world.load().received == 0


def test_the_watermark_is_told_after_the_commit_and_may_be_lost(world: World) -> None:
    assert world.loader.watermark.read() is None
    world.track(at=STARTED)
    result = world.load()
    loaded = world.loader.watermark.read()
    assert loaded
    assert loaded.position == result.position == world.inbox.end()
    world.loader.watermark.path.unlink()
    assert world.load().received == 0
    assert world.loader.watermark.read()
    assert result.lag_seconds(FRONT) is not None
    assert iso(STARTED).endswith("Z")
