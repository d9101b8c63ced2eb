"""The gateway's process: one or several workers on one port, until a signal.

Belongs here: how uvicorn is set. Does not belong here: routes, the terminal (`cli/gateway.py`).

A signal ends it in order: no new connection, the requests under way are answered (what they brought
is on disk by then), then the inbox is closed.
"""

from __future__ import annotations

import gc
import logging
import os
import sys

import uvicorn
from starlette.types import ASGIApp

from chord_platform.bootstrap import open_platform
from chord_platform.gateway.app import build_app
from chord_platform.settings import Settings, read_settings

ENDS_WITHIN_SECONDS = 10
BACKLOG = 2048
SWITCH_SECONDS = 0.0005
"""The thread that writes the inbox waits so long for the interpreter after each fsync, when
requests keep it busy; Python's own 5 ms would be most of an answer's time."""
GARBAGE_AFTER = 50_000
"""Containers made before cycles are looked for; a batch of 50 events has some 600."""


def serve(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Returns after an orderly end; exits when the port is taken."""
    os.environ["CHORD_HOME"] = str(settings.home)  # each worker is a process that reads it
    uvicorn.run(
        "chord_platform.gateway.server:worker",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        ws="none",
        backlog=BACKLOG,
        log_level="warning",
        access_log=False,  # uvicorn's has the query in it, and there the pixel's key
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=ENDS_WITHIN_SECONDS,
    )


def worker() -> ASGIApp:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    app = build_app(open_platform(read_settings()))
    tune()
    return app


def tune() -> None:
    """Of this process, once everything is imported."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # Events are trees, which go when they are let go of: the search for cycles finds none in them.
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
