"""Whether Contentful tells the gateway of what changes, and registering that.

Belongs here: the webhook's topics, filters and headers. Does not belong here: receiving it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from chord_platform.products.contentful.checking import FIX, found
from chord_platform.products.contentful.cma import Cma, Record, unexpected
from chord_platform.products.contentful.model import PRODUCT, VARIANT
from chord_platform.products.findings import Finding, Level
from chord_platform.products.tenant import Tenant

KEY_HEADER, TENANT_HEADER = "x-api-key", "x-chord-tenant-name"
TOPICS = ("Entry.publish", "Entry.unpublish")
DELETION = "Entry.delete"


class HookCheck:
    """new_key: makes the tenant a new key, because only its hash is kept; the webhook that is made
    here is the only place that has it."""

    def __init__(self, cma: Cma, tenant: Tenant, *, new_key: Callable[[], str] | None) -> None:
        self.cma = cma
        self.tenant = tenant
        self.new_key = new_key

    @property
    def path(self) -> str:
        return f"/spaces/{self.cma.space}/webhook_definitions"

    @property
    def topics(self) -> list[str]:
        """An entry that was never published is deleted without having been unpublished."""
        return [*TOPICS, *([DELETION] if self.tenant.options.delete else [])]

    def findings(self) -> Iterator[Finding]:
        every = self.cma.get(self.path)["items"]
        ours = [one for one in every if one["url"].rstrip("/") == self.tenant.sync_url]
        mine = [one for one in ours if self.names_tenant(one)]
        if not mine:
            yield from self.missing()
            return
        problems = [text for one in mine[:1] for text in self.problems(one)]
        if problems and self.new_key:
            self.define(mine[0])
            yield found(Level.FIXED, "webhook", f"corrected: {' '.join(problems)}")
            return
        for text in problems:
            yield found(Level.WRONG, "webhook", text, next_step=FIX, is_fixable=True)
        yield from self.last_calls(mine[0])
        if not problems:
            yield found(Level.OK, "webhook", f"tells {self.tenant.sync_url} of what is published.")

    def missing(self) -> Iterator[Finding]:
        if self.new_key:
            self.define(None)
            yield found(Level.FIXED, "webhook", f"made, to {self.tenant.sync_url}.")
            return
        text = f"no webhook tells {self.tenant.sync_url} for {self.tenant.name}."
        yield found(Level.WRONG, "webhook", text, next_step=FIX, is_fixable=True)

    def names_tenant(self, hook: Record) -> bool:
        return any(
            one["key"].lower() == TENANT_HEADER and one.get("value") == self.tenant.name
            for one in hook.get("headers") or ()
        )

    def problems(self, hook: Record) -> Iterator[str]:
        if hook.get("active") is False:
            yield "it is switched off."
        topics = set(hook["topics"])
        lacking = [
            one
            for one in self.topics
            if not topics & {one, "Entry.*", f"*.{one.partition('.')[2]}", "*.*"}
        ]
        if lacking:
            yield f"it does not tell of {', '.join(lacking)}."
        if not any(one["key"].lower() == KEY_HEADER for one in hook.get("headers") or ()):
            yield f"it sends no {KEY_HEADER}."
        filters = hook.get("filters")
        environment = self.tenant.environment_id
        if filters is None and environment != "master":
            yield f"without a filter it tells of master, not of {environment}."
        for one in filters or ():
            yield from self.filter_problems(one)

    def filter_problems(self, one: Record) -> Iterator[str]:
        wanted = {
            "sys.environment.sys.id": {self.tenant.environment_id},
            "sys.contentType.sys.id": {PRODUCT, VARIANT},
        }
        for how in ("equals", "in"):
            if how in one:
                document, given = one[how][0]["doc"], one[how][1]
                passing = {given} if how == "equals" else set(given)
                if lacking := wanted.get(document, set()) - passing:
                    yield f"its filter of {document} leaves out {', '.join(sorted(lacking))}."

    def last_calls(self, hook: Record) -> Iterator[Finding]:
        path = f"/spaces/{self.cma.space}/webhooks/{hook['sys']['id']}/calls"
        answered = self.cma.ask("GET", path, params={"limit": "1"})
        calls = answered.body.get("items") if not answered.error else None
        status = calls[0].get("statusCode", 0) if calls else 200
        if status == 401:
            text = "the gateway refused its last call: the key in its header is not this tenant's."
            step = "Run `chord tenants rotate-key`, and put the new key into the webhook's header."
            yield found(Level.WRONG, "webhook", text, next_step=step)
        elif not 200 <= status < 300:
            text = f"its last call was answered {status or 'by nobody'}."
            yield found(Level.WARNING, "webhook", text, next_step="See that the gateway runs.")

    def define(self, current: Record | None) -> None:
        assert self.new_key is not None
        body = self.definition(self.new_key())
        if current is None:
            answered = self.cma.ask("POST", self.path, body=body)
        else:
            path, version = f"{self.path}/{current['sys']['id']}", current["sys"]["version"]
            answered = self.cma.ask("PUT", path, body=body, version=version)
        if answered.error:
            raise unexpected(answered, f"writing {self.path}")

    def definition(self, key: str) -> dict[str, Any]:
        filters: list[Any] = [
            {"equals": [{"doc": "sys.environment.sys.id"}, self.tenant.environment_id]},
            {"in": [{"doc": "sys.contentType.sys.id"}, [PRODUCT, VARIANT]]},
        ]
        if self.tenant.is_own_user:
            user = self.cma.get("/users/me")["sys"]["id"]
            for document in ("sys.updatedBy.sys.id", "sys.deletedBy.sys.id"):
                filters.append({"not": {"equals": [{"doc": document}, user]}})
        return {
            "name": f"Chord product sync ({self.tenant.name})",
            "url": self.tenant.sync_url,
            "topics": self.topics,
            "filters": filters,
            "headers": [
                {"key": KEY_HEADER, "value": key, "secret": True},
                {"key": TENANT_HEADER, "value": self.tenant.name},
            ],
            "active": True,
        }
