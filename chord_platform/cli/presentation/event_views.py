"""How one event looks in the terminal, on one line.

Belongs here: that line. Does not belong here: reading the inbox (`events/tailing.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from chord_platform.cli.presentation import words

COLOURS = {
    "track": "green",
    "page": "cyan",
    "screen": "cyan",
    "identify": "magenta",
    "group": "magenta",
    "alias": "magenta",
}
SHORT, LONGEST, MOST = 8, 80, 6
"""What is shown of a message; --json shows all."""
UNSAID = frozenset(
    {"meta", "products", "context", "url", "search", "hash", "width", "height", "referrer"}
)


def line(envelope: Mapping[str, Any], *, with_source: bool) -> Text:
    message = envelope["message"]
    kind = str(message.get("type", "?"))
    text = Text()
    text.append(f"{clock_time(envelope)}  ", style="dim")
    text.append(f"{kind:<9}", style=COLOURS.get(kind, ""))
    text.append(f"{name_of(message):<28}  ", style="bold")
    text.append(f"{who(message):<22}  ")
    if with_source:
        text.append(f"{envelope['source']}  ", style="blue")
    if refused := envelope.get("refused"):
        text.append(f"refused: {printable(refused)}  ", style="red")
    text.append(what(message), style="dim")
    return text


def clock_time(envelope: Mapping[str, Any]) -> str:
    """Of its arrival, UTC to the millisecond."""
    return str(envelope["received_at"])[11:23]


def name_of(message: Mapping[str, Any]) -> str:
    return printable(message.get("event") or message.get("name") or words.NONE)


def who(message: Mapping[str, Any]) -> str:
    user, anonymous = message.get("userId"), message.get("anonymousId")
    if user:
        return printable(user)
    return f"anonymous {printable(anonymous)[:SHORT]}" if anonymous else words.NONE


def what(message: Mapping[str, Any]) -> str:
    """The first plain properties, and how many products."""
    said = message.get("properties") or message.get("traits") or {}
    if not isinstance(said, dict):
        return ""
    plain = [
        f"{printable(key)}={printable(value)}"
        for key, value in said.items()
        if key not in UNSAID and value != "" and isinstance(value, str | int | float | bool)
    ]
    products = said.get("products")
    counted = [f"products={len(products)}"] if isinstance(products, list) else []
    rest = len(plain) - MOST
    more = [f"and {rest} more"] if rest > 0 else []
    return "  ".join([*counted, *plain[:MOST], *more])


def printable(value: Any) -> str:
    """A sender chooses these: no control characters reach the terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in str(value)[:LONGEST])
