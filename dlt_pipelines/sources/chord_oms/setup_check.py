"""The setup test and the counts: one cheap session each.

Belongs here: what a person learns before the first sync, and when numbers are compared.
Does not belong here: reading rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg import sql

from dlt_pipelines.connector import CheckResult, ConnectionSettings
from dlt_pipelines.errors import CredentialsRejected, SettingsRefused
from dlt_pipelines.sources.chord_oms.database import (
    CHECK_SECONDS,
    Database,
    database_of,
    session,
)
from dlt_pipelines.sources.chord_oms.failures import GRANT_HINT
from dlt_pipelines.sources.chord_oms.naming import CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.plan import is_asked_for
from dlt_pipelines.sources.chord_oms.present import Present, PresentTable, present_in
from dlt_pipelines.sources.chord_oms.solidus import DECLARED

HEART = "spree_orders"
"""The table without which a database is not a Solidus shop's."""


def check(settings: ConnectionSettings) -> CheckResult:
    database = database_of(settings)
    with session(database, timeout_seconds=CHECK_SECONDS) as connection:
        present = present_in(connection, database.schema)
        row = connection.execute(
            "select rolsuper, exists (select 1 from pg_class where relnamespace ="
            " to_regnamespace(quote_ident(%s)) and relkind in ('r', 'p')"
            " and has_table_privilege(oid, 'INSERT, UPDATE, DELETE'))"
            " from pg_roles where rolname = current_user",
            [database.schema],
        ).fetchone()
    refuse_other_databases(database, present)
    missing = tuple(
        name
        for name, table in sorted(present.tables.items())
        if not table.readable and is_asked_for(settings, name)
    )
    warnings = []
    if row and any(row):
        warnings.append("The role may also write. Give it SELECT only (see the setup guide).")
    if present.is_standby:
        warnings.append(
            "This is a replica: it may cancel long reads. hot_standby_feedback = on prevents it."
        )
    return CheckResult(database.where, missing, tuple(warnings))


def refuse_other_databases(database: Database, present: Present) -> None:
    """Raises `SettingsRefused` or `CredentialsRejected` where there is nothing to read."""
    schema = database.schema
    others = [name for name in present.schemas_of_orders if name != schema]
    elsewhere = f"It is in schema {', '.join(others)}: set schema to it." if others else ""
    if present.may_use_schema is None:
        raise SettingsRefused(
            CONNECTOR_NAME,
            f"{database.where} has no schema {schema!r}.",
            hint=elsewhere or "Check the schema's name.",
        )
    if HEART not in present.tables:
        raise SettingsRefused(
            CONNECTOR_NAME,
            f"schema {schema!r} of {database.where} is not a Solidus shop's:"
            f" it has no table {HEART}.",
            hint=elsewhere or "Check the base_url's database and the schema.",
        )
    if not present.may_use_schema:
        raise CredentialsRejected(
            CONNECTOR_NAME, f"the role may not use schema {schema!r}.", hint=GRANT_HINT
        )
    if not any(table.readable for name, table in present.tables.items() if name in DECLARED):
        raise CredentialsRejected(
            CONNECTOR_NAME,
            f"the role may not read any table of schema {schema!r}.",
            hint=GRANT_HINT,
        )


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    """Not of a table that is not there, may not be read, or is not asked for."""
    database = database_of(settings)
    asked = [table for table in tables if is_asked_for(settings, table)]
    with session(database) as connection:
        present = present_in(connection, database.schema).tables
        questions = [
            question
            for table in asked
            if (question := count_of(database.schema, present.get(table), table))
        ]
        if not questions:
            return {}
        rows = connection.execute(sql.SQL(" union all ").join(questions), {"before": before})
        return dict(rows.fetchall())


def count_of(schema: str, present: PresentTable | None, table: str) -> sql.Composed | None:
    """The question; None for a table that is not there or may not be read."""
    created = DECLARED[table][0].created
    if present is None or not present.readable or (created and not present.column(created)):
        return None
    query = sql.SQL("select {}::text, count(*) from {}.{}").format(
        sql.Literal(table), sql.Identifier(schema), sql.Identifier(present.name)
    )
    if created:
        # Columns without a zone hold UTC, and so does the session.
        query += sql.SQL(" where {} < %(before)s::timestamptz").format(sql.Identifier(created))
    return query
