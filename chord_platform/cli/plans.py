"""`chord plans`: tracking plans, checked, compared, tried on past messages, brought and taken.

Belongs here: these commands. Does not belong here: plans (`chord_platform.events.plans`), how
tables look (`presentation/plan_views.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chord_platform.cli import Session, pass_session
from chord_platform.cli.presentation.terminal import as_json, console, print_json
from chord_platform.errors import NothingPublished, PlanRefused

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.events.plans import Plan, Plans
    from chord_platform.events.source import Source

SIDES = ("front-end", "back-end")
SEGMENT = "segment-protocols"
form_option = click.option(
    "--format", "form", type=click.Choice([SEGMENT]), default=SEGMENT, show_default=True
)


@click.group()
def command() -> None:
    """Tracking plans: which events are expected, and of which shape.

    Where a plan is asked for, its name does, or a folder, or a file from Segment Protocols.
    """


@command.command("list")
@as_json
@pass_session
def list_plans(session: Session, as_json: bool) -> None:
    """All plans: those that ship, and your own."""
    plans = plans_of(session)
    found = [(plans.load(name), plans.is_own(name)) for name in plans.names()]
    if as_json:
        print_json([{**summary(plan), "is_own": is_own} for plan, is_own in found])
        return
    from chord_platform.cli.presentation.plan_views import listing

    console().print(listing(found))


@command.command()
@click.argument("plan")
@click.option("--side", type=click.Choice(SIDES), help="Only what this side sends.")
@click.option("--event", "name", help="The properties of one event.")
@as_json
@pass_session
def show(session: Session, plan: str, side: Any, name: str | None, as_json: bool) -> None:
    """A plan's events, or one event's properties."""
    found = meant(session, plan)
    events = found.events_of(side) if side else found.events
    if name is not None:
        events = tuple(event for event in events if name in (event.name, *event.also_called))
        if not events:
            raise PlanRefused(f"{found.title} has no event {name!r}.", hint="See them all first.")
    if as_json:
        from chord_platform.events.plans.plan_contents import event_content

        print_json({**summary(found), "events": [event_content(e, plan=found) for e in events]})
        return
    from chord_platform.cli.presentation.plan_views import details, event_details

    console().print(details(found, events) if name is None else event_details(events[0], side=side))


@command.command()
@click.argument("file")
@as_json
@pass_session
def check(session: Session, file: str, as_json: bool) -> None:
    """Whether a plan can be used; if not, which file, where in it, and why."""
    found = meant(session, file)
    if as_json:
        print_json(summary(found))
        return
    events = [event for event in found.events if event.call == "track"]
    schemas = sum(len(event.versions) for event in found.events)
    click.echo(f"{found.title} is in order: {len(events)} events, {schemas} schemas.")


@command.command()
@click.argument("one")
@click.argument("other")
@as_json
@pass_session
def diff(session: Session, one: str, other: str, as_json: bool) -> None:
    """What the second plan has otherwise than the first."""
    from chord_platform.events.plans.differences import differences

    found = differences(meant(session, one), meant(session, other))
    if as_json:
        print_json(found)
        return
    from chord_platform.cli.presentation.plan_views import compared

    console().print(compared(found))


@command.command("dry-run")
@click.argument("file")
@click.option("--days", type=click.IntRange(1, 365), required=True, help="How far to look back.")
@click.option("--source", "name", help="One source; else all that are held to a plan so named.")
@as_json
@pass_session
def dry_run(session: Session, file: str, days: int, name: str | None, as_json: bool) -> None:
    """What a plan would make of past messages; changes nothing.

    It looks at what the inbox still holds and at what stands in quarantine, as last published.
    """
    from chord_platform.events.plans.dry_run import dry_run as judged

    platform, new = session.platform, meant(session, file)
    sources = sources_of(platform, new, name=name)
    result = judged(
        past_records(platform),
        since=datetime.now(UTC) - timedelta(days=days),
        sources=sources,
        after=lambda source: new.for_side(source.side),
        before=lambda source: (
            platform.plans.load(source.plan).for_side(source.side) if source.plan else None
        ),
    )
    if as_json:
        from chord_platform.cli.presentation.plan_views import foreseen_as_json

        print_json(foreseen_as_json(result, sources=sorted(sources)))
        return
    from chord_platform.cli.presentation.plan_views import foreseen

    console().print(foreseen(result, sources=sorted(sources), days=days))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@form_option
@click.option("--name", help="What the plan shall be called; else as the file is.")
@click.option("--replace", "replacing", is_flag=True, help="Put it in place of one of this name.")
@pass_session
def import_plan(session: Session, file: Path, form: str, name: str | None, replacing: bool) -> None:
    """Make a plan of your own from a file of Segment's: its API's JSON, or its CSV."""
    from chord_platform.events.plans.carried import files_of_segment, slug
    from chord_platform.events.plans.plan_contents import write_plan

    plans = plans_of(session)
    name = slug(name or file.stem)
    said, files = files_of_segment(file, name=name)
    write_plan(plans.folder / name, said, files, replacing=replacing)
    click.echo(f"{name}: {len(files)} events in {plans.folder / name}.")
    click.echo(f"Hold a source to it: chord sources set SOURCE --plan {name}")


@command.command("export")
@click.argument("plan")
@form_option
@click.option("--csv", "as_csv", is_flag=True, help="The spreadsheet, not the API's JSON.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Else printed.")
@pass_session
def export(session: Session, plan: str, form: str, as_csv: bool, output: Path | None) -> None:
    """A plan as Segment Protocols takes it."""
    import orjson

    from chord_platform.events.plans import segment_csv, segment_rules

    found = meant(session, plan)
    if as_csv:
        text, left_out = segment_csv.csv_of(found)
        for line in segment_csv.lines(left_out):
            click.echo(f"Left out, as a spreadsheet has no cell for it: {line}", err=True)
    else:
        document = segment_rules.rules_of(found)
        text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
        if len(document["rules"]) > segment_rules.MOST_RULES_AN_UPDATE:
            most = segment_rules.MOST_RULES_AN_UPDATE
            click.echo(f"Segment's API takes {most} rules at a time.", err=True)
    if output is None:
        click.echo(text)
        return
    output.write_text(text, encoding="utf-8", newline="")
    click.echo(f"{found.title} is in {output}.")


def plans_of(session: Session) -> Plans:
    """Without opening the store: a plan is read and checked where nothing else is set up."""
    from chord_platform.events.plans import Plans

    return Plans(session.settings.home / "plans")


def meant(session: Session, text: str) -> Plan:
    from chord_platform.events.plans.carried import plan_at

    return plan_at(text, plans_of(session))


def summary(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "title": plan.title,
        "description": plan.description,
        "events_by_side": {
            side: sum(event.call == "track" for event in plan.events_of(side)) for side in SIDES
        },
        "mandatory": [event.name for event in plan.events if event.expected_within],
    }


def sources_of(platform: Platform, plan: Plan, *, name: str | None) -> dict[str, Source]:
    if name is not None:
        source = platform.sources.get(name)
        return {source.name: source}
    found = {each.name: each for each in platform.sources.list() if each.plan == plan.name}
    if not found:
        raise PlanRefused(
            f"No source is held to a plan called {plan.name!r}.",
            hint="Say which one is meant with --source.",
        )
    return found


def past_records(platform: Platform) -> Iterator[bytes]:
    for chunk in platform.inbox.read():
        yield from chunk.records
    try:
        with platform.warehouse.reader() as con:
            if not con.execute(HAS_QUARANTINE).fetchone():
                return
            asked = con.execute("select envelope from events_meta.quarantine")
            while rows := asked.fetchmany(1_000):
                yield from (envelope.encode() for (envelope,) in rows)
    except NothingPublished:
        return


HAS_QUARANTINE = (
    "select 1 from duckdb_tables() where database_name = current_database()"
    " and schema_name = 'events_meta' and table_name = 'quarantine'"
)
