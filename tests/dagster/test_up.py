"""`chord up`, from the terminal: it comes up, says where, refuses a second one and ends whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

PATIENCE_SECONDS = 180
CHORD = [sys.executable, "-c", "from chord_platform.cli import main; main()"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def up(home: Path) -> Iterator[Any]:
    """Started as a script's `&` would start it: with interrupts ignored."""
    started: list[subprocess.Popen[str]] = []

    def up(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*CHORD, "--home", str(home), "up", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        started.append(process)
        return process

    yield up
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    impatience = threading.Timer(PATIENCE_SECONDS, process.kill)
    impatience.start()
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            impatience.cancel()
            return said
    impatience.cancel()
    raise AssertionError(f"it never said {words!r}, but: {said}")


def test_it_comes_up_refuses_a_second_one_and_ends_whole(up: Any, home: Path) -> None:
    process = up()
    said = read_until(process, "Ctrl-C ends it all")
    assert "Dagster is up: http://127.0.0.1:" in said
    second = subprocess.run(
        [*CHORD, "--home", str(home), "up"], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "is up for" in second.stderr
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive


def test_a_port_that_is_taken_is_refused_by_name(up: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = up("--port", str(port))
        said = read_until(process, "Error:")
    assert f"Port {port} is taken." in said
    assert process.wait(timeout=60) == 1
