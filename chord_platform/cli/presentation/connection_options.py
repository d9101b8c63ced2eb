"""What people give on the command line for a connection, read into values.

Belongs here: `--set`, `--secret`, `--from` and their refusals. Does not belong here: what a
connector makes of a value (`chord_platform.connections.values`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

PROMPT = "-"

set_option: Callable[..., Any] = click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="A setting; may be repeated."
)
secret_option: Callable[..., Any] = click.option(
    "--secret",
    "secrets",
    metavar="KEY=env:VAR",
    multiple=True,
    help="A secret, from an environment variable; KEY=- asks for it.",
)
schedule_option: Callable[..., Any] = click.option(
    "--schedule", metavar="CRON", help="Five fields, UTC; empty: the default schedule."
)


def values_of(settings: tuple[str, ...], secrets: tuple[str, ...]) -> dict[str, str]:
    """A secret is never read from the command line: `ps` and the shell's history would keep it."""
    from chord_platform.connections.apply_file import secret_of
    from chord_platform.settings import read_environment

    values = dict(pair("--set", text) for text in settings)
    environment = read_environment()
    for text in secrets:
        name, reference = pair("--secret", text)
        if reference == PROMPT:
            values[name] = click.prompt(name, hide_input=True, err=True)
        else:
            values[name] = secret_of(name, reference, environment) if reference else ""
    return values


def refuse_secrets_in_the_open(settings: tuple[str, ...], secret_names: set[str]) -> None:
    from chord_platform.errors import ConnectionRefused

    for text in settings:
        name, value = pair("--set", text)
        if name in secret_names and value:
            raise ConnectionRefused(
                f"{name} is a secret; the command line would show it to others.",
                hint=f"Export it as a variable and write --secret {name}=env:VARIABLE.",
            )


def pair(option: str, text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise click.UsageError(f"{option} takes KEY=VALUE, not {text!r}.")
    return name.strip(), value


class Moment(click.ParamType):
    """A day or a time; without a zone it is UTC."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-01-31 or 2026-01-31T12:00:00Z.")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
