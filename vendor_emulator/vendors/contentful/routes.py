"""The addresses of the management API.

Belongs here: which method and path is which operation. Does not belong here: doing it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPES = {
    "entries": "Entry",
    "assets": "Asset",
    "content_types": "ContentType",
    "tags": "Tag",
    "locales": "Locale",
}
ID = r"(?P<id>[^/]+)"
# (method, the path beneath the environment, the operation)
PATTERNS = [
    ("GET", r"(?P<kind>entries|assets|content_types|tags|locales)", "list"),
    ("POST", r"(?P<kind>entries|assets|content_types)", "create"),
    ("GET", rf"(?P<kind>entries|assets|content_types|tags|locales)/{ID}", "get"),
    ("PUT", rf"(?P<kind>entries|assets|content_types|tags)/{ID}", "put"),
    ("DELETE", rf"(?P<kind>entries|assets|content_types|tags)/{ID}", "delete"),
    ("PUT", rf"(?P<kind>entries|assets|content_types)/{ID}/published", "publish"),
    ("DELETE", rf"(?P<kind>entries|assets|content_types)/{ID}/published", "unpublish"),
    ("PUT", rf"(?P<kind>entries|assets)/{ID}/archived", "archive"),
    ("DELETE", rf"(?P<kind>entries|assets)/{ID}/archived", "unarchive"),
    ("GET", rf"(?P<kind>entries)/{ID}/references", "references"),
    ("GET", rf"(?P<kind>entries)/{ID}/snapshots", "snapshots"),
    ("GET", r"public/(?P<kind>entries|assets|content_types)", "list_published"),
    ("PUT", rf"(?P<kind>assets)/{ID}/files/(?P<locale>[^/]+)/process", "process"),
]
ENVIRONMENT = re.compile(r"/spaces/(?P<space>[^/]+)(?:/environments/(?P<environment>[^/]+))?/(.+)")
SPACE = [
    ("GET", r"/spaces", "spaces"),
    ("GET", r"/users/me", "me"),
    ("GET", r"/spaces/(?P<space>[^/]+)", "space"),
    ("GET", r"/spaces/(?P<space>[^/]+)/environments", "environments_page"),
    ("GET", r"/spaces/(?P<space>[^/]+)/environments/(?P<environment>[^/]+)", "environment"),
    ("GET", r"/spaces/(?P<space>[^/]+)/webhook_definitions", "list_hooks"),
    ("POST", r"/spaces/(?P<space>[^/]+)/webhook_definitions", "create_hook"),
    ("GET", rf"/spaces/(?P<space>[^/]+)/webhook_definitions/{ID}", "get_hook"),
    ("PUT", rf"/spaces/(?P<space>[^/]+)/webhook_definitions/{ID}", "put_hook"),
    ("DELETE", rf"/spaces/(?P<space>[^/]+)/webhook_definitions/{ID}", "delete_hook"),
    ("GET", rf"/spaces/(?P<space>[^/]+)/webhooks/{ID}/calls", "calls"),
    ("GET", rf"/spaces/(?P<space>[^/]+)/webhooks/{ID}/health", "health"),
]


@dataclass(frozen=True)
class Route:
    operation: str
    space: str = ""
    environment: str = ""
    kind: str = ""
    id: str = ""
    locale: str = ""

    @property
    def type(self) -> str:
        return TYPES[self.kind]


def find_route(method: str, path: str) -> Route | None:
    """Without an environment in the path, it is `master`."""
    path = "/" + path.strip("/")
    for verb, pattern, operation in SPACE:
        if verb == method and (found := re.fullmatch(pattern, path)):
            return Route(operation, **found.groupdict())
    if not (beneath := ENVIRONMENT.fullmatch(path)):
        return None
    for verb, pattern, operation in PATTERNS:
        if verb == method and (found := re.fullmatch(pattern, beneath[3])):
            return Route(
                operation,
                space=beneath["space"],
                environment=beneath["environment"] or "master",
                **found.groupdict(),
            )
    return None
