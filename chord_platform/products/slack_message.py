"""What became of products, as one message in Slack's Block Kit. Pure.

Belongs here: words, blocks, Slack's sizes. Does not belong here: sending (`notifier.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chord_platform.products.outcome import Change, Outcome, Result
from chord_platform.products.sync_product import Side

Block = dict[str, Any]

HEADER_LENGTH = 150
SECTION_LENGTH = 2_900
"""Slack takes 3,000; escaping is counted by it after, by us before."""
VALUE_LENGTH = 160
CHANGES_OF_ONE, CHANGES_OF_MANY = 20, 4
PRODUCTS_SHOWN = 40
"""A message has 50 blocks."""
NAMES = {Side.CONTENTFUL: "Contentful", Side.SHOPIFY: "Shopify"}
SAID = {
    Result.WRITTEN: "synced",
    Result.WOULD_WRITE: "would sync (debug mode: nothing was written)",
    Result.FAILED: "failed",
    Result.AMBIGUOUS: "stopped: more than one counterpart",
    Result.DELETED_THERE: "stopped: deleted on the other side",
    Result.ARCHIVED: "stopped: archived on the other side",
    Result.LIMIT: "stopped: too large for the other side",
}


def message(tenant: str, outcomes: Sequence[Outcome]) -> Block:
    outcomes = without_repetition(outcomes)
    title = title_of(outcomes)
    parts = [section(one, alone=len(outcomes) == 1) for one in outcomes[:PRODUCTS_SHOWN]]
    if len(outcomes) > PRODUCTS_SHOWN:
        left = len(outcomes) - PRODUCTS_SHOWN
        parts.append(text_block(f"_and {left} more: `chord products why` tells of each._"))
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": shortened(title, HEADER_LENGTH)}},
        *parts,
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"Tenant {escaped(tenant)}"}]},
    ]
    # Shown in notifications, and by clients that show no blocks.
    text = escaped(shortened(f"{title} ({tenant})", SECTION_LENGTH))
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def without_repetition(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A product and its variants are told of by a delivery each; what came of them is one thing."""
    found = {}
    for one in outcomes:
        product = one.contentful_id or one.shopify_id or one.ref
        found.setdefault((product, one.origin, one.result, one.changes, one.reason), one)
    return list(found.values())


def title_of(outcomes: Sequence[Outcome]) -> str:
    if len(outcomes) == 1:
        one = outcomes[0]
        return f"{sign(one)} {one.called}: {SAID.get(one.result, one.result.value)}"
    counts: dict[str, int] = {}
    for one in outcomes:
        word = "failed" if one.is_failure else SAID.get(one.result, one.result.value)
        word = word.partition(" (")[0].partition(":")[0]
        counts[word] = counts.get(word, 0) + 1
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    worst = "❌" if any(one.is_failure for one in outcomes) else "✅"
    is_debug = any(one.result is Result.WOULD_WRITE for one in outcomes)
    mode = " (debug mode: nothing was written)" if is_debug else ""
    return f"{worst} {len(outcomes)} products: {told}{mode}"


def sign(outcome: Outcome) -> str:
    if outcome.is_failure:
        return "❌"
    if outcome.refusals or outcome.result is not Result.WRITTEN:
        return "⚠️"
    return "✅"


def section(outcome: Outcome, *, alone: bool) -> Block:
    return text_block("\n".join(lines(outcome, most=CHANGES_OF_ONE if alone else CHANGES_OF_MANY)))


def text_block(text: str) -> Block:
    """A section's text is cut at a line's end, so that no entity or link is cut in two."""
    kept, size = [], 0
    for line in text.split("\n"):
        size += len(line) + 1
        if size > SECTION_LENGTH:
            kept.append("…")
            break
        kept.append(line)
    return {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(kept)}}


def lines(outcome: Outcome, *, most: int) -> Iterator[str]:
    origin, other = NAMES[outcome.origin], NAMES[outcome.origin.other]
    yield f"{sign(outcome)} *{escaped(shortened(outcome.called, 200))}*   {origin} → {other}"
    links = [f"<{link}|{NAMES[side]}>" for side, link in outcome.links]
    if links:
        yield "Open in " + " · ".join(links)
    if outcome.reason:
        yield escaped(shortened(outcome.reason, 600))
    if outcome.next_step:
        yield f"_{escaped(shortened(outcome.next_step, 300))}_"
    if outcome.is_conflict:
        yield "Both sides had changed: the values on the left were overwritten."
    for change in outcome.changes[:most]:
        yield f"• {change_line(change)}"
    if (left := len(outcome.changes) - most) > 0:
        yield f"• and {left} more changes"
    for refusal in outcome.refusals[:most]:
        yield f"❗ {escaped(shortened(refusal, 300))}"
    for note in outcome.notes[:most]:
        yield f"💬 {escaped(shortened(note, 300))}"


def change_line(change: Change) -> str:
    name = f"{change.field} of {change.subject}" if change.subject else change.field
    if not change.before and not change.after:
        return escaped(name)
    before, after = (shown(value) for value in (change.before, change.after))
    return f"{escaped(name)}: {before} → {after}"


def shown(value: str) -> str:
    """In one line and as it is, whatever marks of Slack's it holds."""
    plain = " ".join(value.split()).replace("`", "'")
    return f"`{escaped(shortened(plain, VALUE_LENGTH))}`" if plain else "_empty_"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
