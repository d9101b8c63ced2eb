"""`chord deliveries`: webhooks that were received, and what became of each.

Belongs here: these commands, and what each prints. Does not belong here: the queue's rules
(`chord_platform.webhooks`), how tables look (`presentation/delivery_views.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, plain, print_json
from chord_platform.errors import ConnectionRefused

if TYPE_CHECKING:
    from chord_platform.webhooks import Delivery

STATES = ("ready", "claimed", "done", "dead")
REFUSED_DAYS = 7


@click.group()
def command() -> None:
    """Webhooks that were received, and what became of each."""


@command.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@click.option("--topic", help="Only these: product_sync:TENANT, or shopify_events: for all.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
@pass_session
def list_deliveries(
    session: Session, state: Any, topic: str | None, limit: int, as_json: bool
) -> None:
    """The newest deliveries, how many there are in each state, and what was refused at the door."""
    from chord_platform.webhooks.refusals import Refusals

    platform = session.platform
    found = platform.deliveries.list(state=state, topic=topic, limit=limit)
    if as_json:
        print_json([summary(each) for each in found])
        return
    from chord_platform.cli.presentation.delivery_views import counts, listing, refusals

    now = datetime.now(UTC)
    since = (now - timedelta(days=REFUSED_DAYS)).date()
    screen = console()
    screen.print(listing(found, now=now))
    screen.print(counts(platform.deliveries.counts()))
    if refused := Refusals(platform.store).list(since=since):
        screen.print(refusals(refused))


@command.command()
@click.argument("id")
@as_json
@pass_session
def show(session: Session, id: str, as_json: bool) -> None:
    """One delivery: what came, what was done, why it failed. The beginning of its id is enough."""
    found = session.platform.deliveries.get(id)
    if as_json:
        print_json({**summary(found), "headers": dict(found.headers), "body": body_of(found)})
        return
    from chord_platform.cli.presentation.delivery_views import details

    console().print(details(found, now=datetime.now(UTC)))


@command.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--dead", is_flag=True, help="All that are dead; with --topic, of that topic.")
@click.option("--topic", help="With --dead: only these.")
@pass_session
def retry(session: Session, ids: tuple[str, ...], dead: bool, topic: str | None) -> None:
    """Work deliveries again, with all their attempts; their handlers tell copies by themselves."""
    if bool(ids) == dead:
        raise click.UsageError("Name deliveries, or give --dead.")
    deliveries = session.platform.deliveries
    if dead:
        wanted = [each.id for each in deliveries.list(state="dead", topic=topic, limit=100_000)]
    else:
        wanted = [deliveries.get(each).id for each in ids]
    waiting = deliveries.replay(wanted)
    click.echo(f"{len(waiting)} deliveries wait to be worked again.")
    if busy := len(set(wanted)) - len(waiting):
        raise ConnectionRefused(f"{busy} are being worked just now, and were left alone.")


def summary(delivery: Delivery) -> dict[str, Any]:
    shown = plain(delivery)
    del shown["headers"]
    return shown


def body_of(delivery: Delivery) -> Any:
    """As JSON where it is; else as text."""
    import orjson

    body = delivery.body or b""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
