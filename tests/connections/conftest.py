from tests.connections.fixtures import market, world
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template

__all__ = [
    "market",
    "migrated_url",
    "postgres",
    "postgres_template",
    "sqlite_template",
    "world",
]
