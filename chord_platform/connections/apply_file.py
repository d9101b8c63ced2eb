"""A file of connections: what it asks for, how that differs from what is there, making it so.

Belongs here: reading and refusing the file, the differences, their order.
Does not belong here: one connection's change (`service.py`), printing.

    connections:
      my_shop:
        connector: shopify
        schedule: "0 * * * *"          # left out: the default schedule
        start: true                    # false or left out: a new one waits to be started
        settings: {shop: my-shop}
        secrets: {access_token: env:MY_SHOP_TOKEN}

The whole file is read and checked before anything changes. What it does not name stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chord_platform.connections.names import slug
from chord_platform.connections.schedules import require_cron
from chord_platform.connections.service import Connections
from chord_platform.connections.setup_tests import Checked
from chord_platform.connections.values import accept
from chord_platform.errors import ConnectionRefused, PlatformError, UnknownConnection
from dlt_pipelines.errors import SettingsRefused

KNOWN = ("connector", "schedule", "start", "settings", "secrets")
ENV = "env:"
STARTED = "paused -> started"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    name: str
    connector: str
    values: Mapping[str, str] = field(repr=False)
    schedule: str | None = None
    start: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """kind: `add`, `change`, `start`, `same`; differences in words, secrets by name only."""

    kind: str
    wanted: Wanted
    differences: tuple[str, ...] = ()

    @property
    def starts(self) -> bool:
        return self.wanted.start and (self.kind == "add" or STARTED in self.differences)


@dataclass(frozen=True, kw_only=True)
class Applied:
    change: Change
    checked: Checked | None


def plan(connections: Connections, path: Path, *, environment: Mapping[str, str]) -> list[Change]:
    """Raises:
    ConnectionRefused: something in it cannot be right; all faults at once, nothing is changed.
    """
    changes: dict[str, Change] = {}
    faults: list[str] = []
    for name, entry in read_yaml(path).items():
        try:
            change = difference(connections, one(name, entry, environment))
            if change.wanted.name in changes:
                raise ConnectionRefused(f"another entry comes to {change.wanted.name!r} too.")
            changes[change.wanted.name] = change
        except PlatformError as error:
            faults.append(f"{name}: {error}")
        except SettingsRefused as error:
            faults.append(f"{name}: {error.what} {error.hint}".rstrip())
    if faults:
        raise ConnectionRefused("\n  ".join([f"{path} was not applied.", *faults]))
    return list(changes.values())


def read_yaml(path: Path) -> Mapping[str, Any]:
    """Every value as the text that stands there: in plain YAML, Norway (NO) would be false."""
    import yaml

    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise ConnectionRefused(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConnectionRefused(f"{path} is not UTF-8 text.") from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}, column {place.column + 1}" if place else ""
        what = getattr(error, "problem", None) or "it cannot be parsed"
        raise ConnectionRefused(f"{path}{where} is not YAML: {what}.") from error
    entries = content.get("connections") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise ConnectionRefused(
            f"{path} names no connections.",
            hint="It begins with `connections:`, and under it each connection's name.",
        )
    return entries


def one(name: str, entry: Any, environment: Mapping[str, str]) -> Wanted:
    if not isinstance(entry, dict) or not isinstance(entry.get("connector"), str):
        raise ConnectionRefused("it does not say its connector.", hint="connector: shopify")
    if unknown := [key for key in entry if key not in KNOWN]:
        raise ConnectionRefused(
            f"it has no {', '.join(unknown)}.", hint=f"It may have {', '.join(KNOWN)}."
        )
    settings, secrets = entry.get("settings") or {}, entry.get("secrets") or {}
    if not isinstance(settings, dict) or not isinstance(secrets, dict):
        raise ConnectionRefused("settings and secrets are names with values.")
    start, schedule = entry.get("start", "false"), entry.get("schedule")
    if start not in ("true", "false"):
        raise ConnectionRefused("start is true or false.")
    for key, value in {**settings, **secrets, "schedule": schedule or ""}.items():
        if not isinstance(value, str):
            raise ConnectionRefused(f"{key} is not one value.")
    return Wanted(
        name=slug(name),
        connector=entry["connector"],
        values={
            **settings,
            **{key: secret_of(key, value, environment) for key, value in secrets.items()},
        },
        schedule=require_cron(schedule) if schedule else None,
        start=start == "true",
    )


def secret_of(name: str, reference: str, environment: Mapping[str, str]) -> str:
    """Raises:
    ConnectionRefused: it is not `env:VARIABLE`, or that variable is not set.
    """
    if not reference.startswith(ENV):
        raise ConnectionRefused(
            f"The secret {name} stands in the open.",
            hint=f"Put it into an environment variable and write {name}={ENV}VARIABLE.",
        )
    variable = reference.removeprefix(ENV)
    if not environment.get(variable):
        raise ConnectionRefused(
            f"The environment variable {variable} for {name} is not set.",
            hint="Export it, or write it into .env.",
        )
    return environment[variable]


def difference(connections: Connections, wanted: Wanted) -> Change:
    given = accept(connections.connector(wanted.connector), wanted.values)
    try:
        current = connections.get(wanted.name)
    except UnknownConnection:
        return Change(kind="add", wanted=wanted, differences=(f"connector {wanted.connector}",))
    if current.connector != wanted.connector:
        raise ConnectionRefused(
            f"it is a connection of {current.connector}, not of {wanted.connector}.",
            hint="A connection keeps its connector: choose another name.",
        )
    found = [
        f"{name}: {current.settings.get(name, 'not set')} -> {value or 'not set'}"
        for name, value in given.settings.items()
        if current.settings.get(name, "") != value
    ]
    sealed = connections.records.secrets(wanted.name)
    found += [
        f"{name}: {'another value' if name in sealed else 'now set'}"
        for name, value in given.secrets.items()
        if sealed.get(name) != value
    ]
    if wanted.schedule != current.schedule:
        found.append(f"schedule: {current.schedule or 'default'} -> {wanted.schedule or 'default'}")
    if wanted.start and current.pause and not found:
        return Change(kind="start", wanted=wanted, differences=(STARTED,))
    if wanted.start and current.pause:
        found.append(STARTED)
    return Change(kind="change" if found else "same", wanted=wanted, differences=tuple(found))


def apply(connections: Connections, change: Change, *, by: str) -> Applied:
    wanted = change.wanted
    if change.kind == "same":
        return Applied(change=change, checked=None)
    if change.kind == "add":
        checked = connections.add(
            wanted.name,
            connector=wanted.connector,
            values=wanted.values,
            schedule=wanted.schedule,
            start=wanted.start,
            by=by,
        )
        return Applied(change=change, checked=checked)
    checked = None
    if change.kind == "change":
        checked = connections.set(
            wanted.name, values=wanted.values, schedule=wanted.schedule or "", by=by
        )
    if wanted.start and connections.get(wanted.name).pause and (not checked or checked.passed):
        checked = connections.resume(wanted.name, by=by)
    return Applied(change=change, checked=checked)
