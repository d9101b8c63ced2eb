"""Processes start and end whole, and say which of them ended by itself."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from chord_dagster.processes import Child, ProcessEnded, bound, free_port, stop_all
from chord_platform.errors import PlatformError

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEPER}"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"


def child(tmp_path: Path, code: str) -> Child:
    made = Child("sleeper", [sys.executable, "-c", code], tmp_path / "logs" / "sleeper.log")
    made.start(os.environ)
    return made


def until_up(made: Child) -> None:
    give_up = time.monotonic() + 30
    while b"up" not in made.log_path.read_bytes():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.parametrize(
    "code", [SLEEPER, STUBBORN, PARENT], ids=["plain", "deaf to interrupts", "a parent"]
)
def test_a_child_is_ended_with_all_that_it_started(tmp_path: Path, code: str) -> None:
    made = child(tmp_path, code)
    until_up(made)
    family = [psutil.Process(made.process.pid)]
    family += family[0].children(recursive=True)
    stop_all([made], within=1)
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_a_child_that_ended_by_itself_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    made = child(tmp_path, "print('no such port'); raise SystemExit(3)")
    made.process.wait()
    with pytest.raises(ProcessEnded, match=r"sleeper ended by itself \(exit code 3\)") as error:
        made.refuse_dead()
    assert "no such port" in error.value.hint


def test_what_a_killed_parent_started_is_ended(tmp_path: Path) -> None:
    """The parent cannot: it was killed."""
    code = f"""
        import os, subprocess, sys, time
        from pathlib import Path
        from chord_dagster.processes import Dagster, Child
        from chord_platform.settings import read_settings
        dagster = Dagster(read_settings({str(tmp_path)!r}), 0)
        dagster.open_reaper()
        dagster.begin(Child("sleeper", [sys.executable, "-c", {SLEEPER!r}], Path("log")))
        print(dagster.children[0].process.pid, flush=True)
        time.sleep(600)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert parent.stdout
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    give_up = time.monotonic() + 20
    while orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert bound(port) is None
        if port < 65535:
            assert free_port(port) > port


def test_no_port_left_is_an_error_with_a_way_out() -> None:
    with pytest.raises(PlatformError, match="--port"):
        free_port(65536)
