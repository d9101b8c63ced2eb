"""`chord products`: syncs products by hand, and says why one did or did not sync.

Belongs here: these commands, and what each prints. Does not belong here: rules
(`chord_platform.products`), how a diff looks (`presentation/product_views.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json
from chord_platform.errors import ProductsFailed

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.products.service import Why
    from chord_platform.webhooks.delivery import Delivery

TENANT = click.option("--tenant", required=True, help="Whose products: `chord tenants list`.")


@click.group()
def command() -> None:
    """Products that sync between a CMS and a shop."""


@command.command()
@TENANT
@click.option(
    "--product", "refs", multiple=True, metavar="REF", help="contentful/ID or shopify/ID."
)
@click.option("--all", "is_all", is_flag=True, help="All products of the allowed origins.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@as_json
@pass_session
def sync(
    session: Session,
    tenant: str,
    refs: tuple[str, ...],
    is_all: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Sync products now, with what changes shown as a diff."""
    from chord_platform.products.refs import read_ref
    from chord_platform.products.under_way import Asked

    if bool(refs) == is_all:
        raise click.UsageError("Give either --product, as often as you like, or --all.")
    products = session.platform.products
    work = products.open(session.platform.tenants.get(tenant).name)
    asked: Iterable[Asked] = (
        products.every(work, dry_run=dry_run, by=session.who)
        if is_all
        else [
            Asked(ref=read_ref(ref), dry_run=dry_run, in_full=True, by=session.who) for ref in refs
        ]
    )
    screen, counts, outcomes, told = console(), Counter[str](), [], []
    for one in asked:
        outcome = work.sync(one)
        counts[outcome.result.value] += 1
        if as_json:
            outcomes.append(outcome)
        elif not is_all or outcome.is_worth_telling:
            from chord_platform.cli.presentation.product_views import diff

            screen.print(diff(outcome))
        if outcome.is_worth_telling:
            told.append(outcome)
    if not dry_run:
        products.tell(work.opened, told)
    if as_json:
        print_json(outcomes)
    else:
        from chord_platform.cli.presentation.product_views import summary

        screen.print(summary(counts))
    failed = [one for one in told if one.is_failure]
    if failed:
        raise ProductsFailed(
            f"{len(failed)} of {sum(counts.values())} products did not sync.",
            hint="Each says above who must act.",
        )


@command.command()
@TENANT
@click.argument("ref")
@as_json
@pass_session
def why(session: Session, tenant: str, ref: str, as_json: bool) -> None:
    """Why a product did or did not sync, in one screen: the last delivery, what was decided and
    why, both sides as they are, and what would be written now."""
    from chord_platform.products.refs import read_ref

    platform = session.platform
    name = platform.tenants.get(tenant).name
    found = platform.products.why(name, read_ref(ref))
    deliveries = last_deliveries(platform, name, found)
    if as_json:
        print_json({"why": found, "deliveries": deliveries})
        return
    from chord_platform.cli.presentation.product_views import why_screen

    tenant_now = platform.tenants.get(name)
    console().print(why_screen(found, deliveries, tenant=tenant_now, now=datetime.now(UTC)))


def last_deliveries(platform: Platform, tenant: str, found: Why) -> list[Delivery]:
    """The newest webhook of each side."""
    from chord_platform.product_deliveries.working import topic_of
    from chord_platform.products.refs import Ref
    from chord_platform.products.sync_product import Side

    refs = [found.ref]
    if link := found.link:
        refs += [Ref(side=side, id=link.id_of(side)) for side in Side if link.id_of(side)]
    keys = dict.fromkeys(map(str, refs))
    last = (platform.deliveries.last(topic_of(tenant), key) for key in keys)
    return [one for one in last if one]
