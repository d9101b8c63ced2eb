"""Whether a Contentful environment has what a tenant's sync needs, and making what is missing.

Belongs here: token, locale, content types and fields, tags. Does not belong here: the webhook
(`hook_checking.py`), the shop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from chord_platform.products.contentful.cma import Cma, Record, unexpected
from chord_platform.products.contentful.model import MODEL, PRODUCT, VARIANT, ModelField
from chord_platform.products.contentful.space import Space
from chord_platform.products.findings import Finding, Level
from dlt_pipelines.errors import CredentialsRejected

WHERE = "Contentful"
MOST_TAGS = 500
FIX = "`chord tenants check --fix` makes it."


def found(
    level: Level, subject: str, text: str, *, next_step: str = "", is_fixable: bool = False
) -> Finding:
    return Finding(
        where=WHERE,
        subject=subject,
        level=level,
        text=text,
        next_step=next_step,
        is_fixable=is_fixable,
    )


class ModelCheck:
    """fix: make what is missing. A field of another type is never changed: entries hang on it."""

    def __init__(self, cma: Cma, *, fix: bool) -> None:
        self.cma = cma
        self.fix = fix
        self.space = Space(cma)

    def token(self) -> Iterator[Finding]:
        """Nothing more can be asked when this is wrong."""
        try:
            user = self.cma.get("/users/me")
        except CredentialsRejected as error:
            yield found(Level.WRONG, "token", error.what, next_step=error.hint)
            return
        answered = self.cma.ask("GET", "locales")
        if answered.error:
            place = f"{self.cma.space}/{self.cma.environment}"
            step = "Correct space_id and environment_id, or give the token's user access."
            text = f"there is no environment {place} for this token."
            yield found(Level.WRONG, "environment", text, next_step=step)
            return
        yield found(Level.OK, "token", f"accepted, of the user {user['sys']['id']}.")
        yield found(Level.OK, "locale", f"{self.space.locale} is the default: only it is written.")

    def content_types(self) -> Iterator[Finding]:
        known = {
            one["sys"]["id"]: one for one in self.cma.all("content_types", {"order": "sys.id"})
        }
        for name, fields in MODEL.items():
            yield from self.content_type(name, fields, known.get(name))

    def content_type(
        self, name: str, fields: Sequence[ModelField], there: Record | None
    ) -> Iterator[Finding]:
        subject = f"content type {name}"
        if there is None and not self.fix:
            yield found(Level.WRONG, subject, "is missing.", next_step=FIX, is_fixable=True)
            return
        if there is None:
            self.make(name, fields)
            yield found(Level.FIXED, subject, f"made, with {len(fields)} fields.")
            return
        declared = {one["id"]: one for one in there["fields"]}
        missing = [one for one in fields if one.name not in declared]
        present = [one for one in fields if one.name in declared]
        wrong = list(self.wrong_fields(name, present, declared))
        yield from wrong
        if missing and self.fix:
            self.extend(there, missing)
            told = ", ".join(one.name for one in missing)
            yield found(Level.FIXED, subject, f"has new fields: {told}.")
        elif missing:
            for one in missing:
                text = f"has no field {one.name} ({one.wanted})."
                yield found(Level.WRONG, subject, text, next_step=FIX, is_fixable=True)
        elif "publishedVersion" not in there["sys"]:
            yield from self.inactive(there, subject)
        elif not any(one.level is Level.WRONG for one in wrong):
            yield found(Level.OK, subject, f"has all {len(fields)} fields.")

    def wrong_fields(
        self, name: str, fields: Sequence[ModelField], declared: dict[str, Any]
    ) -> Iterator[Finding]:
        subject = f"content type {name}"
        for one in fields:
            given = declared[one.name]
            if not one.is_usable(given):
                text = f"the field {one.name} is {kind_of(given)}, and has to be {one.wanted}."
                step = "A field's type cannot be changed: rename its id, then run this again."
                yield found(Level.WRONG, subject, text, next_step=step)
            elif given.get("omitted") or given.get("disabled"):
                text = f"the field {one.name} is hidden from editors or from the delivery API."
                yield found(Level.WARNING, subject, text)
            elif given["type"] == "RichText":
                text = f"{one.name} is rich text, which is not synced: it is left alone."
                yield found(Level.WARNING, subject, text)
        ours = {one.name for one in fields}
        required = [one["id"] for one in declared.values() if one.get("required")]
        if foreign := [one for one in required if one not in ours]:
            text = f"{', '.join(foreign)} is required and not synced: what comes from Shopify stays"
            yield found(Level.WARNING, subject, f"{text} a draft until somebody fills it in.")
        unique = [one.name for one in fields if one.is_unique and not is_unique(declared[one.name])]
        if unique and name in (PRODUCT, VARIANT):
            text = f"{', '.join(unique)} is not unique: two entries may come to be one product's."
            yield found(Level.WARNING, subject, text)

    def inactive(self, there: Record, subject: str) -> Iterator[Finding]:
        if not self.fix:
            yield found(Level.WRONG, subject, "is a draft.", next_step=FIX, is_fixable=True)
            return
        self.activate(there["sys"]["id"], there["sys"]["version"])
        yield found(Level.FIXED, subject, "activated.")

    def make(self, name: str, fields: Sequence[ModelField]) -> None:
        words = "".join(f" {one.lower()}" if one.isupper() else one for one in name)
        body = {
            "name": words.capitalize(),
            "displayField": "name",
            "fields": [one.declaration() for one in fields],
        }
        self.save(name, body, version=None)

    def extend(self, there: Record, fields: Sequence[ModelField]) -> None:
        body = {key: deepcopy(there[key]) for key in there if key not in ("sys", "metadata")}
        body["fields"] += [{**one.declaration(), "required": False} for one in fields]
        self.save(there["sys"]["id"], body, version=there["sys"]["version"])

    def save(self, name: str, body: Record, *, version: int | None) -> None:
        answered = self.cma.ask("PUT", f"content_types/{name}", body=body, version=version)
        if answered.error:
            raise unexpected(answered, f"PUT content_types/{name}")
        self.activate(name, answered.body["sys"]["version"])

    def activate(self, name: str, version: int) -> None:
        path = f"content_types/{name}/published"
        answered = self.cma.ask("PUT", path, version=version)
        if answered.error:
            raise unexpected(answered, f"PUT {path}")

    # ------------------------------------------------------------------ tags

    def tags(self, used_by_shop: Sequence[str]) -> Iterator[Finding]:
        known = self.space.tags()
        names = {one.casefold() for one in (*known, *known.values())}
        missing = [one for one in used_by_shop if one.casefold() not in names]
        if len(known) + len(missing) > MOST_TAGS:
            text = f"{len(known)} tags and {len(missing)} of the shop's: {MOST_TAGS} is the most."
            yield found(Level.WRONG, "tags", text, next_step="Tidy the shop's tags.")
        elif missing and self.fix:
            self.space.tag_ids(missing)
            yield found(Level.FIXED, "tags", f"made: {shown(missing)}.")
        elif missing:
            text = f"the shop's {shown(missing)} is missing; a sync makes it when it needs it."
            yield found(Level.WARNING, "tags", text, next_step=FIX, is_fixable=True)
        else:
            yield found(Level.OK, "tags", f"{len(known)} there, none of the shop's is missing.")


def shown(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def kind_of(declared: dict[str, Any]) -> str:
    item = declared.get("items") or {}
    many = "list of " if declared["type"] == "Array" else ""
    inner = item if many else declared
    return f"{many}{inner.get('linkType') or inner.get('type')}"


def is_unique(declared: dict[str, Any]) -> bool:
    return any(one.get("unique") for one in declared.get("validations") or ())
