"""Chromium, and a shop's pages as it gets them: HTML and libraries from a server of their own.

Belongs here: finding and starting the browser, serving pages. Does not belong here: what a page
does (`pages/`), what is expected of it (the tests).

The pages' hosts are names (`www.example.com`) that this browser alone resolves to this machine, so
that cookies have the domains they would have, and the gateway is another origin.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP *.example.com 127.0.0.1, MAP *.example.co.uk 127.0.0.1",
]


def chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Pages:
    """Opens `pages/NAME.html`, which finds what it is given in its query."""

    def __init__(self, context: BrowserContext, *, modules: Path) -> None:
        self.context = context
        self.modules = modules
        self.port = 0
        self.said: list[str] = []

    @contextmanager
    def served(self) -> Iterator[Pages]:
        class Handler(SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """The test says what matters."""

        def translate(handler: Handler, path: str) -> str:
            plain = path.split("?")[0].lstrip("/")
            root = self.modules if plain.startswith("node_modules/") else HERE / "pages"
            return str(root / plain)

        Handler.translate_path = translate  # type: ignore[method-assign]
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.port = server.server_port
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def open(self, name: str, *, host: str = "www.example.com", **given: str) -> Page:
        """Returns when the page says that it is ready."""
        page = self.context.new_page()
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.goto(f"http://{host}:{self.port}/{name}.html?{urlencode(given)}")
        try:
            page.wait_for_function("window.ready === true")
        except Exception as error:
            raise AssertionError(f"{name}.html did not get ready: {self.said}") from error
        return page

    def cookies(self) -> dict[str, Any]:
        return {cookie["name"]: cookie for cookie in self.context.cookies()}
