"""Consoles, colours, JSON and complaints: what every command prints through.

Belongs here: rules of output that hold for all commands (NO_COLOR, `--json`, errors).
Does not belong here: what one command shows (`tables.py`, or the command itself).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

RICH_GUESS, PIPE_WIDTH = 80, 160

as_json: Callable[..., Any] = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def console() -> Console:
    """Colours when stdout is a terminal and NO_COLOR is not set. A pipe has no width: unless
    COLUMNS says one, lines are long enough that little is folded."""
    from rich.console import Console

    made = Console(highlight=False)
    is_guess = not made.is_terminal and made.width == RICH_GUESS
    return Console(highlight=False, width=PIPE_WIDTH) if is_guess else made


def print_json(value: Any) -> None:
    import orjson

    click.echo(orjson.dumps(plain(value), option=orjson.OPT_INDENT_2).decode())


def plain(value: Any) -> Any:
    """Dataclasses, times, decimals and sets as JSON knows them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.repr
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def complain(message: str) -> None:
    """An error for a person: one paragraph on stderr, no traceback."""
    from rich.console import Console
    from rich.text import Text

    text = Text.assemble(("Error:", "bold red"), " ", message)
    Console(stderr=True, highlight=False, soft_wrap=True).print(text)


class Progress:
    """One line per step with the time since the start; the same in a terminal and in a log."""

    def __init__(self, screen: Console) -> None:
        self.screen = screen
        self.began = time.monotonic()

    def __call__(self, message: str) -> None:
        from rich.text import Text

        passed = f"{time.monotonic() - self.began:6.1f} s"
        self.screen.print(Text.assemble((passed, "dim"), "  ", message))
