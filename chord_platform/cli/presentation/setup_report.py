"""What a command says after it ran a connection's setup tests.

Belongs here: that report, and that a failed setup is a failed command. Does not belong here: the
tests (`chord_platform.connections.setup_tests`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chord_platform.cli.presentation.terminal import console
from chord_platform.errors import ConnectionRefused

if TYPE_CHECKING:
    from chord_platform.connections.setup_tests import Checked


def report(checked: Checked) -> None:
    """Says how far the connection came; a setup that failed is a command that failed."""
    from chord_platform.cli.presentation.connection_views import setup_tests

    connection, failure = checked.connection, checked.report.failure
    console().print(setup_tests(checked.report))
    if failure:
        raise ConnectionRefused(
            f"{connection.name} is {connection.setup}: {failure.reason}", hint=failure.next_step
        )
    account = f" to {connection.account}" if connection.account else ""
    if connection.pause:
        click.echo(
            f"{connection.name} is connected{account}, and paused by {connection.pause.by}:"
            f" {connection.pause.because}. Start it: chord connections resume {connection.name}"
        )
    else:
        click.echo(f"{connection.name} is connected{account}, and scheduled.")
