"""Slices of one stream read at the same time, and handed over in order.

Belongs here: a bounded number of threads that stay at most a few slices ahead of their reader.
Does not belong here: what a slice is (a source), the vendor's limits (`limits.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_parallel(
    tasks: Iterable[Callable[[], Result]], *, workers: int, ahead: int | None = None
) -> Iterator[Result]:
    """Each task's result, in the order of the tasks; the first error ends all.

    ahead: most results that wait for their turn, so that memory stays flat.
    """
    waiting: deque[Future[Result]] = deque()
    remaining = iter(tasks)
    with ThreadPoolExecutor(workers, thread_name_prefix="slice") as pool:
        try:
            while True:
                while len(waiting) < (ahead or workers):
                    task = next(remaining, None)
                    if task is None:
                        break
                    waiting.append(pool.submit(task))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
