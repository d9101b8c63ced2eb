"""The `chord` command: finds its subcommands, opens the platform for them, says errors plainly.

Belongs here: the frame. Does not belong here: a command (its own module beside this file).

Each module of this package is one command: it holds a click command or group named `command`, and
`sources.py` becomes `chord sources` (`_` becomes `-`). What commands share in presenting stands in
`presentation/`. Commands import the platform inside their functions: `chord --help` loads no dlt.
"""

from __future__ import annotations

import getpass
import importlib
import pkgutil
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from chord_platform.errors import PlatformError
from dlt_pipelines.errors import ConnectorError

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.settings import Settings

INTERRUPTED = 130


@dataclass
class Session:
    """What every command starts from (`@pass_session`): settings and, when asked, the platform."""

    home: str | None = None

    @cached_property
    def settings(self) -> Settings:
        from chord_platform.settings import read_settings

        return read_settings(home=self.home)

    @cached_property
    def platform(self) -> Platform:
        """Opened after the store's migrations ran: the command line is where they run."""
        from chord_platform.bootstrap import open_platform
        from chord_platform.store import migrate

        migrate(self.settings)
        return open_platform(self.settings)

    @property
    def who(self) -> str:
        """Who sits at the command line, for the audit log."""
        try:
            return getpass.getuser()
        except (OSError, KeyError):  # a container may run as a number without a name
            return "someone"


pass_session = click.make_pass_decorator(Session, ensure=True)


class Failed(click.ClickException):
    """One message on stderr, exit code 1."""

    def show(self, file: Any = None) -> None:
        from chord_platform.cli.presentation.terminal import complain

        complain(self.message)


class Chord(click.Group):
    """A group whose commands are the modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
        return sorted({*super().list_commands(ctx), *(name.replace("_", "-") for name in modules)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if known := super().get_command(ctx, cmd_name):
            return known
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        return module.command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (PlatformError, ConnectorError) as error:
            raise Failed(str(error)) from error
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped.", err=True)
            sys.exit(INTERRUPTED)


@click.command(cls=Chord, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="PATH", help="The platform's folder; else CHORD_HOME, else .chord.")
@click.version_option(package_name="chord-dagster", prog_name="chord")
@click.pass_context
def main(context: click.Context, home: str | None) -> None:
    """Your commerce data, from vendors to checked tables."""
    context.obj = Session(home=home)
