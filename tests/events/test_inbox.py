"""The inbox: whole frames in one order, whatever is killed, torn, damaged or full."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chord_platform.errors import InboxFull, InboxUnavailable
from chord_platform.events import group_commit, segment_log
from chord_platform.events.inbox import BEGINNING, Inbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def all_of(inbox: Inbox, after: str = BEGINNING, *, limit_bytes: int = 1 << 20) -> list[bytes]:
    return [
        record for chunk in inbox.read(after, limit_bytes=limit_bytes) for record in chunk.records
    ]


def numbered(first: int, count: int) -> list[bytes]:
    return [b'{"n":%d}' % number for number in range(first, first + count)]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.log"))


def test_what_was_appended_is_read_in_order_and_on_from_each_position(folder: Path) -> None:
    inbox = Inbox(folder)
    for first in range(0, 50, 10):
        inbox.append_now(numbered(first, 10))
    chunks = list(inbox.read(limit_bytes=100))
    assert len(chunks) > 1
    assert [record for chunk in chunks for record in chunk.records] == numbered(0, 50)
    for index, chunk in enumerate(chunks):
        rest = [record for later in chunks[index + 1 :] for record in later.records]
        assert all_of(inbox, chunk.next) == rest
    positions = [chunk.next for chunk in chunks]
    assert positions == sorted(positions)
    assert positions[-1] == inbox.end()


def test_an_empty_inbox_has_nothing_and_ends_at_the_beginning(folder: Path) -> None:
    assert (all_of(Inbox(folder)), Inbox(folder).end()) == ([], BEGINNING)


def test_appends_of_many_tasks_share_groups_and_all_arrive(folder: Path) -> None:
    inbox = Inbox(folder)

    async def all_at_once() -> None:
        await asyncio.gather(*(inbox.append(numbered(first, 3)) for first in range(0, 300, 3)))

    asyncio.run(all_at_once())
    asyncio.run(inbox.append(numbered(300, 1)))  # another event loop, the same inbox
    assert all_of(inbox) == numbered(0, 301)


class Groups:
    """In the place of the files: how many records each group had."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def append(self, records: Sequence[bytes]) -> None:
        self.sizes.append(len(records))


