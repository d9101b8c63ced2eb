"""Writes one entry: the whole of it, as it was read, with a few fields changed.

Belongs here: creating, replacing and deleting an entry, and what a refusal means.
Does not belong here: which fields (`writing.py`), publishing (`publishing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from uuid import uuid4

from chord_platform.errors import ProductRefused
from chord_platform.products.contentful.cma import Answered, Cma, Record, unexpected
from chord_platform.products.contentful.drafts import is_same
from chord_platform.products.contentful.tree import (
    Tree,
    has_changes,
    id_of,
    is_archived,
    is_published,
    kind_of,
)
from chord_platform.products.ports import VersionConflict

NOT_IN_IDS = re.compile(r"[^A-Za-z0-9\-_.]+")
NOTHING: tuple[object, ...] = (None, "", [])


def entry_link(id: str) -> Record:
    return {"sys": {"type": "Link", "linkType": "Entry", "id": id}}


class Saving:
    """field_types: of the environment's content types; a field that one lacks is not written."""

    def __init__(
        self,
        cma: Cma,
        tree: Tree,
        *,
        locale: str,
        field_types: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.cma = cma
        self.tree = tree
        self.locale = locale
        self.field_types = field_types

    def update(
        self, entry: Record, values: Mapping[str, Any], *, tags: list[str] | None = None
    ) -> Record:
        """Nothing is sent when nothing would change. Other locales and fields go back untouched.

        Raises:
            VersionConflict: somebody wrote in between.
            ProductRefused: Contentful does not take a value.
        """
        fields = self.with_values(entry["fields"], values, kind_of(entry))
        metadata = deepcopy(entry.get("metadata") or {"tags": []})
        if tags is not None:
            metadata["tags"] = [
                {"sys": {"type": "Link", "linkType": "Tag", "id": one}} for one in tags
            ]
        if fields == entry["fields"] and metadata == (entry.get("metadata") or {"tags": []}):
            return entry
        id, kind = id_of(entry), kind_of(entry)
        answered = self.cma.ask(
            "PUT",
            f"entries/{id}",
            body={"fields": fields, "metadata": metadata},
            version=entry["sys"]["version"],
            content_type=kind,
        )
        self.require(answered, f"the {kind} {self.called(entry)}")
        if is_published(entry) and not has_changes(entry):
            self.tree.live["Entry", id] = entry
            self.tree.written.add(id)
        elif not is_published(entry):
            self.tree.written.add(id)
        self.tree.add(answered.body)
        return answered.body

    def create(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        named_after: str,
        is_same_thing: Mapping[str, Any],
        tags: list[str] | None = None,
    ) -> Record:
        """named_after: the entry's id follows from it, so that whoever repeats this after a crash
        finds the entry instead of making a second. is_same_thing: fields by which it is recognised;
        an entry of that id without them is somebody else's."""
        id = f"{kind}-{NOT_IN_IDS.sub('-', named_after)}"[:64].rstrip("-.") if named_after else ""
        id = id or str(uuid4())
        metadata = {"tags": [entry_tag(one) for one in tags or ()]}
        body = {"fields": self.with_values({}, values, kind), "metadata": metadata}
        answered = self.cma.ask("PUT", f"entries/{id}", body=body, content_type=kind)
        if answered.error == "VersionMismatch":
            there = self.cma.ask("GET", f"entries/{id}")
            if there.error == "" and self.recognised(there.body, kind, is_same_thing):
                self.tree.add(there.body)
                return self.update(there.body, values, tags=tags)
            answered = self.cma.ask("PUT", f"entries/{uuid4()}", body=body, content_type=kind)
        self.require(answered, f"a new {kind}")
        self.tree.add(answered.body)
        self.tree.written.add(id_of(answered.body))
        return answered.body

    def recognised(self, entry: Record, kind: str, wanted: Mapping[str, Any]) -> bool:
        if kind_of(entry) != kind or is_archived(entry):
            return False
        return all(
            is_same((entry["fields"].get(name) or {}).get(self.locale), value)
            for name, value in wanted.items()
        )

    def delete(self, id: str) -> None:
        entry = self.tree.entry(id)
        if entry is not None and is_published(entry):
            self.unpublish(id)
        answered = self.cma.ask("DELETE", f"entries/{id}")
        if answered.error not in ("", "NotFound"):
            raise unexpected(answered, f"DELETE entries/{id}")
        self.tree.things.pop(("Entry", id), None)
        self.tree.live.pop(("Entry", id), None)

    def unpublish(self, id: str) -> None:
        """What is not published stays so."""
        entry = self.tree.entry(id)
        if entry is None or not is_published(entry):
            return
        version = entry["sys"]["version"]
        answered = self.cma.ask("DELETE", f"entries/{id}/published", version=version)
        if answered.error == "VersionMismatch":
            raise VersionConflict(f"{self.called(entry)} was changed by somebody else.")
        if answered.error:
            raise unexpected(answered, f"DELETE entries/{id}/published")
        self.tree.add(answered.body)
        self.tree.live.pop(("Entry", id), None)

    # ------------------------------------------------------------------ parts

    def with_values(self, fields: Record, values: Mapping[str, Any], kind: str) -> Record:
        changed = deepcopy(fields)
        for name, value in values.items():
            declared = self.field_types.get(kind, {}).get(name)
            if declared is None:
                if value in NOTHING:
                    continue
                raise ProductRefused(
                    f"Contentful's content type {kind} has no field {name}.",
                    hint="Run `chord tenants check --fix`: it adds what is missing.",
                )
            given = typed(value, declared)
            by_locale = dict(changed.get(name) or {})
            if is_same(by_locale.get(self.locale), given):
                continue
            if given in NOTHING:
                by_locale.pop(self.locale, None)
            else:
                by_locale[self.locale] = given
            changed[name] = by_locale
            if not by_locale:
                del changed[name]
        return changed

    def called(self, entry: Record) -> str:
        return (entry["fields"].get("name") or {}).get(self.locale) or id_of(entry)

    def require(self, answered: Answered, what: str) -> None:
        if answered.error == "VersionMismatch":
            raise VersionConflict(f"{what} was changed by somebody else.")
        if answered.status == 422:
            raise ProductRefused(
                f"Contentful refused {what}: {'; '.join(reasons(answered.body))}.",
                hint="Change the value, or the field in the content type.",
            )
        if answered.error:
            raise unexpected(answered, f"writing {what}")


def entry_tag(id: str) -> Record:
    return {"sys": {"type": "Link", "linkType": "Tag", "id": id}}


def typed(value: Any, declared: str) -> Any:
    """A number's field takes no text."""
    if declared in ("Number", "Integer") and isinstance(value, str):
        return (int(float(value)) if declared == "Integer" else float(value)) if value else None
    return value


def reasons(body: Any) -> list[str]:
    """Each refusal with its field's name."""
    details = (body or {}).get("details") or {}
    found = []
    for error in details.get("errors") or ():
        path = [str(step) for step in error.get("path") or ()]
        field = path[1] if len(path) > 1 and path[0] == "fields" else ".".join(path)
        name = error.get("name", "")
        said = {"required": "is required", "unique": "is used by another entry"}.get(name)
        said = said or error.get("details") or name
        found.append(f"{field} {said}".strip())
    return found or [(body or {}).get("message") or "no reason was given"]
