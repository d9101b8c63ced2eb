"""Names and types of columns, whatever a client sends."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.events.loading.columns import Gathered, Group, kinds_of, separator_of, table_of
from chord_platform.events.loading.kinds import Kind, array_of, conversion, joined, text_of, widened
from chord_platform.events.loading.names import (
    LONGEST,
    RESERVED,
    STANDARD_TABLES,
    event_table,
    snake_case,
)
from chord_platform.events.loading.shapes import DEEPEST, Shapes

cheap = settings(max_examples=80, deadline=None)
names = st.text(min_size=0, max_size=90)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner, max_size=3
        )
    ),
    max_leaves=12,
)
objects = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    | st.sampled_from(sorted(RESERVED)),
    values,
    max_size=5,
)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("orderId", "order_id"),
        ("Order ID", "order_id"),
        ("order-id", "order_id"),
        ("productSKU", "product_sku"),
        ("HTTPServer", "http_server"),
        ("utm_source", "utm_source"),
        ("address1", "address1"),
        ("1st", "_1st"),
        ("Größe", "grosse"),
        ("Order Completed", "order_completed"),
    ],
)
def test_names_are_snake_case(given: str, name: str) -> None:
    assert snake_case(given) == name


@cheap
@given(names)
def test_any_name_is_a_column_in_every_warehouse(name: str) -> None:
    found = snake_case(name)
    assert re.fullmatch(r"[a-z_][a-z0-9_]*", found)
    assert len(found) <= LONGEST
    assert snake_case(found) == found


@cheap
@given(st.sampled_from(sorted(STANDARD_TABLES)))
def test_an_event_is_never_written_into_a_table_of_segments(name: str) -> None:
    assert event_table(name.title()) not in STANDARD_TABLES


@cheap
@given(objects, objects)
def test_every_value_has_one_column_or_is_told_of(context: dict, payload: dict) -> None:
    row: list[Any] = []
    shapes = Shapes()
    layout = shapes.layout(shapes.read(context, payload, row), first=0)
    given_names = [laid.column for laid in layout.columns]
    assert len(given_names) == len(set(given_names))
    assert not set(given_names) & RESERVED
    assert all(row[laid.position].__class__ is laid.kind for laid in layout.columns)
    refused = [clash for clash in layout.clashes if clash.given is None]
    assert len(given_names) + len(refused) == leaves_of(context, 1) + leaves_of(payload, 1)


@cheap
@given(objects, objects, objects)
def test_a_context_that_came_before_is_laid_out_as_if_it_had_not(
    context: dict, before: dict, payload: dict
) -> None:
    shapes, text = Shapes(), orjson.dumps(context).decode()
    shapes.read(context, before, [], context_text=text)
    remembered: list[Any] = []
    anew: list[Any] = []
    again = orjson.loads(text)
    assert shapes.read(again, payload, remembered, context_text=text) == shapes.read(
        again, payload, anew
    )
    assert remembered == anew


def leaves_of(value: Any, depth: int) -> int:
    return sum(
        leaves_of(each, depth + 1)
        if isinstance(each, dict) and depth < DEEPEST
        else each is not None
        for each in value.values()
    )


@cheap
@given(st.lists(st.lists(scalars, min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_column_holds_what_was_sent_however_it_was_divided(chunks: list[list[Any]]) -> None:
    """At once, or chunk by chunk: the same type, and numbers and texts come back."""
    shapes = Shapes()
    whole = frame_of(shapes, chunks)
    kinds = kinds_of(whole, {})
    at_once = frame_of(shapes, [[value for chunk in chunks for value in chunk]])
    assert kinds == kinds_of(at_once, {})
    if "x" not in kinds:
        return
    got = table_of(whole, kinds)
    assert got.equals(table_of(at_once, kinds))
    ordinals, found = got["n"].to_pylist(), got["x"].to_pylist()
    sent = [value for chunk in chunks for value in chunk]
    assert sorted(ordinals) == list(range(len(sent)))
    for ordinal, value in zip(ordinals, found, strict=True):
        assert same(sent[ordinal], value), (sent[ordinal], value, kinds)


def frame_of(shapes: Shapes, chunks: list[list[Any]]) -> Any:
    gathered = Gathered()
    groups: dict[Any, Group] = {}
    ordinal = 0
    for chunk in chunks:
        for value in chunk:
            row: list[Any] = [ordinal]
            signature = shapes.read({}, {"x": value}, row)
            separator = separator_of([value] if isinstance(value, str) else [])
            group = groups.get((signature, separator))
            if group is None:
                layout = shapes.layout(signature, first=1)
                group = Group((("n", int),), (int,), layout, separator=separator)
                groups[signature, separator] = group
                gathered.groups.append(group)
            group.add(row)
            ordinal += 1
        for group in groups.values():
            if group.waiting_others:
                group.pack()
    return gathered.finished({})


def same(sent: Any, found: Any) -> bool:
    if sent is None:
        return found is None
    if isinstance(found, datetime):
        return found == datetime.fromisoformat(sent).astimezone(UTC)
    if isinstance(found, str) and isinstance(sent, str):
        return found == sent or is_same_moment(found, sent)
    if isinstance(found, str):
        return found == text_of(sent)
    return found == sent and isinstance(found, bool) == isinstance(sent, bool)


def is_same_moment(found: str, sent: str) -> bool:
    return datetime.fromisoformat(found) == datetime.fromisoformat(sent)


@cheap
@given(st.sampled_from(list(Kind)), st.sampled_from(list(Kind)), st.sampled_from(list(Kind)))
def test_widening_depends_on_no_order(one: Kind, other: Kind, third: Kind) -> None:
    assert joined(one, other) is joined(other, one)
    assert joined(joined(one, other), third) is joined(one, joined(other, third))


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ([1, 2.5], Kind.FLOAT),
        ([2**53 + 1, 2.5], Kind.TEXT),
        ([2**63], Kind.TEXT),
        ([True, 1], Kind.TEXT),
        (["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+02:00"], Kind.TIMESTAMP),
        (["2026-01-31"], Kind.TEXT),
        (["2026-01-31T12:00:00"], Kind.TEXT),
        (["2026-02-31T12:00:00Z"], Kind.TEXT),
        (["2026-01-31T12:00:00Z", "soon"], Kind.TEXT),
        ([[1], [2]], Kind.TEXT),
    ],
)
def test_types_follow_the_values_and_no_digit_is_lost(sent: list[Any], kind: Kind) -> None:
    found, array = array_of(sent, {type(value) for value in sent})
    assert found is kind
    if kind is Kind.TEXT:
        assert array.to_pylist() == [text_of(value) for value in sent]


@pytest.mark.parametrize(
    ("was", "value"),
    [
        (Kind.FLOAT, 10.0),
        (Kind.FLOAT, 0.1),
        (Kind.FLOAT, 1e20),
        (Kind.FLOAT, -1.5e-7),
        (Kind.INTEGER, 2**62),
        (Kind.BOOLEAN, True),
        (Kind.TIMESTAMP, datetime(2026, 1, 31, 12, 0, 0, 500, tzinfo=UTC)),
    ],
)
def test_the_warehouse_widens_as_arrow_does(was: Kind, value: Any) -> None:
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute(f"create table t (x {was.value})")
    con.execute("insert into t values (?)", [value])
    using = conversion("x", was=was, wanted=Kind.TEXT)
    con.execute(f"alter table t alter x type varchar using {using}")
    _, array = (
        array_of([value], {type(value)})
        if was is not Kind.TIMESTAMP
        else (was, pa.array([value], pa.timestamp("us", "UTC")))
    )
    assert con.execute("from t").fetchone() == (widened(array, Kind.TEXT, was).to_pylist()[0],)


def test_arrays_are_json_and_deep_objects_too() -> None:
    deep: Any = {"end": 1}
    for _ in range(DEEPEST + 2):
        deep = {"a": deep}
    row: list[Any] = []
    shapes = Shapes()
    layout = shapes.layout(shapes.read({}, {"items": [{"b": 1}], **deep}, row), first=0)
    kinds = {laid.column: laid.kind for laid in layout.columns}
    assert kinds == {"items": list, "_".join("a" * DEEPEST): dict}
    _, array = array_of([row[layout.columns[0].position]], {list})
    assert orjson.loads(array.to_pylist()[0]) in ([{"b": 1}], {"a": {"a": {"end": 1}}})


def test_two_spellings_in_one_message_both_stay_and_are_told() -> None:
    row: list[Any] = []
    shapes = Shapes()
    payload = {"orderId": 1, "order_id": 2, "ORDER ID": 3, "id": 4}
    layout = shapes.layout(shapes.read({}, payload, row), first=0)
    found = {laid.column: row[laid.position] for laid in layout.columns}
    assert found == {"order_id": 2, "order_id_2": 3, "order_id_3": 1}
    assert {(clash.path, clash.given) for clash in layout.clashes} == {
        ("ORDER ID", "order_id_2"),
        ("orderId", "order_id_3"),
        ("id", None),
    }
