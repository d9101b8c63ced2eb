"""How deliveries look in the terminal.

Belongs here: tables and screens. Does not belong here: the queue (`chord_platform.webhooks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chord_platform.cli.presentation import words
from chord_platform.webhooks import Delivery
from chord_platform.webhooks.refusals import Refusal

COLOURS = {"ready": "yellow", "claimed": "cyan", "done": "green", "dead": "red"}
SHORT_ID = 12
SHOWN_BODY = 4000


def listing(found: Sequence[Delivery], *, now: datetime) -> RenderableType:
    if not found:
        return Text("No deliveries.")
    table = Table()
    for name in ("id", "received", "topic", "key", "about", "state", "tries", "outcome"):
        table.add_column(name, justify="right" if name == "tries" else "left")
    for each in found:
        table.add_row(
            each.id[:SHORT_ID],
            words.ago(each.received_at, now=now),
            each.topic,
            each.key,
            each.subject,
            Text(each.state, style=COLOURS[each.state]),
            str(each.attempts),
            Text(outcome(each, now=now)),
        )
    return table


def outcome(delivery: Delivery, *, now: datetime) -> str:
    """What became of it, or when it goes on."""
    if delivery.state == "ready" and delivery.not_before > now:
        return f"again at {delivery.not_before:%H:%M:%S} UTC: {delivery.problem or ''}"
    if delivery.state == "claimed" and delivery.lease_until:
        return f"{delivery.handled_by} until {delivery.lease_until:%H:%M:%S} UTC"
    if delivery.state == "done":
        return result_word(delivery.result)
    return delivery.problem or ""


def result_word(result: Any) -> str:
    if not isinstance(result, Mapping):
        return "" if result is None else str(result)
    said = str(result.get("result", ""))
    about = result.get("event") or result.get("because")
    return f"{said}: {about}" if about else said


def counts(counted: Mapping[str, Mapping[Any, int]]) -> RenderableType:
    table = Table()
    table.add_column("topic")
    for state in COLOURS:
        table.add_column(state, justify="right")
    for topic, states in sorted(counted.items()):
        table.add_row(topic, *(f"{states[state]:,}" for state in COLOURS))
    return table if counted else Text("")


def refusals(refused: Iterable[Refusal]) -> RenderableType:
    table = Table(title="Refused at the door", title_justify="left")
    for name in ("receiver", "reason", "day", "times", "last"):
        table.add_column(name, justify="right" if name == "times" else "left")
    for each in refused:
        last = f"{each.last_at:%H:%M:%S} UTC"
        table.add_row(each.receiver, each.reason, str(each.day), f"{each.refused:,}", last)
    return table


def details(delivery: Delivery, *, now: datetime) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    rows: dict[str, Any] = {
        "id": delivery.id,
        "topic": delivery.topic,
        "key": delivery.key,
        "about": delivery.subject,
        "state": Text(delivery.state, style=COLOURS[delivery.state]),
        "received": f"{delivery.received_at:%Y-%m-%d %H:%M:%S} UTC",
        "tries": delivery.attempts,
        "outcome": outcome(delivery, now=now),
        "problem": delivery.problem,
        "handled by": delivery.handled_by,
        "finished": delivery.finished_at and f"{delivery.finished_at:%Y-%m-%d %H:%M:%S} UTC",
    }
    for name, value in {**rows, **delivery.headers}.items():
        if value not in (None, ""):
            table.add_row(name, value if isinstance(value, Text) else Text(str(value)))
    parts: list[RenderableType] = [table]
    if isinstance(delivery.result, Mapping):
        parts.append(Text(pretty(delivery.result)))
    parts.append(Text(body_text(delivery.body or b""), style="dim"))
    return Group(*parts)


def body_text(body: bytes) -> str:
    try:
        text = pretty(orjson.loads(body))
    except orjson.JSONDecodeError:
        text = body.decode("utf-8", "replace")
    more = len(text) - SHOWN_BODY
    return text if more <= 0 else f"{text[:SHOWN_BODY]}\n… {more} characters more: --json"


def pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
