"""Connectors: what a vendor says, as tables. Knows dlt, and neither the platform nor Dagster."""

import os

# dlt reads these when it is first used, wherever that is, and from the environment alone: it would
# call home, warn about each table whose keys are not null, and keep every loaded file.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")
os.environ.setdefault("LOAD__DELETE_COMPLETED_JOBS", "true")
