"""Dagster's own processes: one code server, the web page and the daemon, started and stopped whole.

One code server serves both others (each would start its own: 190 MB more and 4 CPU s), and the page
can reload the code through it, after a model was edited.

Belongs here: command lines, readiness, an orderly end. Does not belong here: what a terminal is
told (`chord_platform.cli.up`), the emulated vendors.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from chord_dagster.keys import CODE_LOCATION
from chord_dagster.reaper import DONE
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    from chord_platform.settings import Settings

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 180
ENDS_WITHIN_SECONDS = 15
POLL_SECONDS = 0.2
NEEDED_DAEMONS = ("SENSOR", "SCHEDULER", "QUEUED_RUN_COORDINATOR")
DEFINITIONS = ("-m", "chord_dagster.definitions")


class ProcessEnded(PlatformError):
    """Whoever runs the platform must act: a process that should run has ended; its log says why."""


@dataclass
class Child:
    """One process in a group of its own, so that a signal reaches the runs it started, too."""

    name: str
    command: Sequence[str]
    log_path: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, environment: Mapping[str, str]) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        log: IO[bytes]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def refuse_dead(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise ProcessEnded(
                f"The {self.name} ended by itself (exit code {code}).",
                hint=f"Its log: {self.log_path}\n{last_lines(self.log_path)}",
            )


def heed_interrupts() -> None:
    """A process inherits an ignored interrupt (a shell's `&` ignores it), and Dagster then cannot
    be ended by anything but a kill. Handlers set here are reset in the child, ignoring is not."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def stop_all(children: Sequence[Child], *, within: float = ENDS_WITHIN_SECONDS) -> None:
    """Interrupt, which lets a running sync report itself; then terminate; then kill."""
    for number, seconds in (
        (signal.SIGINT, within),
        (signal.SIGTERM, within / 3),
        (signal.SIGKILL, within / 3),
    ):
        living = [child for child in children if child.process.poll() is None]
        for child in living:
            child.signal(number)
        until = time.monotonic() + seconds
        for child in living:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(0.0, until - time.monotonic()))
    for child in children:  # whatever a child left behind in its group
        with suppress(PermissionError):
            child.signal(signal.SIGKILL)


@dataclass
class Dagster:
    """`definitions` is what the code server loads, as Dagster's command line takes it."""

    settings: Settings
    port: int
    definitions: Sequence[str] = DEFINITIONS
    on_progress: Callable[[str], None] = lambda message: None
    children: list[Child] = field(default_factory=list)
    reaper: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CHORD_HOME": str(self.settings.home),
            "DAGSTER_HOME": str(self.settings.dagster_home),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Returns when the page answers, the code is loaded and the daemons beat.

        Raises:
            ProcessEnded: one of them ended, or was not ready in time.
        """
        heed_interrupts()
        self.open_reaper()
        code_port = free_port()
        workspace = self.write_workspace(code_port)
        code_server = self.child(
            "code server",
            "dagster",
            "code-server",
            "start",
            "--host",
            HOST,
            "--port",
            str(code_port),
            "--location-name",
            CODE_LOCATION,
            *self.definitions,
        )
        page = self.child(
            "web page",
            "dagster_webserver",
            *("--host", HOST, "--port", str(self.port), "--workspace", str(workspace)),
        )
        daemon = self.child("daemon", "dagster._daemon", "run", "--workspace", str(workspace))
        self.run_until([code_server], lambda: answers(code_port), "the code server")
        self.run_until([page, daemon], self.page_answers, "the web page")
        self.run_until([], self.code_is_loaded, "the code")
        self.run_until([], self.daemons_beat, "schedules and sensors")

    def child(self, name: str, module: str, *arguments: str) -> Child:
        log = self.settings.home / "logs" / f"dagster-{name.replace(' ', '-')}.log"
        return Child(name, [sys.executable, "-m", module, *arguments], log)

    def run_until(self, children: Sequence[Child], is_ready: Callable[[], bool], what: str) -> None:
        for child in children:
            self.begin(child)
        self.on_progress(f"starting {what}")
        until = time.monotonic() + READY_WITHIN_SECONDS
        while not is_ready():
            self.refuse_dead()
            if time.monotonic() > until:
                raise ProcessEnded(
                    f"{what} was not ready within {READY_WITHIN_SECONDS} s.",
                    hint=f"See the logs in {self.settings.home / 'logs'}.",
                )
            time.sleep(POLL_SECONDS)

    def open_reaper(self) -> None:
        self.reaper = subprocess.Popen(
            [sys.executable, "-m", "chord_dagster.reaper"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def begin(self, child: Child) -> None:
        child.start(self.environment)
        self.children.append(child)
        assert self.reaper and self.reaper.stdin
        self.reaper.stdin.write(f"{child.process.pid}\n")
        self.reaper.stdin.flush()

    def refuse_dead(self) -> None:
        for child in self.children:
            child.refuse_dead()

    def stop(self) -> None:
        stop_all(self.children)
        self.children.clear()
        if self.reaper and self.reaper.stdin:
            with suppress(BrokenPipeError):
                self.reaper.stdin.write(f"{DONE}\n")
                self.reaper.stdin.close()
            self.reaper.wait()

    def write_workspace(self, code_port: int) -> Path:
        path = self.settings.dagster_home / "workspace.up.yaml"
        server = {"host": HOST, "port": code_port, "location_name": CODE_LOCATION}
        path.write_text(json.dumps({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
        return path

    def page_answers(self) -> bool:
        return answers(self.port) and self.ask("{ version }") is not None

    def code_is_loaded(self) -> bool:
        """Raises `ProcessEnded` with the code's own error: a model's typing mistake, for one."""
        answer = self.ask(LOCATIONS)
        entries = answer["workspaceOrError"].get("locationEntries", []) if answer else []
        for entry in entries:
            location = entry["locationOrLoadError"]
            if location and location["__typename"] == "PythonError":
                chain = [location, *(link["error"] for link in location["errorChain"])]
                because = "\n".join(error["message"].strip() for error in chain)
                raise ProcessEnded("The code location does not load.", hint=because)
        return bool(entries) and all(entry["locationOrLoadError"] for entry in entries)

    def daemons_beat(self) -> bool:
        answer = self.ask(DAEMONS)
        if not answer:
            return False
        found = answer["instance"]["daemonHealth"]["allDaemonStatuses"]
        healthy = {status["daemonType"] for status in found if status["healthy"]}
        return healthy.issuperset(NEEDED_DAEMONS)

    def ask(self, query: str, **variables: Any) -> dict[str, Any] | None:
        """The data of a GraphQL answer; None while nobody answers."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/graphql", data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code < 500:  # our query is at fault, and asking again will not help
                raise
            return None
        except OSError:
            return None


LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError {
    __typename ... on PythonError { message errorChain { error { message } } } } } } } }"""
DAEMONS = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } } }"


def free_port(preferred: int | None = None) -> int:
    """`preferred`, or the next free one after it; any where none is preferred."""
    if preferred is None:
        return bound(0) or 0
    for port in range(preferred, min(preferred + 100, 65536)):
        if bound(port):
            return port
    raise PlatformError(f"No port from {preferred} on is free.", hint="Name another by --port.")


def bound(port: int) -> int | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return None
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def last_lines(path: Path, count: int = 8) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
