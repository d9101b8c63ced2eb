"""A small list that comes whole each time is loaded when it changed, and never taken for empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.small_shop import SmallShop, line


@pytest.fixture
def shop(tmp_path: Path) -> SmallShop:
    """Its list of stores is such a one, and brings lines of a table that orders fill, too."""
    shop = SmallShop(tmp_path)
    shop.world["store_lines"] = [line("till", 1)]
    shop.sync()
    return shop


def test_an_unchanged_list_beside_other_news_keeps_its_rows_without_a_warning(
    shop: SmallShop,
) -> None:
    shop.change(1, total="11")
    result = shop.sync()
    assert result.tables["orders"].updated == 1
    assert result.warnings == {}
    assert shop.ids("stores") == ["main", "side"]


def test_rows_that_another_reader_brings_for_its_table_are_loaded(shop: SmallShop) -> None:
    shop.change(2)
    shop.world["lines"].append(line("new", 2))
    shop.sync()
    assert "new" in shop.ids("lines")


def test_a_list_that_changed_replaces_what_was_there(shop: SmallShop) -> None:
    shop.world["stores"] = [{"id": "side", "city": "Bergen"}]
    result = shop.sync()
    assert (result.tables["stores"].updated, result.tables["stores"].deleted) == (1, 1)
    assert shop.ids("stores") == ["side"]


def test_an_empty_list_is_still_told_of(shop: SmallShop) -> None:
    shop.world |= {"stores": [], "store_lines": []}
    shop.change(1, total="12")
    result = shop.sync()
    assert "sent no rows" in result.warnings["stores"][0]
    assert shop.ids("stores") == ["main", "side"]
