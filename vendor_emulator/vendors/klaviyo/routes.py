"""What an endpoint of Klaviyo is described by.

Belongs here: the description, and matching a path. Does not belong here: the endpoints themselves
(`endpoints.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Route:
    """name: of the raw table that a fault script would name. kind: of the records that are listed.
    sizes: default and largest page; None: the endpoint has no page[size]. costly: additional
    fields, with the limit that they put on the request."""

    pattern: str
    name: str
    scopes: tuple[str, ...]
    limit: str
    kind: str = ""
    method: str = "GET"
    sizes: tuple[int, int] | None = None
    pages: bool = True
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    relations: Mapping[str, str] = field(default_factory=dict)
    additional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    costly: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()

    def matches(self, path: str) -> re.Match[str] | None:
        return re.fullmatch(self.pattern.replace("{id}", r"([^/]+)"), path.rstrip("/"))


def listed(path: str, scope: str, limit: str, kind: str, **given: object) -> Route:
    settings = {"name": path.replace("-", "_"), "fields": (kind,), **given}
    return Route(f"/api/{path}", scopes=(f"{scope}:read",), limit=limit, kind=kind, **settings)  # type: ignore[arg-type]


def report(name: str, scope: str) -> Route:
    return Route(
        f"/api/{name.replace('_', '-')}-reports",
        name=name,
        scopes=(f"{scope}:read",),
        limit="report",
        method="POST",
        pages=False,
    )
