"""A warehouse with the small shop's models, on an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from chord_platform.warehouse import Warehouse
from tests.warehouse import shop


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    shop.write(tmp_path / "sql", shop.FILES)
    return shop.open_warehouse(tmp_path)


@pytest.fixture
def sql_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "sql"
    folder.mkdir()
    return folder
