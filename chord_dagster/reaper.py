"""Ends the processes of a `chord up` that was killed and could not end them itself.

Belongs here: waiting for the parent's death. Does not belong here: an orderly end (`processes.py`).

    python -m chord_dagster.reaper

reads one process group per line; its input ends with its parent, unless `done` came first. Without
it a killed `chord up` would leave a daemon that starts runs beside the next one's.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

GRACE_SECONDS = 5.0
DONE = "done"


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    groups: list[int] = []
    for line in sys.stdin:
        if line.strip() == DONE:
            return
        groups.append(int(line))
    end(groups, signal.SIGINT)
    time.sleep(GRACE_SECONDS)
    end(groups, signal.SIGKILL)


def end(groups: list[int], number: signal.Signals) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


if __name__ == "__main__":
    main()
