"""A process of its own that builds the small shop's models and kills itself at a scripted point.

python -m tests.warehouse.killed_build HOME STAGE WHAT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from chord_platform.warehouse.results import Progress
from tests.warehouse import shop


def main(home: Path, stage: str, what: str) -> None:
    def kill_at(progress: Progress) -> None:
        if progress.stage == stage and what in progress.what:
            os.kill(os.getpid(), signal.SIGKILL)

    shop.open_warehouse(home).build(now=shop.NOW, on_progress=kill_at)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
