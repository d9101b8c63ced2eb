"""What people give on the command line to choose a destination's events.

Belongs here: these options, read into the fields of `Choice`; what was not given is left out.
Does not belong here: what a choice means (`chord_platform.events.destination`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

LISTS = ("events", "not_events", "consent")
NOTHING = ""


def names_of(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """An empty value takes the filter away: `--events ""`."""

    @click.option(
        "--events",
        metavar="E,F",
        multiple=True,
        help="Only these: Order Completed, 'Order *', identify, page.",
    )
    @click.option("--not-events", metavar="E,F", multiple=True, help="All but these.")
    @click.option(
        "--consent",
        metavar="CATEGORY",
        multiple=True,
        help="Only what this category consents to; may be repeated.",
    )
    @click.option(
        "--unstated-consent",
        "unstated",
        type=click.Choice(("granted", "refused")),
        help="What a category means that an event says nothing about.",
    )
    @click.option(
        "--prefer",
        type=click.Choice(("back-end", "front-end", "both")),
        help="Whose copy goes of what both sides send; back-end by default.",
    )
    @click.option(
        "--violations/--no-violations",
        default=None,
        help="Also a `Violation Generated` for what breaks the tracking plan.",
    )
    @wraps(function)
    def with_choice(*args: Any, **given: Any) -> Any:
        for name in LISTS:
            if texts := given.pop(name):
                given[name] = tuple(each for text in texts for each in names_of(text))
        for name in ("unstated", "prefer", "violations"):
            if given[name] is None:
                del given[name]
        return function(*args, **given)

    return with_choice
