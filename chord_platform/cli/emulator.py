"""`chord emulator`: the emulated vendors, for trying things out without anybody's account.

Belongs here: the command's options. Does not belong here: the emulator (`vendor_emulator`).
"""

from __future__ import annotations

import click


@click.command()
@click.option("--port", type=int, default=0, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another shop.")
@click.option("--orders", type=click.IntRange(1), default=2000, show_default=True)
@click.option(
    "--plan",
    type=click.Choice(["standard", "advanced", "plus", "enterprise"]),
    default="standard",
    show_default=True,
    help="The shop's plan decides how fast its rate limit refills.",
)
@click.pass_context
def command(context: click.Context, port: int, seed: int, orders: int, plan: str) -> None:
    """Serve the emulated vendors until Ctrl-C; prints their addresses and credentials."""
    from vendor_emulator.__main__ import main

    arguments = ("--port", port, "--seed", seed, "--orders", orders, "--plan", plan)
    context.exit(main([str(one) for one in arguments]))