def test_what_comes_while_a_group_gathers_goes_with_it(folder: Path) -> None:
    inbox, groups = Inbox(folder), Groups()
    inbox.log = groups  # type: ignore[assignment]

    async def after(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await inbox.append(numbered(turns, 1))

    async def one_by_one() -> None:
        await asyncio.gather(*map(after, range(10)))
        await after(0)

    asyncio.run(one_by_one())
    assert groups.sizes == [10, 1]


@pytest.mark.parametrize("bound", ["GATHERED_BYTES", "GATHERING_SECONDS"])
def test_a_group_does_not_wait_for_company_without_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(group_commit, "GATHERED_BYTES", 1 << 30)
    monkeypatch.setattr(group_commit, "GATHERING_SECONDS", 1e9)
    monkeypatch.setattr(group_commit, bound, 0.001)
    inbox = Inbox(folder)

    async def beside_a_flood() -> None:
        first = asyncio.ensure_future(inbox.append(numbered(0, 1)))
        others = []
        while not first.done():
            others.append(asyncio.ensure_future(inbox.append(numbered(1, 1))))
            await asyncio.sleep(0)
        await asyncio.gather(*others)

    asyncio.run(asyncio.wait_for(beside_a_flood(), timeout=20))


def test_a_file_cut_at_any_byte_gives_its_whole_frames_and_takes_more(folder: Path) -> None:
    inbox = Inbox(folder)
    ends = []
    for first in range(3):
        inbox.append_now(numbered(first, 1))
        ends.append(files(folder)[0].stat().st_size)
    content = files(folder)[0].read_bytes()
    for length in range(len(content)):
        for path in files(folder):
            path.unlink()
        files_path = folder / "000000000001.log"
        files_path.write_bytes(content[:length])
        whole = sum(end <= length for end in ends)
        survivor = Inbox(folder)
        assert all_of(survivor) == numbered(0, whole)
        position = survivor.end()
        survivor.append_now(numbered(7, 1))
        assert all_of(survivor) == [*numbered(0, whole), *numbered(7, 1)]
        assert all_of(survivor, position) == numbered(7, 1)
        survivor.close()


def test_a_reader_at_a_torn_end_goes_on_in_the_next_file(folder: Path) -> None:
    inbox = Inbox(folder)
    inbox.append_now(numbered(0, 1))
    position = inbox.end()
    with files(folder)[0].open("ab") as file:
        file.write(b"\xc1\xf2\xa6\n half of a frame")
    assert (list(inbox.read(position)), inbox.end()) == ([], position)
    inbox.append_now(numbered(1, 1))
    assert len(files(folder)) == 2
    assert all_of(inbox, position) == numbered(1, 1)


def test_damage_within_a_file_costs_the_damaged_frame_alone(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(folder)
    for first in range(3):
        inbox.append_now(numbered(first, 1))
    path = files(folder)[0]
    content = bytearray(path.read_bytes())
    content[content.index(b'{"n":1}')] ^= 1
    path.write_bytes(content)
    (folder / "000000000002.log").write_bytes(b"")  # made, then its writer was killed
    assert all_of(inbox) == [*numbered(0, 1), *numbered(2, 1)]
    assert "damaged" in caplog.text


def test_a_record_is_one_line(folder: Path) -> None:
    for record in (b'{"a":\n1}', b""):
        with pytest.raises(ValueError, match="one line"):
            Inbox(folder).append_now([record])


def test_files_are_turned_by_size_and_by_age(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_log, "SEGMENT_BYTES", 200)
    inbox = Inbox(folder)
    for first in range(20):
        inbox.append_now(numbered(first, 1))
    by_size = len(files(folder))
    assert by_size > 2
    monkeypatch.setattr(segment_log, "SEGMENT_SECONDS", 0)
    inbox.append_now(numbered(20, 1))
    inbox.append_now(numbered(21, 1))
    assert len(files(folder)) > by_size + 1
    assert all_of(inbox) == numbered(0, 22)


def test_old_files_are_forgotten_up_to_the_slowest_reader(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_log, "SEGMENT_BYTES", 1)
    inbox = Inbox(folder)
    for first in range(6):
        inbox.append_now(numbered(first, 1))
    positions = [chunk.next for chunk in inbox.read(limit_bytes=1)]
    old = time.time() - 3600
    for path in files(folder)[:4]:
        os.utime(path, (old, old))
    hour_ago = datetime.now(UTC) - timedelta(minutes=30)
    assert len(inbox.forget(positions[1], older_than=hour_ago)) == 1
    assert all_of(inbox) == numbered(1, 5)
    assert len(inbox.forget(older_than=hour_ago)) == 3
    assert all_of(inbox) == numbered(4, 2)
    assert all_of(inbox, positions[0]) == numbered(4, 2)  # it lagged: it goes on where there is
    inbox.forget(positions[-1])
    assert len(files(folder)) == 1
    inbox.append_now(numbered(6, 1))
    assert all_of(inbox, positions[-1]) == numbered(6, 1)  # numbers are not used again


WRITER = """
import sys
from pathlib import Path
from chord_platform.events.inbox import Inbox
inbox, name = Inbox(Path(sys.argv[1])), sys.argv[2]
for number in range(200):
    inbox.append_now([b'{"w":"%s","n":%d}' % (name.encode(), number)])
    print(number, flush=True)
"""


def test_processes_append_beside_each_other_and_one_is_killed(folder: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(folder)]
    writers = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, cwd=ROOT) for name in "abc"
    ]
    said: list[bytes] = []
    assert writers[0].stdout
    for line in writers[0].stdout:
        said.append(line)
        if len(said) == 100:
            writers[0].kill()
    others = [writer.communicate(timeout=60)[0].split() for writer in writers[1:]]
    writers[0].wait()
    acknowledged = [int(line) for line in said if line.endswith(b"\n")]
    records = all_of(Inbox(folder))
    assert len(set(records)) == len(records)
    for name, numbers in (("a", acknowledged), *zip("bc", others, strict=True)):
        own = [record for record in records if b'"w":"%s"' % name.encode() in record]
        wanted = [b'{"w":"%s","n":%d}' % (name.encode(), int(number)) for number in numbers]
        assert own[: len(wanted)] == wanted  # in its order, none missing
        assert len(own) <= len(wanted) + 1  # one may be on disk that was not yet acknowledged


FULL_DISK = """
import resource, sys
from pathlib import Path
from chord_platform.errors import InboxUnavailable
from chord_platform.events.inbox import Inbox
inbox = Inbox(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))
stored = failed = 0
for number in range(100):
    try:
        inbox.append_now([b'{"n":%d,"pad":"%s"}' % (number, b"x" * 500)])
        stored += 1
    except InboxUnavailable:
        failed += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
inbox.append_now([b'{"n":"again"}'])
print(stored, failed)
"""


def test_a_full_disk_is_said_and_leaves_nothing_in_the_way(folder: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    stored, failed = map(int, done.stdout.split())
    assert stored >= 1
    assert failed >= 90
    records = all_of(Inbox(folder))
    assert len(records) == stored + 1
    assert records[-1] == b'{"n":"again"}'
    assert len(files(folder)) <= 2


def test_more_than_may_wait_is_refused_and_the_rest_is_stored(folder: Path) -> None:
    inbox = Inbox(folder, waiting_bytes=1000)

    async def flood() -> list[object]:
        appends = (inbox.append([b'{"n":"%s"}' % (b"x" * 300)]) for _ in range(10))
        return await asyncio.gather(*appends, return_exceptions=True)

    results = asyncio.run(flood())
    refused = [result for result in results if isinstance(result, InboxFull)]
    assert len(refused) == 7
    assert len(all_of(inbox)) == 3
    asyncio.run(inbox.append(numbered(0, 1)))  # room again


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file is in the way")
    inbox = Inbox(tmp_path / "inbox")
    with pytest.raises(InboxUnavailable, match="cannot be written"):
        asyncio.run(inbox.append(numbered(0, 1)))
    assert inbox.problem
