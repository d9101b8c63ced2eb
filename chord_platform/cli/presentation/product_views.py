"""How a product's sync looks in the terminal: a diff, and the screen that answers "why not?".

Belongs here: lines and colours. Does not belong here: words for a change (`products/changes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from chord_platform.cli.presentation import words
from chord_platform.cli.presentation.connection_views import grid, indented
from chord_platform.products.outcome import FAILURES, Outcome, Result
from chord_platform.products.sync_product import Side

if TYPE_CHECKING:
    from chord_platform.products.outcome import Change
    from chord_platform.products.service import Why
    from chord_platform.products.sync_product import Publication, SyncProduct
    from chord_platform.products.tenant import Tenant
    from chord_platform.webhooks.delivery import Delivery

STYLES = {Result.WRITTEN: "green", Result.WOULD_WRITE: "cyan", Result.DELETED_THERE: "yellow"}
MEANINGS = {
    Result.UNCHANGED: "both sides agree",
    Result.ALREADY_SEEN: "as the last sync left it",
    Result.ORIGIN_NOT_ALLOWED: "this side may not start a sync (option allowed_origins)",
    Result.NOT_SELECTED: "left out by its tags (option sync_mode)",
    Result.NOT_PUBLISHED: "not published, so nothing is made of it",
    Result.ARCHIVED: "archived on the other side",
    Result.GONE: "there is no such product",
    Result.LIMIT: "more than the other side takes",
    Result.AMBIGUOUS: "more than one counterpart",
    Result.DELETED_THERE: "its counterpart was deleted",
}


def diff(outcome: Outcome) -> RenderableType:
    lines: list[RenderableType] = [headline(outcome)]
    lines += [indented(line(change)) for change in outcome.changes]
    if outcome.is_conflict:
        text = "both sides had changed: the values before the arrows are lost, and kept on record"
        lines.append(indented(Text(f"! {text}", style="yellow")))
    lines += [indented(Text(f"! {note}", style="yellow")) for note in outcome.notes]
    lines += [indented(Text(f"✗ refused: {one}", style="red")) for one in outcome.refusals]
    if outcome.reason and outcome.reason not in " ".join(outcome.notes):
        lines.append(indented(Text(outcome.reason)))
    if outcome.next_step:
        lines.append(indented(Text(f"Next: {outcome.next_step}", style="bold")))
    return Group(*lines)


def headline(outcome: Outcome) -> Text:
    style = "red" if outcome.result in FAILURES else STYLES.get(outcome.result, "dim")
    said = outcome.result.value.replace("_", " ")
    text = Text.assemble((outcome.called, "bold"), f" ({outcome.ref})  ", (said, style))
    if outcome.changes:
        text.append(f" to {outcome.origin.other.value}", style=style)
    if meaning := MEANINGS.get(outcome.result):
        text.append(f": {meaning}", style="dim")
    return text


def line(change: Change) -> Text:
    name = f"{change.field} of {change.subject}" if change.subject else change.field
    if not change.before and not change.after:
        return Text.assemble(("~ ", "yellow"), name)
    if not change.before:
        return Text.assemble(("+ ", "green"), f"{name}: ", (change.after, "green"))
    if not change.after:
        return Text.assemble(("- ", "red"), f"{name}: ", (change.before, "red strike"))
    return Text.assemble(
        ("~ ", "yellow"), f"{name}: ", (change.before, "red"), " → ", (change.after, "green")
    )


def summary(counts: Mapping[str, int]) -> Text:
    if not counts:
        return Text("There is no product.")
    parts = (f"{count} {result.replace('_', ' ')}" for result, count in sorted(counts.items()))
    return Text(", ".join(parts), style="dim")


def why_screen(
    why: Why, deliveries: Sequence[Delivery], *, tenant: Tenant, now: datetime
) -> RenderableType:
    link = why.link
    pair = (
        " = ".join(part for part in (link.contentful_id, link.shopify_id) if part) if link else ""
    )
    if link and link.pending:
        pair += f"  (a sync from {link.pending.value} did not end; the next one finishes it)"
    told = [delivery_line(one, now=now) for one in deliveries]
    last = why.past[0] if why.past else None
    rows: dict[str, RenderableType | None] = {
        "Product": Text(why.now.called, style="bold"),
        "Tenant": Text(f"{tenant.name}: {options_line(tenant)}"),
        "Linked": Text(pair or "not yet"),
        "Last webhook": Group(*told) if told else Text("none has come"),
        "Last sync": past_line(last, now=now) if last else Text("never"),
        "Why": Text(reason_of(last)) if last else None,
        **{side.value.capitalize(): side_lines(why, side) for side in Side},
    }
    screen: list[RenderableType] = [grid(rows), Text("\nA sync of it now:", style="dim")]
    return Group(*screen, indented(diff(why.now)))


def options_line(tenant: Tenant) -> str:
    options = tenant.options
    origins = ", ".join(sorted(side.value for side in options.allowed_origins))
    switched = [name for name in ("description", "tags", "debug") if getattr(options, name)]
    return "; ".join([f"origins {origins}", *switched, f"{options.mode.value}"])


def delivery_line(delivery: Delivery, *, now: datetime) -> Text:
    came = words.ago(delivery.received_at, now=now)
    text = Text(f"{delivery.subject} {came}: {delivery.state}")
    if delivery.problem:
        text.append(f", {delivery.problem}", style="red")
    return text


def past_line(outcome: Outcome, *, now: datetime) -> RenderableType:
    head = Text(f"{words.ago(outcome.started_at, now=now)}, {outcome.result.value}")
    head.append(f" from {outcome.origin.value}")
    return Group(head, *(line(change) for change in outcome.changes))


def reason_of(outcome: Outcome) -> str:
    said = [outcome.reason, outcome.next_step, *outcome.notes, *outcome.refusals]
    return " ".join(part for part in said if part) or MEANINGS.get(outcome.result, "both differed")


def side_lines(why: Why, side: Side) -> RenderableType:
    product = why.sides.get(side)
    if product is None:
        return Text("no such product", style="dim")
    links = dict(why.now.links)
    return Group(Text(state_of(product)), Text(links.get(side, ""), style="dim"))


def state_of(product: SyncProduct) -> str:
    publication = product.publication
    parts = [product.status.value if product.status else "no status"]
    if product.side is Side.CONTENTFUL:
        parts.append("archived" if publication.is_archived else shown_as(publication))
    parts.append(f"{len(product.variants)} variants")
    if product.tags:
        parts.append(f"tags {', '.join(product.tags[:8])}")
    return ", ".join(parts)


def shown_as(publication: Publication) -> str:
    if not publication.is_published:
        return "not published"
    return "published, with changes that are not" if publication.has_changes else "published"
