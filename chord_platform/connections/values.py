"""What a person gave for a connection: which of it is a secret, and what is refused at the door.

Belongs here: splitting, merging and refusing values before anything is stored.
Does not belong here: what only the vendor can tell (`setup_tests.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from chord_platform.errors import ConnectionRefused
from dlt_pipelines.connector import Connector, Field

HISTORY_DAYS, PERSONAL_DATA = "history_days", "personal_data"
PLATFORM_FIELDS = (
    Field(
        name=HISTORY_DAYS,
        label="History",
        help="For how many days earlier versions of changed rows stay readable; 0 keeps none.",
        required=False,
        default="90",
        pattern=r"\d{1,5}",
    ),
    Field(
        name=PERSONAL_DATA,
        label="Personal data",
        help="keep, hash or drop what is marked as personal, before anything of it is stored. A"
        " hash is the same in all connections of this installation, so that joins still hold. It"
        " concerns what is read from now on: after a change, sync with --full-refresh.",
        required=False,
        default="keep",
        pattern=r"keep|hash|drop",
    ),
)
"""Settings that every connection has, whatever its connector."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An empty value takes away what was there."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Given({', '.join(sorted({*self.settings, *self.secrets}))})"


def accept(connector: Connector, values: Mapping[str, str]) -> Given:
    """Raises:
    ConnectionRefused: a setting is unknown, or of a form that cannot be right.
    SettingsRefused: the connector's own pattern does not match.
    """
    ours = {field.name: field for field in PLATFORM_FIELDS}
    fields = {**{field.name: field for field in connector.fields}, **ours}
    for name, value in values.items():
        if name not in fields:
            raise ConnectionRefused(
                f"{connector.title} has no setting {name!r}.",
                hint=f"Its settings: {', '.join(fields)}.",
            )
        if name == "base_url" and value:
            require_address(value)
        if not fields[name].secret:
            refuse_password_in(name, value)
    connector.refuse_malformed({k: v for k, v in values.items() if k not in ours})
    if not values.get(HISTORY_DAYS, "0").isdecimal():
        raise ConnectionRefused(f"{HISTORY_DAYS} is not a number of days.", hint="Give 0 to 99999.")
    if values.get(PERSONAL_DATA, "keep") not in ("", "keep", "hash", "drop"):
        raise ConnectionRefused(
            f"{PERSONAL_DATA} is {values[PERSONAL_DATA]!r}.", hint="Give keep, hash or drop."
        )
    secret = {name for name in values if fields[name].secret}
    return Given(
        settings={name: value for name, value in values.items() if name not in secret},
        secrets={name: values[name] for name in values if name in secret},
    )


def require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    has_blanks = any(character.isspace() for character in url)
    # A PostgreSQL on a socket has its folder in the query instead of a host.
    has_place = bool(parts.netloc) or "host=" in parts.query
    if not (parts.scheme and has_place and port_is_fine) or has_blanks:
        raise ConnectionRefused(
            "base_url is not an address.",
            hint="Write it whole, as in https://host or postgresql://host:5432/database.",
        )


def refuse_password_in(name: str, value: str) -> None:
    try:
        password = urlsplit(value).password
    except ValueError:
        return
    if password:
        raise ConnectionRefused(
            f"{name} holds a password.",
            hint="Settings are shown to people; give the password as its own --secret.",
        )


def merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in {**old, **new}.items() if value}


def for_connector(settings: Mapping[str, str]) -> dict[str, str]:
    ours = {field.name for field in PLATFORM_FIELDS}
    return {name: value for name, value in settings.items() if name not in ours}


def history_of(settings: Mapping[str, str]) -> timedelta:
    default = PLATFORM_FIELDS[0].default or "0"
    return timedelta(days=int(settings.get(HISTORY_DAYS, default)))
