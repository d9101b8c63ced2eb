"""Settings of a test's own home on a given store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chord_platform.settings import Settings, read_settings


def settings_on(home: Path, url: str) -> Settings:
    return replace(read_settings(home / "home"), store_url=url)
