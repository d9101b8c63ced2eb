"""A gateway, shops that send to it, and a browser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from chord_platform.bootstrap import Platform, open_platform
from chord_platform.store import migrate
from tests.clients.browsers import ARGUMENTS, Pages, chromium
from tests.clients.installed import installed
from tests.clients.shops import Shop, open_shop
from tests.gateway.served import served
from tests.missing import missing
from tests.store.settings import settings_on

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    folder = tmp_path_factory.mktemp("clients")
    settings = settings_on(folder, f"sqlite:///{folder / 'store.sqlite'}")
    migrate(settings)
    return open_platform(settings)


@pytest.fixture(scope="session")
def gateway(platform: Platform) -> Iterator[str]:
    with served(platform.settings) as url:
        yield url


@pytest.fixture
def page_shop(platform: Platform, gateway: str) -> Shop:
    """Whose events come from pages."""
    return open_shop(platform, gateway, f"Pages {next(numbers)}", side="front-end")


@pytest.fixture
def server_shop(platform: Platform, gateway: str) -> Shop:
    """Whose events come from servers."""
    return open_shop(platform, gateway, f"Servers {next(numbers)}", side="back-end")


@pytest.fixture(scope="session")
def modules(pytestconfig: pytest.Config) -> Path:
    return installed(pytestconfig.cache.mkdir("event-clients"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module: while it runs, no other test of the process may run a loop of asyncio's."""
    path = chromium()
    if path is None:
        missing("Chromium: real clients in a page were not run", install="apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def pages(browser: Browser, modules: Path, gateway: str) -> Iterator[Pages]:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    with Pages(context, modules=modules).served() as opened:
        yield opened
    context.close()
