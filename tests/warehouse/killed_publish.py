"""A process of its own that publishes a copy as large as wanted, for a parent that kills it.

python -m tests.warehouse.killed_publish HOME
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.warehouse import shop

if __name__ == "__main__":
    warehouse = shop.open_warehouse(Path(sys.argv[1]))
    print("publishing", flush=True)
    warehouse.publish()
