"""Sources and their keys as rows of the store.

Belongs here: reading and writing one row. Does not belong here: what may be asked (`sources.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from chord_platform.errors import UnknownSource
from chord_platform.events.source import Source, rules_as_json, rules_from_json
from chord_platform.events.write_keys import WriteKey, hash_of, new_write_key
from chord_platform.store.event_tables import event_sources, write_keys
from chord_platform.store.tables import audit_log


def one(tx: sa.Connection, name: str, *, lock: bool = False) -> Source:
    chosen = sa.select(event_sources).where(event_sources.c.name == name)
    row = tx.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        raise UnknownSource(
            f"There is no source {name!r}.", hint="See them with `chord sources list`."
        )
    return source_of(row)


def source_of(row: Any) -> Source:
    return Source(
        name=row.name,
        title=row.title,
        company=row.company,
        side=row.side,
        environment=row.environment,
        kind=row.kind,
        plan=row.plan,
        rules=rules_from_json(row.rules),
        connection=row.connection,
    )


def write_key_of(row: Any) -> WriteKey:
    return WriteKey(
        id=row.id,
        source=row.source,
        made_at=row.made_at,
        made_by=row.made_by,
        ends_at=row.ends_at,
    )


def columns_of(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "company": source.company,
        "side": source.side,
        "environment": source.environment,
        "kind": source.kind,
        "plan": source.plan,
        "connection": source.connection,
        "rules": rules_as_json(source.rules),
    }


def put_key(tx: sa.Connection, source: str, *, by: str, at: datetime) -> str:
    key_id, secret = new_write_key()
    values = {"id": key_id, "source": source, "secret_hash": hash_of(secret)}
    tx.execute(sa.insert(write_keys).values({**values, "made_at": at, "made_by": by}))
    return f"{key_id}:{secret}"


def write_audit(
    tx: sa.Connection,
    what: str,
    name: str,
    before: Source | None,
    after: Source | None,
    *,
    by: str,
    at: datetime,
) -> None:
    said = {
        "before": columns_of(before) if before else None,
        "after": columns_of(after) if after else None,
    }
    row = {"at": at, "who": by, "what": what, "subject": f"source {name}", **said}
    tx.execute(sa.insert(audit_log).values(row))
