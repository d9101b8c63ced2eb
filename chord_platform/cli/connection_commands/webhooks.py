"""`chord connections webhooks`: a shop's webhooks and where they go.

Belongs here: the command. Does not belong here: registering (`chord_platform.shop_webhooks`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json
from chord_platform.errors import ConnectionRefused, SourceRefused

What = Literal["register", "check", "remove", "reconcile"]


@click.command()
@click.argument("name")
@click.option("--register", "what", flag_value="register", help="Make them; safe to repeat.")
@click.option("--check", "what", flag_value="check", default="check", help="The default.")
@click.option("--remove", "what", flag_value="remove", help="Take them away at Shopify.")
@click.option("--reconcile", "what", flag_value="reconcile", help="Ask for what was lost.")
@click.option("--address", metavar="URL", help="The gateway's, as Shopify reaches it: https://...")
@click.option("--source", metavar="S", help="The source that its events belong to.")
@as_json
@pass_session
def webhooks(
    session: Session,
    name: str,
    what: What,
    address: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Orders, refunds, checkouts, customers and subscriptions of a shop as events."""
    from chord_platform.shop_webhooks.registering import Registering

    platform = session.platform
    if address and what != "register":
        raise click.UsageError("--address goes with --register.")
    shop = Registering(platform, name)
    if source:
        chosen = platform.sources.get(source)
        if chosen.kind != "shopify_webhook":
            raise SourceRefused(
                f"{chosen.name} does not take webhooks.",
                hint="Make one: chord sources init --company NAME --shopify",
            )
        platform.sources.change(
            chosen.name, lambda known: replace(known, connection=shop.name), by=session.who
        )
    if what == "reconcile":
        known = shop.require_registration()
        count = shop.reconcile(shop.lost_since(known))
        click.echo(f"{count} events were handed over; copies fall out by their ids.")
        return
    seen = {
        "register": lambda: shop.register(address=address),
        "check": shop.check,
        "remove": shop.remove,
    }[what]()
    if as_json:
        print_json(seen)
    else:
        from chord_platform.cli.presentation.webhook_views import screen

        console().print(screen(seen))
    if what == "check" and seen.missing:
        raise ConnectionRefused(
            f"{len(seen.missing)} topics are not registered.",
            hint=f"chord connections webhooks {shop.name} --register",
        )
