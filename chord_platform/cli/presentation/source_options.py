"""What people give on the command line for a source's rules, read into values.

Belongs here: these options. Does not belong here: what a rule means (`events/source.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click

from chord_platform.events.source import ENVIRONMENTS, KINDS, SIDES, ConsentRule

ACTIONS = ("drop", "strip")
OPT_IN = "-unless-granted"
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

side_option: Callable[..., Any] = click.option(
    "--side", type=click.Choice(SIDES), required=True, help="Who sends: pages, or servers."
)
environment_option: Callable[..., Any] = click.option(
    "--environment", type=click.Choice(ENVIRONMENTS), required=True, help="They never mix."
)


def shown(value: str) -> str:
    return value.replace("_", "-")


class Word(click.Choice[str]):
    """A choice whose words have hyphens here and underscores in the store."""

    def __init__(self, *words: str) -> None:
        super().__init__([shown(word) for word in words])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(shown(value), param, ctx).replace("-", "_")


kind_option: Callable[..., Any] = click.option(
    "--kind", type=Word(*KINDS), default="segment", show_default=True, help="What sends."
)


class Consent(click.ParamType):
    """CATEGORY=drop|strip, with -unless-granted where silence refuses; CATEGORY= takes it away."""

    name = "consent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ConsentRule | None]:
        category, separator, given = value.partition("=")
        category = category.strip()
        if not separator or not category:
            self.fail(f"write CATEGORY=ACTION, not {value!r}.", param, ctx)
        if not given:
            return category, None
        action = given.removesuffix(OPT_IN)
        if action not in ACTIONS:
            known = ", ".join([*ACTIONS, *(action + OPT_IN for action in ACTIONS)])
            self.fail(f"{given!r} is no action; there are {known}.", param, ctx)
        unstated = "refused" if given.endswith(OPT_IN) else "granted"
        return category, ConsentRule(category=category, action=action, unstated=unstated)


class Length(click.ParamType):
    """`90m`, `24h` or `7d`."""

    name = "length"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([mhd])", value.strip())
        if not found:
            self.fail(f"{value!r} is no length; write 90m, 24h or 7d.", param, ctx)
        return int(found[1]) * UNITS[found[2]]


RULE_OPTIONS = (
    click.option(
        "--unplanned-events", type=Word("allow", "block"), help="Events the plan does not know."
    ),
    click.option(
        "--unplanned-properties", type=Word("allow", "omit"), help="Properties it does not know."
    ),
    click.option(
        "--violations",
        type=Word("allow", "block", "omit"),
        help="Events that break it; omit leaves the wrong property out.",
    ),
    click.option(
        "--consent",
        type=Consent(),
        metavar="CATEGORY=ACTION",
        multiple=True,
        help="Where consent is refused: drop the event, or strip who it was. With -unless-granted,"
        " saying nothing refuses too. CATEGORY= takes a rule away.",
    ),
    click.option(
        "--ip-policy", type=Word("keep", "strip_last_octet", "remove"), help="Senders' addresses."
    ),
    click.option(
        "--dedupe-days", type=int, help="How long message ids are remembered (30 to 400)."
    ),
)


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(RULE_OPTIONS):
        command = option(command)
    return command
