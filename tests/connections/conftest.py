from tests.connections.fixtures import market, world
from tests.store.servers import postgres, store_url

__all__ = ["market", "postgres", "store_url", "world"]
