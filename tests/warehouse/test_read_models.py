"""What was read of `sql/` is remembered for as long as it is what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.warehouse import models
from chord_platform.warehouse.read_models import MEMORY, fingerprint, read_models, remembered
from tests.warehouse import shop


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    return shop.write(tmp_path / "sql", shop.FILES)


def test_what_was_read_is_remembered_until_a_file_changes(sql: Path) -> None:
    first = read_models(sql)
    assert remembered(sql, fingerprint(sql)) == first == read_models(sql)
    (sql / "marts" / "fct_latest.sql").rename(sql / "marts" / "fct_last.sql")
    assert remembered(sql, fingerprint(sql)) is None
    names = {model.name for model in read_models(sql)[0]}
    assert "marts.fct_last" in names and "marts.fct_latest" not in names


def test_what_is_remembered_is_not_parsed_again(sql: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_models(sql)
    monkeypatch.delattr(models, "read_query")
    assert read_models(sql) == first


def test_a_damaged_memory_is_read_over(sql: Path) -> None:
    first = read_models(sql)
    (sql / MEMORY).write_bytes(b"\x80\x04 cut")
    assert read_models(sql) == first
