"""Reads the header comment of a model or of a check; the grammar is `sql/README.md`, in full.

    header       = grain , { instruction | empty | continuation } ;
    grain        = prose lines, at least one, none of which starts like an instruction ;
    instruction  = "-- materialized: " ("view" | "table" | "incremental")
                 | "-- key: " name { ", " name }
                 | "-- cursor: " name
                 | "-- lookback: " number (" minutes" | " hours" | " days")
                 | "-- column " name ": " type ". " description { " [" ["warn "] promise "]" }
                 | "-- source " schema "." table ": " name " " type { ", " name " " type }
                 | "-- severity: " ("error" | "warn")   (checks only)
                 | "-- blocking: " ("yes" | "no") ;     (checks only)
    promise      = "not_null" | "unique" | "accepted: " value { ", " value }
                 | "references " schema "." model "." column ;
    continuation = "--" and three spaces or more, then the rest of the line above ;

Belongs here: text to values, and every complaint with file and line.
Does not belong here: what the query reads (`references.py`), how models are ordered (`models.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

from chord_platform.errors import ModelError

Materialized = Literal["view", "table", "incremental"]
Severity = Literal["error", "warn"]

NAME = re.compile(r"[A-Za-z_]\w*")
TABLE = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")
TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*(\(\s*\d+(\s*,\s*\d+)*\s*\))?(\[\])?")
INSTRUCTION = re.compile(r"-- (?P<word>[\w-]+)(?: (?P<subject>[\w.]+))?:(?: (?P<rest>.*))?$")
PROMISE = re.compile(r"\s*\[([^\[\]]*)\]")
LOOKBACK = re.compile(r"(\d+) (minute|hour|day)s?")
WORDS = ("materialized", "key", "cursor", "lookback", "column", "source", "severity", "blocking")


@dataclass(frozen=True)
class Promise:
    """What a column promises. `values` are the accepted values, or the referenced column."""

    kind: Literal["not_null", "unique", "accepted", "references"]
    values: tuple[str, ...] = ()
    severity: Severity = "error"


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    description: str
    promises: tuple[Promise, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Source:
    """A loaded table and the columns of it that a query uses."""

    table: str
    columns: tuple[tuple[str, str], ...]
    line: int = 0


@dataclass
class Header:
    grain: str = ""
    materialized: Materialized | None = None
    key: tuple[str, ...] = ()
    cursor: str | None = None
    lookback: timedelta | None = None
    columns: list[Column] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    severity: Severity = "error"
    blocking: bool | None = None


@dataclass(frozen=True)
class Line:
    """One instruction, its continuations joined."""

    path: Path
    number: int
    text: str

    def refuse(self, what: str, *, hint: str = "See sql/README.md.") -> ModelError:
        return ModelError(f"{self.path}:{self.number}: {what}", hint=hint)


def read_header(text: str, *, path: Path) -> Header:
    header, prose, seen = Header(), [], set[str]()
    started = False
    for line in header_lines(text, path=path):
        found = INSTRUCTION.match(line.text)
        if found is None and not started:
            prose.append(line.text.removeprefix("--").strip())
            continue
        started = True
        if found is None or not known(found):
            raise unknown(line, found["word"] if found else line.text.removeprefix("--").strip())
        word, rest = found["word"], (found["rest"] or "").strip()
        if not rest:
            raise line.refuse(f"`{word}` says nothing.")
        if word not in ("column", "source"):
            if word in seen:
                raise line.refuse(f"`{word}` stands twice.")
            seen.add(word)
        read_instruction(header, line, word, found["subject"] or "", rest)
    header.grain = " ".join(part for part in prose if part)
    if not header.grain:
        raise ModelError(
            f"{path}:1: the grain is missing.",
            hint="Begin the file with a comment such as `-- One row per order.`",
        )
    return header


def known(found: re.Match[str]) -> bool:
    takes_subject = found["word"] in ("column", "source")
    return found["word"] in WORDS and takes_subject == (found["subject"] is not None)


def unknown(line: Line, word: str) -> ModelError:
    return line.refuse(
        f"`{word}` is not an instruction.", hint=f"Instructions: {', '.join(WORDS)}."
    )


def header_lines(text: str, *, path: Path) -> Iterator[Line]:
    current: Line | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        stripped = raw.rstrip()
        if not stripped.startswith("--"):
            break
        if stripped == "--":
            continue
        if stripped.startswith("--   ") and current is not None:
            current = Line(path, current.number, f"{current.text} {stripped[2:].strip()}")
            continue
        if current is not None:
            yield current
        current = Line(path, number, stripped)
    if current is not None:
        yield current


def read_instruction(header: Header, line: Line, word: str, subject: str, rest: str) -> None:
    if word == "materialized":
        header.materialized = cast(
            Materialized, one_of(line, word, rest, ("view", "table", "incremental"))
        )
    elif word == "key":
        header.key = tuple(names(line, rest))
    elif word == "cursor":
        if not NAME.fullmatch(rest):
            raise line.refuse(f"`cursor` is one column's name, not {rest!r}.")
        header.cursor = rest
    elif word == "lookback":
        header.lookback = lookback(line, rest)
    elif word == "column":
        if any(column.name == subject for column in header.columns):
            raise line.refuse(f"column {subject} is declared twice.")
        header.columns.append(column(line, subject, rest))
    elif word == "source":
        if any(source.table == subject for source in header.sources):
            raise line.refuse(f"source {subject} is declared twice.")
        header.sources.append(source(line, subject, rest))
    elif word == "severity":
        header.severity = cast(Severity, one_of(line, word, rest, ("error", "warn")))
    else:
        header.blocking = one_of(line, word, rest, ("yes", "no")) == "yes"


def one_of(line: Line, word: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise line.refuse(f"`{word}` is {' | '.join(allowed)}, not {value!r}.")
    return value


def names(line: Line, text: str) -> list[str]:
    found = [part.strip() for part in text.split(",")]
    for name in found:
        if not NAME.fullmatch(name):
            raise line.refuse(f"{name!r} is not a column's name.")
    if len(set(found)) < len(found):
        raise line.refuse("a column stands twice.")
    return found


def lookback(line: Line, text: str) -> timedelta:
    found = LOOKBACK.fullmatch(text)
    if not found:
        raise line.refuse(f"`lookback` is a number of minutes, hours or days, not {text!r}.")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def column(line: Line, name: str, text: str) -> Column:
    if not NAME.fullmatch(name):
        raise line.refuse(f"{name!r} is not a column's name.")
    kind, dot, rest = text.partition(".")
    if not TYPE.fullmatch(kind.strip()):
        raise line.refuse(
            f"column {name} has no type: {kind.strip()!r}.",
            hint="Write `-- column name: type. Description.`",
        )
    promises = tuple(promise(line, found) for found in PROMISE.findall(rest))
    description = PROMISE.sub("", rest).strip()
    if not dot or not description or "[" in description or "]" in description:
        raise line.refuse(
            f"column {name} has no description, or a bracket in it.",
            hint="Write `-- column name: type. Description. [promise]`.",
        )
    if rest.strip().find("[") not in (-1, len(description) + 1):
        raise line.refuse(f"column {name}: promises stand after the description.")
    return Column(name, " ".join(kind.split()), description, promises, line.number)


def promise(line: Line, text: str) -> Promise:
    words = text.strip()
    severity: Severity = "error"
    if words.startswith("warn "):
        words, severity = words.removeprefix("warn ").strip(), "warn"
    if words == "not_null" or words == "unique":
        return Promise(words, severity=severity)
    if words.startswith("accepted:"):
        values = tuple(value.strip() for value in words.removeprefix("accepted:").split(","))
        if all(values):
            return Promise("accepted", values, severity)
    if words.startswith("references "):
        target = words.removeprefix("references ").strip()
        if target.count(".") == 2 and all(NAME.fullmatch(part) for part in target.split(".")):
            return Promise("references", (target,), severity)
    raise line.refuse(
        f"[{text}] is not a promise.",
        hint="Promises: not_null, unique, accepted: a, b, references schema.model.column.",
    )


def source(line: Line, table: str, text: str) -> Source:
    if not TABLE.fullmatch(table):
        raise line.refuse(f"source {table!r} is not `schema.table`.")
    columns = []
    for part in re.split(r",(?![^(]*\))", text):
        name, _, kind = part.strip().partition(" ")
        if not NAME.fullmatch(name) or not TYPE.fullmatch(kind.strip()):
            raise line.refuse(f"source {table}: {part.strip()!r} is not `column type`.")
        columns.append((name, " ".join(kind.split())))
    if len({name for name, _ in columns}) < len(columns):
        raise line.refuse(f"source {table}: a column stands twice.")
    return Source(table, tuple(columns), line.number)
