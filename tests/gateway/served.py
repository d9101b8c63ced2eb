"""The gateway as a process of its own, as `chord gateway` starts it.

with served(settings) as url:
    requests.post(f"{url}/v1/track", ...)
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chord_platform.settings import Settings

READY_WITHIN_SECONDS = 60
CHORD = (sys.executable, "-c", "from chord_platform.cli import main; main()")
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(settings: Settings, *, arguments: Sequence[str] = ()) -> Iterator[str]:
    gateway = GatewayProcess(settings, arguments=arguments)
    try:
        gateway.start()
        yield gateway.url
    finally:
        gateway.end()


@dataclass
class GatewayProcess:
    """prefix: what the command is started by, where a test takes something from it (a disk)."""

    settings: Settings
    arguments: Sequence[str] = ()
    prefix: Sequence[str] = ()
    port: int = 0
    log_path: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.log_path = self.settings.home / "gateway.test.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or free_port()
        home, port = str(self.settings.home), str(self.port)
        command = [*CHORD, "--home", home, "gateway"]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *command, "--port", port, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "CHORD_STORE_URL": self.settings.store_url},
                cwd=ROOT,
                start_new_session=True,
            )
        until = time.monotonic() + READY_WITHIN_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the gateway did not start:\n{self.log_path.read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """As a crash ends it, all workers."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def end(self) -> None:
        """In order; what does not end is killed."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
