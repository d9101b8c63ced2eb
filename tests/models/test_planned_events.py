"""Messages of each planned event, through the event's staging model in DuckDB.

This is the case of these models, in place of a file beside each: what they must hold follows from
the plans. Order Completed and Product Added have files, too, as examples to read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.models.planned_events import AROUND, MONEY, StagedEvent, staged_events
from tests.models.raw_tables import World, broken, project

AT = datetime(2026, 5, 1, 10, tzinfo=UTC)
OF_ANOTHER_TYPE = ("dear", {"amount": 1}, [1, 2])
TOO_GREAT = 1e30
NO_OBJECTS = ("a text", ["a", 1], 5, None)
NUMBERS = ("BIGINT", MONEY)
NO_PLANNED_EVENTS = {"staging.stg_events__events", "staging.stg_events__identifies"}
Row = Mapping[str, Any]

each_event = pytest.mark.parametrize("event", staged_events(), ids=lambda event: event.name)


class Staged:
    """All messages in one table, as the loader leaves them, and the models over it."""

    def __init__(self) -> None:
        self.world = World(time_zone="America/Los_Angeles")
        self.messages: list[dict[str, Any]] = []
        for event in staged_events():
            self.messages += messages(event)
        columns = project().sources["events_meta.events"]
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        self.world.con.execute("create schema events_meta")
        self.world.con.execute(f"create table events_meta.events ({declared})")
        casts = ", ".join(
            f"cast(said -> '{name}' as json) as \"{name}\""
            if kind == "json"
            else f"cast(said ->> '{name}' as {kind}) as \"{name}\""
            for name, kind in columns.items()
        )
        self.world.con.execute(
            f"insert into events_meta.events select {casts}"
            " from (select unnest(cast(? as json[])) as said)",
            [json.dumps(self.messages)],
        )
        self.built = self.world.build(select=["staging.stg_events__*"])

    def types(self, event: StagedEvent) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.world.rows(f"describe {event.model}")}

    def rows(self, event: StagedEvent) -> dict[str, Row]:
        """By message id; JSON read back."""
        types = self.types(event)
        found = {}
        for values in self.world.rows(f"select * from {event.model}"):
            row = dict(zip(types, values, strict=True))
            found[row["message_id"]] = {
                name: json.loads(value) if types[name] == "JSON" and value is not None else value
                for name, value in row.items()
            }
        return found


def messages(event: StagedEvent) -> Iterator[dict[str, Any]]:
    for variant in range(event.variants):
        said = {each.name: each.sample(variant) for each in event.properties}
        yield message(event, f"whole-{variant}", {**said, "not planned": [1]})
    yield message(event, "empty", {})
    yield message(event, "null", {each.name: None for each in event.properties})
    for number, value in enumerate((*OF_ANOTHER_TYPE, TOO_GREAT)):
        yield message(event, f"other-{number}", {each.name: value for each in event.properties})
    for number, value in enumerate(NO_OBJECTS):
        yield message(event, f"no-object-{number}", value)
    texts = {each.name: str(each.number) for each in event.properties if each.kind in NUMBERS}
    yield message(event, "numbers-in-texts", texts)
    yield {**message(event, "a page of that name", {}), "type": "page"}
    yield {**message(event, "unplanned", {}), "event": f"{event.name} "}


def message(event: StagedEvent, name: str, properties: Any) -> dict[str, Any]:
    """Ids differ between events, as a source's message ids do."""
    return {
        "source": "front",
        "side": "front-end",
        "environment": "staging",
        "message_id": f"{event.name}: {name}",
        "type": "track",
        "event": event.name,
        "event_text": event.spellings[-1],
        "user_id": " 007 ",
        "anonymous_id": "a-1",
        "is_planned": True,
        "timestamp": AT.isoformat(),
        "received_at": AT.isoformat(),
        "properties": properties,
    }


@pytest.fixture(scope="module")
def staged() -> Staged:
    return Staged()


def test_each_planned_event_has_one_model_and_no_model_is_of_another():
    there = {model.name for model in project().models}
    planned = [event.model for event in staged_events()]
    assert len(planned) == len(set(planned))
    assert set(planned) | NO_PLANNED_EVENTS == {
        name for name in there if name.startswith("staging.stg_events__")
    }


def test_the_models_build_as_their_headers_declare_them(staged):
    assert staged.built.committed
    assert broken(staged.built) == []


@each_event
def test_the_columns_are_the_plans_properties_with_their_types(staged, event):
    assert staged.types(event) == event.columns


@each_event
def test_messages_of_this_event_alone_are_its_rows(staged, event):
    own = {each["message_id"] for each in staged.messages if each["event"] == event.name}
    assert set(staged.rows(event)) == own - {f"{event.name}: a page of that name"}


@each_event
def test_every_property_of_the_plan_is_held_as_it_was_sent(staged, event):
    rows = staged.rows(event)
    for variant in range(event.variants):
        key = f"{event.name}: whole-{variant}"
        assert rows[key] == {
            "event_id": f"front:{key}",
            "source": "front",
            "side": "front-end",
            "environment": "staging",
            "message_id": key,
            "event_text": event.spellings[-1],
            "user_id": "007",
            "anonymous_id": "a-1",
            "occurred_at": AT,
            "received_at": AT,
            **{each.column: each.staged(each.sample(variant)) for each in event.properties},
        }


@each_event
def test_what_was_not_sent_is_null(staged, event):
    rows = staged.rows(event)
    lacking = ["empty", "null", *(f"no-object-{number}" for number in range(len(NO_OBJECTS)))]
    for name in lacking:
        row = rows[f"{event.name}: {name}"]
        held = {column: row[column] for column in row if column not in AROUND}
        assert held == {each.column: None for each in event.properties}, name


@each_event
def test_a_value_of_another_type_is_null_where_it_does_not_fit_and_text_keeps_it(staged, event):
    rows = staged.rows(event)
    for number, value in enumerate(OF_ANOTHER_TYPE):
        row = rows[f"{event.name}: other-{number}"]
        for each in event.properties:
            held = row[each.column]
            if each.kind == "JSON":
                assert held == value, each
            elif each.kind == "VARCHAR":
                assert held == value or json.loads(held) == value, each
            else:
                assert held is None, each


@each_event
def test_a_number_too_great_for_its_column_is_null(staged, event):
    row = staged.rows(event)[f"{event.name}: other-{len(OF_ANOTHER_TYPE)}"]
    for each in event.properties:
        if each.kind in NUMBERS:
            assert row[each.column] is None, each


@each_event
def test_a_number_sent_as_text_is_that_number(staged, event):
    row = staged.rows(event)[f"{event.name}: numbers-in-texts"]
    for each in event.properties:
        held = each.staged(each.number) if each.kind in NUMBERS else None
        assert row[each.column] == held, each
