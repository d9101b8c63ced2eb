"""Names: of a sheet's table, of its columns, and what a person wrote into a setting.

Belongs here: pure rules from titles and headers to identifiers. Does not belong here: values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from slugify import slugify

from dlt_pipelines.sources.google_sheets.tables import TAKEN_COLUMNS, TAKEN_TABLES

WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""A named range has no blanks: TopTargets is top_targets."""


def identifier(text: str, *, otherwise: str) -> str:
    """Small letters, digits and single underscores; one that begins with a digit (a year) gets an
    underscore in front."""
    made = slugify(WORD_BREAK.sub("_", text), separator="_")
    if not made:
        return otherwise
    return f"_{made}" if made[0].isdigit() else made


def table_names(titles: Sequence[tuple[str, str]]) -> list[str]:
    """Of (title, id) pairs. The same name twice gets a number, in the order given."""
    names: list[str] = []
    for title, its_id in titles:
        name = identifier(title, otherwise=f"sheet_{slugify(its_id, separator='_')}")
        if name.startswith("_"):
            name = f"sheet{name}"
        names.append(free(name, {*TAKEN_TABLES, *names}))
    return names


def column_names(headers: Sequence[str | None]) -> list[str]:
    """None stands for a column without a header, which is called after its place."""
    names: list[str] = []
    for place, header in enumerate(headers, start=1):
        name = identifier(header or "", otherwise=f"col_{place}")
        names.append(free(name, {*TAKEN_COLUMNS, *names}))
    return names


def free(name: str, taken: Collection[str]) -> str:
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    return made


def per_table(text: str) -> dict[str, tuple[str, ...]]:
    """`Product costs = SKU; Influencers = Email, Name` by table name, columns as identifiers."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        title, equals, columns = part.partition("=")
        if equals:
            names = (identifier(one, otherwise="") for one in columns.split(","))
            found[identifier(title, otherwise="")] = tuple(name for name in names if name)
    return found


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def quoted_title(title: str) -> str:
    """Always in quotes: a sheet may be called A1 or Q1."""
    return "'" + title.replace("'", "''") + "'"
