"""`chord sources`: where events come from, and their write keys.

Belongs here: these commands, and what each prints. Does not belong here: rules
(`chord_platform.events.source`), how tables look (`presentation/source_views.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.source_options import (
    Length,
    environment_option,
    kind_option,
    rule_options,
    side_option,
)
from chord_platform.cli.presentation.terminal import as_json, console, plain, print_json
from chord_platform.errors import SourceRefused

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.source import Source, SourceRules

plan_option = click.option("--plan", help="The tracking plan its events are held to; empty: none.")
connection_option = click.option(
    "--connection",
    help="The Shopify connection whose webhooks it takes, or the Chord OMS connection whose tables"
    " its events are derived from; empty: none.",
)
FED_BY = {"shopify_webhook": "shopify", "oms": "chord_oms"}


@click.group()
def command() -> None:
    """Where events come from, and their write keys."""


@command.command()
@click.option("--company", required=True, help="As its people call it: My Company.")
@click.option("--shopify", is_flag=True, help="Shopify's webhooks in place of the OMS back-end.")
@as_json
@pass_session
def init(session: Session, company: str, shopify: bool, as_json: bool) -> None:
    """Make front-end and back-end source for production and staging. Repeating it is safe."""
    made = session.platform.sources.init(company, with_shopify=shopify, by=session.who)
    if as_json:
        print_json([{**described(each.source), "write_key": each.key} for each in made])
        return
    from chord_platform.cli.presentation.source_views import made_screen

    console().print(made_screen(made, with_shopify=shopify))


@command.command()
@click.argument("name")
@side_option
@environment_option
@kind_option
@plan_option
@connection_option
@click.option("--company", default="", help="Whose it is.")
@rule_options
@as_json
@pass_session
def add(
    session: Session,
    name: str,
    side: Any,
    environment: Any,
    kind: Any,
    plan: str | None,
    connection: str | None,
    company: str,
    as_json: bool,
    **rules: Any,
) -> None:
    """Add a source of your own and show its key once."""
    from chord_platform.events.source import SourceRules

    platform = session.platform
    source, key = platform.sources.add(
        name,
        company=company,
        side=side,
        environment=environment,
        kind=kind,
        plan=known_plan(platform, plan),
        connection=known_connection(platform, connection, kind=kind),
        rules=altered(SourceRules(), **rules),
        by=session.who,
    )
    if as_json:
        print_json({**described(source), "write_key": key})
        return
    from chord_platform.cli.presentation.source_views import made_screen
    from chord_platform.events.sources import Made

    made = Made(source=source, key=key)
    console().print(made_screen([made], with_shopify=kind == "shopify_webhook"))


@command.command("list")
@as_json
@pass_session
def list_sources(session: Session, as_json: bool) -> None:
    """All sources."""
    sources = session.platform.sources.list()
    if as_json:
        print_json([described(source) for source in sources])
        return
    from chord_platform.cli.presentation.source_views import listing

    console().print(listing(sources))


@command.command()
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """One source: rules, keys, where to send."""
    sources, settings = session.platform.sources, session.settings
    source, keys = sources.get(name), sources.keys(name)
    if as_json:
        print_json({**described(source), "keys": keys})
        return
    from chord_platform.cli.presentation.source_views import details

    address = f"http://{settings.gateway_host}:{settings.gateway_port}"
    console().print(details(source, keys, address=address, now=datetime.now(UTC)))


@command.command("set")
@click.argument("name")
@plan_option
@connection_option
@rule_options
@pass_session
def set_rules(
    session: Session, name: str, plan: str | None, connection: str | None, **rules: Any
) -> None:
    """Change its plan, connection or rules."""
    if plan is None and connection is None and all(value in (None, ()) for value in rules.values()):
        raise click.UsageError("Give --plan, --connection or a rule.")
    platform = session.platform
    kind = platform.sources.get(name).kind
    to_plan = known_plan(platform, plan)
    to_connection = known_connection(platform, connection, kind=kind)

    def alter(source: Source) -> Source:
        return replace(
            source,
            plan=source.plan if plan is None else to_plan,
            connection=source.connection if connection is None else to_connection,
            rules=altered(source.rules, **rules),
        )

    source = platform.sources.change(name, alter, by=session.who)
    from chord_platform.cli.presentation.source_views import listing

    console().print(listing([source]))


@command.command("rotate-key")
@click.argument("name")
@click.option(
    "--grace",
    type=Length(),
    default="0m",
    metavar="90m|24h|7d",
    help="How long the old keys are taken beside the new one; not at all unless given.",
)
@as_json
@pass_session
def rotate_key(session: Session, name: str, grace: timedelta, as_json: bool) -> None:
    """Make a new key and show it once."""
    source, key = session.platform.sources.rotate_key(name, grace=grace, by=session.who)
    if as_json:
        print_json({**described(source), "write_key": key})
        return
    from chord_platform.cli.presentation.source_views import key_screen

    console().print(key_screen(source, key, grace=grace))


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def remove(session: Session, name: str, yes: bool) -> None:
    """Remove a source; its keys are refused, its rows stay."""
    sources = session.platform.sources
    source = sources.get(name)
    if not yes and not click.confirm(f"Remove {source.name} and refuse its keys?", err=True):
        raise SourceRefused("Nothing was changed.")
    sources.remove(source.name, by=session.who)
    click.echo(f"{source.name} is removed; what it sent stays in {source.schema}.")


def described(source: Source) -> dict[str, Any]:
    return {**plain(source), "schema": source.schema}


def altered(rules: SourceRules, *, consent: Any = (), **given: Any) -> SourceRules:
    changed = replace(rules, **{name: value for name, value in given.items() if value is not None})
    return changed.with_consent(
        [rule for _, rule in consent if rule],
        without=[category for category, rule in consent if rule is None],
    )


def known_plan(platform: Platform, plan: str | None) -> str | None:
    """Raises:
    SourceRefused: there is no such plan.
    """
    if plan and plan not in (known := platform.plans.names()):
        raise SourceRefused(
            f"There is no tracking plan {plan!r}.", hint=f"There are {', '.join(known)}."
        )
    return plan or None


def known_connection(platform: Platform, connection: str | None, *, kind: str) -> str | None:
    """Raises:
    SourceRefused: that connection tells no events of this kind.
    """
    if not connection:
        return None
    found = platform.connections.get(connection)
    if FED_BY.get(kind) != found.connector:
        raise SourceRefused(
            f"{found.name} cannot feed this source.",
            hint="A connection of Shopify feeds a source of the kind shopify-webhook, one of"
            " Chord OMS a source of the kind oms.",
        )
    return found.name
