"""Finds every connector: the `CONNECTOR` of each module in `sources/`. No list is edited.

Belongs here: discovery. Does not belong here: what a connector is (`connector.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dlt_pipelines import sources
from dlt_pipelines.connector import Connector
from dlt_pipelines.errors import SettingsRefused


@cache
def connectors() -> dict[str, Connector]:
    """All connectors by name, in alphabetical order."""
    found = {}
    for module in sorted(pkgutil.iter_modules(sources.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{sources.__name__}.{module.name}")
        connector: Connector = loaded.CONNECTOR
        found[connector.name] = connector
    return found


def connector(name: str) -> Connector:
    """Raises `SettingsRefused` when there is none of that name."""
    try:
        return connectors()[name]
    except KeyError:
        known = ", ".join(connectors())
        raise SettingsRefused(
            name, "there is no such connector.", hint=f"Connectors: {known}."
        ) from None
