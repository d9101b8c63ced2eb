"""The code location of the tests: the toy vendor's connector and two small models.

The real `build_definitions`, with another catalog and another folder of SQL.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from chord_dagster.definitions import build_definitions
from chord_dagster.resources import PlatformResource
from chord_platform.bootstrap import Platform, open_platform
from chord_platform.connections.service import Connections
from chord_platform.settings import Settings
from tests.dagster.toy_vendor import CONNECTOR

SQL_DIR = Path(__file__).parent / "sql"
CATALOG = {CONNECTOR.name: CONNECTOR}


class ToyPlatform(PlatformResource):
    def open(self) -> Platform:
        return toy_platform(self.settings())


def toy_platform(settings: Settings) -> Platform:
    opened = open_platform(replace(settings, sql_dir=SQL_DIR))
    connections = Connections(
        settings=opened.settings,
        store=opened.store,
        warehouse=opened.warehouse,
        connectors=lambda: CATALOG,
    )
    return replace(opened, connections=connections)


defs = build_definitions(
    catalog=CATALOG,
    sql_dir=SQL_DIR,
    platform=ToyPlatform(),
    retry_delay=timedelta(seconds=1),
)
