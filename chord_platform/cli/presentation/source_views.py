"""How sources of events look in the terminal.

Belongs here: tables and screens of sources. Does not belong here: asking for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation import words
from chord_platform.cli.presentation.connection_views import grid, indented, new_table
from chord_platform.cli.presentation.source_options import OPT_IN, shown

if TYPE_CHECKING:
    from chord_platform.events.source import ConsentRule, Source, SourceRules
    from chord_platform.events.sources import Made
    from chord_platform.events.write_keys import WriteKey

KINDS = {
    "segment": "Segment or Jitsu",
    "shopify_webhook": "Shopify webhooks",
    "oms": "Chord OMS",
}


def listing(sources: Sequence[Source]) -> RenderableType:
    if not sources:
        return Text("No source of events yet. Make the four: chord sources init --company NAME")
    table = new_table("Name", "Side", "Environment", "What sends", "Plan", "Rules")
    table.columns[-1].no_wrap = False
    for source in sources:
        table.add_row(
            Text(source.name, style="bold"),
            source.side,
            source.environment,
            what_sends(source),
            source.plan or words.NONE,
            rules_line(source.rules) or words.NONE,
        )
    return table


def what_sends(source: Source) -> str:
    of = f" of {source.connection}" if source.connection else ""
    return f"{KINDS[source.kind]}{of}"


def rules_line(rules: SourceRules) -> str:
    """Only what differs from taking everything as it comes."""
    said = [
        f"{name} {shown(value)}"
        for name, value, usual in (
            ("unplanned events", rules.unplanned_events, "allow"),
            ("unplanned properties", rules.unplanned_properties, "allow"),
            ("violations", rules.violations, "allow"),
            ("IP", rules.ip_policy, "keep"),
        )
        if value != usual
    ]
    said += [f"{rule.category}: {action_of(rule)}" for rule in rules.consent]
    return ", ".join(said)


def action_of(rule: ConsentRule) -> str:
    return rule.action + (OPT_IN if rule.unstated == "refused" else "")


def made_screen(made: Sequence[Made], *, with_shopify: bool) -> RenderableType:
    parts: list[RenderableType] = []
    for each in made:
        source = each.source
        sign = Text("+ " if each.key else "= ", style="green" if each.key else "dim")
        parts.append(Text.assemble(sign, (source.title, "bold")))
        parts.append(indented(grid(facts_of_new(each))))
    if any(each.key for each in made):
        parts.append(Text("\nKeep the keys now: only a hash is stored, they are not shown again."))
    if any(each.key is None for each in made):
        parts.append(
            Text("\nWhat is marked = was there and stays; a new key: chord sources rotate-key NAME")
        )
    if with_shopify and any(
        each.source.kind == "shopify_webhook" and not each.source.connection for each in made
    ):
        parts.append(
            Text(
                "\nSay whose webhooks they take: chord sources set NAME --connection SHOP\n"
                "Webhooks need no key, Shopify signs them; it is for events a server sends itself."
            )
        )
    return Group(*parts)


def facts_of_new(made: Made) -> dict[str, RenderableType | None]:
    source = made.source
    return {
        "name": source.name,
        "warehouse": f"{source.schema}, connected",
        "plan": source.plan or words.NONE,
        "write key": Text(made.key, style="yellow") if made.key else "not shown again",
    }


def key_screen(source: Source, key: str, *, grace: timedelta) -> RenderableType:
    old = (
        f"The old ones are taken for another {words.span(grace)}, then refused."
        if grace
        else "The old ones are refused from now on; a running gateway notices within 5 s."
    )
    return Group(
        Text.assemble(("New write key of ", ""), (source.name, "bold")),
        indented(Text(key, style="yellow")),
        Text(f"Only a hash is stored, it is not shown again. {old}"),
    )


def details(
    source: Source, keys: Sequence[WriteKey], *, address: str, now: datetime
) -> RenderableType:
    rules = source.rules
    facts: dict[str, RenderableType | None] = {
        "name": source.name,
        "company": source.company or None,
        "side": source.side,
        "environment": source.environment,
        "what sends": what_sends(source),
        "plan": source.plan or words.NONE,
        "warehouse": source.schema,
    }
    said: dict[str, RenderableType | None] = {
        "unplanned events": rules.unplanned_events,
        "unplanned properties": rules.unplanned_properties,
        "violations": rules.violations,
        "consent": ", ".join(f"{rule.category}: {action_of(rule)}" for rule in rules.consent)
        or "kept with each event, refuses nothing",
        "IP addresses": shown(rules.ip_policy),
        "message ids": f"remembered for {rules.dedupe_days} days",
    }
    return Group(
        Text(source.title, style="bold"),
        indented(grid(facts)),
        Text("\nRules", style="bold"),
        indented(grid(said)),
        Text("\nWrite keys", style="bold"),
        indented(keys_table(keys, now=now)),
        Text("\nWhere to send", style="bold"),
        indented(grid(ways_in(source, address))),
    )


def keys_table(keys: Sequence[WriteKey], *, now: datetime) -> RenderableType:
    table = new_table("Id", "Made", "By", "Taken")
    for key in keys:
        is_over = key.ends_at is not None and key.ends_at <= now
        taken = "yes" if key.ends_at is None else f"until {words.moment(key.ends_at)}"
        if is_over:
            taken = f"ended {words.ago(key.ends_at, now=now)}"
        table.add_row(
            f"{key.id}:…", words.ago(key.made_at, now=now), key.made_by or words.NONE, taken,
            style="dim" if is_over else "",
        )  # fmt: skip
    return table


def ways_in(source: Source, address: str) -> dict[str, RenderableType | None]:
    if source.kind == "shopify_webhook":
        where = source.connection or "CONNECTION"
        return {
            "Shopify": f"{address}/webhooks/shopify/{where}",
            "servers": f"{address}/v1, key as the user of Basic authentication",
        }
    if source.side == "front-end":
        return {
            "Chord's client": f"cdpDomain: {address}, cdpWriteKey",
            "script": f"{address}/p.js, data-write-key",
            "Segment's client": f"cdnURL: {address}, apiHost: {address.split('://')[-1]}/v1",
        }
    return {
        "Segment's libraries": f"host {address}, key as write key (SEGMENT_WRITE_KEY)",
        "any server": f"POST {address}/api/s/s2s/track, header X-Write-Key",
    }
