"""Runs one sync of a connector in a process of its own, which its test kills: see `test_contract`.

Belongs here: the sync. Does not belong here: when it is killed (the emulated vendor does it).
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from dlt_pipelines.sync import sync
from dlt_pipelines.windows import SyncRequest
from tests.connectors.played_vendors import SHORT_SECOND, connector_named, modules_that_wait
from tests.connectors.stage import open_warehouse

if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text())
    home = Path(told["home"])
    for module in modules_that_wait(told["connector"]):
        module.SECOND = SHORT_SECOND
    sync(
        connector_named(told["connector"]),
        connection_id=told["connection"],
        values=told["values"],
        home=home,
        open_warehouse=lambda holder: open_warehouse(home),
        request=SyncRequest(
            now=datetime.fromisoformat(told["now"]),
            tables=frozenset({told["table"]}),
            reconcile=False,
        ),
    )
