"""Chord OMS: the PostgreSQL database of a Solidus shop.

Tables   80 of Solidus 4.x with its subscriptions and both promotion engines (`solidus.py`),
         and whatever else is found in the schema
Times    `timestamp` without zone, always UTC; no index on `updated_at`
Deletes  line items, adjustments, shipments, inventory units … vanish while an order is edited
Limits   none but the server's own; a replica may cancel long reads

Belongs here: what the connector says about itself. Does not belong here: how it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_pipelines.connector import CheckResult, ConnectionSettings, Connector, Field
from dlt_pipelines.sources.chord_oms.naming import ADDRESS, ADDRESS_HELP, CONNECTOR_NAME
from dlt_pipelines.sources.chord_oms.solidus import TABLES

if TYPE_CHECKING:
    from dlt.extract.source import DltSource


def check(settings: ConnectionSettings) -> CheckResult:
    # The drivers are loaded by who uses them, and not by the catalog.
    from dlt_pipelines.sources.chord_oms.setup_check import check

    return check(settings)


def counts(settings: ConnectionSettings, tables: Sequence[str], before: datetime) -> dict[str, int]:
    from dlt_pipelines.sources.chord_oms.setup_check import counts

    return counts(settings, tables, before)


def build_source(settings: ConnectionSettings) -> DltSource:
    from dlt_pipelines.sources.chord_oms.source import build_source

    return build_source(settings)


SETUP_GUIDE = """\
The platform reads the shop's PostgreSQL through a role that can read and nothing else.

1. Choose the server. A replica keeps the load away from the shop; set hot_standby_feedback = on
   there, or it may cancel long reads. Give the address of PostgreSQL itself, not of a connection
   pooler in transaction mode.

2. Create the role on the primary. Paste this as the database's owner, with a password of your own
   and your schema's name if it is not public:

     create role chord_reader login password 'CHOOSE-ONE' connection limit 10;
     grant usage on schema public to chord_reader;
     grant select on all tables in schema public to chord_reader;
     alter default privileges in schema public grant select on tables to chord_reader;

   Password hashes, tokens and payment gateway secrets are never selected. To make sure on your
   side as well, grant single columns instead of the whole table:

     revoke select on spree_payment_methods from chord_reader;
     grant select (id, type, name, active, created_at, updated_at, deleted_at)
       on spree_payment_methods to chord_reader;

3. Let this machine's address log in (pg_hba.conf, or your provider's firewall), with TLS:
   add ?sslmode=require to the address, or ?sslmode=verify-full&sslrootcert=/path/to/ca.pem.

4. Add the connection:

     chord connections add my_oms --connector chord_oms \\
       --set base_url=postgresql://db.example.com:5432/shop?sslmode=require \\
       --set user=chord_reader --secret password=env:OMS_PASSWORD

   The setup test lists every table that the role may not read; the others are synced.

What is read: all 80 tables of Solidus and every other table of the schema. Small tables are copied
whole; of large ones the rows that changed since the last sync are read, and all keys, so that rows
deleted in the shop are seen; once a week every table is read whole. All tables of one sync are
read as of one moment.
"""

CONNECTOR = Connector(
    name=CONNECTOR_NAME,
    title="Chord OMS",
    description="Orders, customers, stock and subscriptions from the shop's own database.",
    category="Commerce",
    fields=(
        Field(name="base_url", label="Database address", help=ADDRESS_HELP, pattern=ADDRESS),
        Field(name="user", label="User", help="A role with SELECT only.", pattern=r"[^\s]+"),
        Field(name="password", label="Password", secret=True),
        Field(
            name="schema",
            label="Schema",
            help="Where the shop's tables are, usually public.",
            default="public",
            required=False,
        ),
        Field(
            name="mode",
            label="Reading mode",
            help="auto copies small tables and reads the changes of large ones;"
            " snapshot copies everything each time; window reads changes wherever it can.",
            default="auto",
            required=False,
            pattern="auto|snapshot|window",
        ),
        Field(
            name="statement_timeout_seconds",
            label="Statement timeout (seconds)",
            help="The server cancels a single query after this time; a whole number, 1 to 86400.",
            default="900",
            required=False,
            pattern=r"[1-9][0-9]{0,3}|[1-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400",
        ),
        Field(
            name="lag_minutes",
            label="Lag (minutes)",
            help="How far back each sync reads again. It must be longer than the shop's longest"
            " write transaction; less than 10 has no effect.",
            default="10",
            required=False,
            pattern=r"[0-9]{1,5}",
        ),
        Field(
            name="tables",
            label="Only these tables",
            help="Names separated by commas, * stands for any characters. Empty: all.",
            required=False,
        ),
    ),
    setup_guide=SETUP_GUIDE,
    limits="The server's own: at most four sessions read at a time, each query ends after the"
    " statement timeout, and nothing is opened when nothing changed.",
    tables=TABLES,
    check=check,
    build_source=build_source,
    counts=counts,
)
