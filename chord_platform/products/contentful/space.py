"""What is the same for all products of an environment: its locale, content types and tags.

Belongs here: reading these once and keeping them for a while. Does not belong here: products.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from hashlib import sha256

from chord_platform.products.contentful.cma import Cma, unexpected
from chord_platform.products.ports import VersionConflict

TAGS_KEPT_SECONDS = 60
PLAIN = re.compile(r"[A-Za-z0-9_-]")
LONGEST_ID = 64


class Space:
    def __init__(self, cma: Cma, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.cma = cma
        self.clock = clock
        self.names: dict[str, str] = {}
        self.read_at = float("-inf")

    @cached_property
    def locale(self) -> str:
        """The default one; the others are left alone."""
        return next(one["code"] for one in self.cma.get("locales")["items"] if one["default"])

    @cached_property
    def field_types(self) -> dict[str, dict[str, str]]:
        """By content type and field."""
        found = self.cma.all("content_types", {"order": "sys.id"})
        return {
            one["sys"]["id"]: {field["id"]: field["type"] for field in one["fields"]}
            for one in found
        }

    def tags(self, used: Iterable[str] = ()) -> dict[str, str]:
        """Names by id; read again when one is used that was not there."""
        is_old = self.clock() - self.read_at > TAGS_KEPT_SECONDS
        if is_old or not set(used) <= self.names.keys():
            every = self.cma.all("tags", {"order": "sys.id"})
            self.names = {one["sys"]["id"]: one["name"] for one in every}
            self.read_at = self.clock()
        return self.names

    def tag_ids(self, names: Iterable[str]) -> list[str]:
        """Of tags that have the name or the id; those that are not there are made."""
        wanted = list(names)
        known = self.tags()
        by_name = {name.casefold(): id for id, name in known.items()}
        found = []
        for name in wanted:
            id = by_name.get(name.casefold()) or (name if name in known else None)
            found.append(id or self.new_tag(name))
        return found

    def new_tag(self, name: str) -> str:
        id = tag_id(name)
        body = {"name": name, "sys": {"id": id, "type": "Tag", "visibility": "private"}}
        answered = self.cma.ask("PUT", f"tags/{id}", body=body)
        if answered.error == "VersionMismatch":
            self.read_at = float("-inf")
            raise VersionConflict(f"somebody made the tag {name} just now.")
        if answered.error:
            raise unexpected(answered, f"PUT tags/{id}")
        self.names[id] = name
        return id


def tag_id(name: str) -> str:
    """An id takes letters, digits and `-_.`: any other byte is written `.xx`, so that the id reads
    back as the name. One that gets too long for that ends in a hash."""
    made = "".join(
        one if PLAIN.fullmatch(one) else "".join(f".{byte:02x}" for byte in one.encode())
        for one in name
    )
    if len(made) <= LONGEST_ID:
        return made
    return f"{made[: LONGEST_ID - 18]}..{sha256(name.encode()).hexdigest()[:16]}"


def tag_name(id: str) -> str:
    """The name that `tag_id` was given, where the id holds it whole."""
    return re.sub(
        r"(?:\.[0-9a-f]{2})+",
        lambda found: bytes.fromhex(found[0].replace(".", "")).decode(errors="replace"),
        id,
    )
