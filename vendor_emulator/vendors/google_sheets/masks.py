"""The `fields` parameter: which parts of an answer are wanted.

Belongs here: reading a mask and applying it. Does not belong here: answers.

    sheets(properties(title,sheetId),data.rowData.values.formattedValue),namedRanges
"""

from __future__ import annotations

import re
from typing import Any

from vendor_emulator.vendors.google_sheets.answers import Refusal

TOKEN = re.compile(r"[A-Za-z0-9_]+|\*|[(),./]")
Mask = dict[str, "Mask"]
"""An empty mask means everything beneath."""


def mask_of(text: str) -> Mask:
    tokens = TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", "") or not tokens:
        raise wrong(text)
    mask, rest = items(tokens, text)
    if rest:
        raise wrong(text)
    return mask


def items(tokens: list[str], text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = item(mask, tokens, text)
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def item(mask: Mask, tokens: list[str], text: str) -> list[str]:
    if not tokens or tokens[0] in "(),./":
        raise wrong(text)
    beneath = mask.setdefault(tokens[0], {})
    tokens = tokens[1:]
    if tokens and tokens[0] in "./":
        return item(beneath, tokens[1:], text)
    if tokens and tokens[0] == "(":
        inner, tokens = items(tokens[1:], text)
        beneath.update(inner)
        if not tokens or tokens[0] != ")":
            raise wrong(text)
        return tokens[1:]
    return tokens


def wrong(text: str) -> Refusal:
    return Refusal(
        400,
        "Request contains an invalid argument. Invalid value at 'fields': "
        f"Error expanding 'fields' parameter. Cannot find matching fields for path '{text[:60]}'.",
    )


def masked(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [masked(each, mask) for each in value]
    if isinstance(value, dict):
        return {name: masked(value[name], inner) for name, inner in mask.items() if name in value}
    return value
