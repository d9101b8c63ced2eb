"""One environment of a space: its things, their versions and states.

Belongs here: creating, replacing, publishing, archiving, deleting; what each does to `sys`.
Does not belong here: addresses and headers (`service.py`), content rules (`validation.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vendor_emulator.vendors.contentful.files import Files, file_errors, unprocessed
from vendor_emulator.vendors.contentful.refusals import Refused, invalid, not_found, wrong
from vendor_emulator.vendors.contentful.validation import (
    ID,
    Record,
    content_type_errors,
    link_of,
    publishing_errors,
    saving_errors,
)

PUBLISHABLE = frozenset({"Entry", "Asset", "ContentType"})
ARCHIVABLE = frozenset({"Entry", "Asset"})
BODY = {
    "Entry": ("fields", "metadata"),
    "Asset": ("fields", "metadata"),
    "ContentType": ("name", "description", "displayField", "fields"),
    "Tag": ("name",),
}
Happened = Callable[[str, str, Record, Record | None], None]
"""Type, action, the thing, and for a deletion nothing else; the hooks listen."""


def link(type: str, id: str) -> Record:
    return {"sys": {"type": "Link", "linkType": type, "id": id}}


@dataclass
class Environment:
    """now: the vendor's clock. happened: told of every change, in the order they are made."""

    space: str
    id: str
    now: Callable[[], datetime]
    happened: Happened
    files: Files
    things: dict[str, dict[str, Record]] = field(default_factory=dict)
    published: dict[tuple[str, str], Record] = field(default_factory=dict)
    snapshots: dict[str, list[Record]] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        for type_ in ("Entry", "Asset", "ContentType", "Tag", "Locale"):
            self.things[type_] = {}

    # ------------------------------------------------------------------ reading

    def all(self, type: str) -> list[Record]:
        self.files.finish(self.things["Asset"], self.moment())
        return list(self.things[type].values())

    def get(self, type: str, id: str) -> Record:
        self.files.finish(self.things["Asset"], self.moment())
        if (found := self.things[type].get(id)) is None:
            raise not_found(type, id, space=self.space)
        return found

    def find(self, type: str, id: str) -> Record | None:
        return self.things.get(type, {}).get(id)

    @property
    def locales(self) -> list[str]:
        """The default one first."""
        every = sorted(self.things["Locale"].values(), key=lambda one: not one["default"])
        return [one["code"] for one in every]

    @property
    def required_locales(self) -> list[str]:
        every = {one["code"]: one for one in self.things["Locale"].values()}
        return [code for code in self.locales if not every[code]["optional"]]

    # ------------------------------------------------------------------ writing

    def put(
        self,
        type: str,
        id: str | None,
        body: Record,
        *,
        by: str,
        version: int | None = None,
        content_type: str | None = None,
        visibility: str = "private",
    ) -> tuple[Record, bool]:
        """Replaces the whole of it: what is left out is gone. Returns it, and whether it is new."""
        if id is not None and not ID.fullmatch(id):
            raise invalid([wrong("regexp", ["sys", "id"], "The id is malformed", value=id)])
        current = self.things[type].get(id) if id else None
        if current is not None:
            self.require_version(current, version)
            if current["sys"].get("archivedVersion"):
                raise Refused("BadRequest", "Cannot edit archived")
        new = {name: deepcopy(body[name]) for name in BODY[type] if name in body}
        if type in ("Entry", "Asset"):
            new.setdefault("fields", {})
            tags = (new.get("metadata") or {}).get("tags", [])
            new["metadata"] = {"tags": tags, "concepts": []}
        if type == "Entry":
            kind = current["sys"]["contentType"]["sys"]["id"] if current else content_type
            self.check_entry(new, kind)
        elif type == "Asset":
            if errors := [*self.tag_errors(new), *file_errors(new)]:
                raise invalid(errors, id="ValidationFailed")
        elif type == "ContentType":
            # Nullable in every recording, and always there.
            new = {"description": None, "displayField": None, **new}
            known = self.published.get((type, id or ""))
            if errors := list(content_type_errors(new, known)):
                raise invalid(errors, id="ValidationFailed")
        elif not new.get("name"):
            raise invalid([wrong("required", ["name"])], id="ValidationFailed")
        if current is None:
            sys = self.new_sys(type, id or self.new_id(), by)
            if type == "Entry":
                sys["contentType"] = link("ContentType", content_type or "")
            if type == "Tag":
                sys["visibility"] = visibility
            record = {**new, "sys": sys}
        else:
            record = {**new, "sys": current["sys"]}
            self.touch(record, by)
        self.things[type][record["sys"]["id"]] = record
        self.happened(type, "create" if current is None else "save", record, None)
        return record, current is None

    def check_entry(self, new: Record, content_type: str | None) -> None:
        kind = self.published.get(("ContentType", content_type or ""))
        if kind is None:
            raise Refused("UnknownContentType", f'No content type with ID "{content_type}".')
        errors = list(saving_errors(new["fields"], kind, locales=self.locales))
        if errors := [*errors, *self.tag_errors(new)]:
            raise invalid(errors)

    def tag_errors(self, new: Record) -> Iterator[Record]:
        for place, tag in enumerate(new["metadata"]["tags"]):
            target = link_of(tag)
            if target is None or target[0] != "Tag" or target[1] not in self.things["Tag"]:
                yield wrong("notResolvable", ["metadata", "tags", place], link=tag.get("sys"))

    def publish(self, type: str, id: str, *, version: int | None, by: str) -> Record:
        record = self.get(type, id)
        self.require_version(record, version)
        sys = record["sys"]
        if sys.get("archivedVersion"):
            raise Refused("BadRequest", "Cannot publish archived")
        if type == "Entry":
            kind = self.published[("ContentType", sys["contentType"]["sys"]["id"])]
            others = [
                one
                for (what, _), one in self.published.items()
                if what == "Entry" and one["sys"]["contentType"] == sys["contentType"]
            ]
            errors = list(
                publishing_errors(
                    record,
                    kind,
                    required_locales=self.required_locales,
                    find=self.find,
                    others=others,
                )
            )
            if errors:
                raise invalid(errors)
        elif type == "Asset" and unprocessed(record):
            path = ["fields", "file"]
            raise invalid([wrong("required", path, "The file is not processed yet")])
        moment = self.moment()
        sys["publishedVersion"] = sys["version"]
        sys["publishedCounter"] = sys.get("publishedCounter", 0) + 1
        sys["publishedAt"] = moment
        sys.setdefault("firstPublishedAt", moment)
        sys["publishedBy"] = link("User", by)
        self.touch(record, by)
        self.published[(type, id)] = deepcopy(record)
        if type == "Entry":
            self.snapshots.setdefault(id, []).insert(0, deepcopy(record))
        self.happened(type, "publish", record, None)
        return record

    def unpublish(self, type: str, id: str, *, version: int | None, by: str) -> Record:
        record = self.get(type, id)
        # The version is not asked for here, but one that is given must be right.
        if version is not None:
            self.require_version(record, version)
        if "publishedVersion" not in record["sys"]:
            raise Refused("BadRequest", "Not published")
        if type == "ContentType" and self.entries_of(id):
            raise Refused("BadRequest", "Content Type has entries")
        for name in ("publishedVersion", "publishedAt", "publishedBy"):
            record["sys"].pop(name, None)
        self.touch(record, by)
        before = self.published.pop((type, id))
        self.happened(type, "unpublish", record, before)
        return record

    def archive(self, type: str, id: str, *, version: int | None, by: str) -> Record:
        record = self.get(type, id)
        if version is not None:
            self.require_version(record, version)
        if "publishedVersion" in record["sys"]:
            raise Refused("BadRequest", "Cannot archive published")
        sys = record["sys"]
        sys.update(archivedVersion=sys["version"], archivedAt=self.moment())
        sys["archivedBy"] = link("User", by)
        self.touch(record, by)
        self.happened(type, "archive", record, None)
        return record

    def unarchive(self, type: str, id: str, *, version: int | None, by: str) -> Record:
        record = self.get(type, id)
        if version is not None:
            self.require_version(record, version)
        if "archivedVersion" not in record["sys"]:
            raise Refused("BadRequest", "Not archived")
        for name in ("archivedVersion", "archivedAt", "archivedBy"):
            record["sys"].pop(name, None)
        self.touch(record, by)
        self.happened(type, "unarchive", record, None)
        return record

    def delete(self, type: str, id: str, *, version: int | None, by: str) -> None:
        record = self.get(type, id)
        if type == "Tag":
            self.require_version(record, version)
            if any(link("Tag", id) in one["metadata"]["tags"] for one in self.tagged()):
                raise Refused("ActionPreconditionsFailed", "The tag is in use.")
        if "publishedVersion" in record["sys"]:
            raise Refused("BadRequest", "Cannot delete published")
        if type == "ContentType" and self.entries_of(id):
            raise Refused("BadRequest", "Content Type has entries")
        del self.things[type][id]
        record["sys"]["updatedBy"] = link("User", by)
        self.happened(type, "delete", record, record)

    def process(self, id: str, locale: str, *, version: int | None) -> None:
        record = self.get("Asset", id)
        self.require_version(record, version)
        self.files.start(record, locale)

    # ------------------------------------------------------------------ parts

    def entries_of(self, content_type: str) -> list[Record]:
        wanted = link("ContentType", content_type)
        return [one for one in self.things["Entry"].values() if one["sys"]["contentType"] == wanted]

    def tagged(self) -> Iterator[Record]:
        yield from self.things["Entry"].values()
        yield from self.things["Asset"].values()

    def require_version(self, record: Record, version: int | None) -> None:
        if version != record["sys"]["version"]:
            raise Refused("VersionMismatch")

    def touch(self, record: Record, by: str) -> None:
        sys = record["sys"]
        sys["version"] += 1
        sys["updatedAt"] = self.moment()
        sys["updatedBy"] = link("User", by)

    def new_sys(self, type: str, id: str, by: str) -> Record:
        moment = self.moment()
        sys: dict[str, Any] = {
            "space": link("Space", self.space),
            "id": id,
            "type": type,
            "createdAt": moment,
            "updatedAt": moment,
            "environment": link("Environment", self.id),
            "createdBy": link("User", by),
            "updatedBy": link("User", by),
            "version": 1,
        }
        if type in PUBLISHABLE:
            sys["publishedCounter"] = 0
        if type in ("Entry", "Asset"):
            sys["automationTags"] = []
        return sys

    def new_id(self) -> str:
        self.made += 1
        return f"{self.made * 2654435761 % 2**32:08x}{self.made:014d}"

    def moment(self) -> str:
        """In milliseconds, as Contentful writes times."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
