"""The `chord` command in this process, on a home of the test's own, with the market as a vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chord_platform.cli import main
from dlt_pipelines import catalog, sources
from tests.connections import sources as market_sources
from tests.connections.fixtures import market
from tests.connections.market_service import KEY, Market

__all__ = ["market"]

Chord = Callable[..., Result]


@pytest.fixture(autouse=True)
def market_in_the_catalog() -> Iterator[None]:
    """Its file lies beside the others, as a new connector's would."""
    folder = str(Path(next(iter(market_sources.__path__))))
    sources.__path__.append(folder)
    catalog.connectors.cache_clear()
    yield
    sources.__path__.remove(folder)
    catalog.connectors.cache_clear()


@pytest.fixture
def chord(tmp_path: Path, market: Market) -> Chord:
    environment = {"MARKET_KEY": KEY, "WRONG_KEY": "wrong-key-77", "COLUMNS": "140"}

    def run(*arguments: str, **more: str | None) -> Result:
        home = ("--home", str(tmp_path / "home"))
        answer = more.pop("answer", None)
        return CliRunner(env={**environment, **more}).invoke(
            main, [*home, *arguments], input=answer, catch_exceptions=False
        )

    return run


@pytest.fixture
def add(chord: Chord, market: Market) -> Chord:
    def run(name: str = "shop", *more: str) -> Result:
        return chord(
            *("connections", "add", name, "--connector", "market"),
            *("--set", f"base_url={market.url}", "--secret", "api_key=env:MARKET_KEY", *more),
        )

    return run
