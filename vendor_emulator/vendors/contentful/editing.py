"""What people do in the emulated CMS: editors write, publish, withdraw.

Belongs here: a person's actions by plain values, for tests and demos.
Does not belong here: what the API allows; these go through the same rules.

    cms.create("product", "linen-shirt", name="Linen Shirt", slug="linen-shirt")
    cms.edit("linen-shirt", name="Linen Shirt II", campaignText="New!")
    cms.edit("linen-shirt", locale="de-DE", name="Leinenhemd")
    cms.publish("linen-shirt")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from threading import RLock
from typing import Any

from vendor_emulator.vendors.contentful.environment import Environment, link
from vendor_emulator.vendors.contentful.validation import Record, link_of, links_in

EDITOR = "7editor"


class Editing:
    """Values are as in Python; `self.entry(id)` and `self.asset(id)` are links, None takes away."""

    environments: dict[str, Environment]
    lock: RLock

    @staticmethod
    def entry(id: str) -> Record:
        return link("Entry", id)

    @staticmethod
    def asset(id: str) -> Record:
        return link("Asset", id)

    def read(self, id: str, *, type: str = "Entry", environment: str = "master") -> Record:
        with self.lock:
            return deepcopy(self.environments[environment].get(type, id))

    def values(self, id: str, *, locale: str = "en-US", environment: str = "master") -> Record:
        """An entry's fields in one locale."""
        fields = self.read(id, environment=environment)["fields"]
        return {name: given[locale] for name, given in fields.items() if locale in given}

    def live(self, id: str, *, environment: str = "master") -> Record | None:
        """What visitors see of an entry; None while it is not published."""
        with self.lock:
            return deepcopy(self.environments[environment].published.get(("Entry", id)))

    def ids(self, content_type: str, *, environment: str = "master") -> list[str]:
        with self.lock:
            found = self.environments[environment].entries_of(content_type)
            return [one["sys"]["id"] for one in found]

    def create(
        self,
        content_type: str,
        id: str | None = None,
        *,
        locale: str = "en-US",
        tags: Iterable[str] = (),
        environment: str = "master",
        **fields: Any,
    ) -> str:
        given = {name: {locale: value} for name, value in fields.items()}
        body = {"fields": given, "metadata": {"tags": [link("Tag", tag) for tag in tags]}}
        with self.lock:
            made, _ = self.environments[environment].put(
                "Entry", id, body, by=EDITOR, content_type=content_type
            )
        return made["sys"]["id"]

    def edit(
        self,
        id: str,
        *,
        locale: str = "en-US",
        tags: Iterable[str] | None = None,
        environment: str = "master",
        **fields: Any,
    ) -> None:
        with self.changing(id, environment) as body:
            for name, value in fields.items():
                body["fields"].setdefault(name, {})[locale] = value
                if value is None:
                    del body["fields"][name][locale]
            if tags is not None:
                body["metadata"]["tags"] = [link("Tag", tag) for tag in tags]

    @contextmanager
    def changing(self, id: str, environment: str) -> Iterator[Record]:
        with self.lock:
            at = self.environments[environment]
            current = at.get("Entry", id)
            body = deepcopy({name: current[name] for name in ("fields", "metadata")})
            yield body
            at.put("Entry", id, body, by=EDITOR, version=current["sys"]["version"])

    def publish(self, id: str, *, type: str = "Entry", environment: str = "master") -> None:
        with self.lock:
            at = self.environments[environment]
            version = at.get(type, id)["sys"]["version"]
            at.publish(type, id, version=version, by=EDITOR)

    def publish_with_links(self, id: str, *, environment: str = "master") -> None:
        """Children first, and only what is not live as it stands."""
        with self.lock:
            for type_, one in self.tree(id, environment):
                sys = self.environments[environment].get(type_, one)["sys"]
                if sys.get("publishedVersion", -1) + 1 != sys["version"]:
                    self.publish(one, type=type_, environment=environment)

    def tree(self, id: str, environment: str = "master") -> list[tuple[str, str]]:
        found: dict[tuple[str, str], None] = {}

        def walk(key: tuple[str, str]) -> None:
            thing = self.environments[environment].find(*key)
            if thing is None or key in found:
                return
            for child in links_in(thing["fields"]) if key[0] == "Entry" else ():
                walk(child)
            found[key] = None

        walk(("Entry", id))
        return list(found)

    def unpublish(self, id: str, *, environment: str = "master") -> None:
        with self.lock:
            self.environments[environment].unpublish("Entry", id, version=None, by=EDITOR)

    def archive(self, id: str, *, environment: str = "master") -> None:
        with self.lock:
            self.environments[environment].archive("Entry", id, version=None, by=EDITOR)

    def delete(self, id: str, *, environment: str = "master") -> None:
        """A published entry is unpublished first, as the web app does it."""
        with self.lock:
            at = self.environments[environment]
            if "publishedVersion" in at.get("Entry", id)["sys"]:
                at.unpublish("Entry", id, version=None, by=EDITOR)
            at.delete("Entry", id, version=None, by=EDITOR)

    def upload(
        self,
        id: str,
        *,
        file_name: str,
        title: str = "",
        content_type: str = "image/jpeg",
        environment: str = "master",
        publish: bool = True,
    ) -> Record:
        """An asset, processed. Returns the link to it."""
        file = {
            "fileName": file_name,
            "contentType": content_type,
            "upload": f"https://uploads.test/{file_name}",
        }
        fields = {"title": {"en-US": title or file_name}, "file": {"en-US": file}}
        with self.lock:
            at = self.environments[environment]
            at.put("Asset", id, {"fields": fields}, by=EDITOR)
            at.process(id, "en-US", version=1)
            if publish:
                self.publish(id, type="Asset", environment=environment)
        return link("Asset", id)

    def tag(self, id: str, name: str = "", *, environment: str = "master") -> str:
        with self.lock:
            self.environments[environment].put("Tag", id, {"name": name or id}, by=EDITOR)
        return id

    @staticmethod
    def id_of(value: Any) -> str:
        found = link_of(value)
        return found[1] if found else ""
