"""`chord up`: Dagster's web page and daemon and the gateway on this home, until Ctrl-C.

Belongs here: the order of starting and ending, and what the terminal is told.
Does not belong here: the processes themselves (`chord_dagster.processes`), the emulated vendors.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    from rich.console import Console

    from chord_dagster.processes import Dagster
    from chord_platform.cli.presentation.terminal import Progress
    from chord_platform.settings import Settings

PORT = 3000
LOOK_SECONDS = 0.5


class Ended(BaseException):
    """Somebody asked for the end: Ctrl-C, or a signal."""


@click.command()
@click.option("--demo", is_flag=True, help="Also the fourteen emulated vendors, connected.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help=f"Of the web page; else {PORT} or next."
)
@pass_session
def command(session: Session, *, demo: bool, port: int | None) -> None:
    """Run Dagster's web page, schedules and sensors, and the gateway, until Ctrl-C."""
    from chord_dagster.home import Installed, install_dagster_home
    from chord_dagster.processes import Dagster
    from chord_platform.cli.presentation.terminal import Progress, console

    screen = console()
    progress = Progress(screen)
    settings = session.settings
    with ended_by_signals(), ExitStack() as stack:
        stack.enter_context(only_one(settings))
        _ = session.platform  # migrates the store
        installed = install_dagster_home(settings)
        if installed is Installed.KEPT:
            progress(f"{settings.dagster_home / 'dagster.yaml'}: {installed.value}")
        if demo:
            start_demo(session, stack, progress)
        dagster = Dagster(settings, free_page_port(port, progress), on_progress=progress)
        stack.callback(stopped, dagster, progress)
        dagster.start()
        gateway_url = start_gateway(settings, dagster, progress)
        remember(settings, dagster.url)
        welcome(screen, settings, dagster, gateway_url)
        wait_for_the_end(dagster)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """The first asks for an orderly end; while that happens, more of them change nothing."""

    def end(*_: Any) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    except Ended:
        return
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Two daemons on one store start every run twice."""
    from filelock import FileLock, Timeout

    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.dagster_home / "up.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        address = settings.dagster_home / "up.url"
        where = address.read_text() if address.exists() else "starting"
        raise PlatformError(
            f"Dagster is up for {settings.home} already: {where}.", hint="End it there first."
        ) from None
    try:
        yield
    finally:
        (settings.dagster_home / "up.url").unlink(missing_ok=True)
        lock.release()


def remember(settings: Settings, url: str) -> None:
    (settings.dagster_home / "up.url").write_text(url)


def start_demo(session: Session, stack: ExitStack, progress: Progress) -> None:
    """The world of `chord demo` as it was left, at its own addresses where they are still free."""
    from chord_platform.cli.demo import DAYS, ORDERS, connect, names_of
    from chord_platform.cli.presentation.demo_world import DemoWorld

    progress("starting the emulated vendors")
    world = DemoWorld(session.settings.home / "demo", orders=ORDERS, days=DAYS)
    stack.enter_context(world)
    vendors = world.addresses["vendors"]
    for name, connector in names_of(vendors).items():
        connect(session.platform, name, connector, vendors[connector])
        progress(f"connected {name}: {vendors[connector]['base_url']}")


def start_gateway(settings: Settings, dagster: Dagster, progress: Progress) -> str:
    """Among Dagster's processes: it ends with them, and they with it."""
    from chord_dagster.processes import Child, free_port

    host, port = settings.gateway_host, free_port(settings.gateway_port)
    if port != settings.gateway_port:
        progress(f"port {settings.gateway_port} is taken; the gateway comes to {port}")
    command = [sys.executable, "-m", "chord_platform.gateway", host, str(port)]
    gateway = Child("gateway", command, settings.home / "logs" / "gateway.log")
    dagster.run_until([gateway], lambda: accepts(host, port), "the gateway")
    return f"http://{host}:{port}"


def accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def free_page_port(asked: int | None, progress: Progress) -> int:
    from chord_dagster.processes import bound, free_port

    if asked is not None:
        if not bound(asked):
            raise PlatformError(f"Port {asked} is taken.", hint="Name another, or none.")
        return asked
    port = free_port(PORT)
    if port != PORT:
        progress(f"port {PORT} is taken; the web page comes to {port}")
    return port


def welcome(screen: Console, settings: Settings, dagster: Dagster, gateway_url: str) -> None:
    screen.print(f"\n[bold green]Dagster is up:[/bold green] {dagster.url}")
    screen.print(f"  gateway  {gateway_url}")
    screen.print(f"  home  {settings.home}\n  logs  {settings.home / 'logs'}")
    screen.print("  Ctrl-C ends it all.\n")


def wait_for_the_end(dagster: Dagster) -> None:
    """Raises `ProcessEnded` when one of the processes ends by itself: the others are useless."""
    never = threading.Event()
    while True:
        dagster.refuse_dead()
        never.wait(LOOK_SECONDS)


def stopped(dagster: Dagster, progress: Progress) -> None:
    progress("ending Dagster; a running sync is told to end, and nothing of it is lost")
    dagster.stop()
    progress("ended")
