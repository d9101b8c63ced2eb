"""What a kind of destination says of itself, and how a delivery can end.

Belongs here: the values a file of `destinations/` fills, and finding these files.
Does not belong here: any one kind, rows of the store.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Protocol

from chord_platform.errors import DestinationRefused


@dataclass(frozen=True, kw_only=True)
class Field:
    """A setting or a secret that a person gives. check: says what is wrong with a value."""

    name: str
    label: str
    help: str
    secret: bool = False
    required: bool = True
    default: str | None = None
    check: Callable[[str], str | None] | None = None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message on its way. event: the plan's name; the message keeps its sender's.

    is_told: the platform's own message about one (a broken promise of the plan).
    """

    source: str
    environment: str
    message: Mapping[str, Any]
    event: str
    received_at: str
    is_told: bool = False

    @property
    def id(self) -> str:
        """Stable: whatever is repeated, the receiver sees the same one."""
        return str(self.message["messageId"])

    @property
    def mark(self) -> str:
        """Short, whatever the id is: told apart from the few others of the same record."""
        return sha256(self.id.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Item:
    """An outgoing message as its destination takes it."""

    id: str
    body: bytes


class EventsRefused(Exception):
    """These messages will never be taken; others may be."""


class DestinationDown(Exception):
    """Nobody must act: the same request may succeed later, not before `retry_after`.

    may_be_the_event: the destination answered, and failed; a message of the batch can be why.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        may_be_the_event: bool = False,
    ) -> None:
        self.retry_after = retry_after
        self.may_be_the_event = may_be_the_event
        super().__init__(reason)


class SettingsRejected(Exception):
    """Whoever set it up must act: a key, an address or a right is wrong."""

    def __init__(self, reason: str, *, hint: str) -> None:
        self.hint = hint
        super().__init__(reason)


class DestinationGone(Exception):
    """The receiver wants no more: forwarding is paused until somebody resumes it."""


class Sender(Protocol):
    """One destination, opened with its values."""

    def item(self, outgoing: Outgoing) -> Item:
        """Raises `EventsRefused` for what cannot be sent at all (too large)."""
        ...

    def send(self, items: Sequence[Item]) -> None:
        """All of them in one request, in this order. Raises one of this file's errors."""
        ...

    def test(self) -> str:
        """Sends something harmless that says what it is; returns what was seen."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class DestinationType:
    """Values are given to `open` with their defaults filled in.

    most_events, most_bytes: of one request; `events_per_request`, a setting, can lower the first.
    obeys_all: whether `integrations: {All: false}` is said to it. It is not to who passes
    `integrations` on and obeys it there.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    most_events: int
    most_bytes: int
    open: Callable[[Mapping[str, str]], Sender]
    obeys_all: bool = True

    def events_per_request(self, values: Mapping[str, str]) -> int:
        return min(int(values.get("events_per_request") or self.most_events), self.most_events)


@cache
def destination_types() -> Mapping[str, DestinationType]:
    from chord_platform.events import destinations

    found: dict[str, DestinationType] = {}
    for module in pkgutil.iter_modules(destinations.__path__):
        loaded = importlib.import_module(f"{destinations.__name__}.{module.name}")
        found[loaded.DESTINATION.name] = loaded.DESTINATION
    return dict(sorted(found.items()))


def destination_type(name: str) -> DestinationType:
    """Raises:
    DestinationRefused: there is none of that name.
    """
    known = destination_types()
    if name not in known:
        raise DestinationRefused(
            f"There is no kind of destination {name!r}.", hint=f"Kinds: {', '.join(known)}."
        )
    return known[name]


def accepted(kind: DestinationType, values: Mapping[str, str]) -> dict[str, str]:
    """The values that were given, judged; an empty one is taken away.

    Raises:
        DestinationRefused: a value is unknown, wrong or missing.
    """
    fields = {field.name: field for field in kind.fields}
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    for name, value in given.items():
        if name not in fields:
            raise DestinationRefused(
                f"{kind.title} has no setting {name!r}.", hint=f"It has {', '.join(fields)}."
            )
        check = fields[name].check
        if check and (problem := check(value)):
            raise DestinationRefused(f"{name} {problem}.", hint=fields[name].help)
    for field in kind.fields:
        if field.required and field.default is None and field.name not in given:
            option = f"--secret {field.name}=env:VARIABLE" if field.secret else ""
            raise DestinationRefused(
                f"{kind.title} needs {field.name}.",
                hint=f"Give {option or f'--set {field.name}=VALUE'}. {field.help}",
            )
    return given


def with_defaults(kind: DestinationType, values: Mapping[str, str]) -> dict[str, str]:
    defaults = {field.name: field.default for field in kind.fields if field.default is not None}
    return {**defaults, **values}
