"""`chord events`: what arrived, what broke its plan, what waits to be judged again.

Belongs here: finding its commands. Does not belong here: a command (a module of `event_commands/`,
which holds a click command named `command`).
"""

from __future__ import annotations

import importlib
import pkgutil

import click

from chord_platform.cli import event_commands


class EventCommands(click.Group):
    """A group whose commands are the modules of `event_commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(event_commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{event_commands.__name__}.{cmd_name}")
        return module.command


@click.command(cls=EventCommands)
def command() -> None:
    """What customers did, as it arrives and as it was judged."""
