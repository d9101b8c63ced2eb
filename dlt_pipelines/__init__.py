"""Connectors: what a vendor says, as tables. Knows dlt, and neither the platform nor Dagster."""

import os

# dlt reads these when it is first used, wherever that is, and from the environment alone: it would
# call home, and warn about each table whose keys are not null. The others: `dlt_settings.py`.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")

# Arrow reads this once, when it is loaded. Its own allocator keeps what its threads have freed:
# measured on 200,000 Klaviyo events, 257 MB after reading instead of 190, 336 at the peak, not 263.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# DuckDB's allocator does so for ten seconds, and a load then stands beside what the reading of the
# next slice has freed. Measured on 50,000 Shopify orders: at the peak 392 to 402 MB, 336 to 347
# with a tenth of a second, for the same CPU; 300 to 316 without any delay, for a quarter more.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")
