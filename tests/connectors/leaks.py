"""Looks for secrets where none may stand.

Belongs here: what is a secret of a connection, and the search. Does not belong here: what is said
and stored (the test collects it).
"""

from __future__ import annotations

import gzip
import json
import re
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dlt_pipelines.connector import Connector
from vendor_emulator.recorder import Recorded

SHORTEST = 8
SECRET_NAMES = re.compile(r"private_key$|secret|token$|password", re.IGNORECASE)


def secrets_of(
    connector: Connector, values: Mapping[str, str], exchanges: Iterable[Recorded]
) -> set[str]:
    """The secret values, secrets inside of them (a service account's key is a JSON of parts), and
    the tokens that the vendor issued meanwhile."""
    found: set[str] = set()
    for field in connector.fields:
        value = values.get(field.name, "")
        if field.secret and value:
            found |= {value} if not value.lstrip().startswith("{") else within(json.loads(value))
    for one in exchanges:
        if "token" in one.path and isinstance(one.received, dict):
            found |= within(one.received)
    return {one for one in found if len(one) >= SHORTEST}


def within(content: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for name, value in content.items():
        if isinstance(value, dict):
            found |= within(value)
        elif isinstance(value, str) and SECRET_NAMES.search(name):
            # A key in several lines may be told with its line ends in any spelling.
            found |= {line for line in value.splitlines() if line and not line.startswith("---")}
    return found


def texts_of(error: BaseException) -> list[str]:
    """Everything a log could show of it, the errors that led to it included."""
    return [*traceback.format_exception(error), repr(error), str(vars(error))]


def found_in_files(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Files beneath the folder, or their names, that hold a secret."""
    wanted = [secret.encode() for secret in secrets]
    found = []
    for file in folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        if any(one in content or one in str(file).encode() for one in wanted):
            found.append(str(file.relative_to(folder)))
    return found
