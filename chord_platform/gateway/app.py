"""Puts the gateway together from the modules of `routes/`: a new route is a new file.

Belongs here: finding routes, the short way for the busy ones, starting and ending, `/healthz`.
Does not belong here: what a route answers, the process (`server.py`).

A module of `routes/` has `routes(platform)`, which gives Starlette's routes, or `HotRoute`s.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chord_platform.bootstrap import Platform
from chord_platform.gateway import routes


class HotRoute(BaseRoute):
    """One handler for fixed paths, found by one look into a table.

    Starlette's way to a route (middleware, matching, Request and Response) costs more than all
    that the collector does with an event: docs/benchmarks.md.
    """

    def __init__(self, paths: Mapping[str, ASGIApp]) -> None:
        self.paths = paths

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and scope["path"] in self.paths:
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.paths[scope["path"]](scope, receive, send)


class Gateway(Starlette):
    def __init__(self, platform: Platform) -> None:
        found = [route for module in route_modules() for route in module.routes(platform)]
        super().__init__(
            routes=[Route("/healthz", healthz, methods=["GET"]), *found], lifespan=lifespan
        )
        self.state.platform = platform
        self.hot = {
            path: app
            for route in found
            if isinstance(route, HotRoute)
            for path, app in route.paths.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (hot := self.hot.get(scope["path"])):
            await hot(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def build_app(platform: Platform) -> Starlette:
    return Gateway(platform)


def route_modules() -> list:
    names = sorted(module.name for module in pkgutil.iter_modules(routes.__path__))
    return [importlib.import_module(f"{routes.__name__}.{name}") for name in names]


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    app.state.platform.inbox.close()  # the server has ended its requests: nothing more comes


async def healthz(request: Request) -> JSONResponse:
    """Ready to take events: not while the last group of them could not be written."""
    problem = request.app.state.platform.inbox.problem
    return JSONResponse({"ok": problem is None}, status_code=200 if problem is None else 503)
