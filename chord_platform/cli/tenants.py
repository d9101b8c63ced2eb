"""`chord tenants`: which CMS environment syncs products with which shop, and how.

Belongs here: these commands, and what each prints. Does not belong here: rules
(`chord_platform.products`), how tables look (`presentation/tenant_views.py`).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, plain, print_json
from chord_platform.errors import TenantRefused

if TYPE_CHECKING:
    from chord_platform.products.tenant import Tenant


@click.group()
def command() -> None:
    """Pairs of a CMS environment and a shop whose products sync."""


@command.command("apply")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@pass_session
def apply_file(session: Session, file: Path, as_json: bool) -> None:
    """Make the tenants of a YAML file so; what it does not name stays. Keys are shown once."""
    applied = session.platform.tenants.apply_file(file, by=session.who)
    if as_json:
        print_json(applied)
        return
    from chord_platform.cli.presentation.tenant_views import applied_screen

    console().print(applied_screen(applied))


@command.command("list")
@as_json
@pass_session
def list_tenants(session: Session, as_json: bool) -> None:
    """All tenants."""
    tenants = session.platform.tenants.list()
    if as_json:
        print_json([described(one) for one in tenants])
        return
    from chord_platform.cli.presentation.tenant_views import listing

    console().print(listing(tenants))


@command.command()
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """One tenant: its options, where its secrets are, its versions."""
    tenants = session.platform.tenants
    tenant, versions = tenants.get(name), tenants.versions(name)
    if as_json:
        print_json({**described(tenant), "versions": versions})
        return
    from chord_platform.cli.presentation.tenant_views import details

    console().print(details(tenant, versions))


@command.command()
@click.argument("name")
@click.option("--fix", is_flag=True, help="Make missing content types, fields, tags and webhooks.")
@as_json
@pass_session
def check(session: Session, name: str, fix: bool, as_json: bool) -> None:
    """Ask both sides whether they have what the sync needs; says exactly what is missing."""
    from chord_platform.products.tenant_check import TenantCheck

    tenants = session.platform.tenants
    tenant = tenants.get(name)
    rotate = partial(tenants.rotate_key, tenant.name, by=session.who) if fix else None
    checked = TenantCheck(tenant, rotate_key=rotate).run()
    if as_json:
        print_json(checked)
    else:
        from chord_platform.cli.presentation.tenant_views import findings

        console().print(findings(checked))
    if not checked.is_right:
        raise TenantRefused(f"{tenant.name} is not ready to sync.")


@command.command("rotate-key")
@click.argument("name")
@pass_session
def rotate_key(session: Session, name: str) -> None:
    """Make a new key for the tenant's webhook; the old one is refused from then on."""
    tenants = session.platform.tenants
    key = tenants.rotate_key(name, by=session.who)
    click.echo(f"The new key of {tenants.get(name).name}, shown this once:\n\n  {key}\n")
    click.echo("Put it into the header x-api-key of the webhook in Contentful.")


def described(tenant: Tenant) -> dict[str, Any]:
    return {
        "name": tenant.name,
        "version": tenant.version,
        "contentful": f"{tenant.space_id}/{tenant.environment_id}",
        "shopify": tenant.shop_domain,
        "gateway": tenant.sync_url,
        "options": plain(tenant.options),
        "secrets": dict(tenant.references),
        "changed_at": tenant.changed_at,
        "changed_by": tenant.changed_by,
    }
