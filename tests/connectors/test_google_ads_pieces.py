"""Pieces of the Google Ads API's package that need no vendor: numbers, times, bodies, pace."""

from __future__ import annotations

from decimal import Decimal

import orjson
import pytest

from dlt_pipelines.google_ads_api.accounts import Account
from dlt_pipelines.google_ads_api.arrow import decimals, of_kind
from dlt_pipelines.google_ads_api.bodies import CutShort, chunks
from dlt_pipelines.google_ads_api.queries import Pace


def test_micros_and_values_never_become_floats() -> None:
    account = Account("1", "", "USD", "UTC", "ENABLED", False, 0, "1")
    micros = of_kind(["1234567890123456789", "1", None], "micros", account)
    assert micros.to_pylist() == [Decimal("1234567890123.456789"), Decimal("0.000001"), None]
    told = decimals([19.99, 45671234.57, 0.1, 1e-7, None])
    assert told.to_pylist() == [
        Decimal("19.99"), Decimal("45671234.57"), Decimal("0.1"), Decimal("1E-7"), None,
    ]  # fmt: skip
    assert decimals([1 / 3]).to_pylist() == [Decimal("0.333333333")]


def test_times_of_the_account_become_utc_also_where_the_clock_is_changed() -> None:
    berlin = Account("1", "", "EUR", "Europe/Berlin", "ENABLED", False, 0, "1")
    told = of_kind(
        ["2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-07-01 12:00:00.5"],
        "account_time",
        berlin,
    )
    assert [moment.isoformat() for moment in told.to_pylist()] == [
        "2026-03-29T01:00:00+00:00",
        "2026-10-25T00:30:00+00:00",
        "2026-07-01T10:00:00.500000+00:00",
    ]


def test_a_body_is_cut_at_its_seams_and_nowhere_else() -> None:
    tricky = [
        {"results": [{"campaign": {"name": 'a"},{"results":['}}], "requestId": "1"},
        {"results": [{"a": {"b": [{"c": 1}, {"d": 2}]}}], "fieldMask": "a"},
        {"fieldMask": "nothing"},
    ]
    for option in (0, orjson.OPT_INDENT_2):
        assert list(chunks(orjson.dumps(tricky, option=option))) == tricky
    assert list(chunks(b"[]")) == []
    with pytest.raises(CutShort):
        list(chunks(orjson.dumps(tricky)[:-1]))
    with pytest.raises(CutShort):
        list(chunks(orjson.dumps(tricky)[:-20] + b"]"))


def test_answers_grow_by_steps_and_stay_within_bounds() -> None:
    pace = Pace()
    assert pace.days("1") == 3
    pace.saw("1", 3, 0)
    assert pace.days("1") == 12
    pace.saw("1", 12, 60_000)
    assert pace.days("1") == 3


def test_an_account_that_grows_is_asked_for_by_its_last_day() -> None:
    pace = Pace()
    pace.saw("1", 12, 12_000, on_the_last=5_000)
    assert pace.days("1") == 3
    pace.saw("1", 3, 15_000, on_the_last=0)
    assert pace.days("1") == 3
