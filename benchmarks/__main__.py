"""Prints every benchmark, or those named: `python -m benchmarks oms_load`."""

from __future__ import annotations

import argparse
import importlib
import os
import platform

from rich.console import Console
from rich.table import Table

from benchmarks.measure import HEADINGS

BENCHMARKS = (
    "location_import",
    "oms_load",
    "shopify_extract",
    "extract",
    "idle_sync",
    "events",
    "events.inbox",
    "events.judging",
    "events.loader",
    "product_sync",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or BENCHMARKS
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    console = Console(width=110)
    console.print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
        " Medians; a ratio compares two works measured in turn in this one run."
    )
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        opening = (module.__doc__ or name).splitlines()[0]
        headings = getattr(module, "HEADINGS", HEADINGS)
        table = Table(*headings, title=f"{opening}\nTarget: {module.TARGET}", title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in module.rows():
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
