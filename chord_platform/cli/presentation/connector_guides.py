"""A setup guide, which is written for the terminal, as Markdown.

Belongs here: setting commands and scripts apart from sentences. Does not belong here: the guides
(each connector's own).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

COMMAND = re.compile(r"(?P<item>\s*\d+\.\s+)?(?P<text>\s*(?:chord connections|curl) .*)")
ITEM = re.compile(r"\s*\d+\.\s+")
SCRIPT_INDENT = 5
"""Deeper than a list's own text, which stands at three."""


def as_markdown(guide: str) -> str:
    """Commands (with the lines that go on after a backslash) and deeply indented scripts become
    blocks; the rest stands as it is written."""
    lines = textwrap.dedent(guide).strip("\n").splitlines()
    return "\n".join(blocks(lines)).strip("\n")


def blocks(lines: list[str]) -> Iterator[str]:
    place, indent = 0, ""
    while place < len(lines):
        line = lines[place]
        command = COMMAND.fullmatch(line)
        if not line.strip():
            yield line
            place += 1
        elif command:
            last = place
            while lines[last].rstrip().endswith("\\") and last + 1 < len(lines):
                last += 1
            item = command["item"] or ""
            indent = " " * len(item) if item else indent
            shown = [command["text"].strip(), *lines[place + 1 : last + 1]]
            yield from fenced(shown, indent=indent, first=item)
            place = last + 1
        elif indent_of(line) >= SCRIPT_INDENT and place and not lines[place - 1].strip():
            last = place
            while last + 1 < len(lines) and (
                indent_of(lines[last + 1]) >= SCRIPT_INDENT or goes_on(lines, last + 1)
            ):
                last += 1
            script = textwrap.dedent("\n".join(lines[place : last + 1])).splitlines()
            yield from fenced(script, indent=indent)
            place = last + 1
        else:
            if item := ITEM.match(line):
                indent = " " * len(item[0])
            elif not line.startswith(" "):
                indent = ""
            yield line
            place += 1


def goes_on(lines: list[str], place: int) -> bool:
    """A blank line within a script."""
    following = lines[place + 1] if place + 1 < len(lines) else ""
    return not lines[place].strip() and indent_of(following) >= SCRIPT_INDENT


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


def fenced(lines: list[str], *, indent: str, first: str = "") -> Iterator[str]:
    head, *rest = lines
    inner = textwrap.dedent("\n".join(rest)).splitlines()
    deeper = [f"  {one}" if head.rstrip().endswith("\\") else one for one in inner]
    yield f"{first or indent}```sh"
    yield from (f"{indent}{one}".rstrip() for one in [head, *deeper])
    yield f"{indent}```"
