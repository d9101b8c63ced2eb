"""What loading keeps about its own work, in `events_meta`, in the same transactions as the rows.

Belongs here: these tables and the state in them. Does not belong here: events' rows (`writing.py`).

They stand in the warehouse and not in the store: only there can a message's row, its id and the
position in the inbox be committed together, and exactly once is just that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

META = "events_meta"
POSITION, PRUNED_AT = "inbox_position", "pruned_at"

TABLES = {
    "state": "name varchar primary key, value varchar",
    "messages": "key uuid, source varchar, message_id varchar, received_at timestamptz",
    "events": (
        "source varchar, side varchar, environment varchar, message_id varchar, type varchar,"
        " event varchar, event_text varchar, user_id varchar, anonymous_id varchar,"
        " previous_id varchar, is_planned boolean, received_at timestamptz, sent_at timestamptz,"
        ' "timestamp" timestamptz, original_timestamp timestamptz, properties json, traits json,'
        " context json"
    ),
    "hours": (
        "source varchar, event varchar, hour timestamptz, is_planned boolean, received bigint,"
        " blocked bigint, violating bigint, first_received_at timestamptz,"
        " last_received_at timestamptz"
    ),
    "violations": (
        "source varchar, event varchar, field varchar, type varchar, hour timestamptz,"
        " description varchar, count bigint, first_seen_at timestamptz, last_seen_at timestamptz,"
        " sample_message_ids varchar[]"
    ),
    "quarantine": (
        "key uuid, source varchar, message_id varchar, event varchar, received_at timestamptz,"
        " reasons json, envelope varchar, blocked_at timestamptz, judged_at timestamptz,"
        " replayed_at timestamptz"
    ),
    "column_clashes": (
        "source varchar, table_name varchar, path varchar, wanted varchar, given varchar,"
        " first_seen_at timestamptz"
    ),
}
COMMENTS = {
    "state": "Where the inbox is read on, and when old ids were forgotten.",
    "messages": "Every message that was taken, so that none is taken twice.",
    "events": "Every accepted message of all sources, whole, with its side and environment.",
    "hours": "Messages of one source, event and hour of arrival.",
    "violations": "What messages had otherwise than their plan says, by hour of arrival.",
    "quarantine": "Blocked messages, whole; replayed_at says when one was let in after all.",
    "column_clashes": "Properties that did not get the column of their name; given: which instead.",
}
KEY = "md5(source || '/' || message_id)::uuid"
"""A message's key: 16 bytes to compare instead of two texts, the same in every process."""


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"create schema if not exists {META}")
    for name, columns in TABLES.items():
        con.execute(f"create table if not exists {META}.{name} ({columns})")
        con.execute(f"comment on table {META}.{name} is '{COMMENTS[name]}'")


def is_prepared(con: duckdb.DuckDBPyConnection) -> bool:
    row = con.execute(
        "select count(*) from duckdb_tables()"
        f" where database_name = current_database() and schema_name = '{META}'"
    ).fetchone()
    return bool(row and row[0] == len(TABLES))


def state(con: duckdb.DuckDBPyConnection, name: str) -> str:
    row = con.execute(f"select value from {META}.state where name = ?", [name]).fetchone()
    return row[0] if row else ""


def keep_state(con: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    con.execute(f"insert or replace into {META}.state values (?, ?)", [name, value])
