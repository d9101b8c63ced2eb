"""The code location's import beside that of an empty Dagster project that imports dlt."""

from __future__ import annotations

from benchmarks.measure import Cost, costs

TARGET = "at most 1.3 times the CPU, under 300 MB"


def empty_project() -> None:
    import dagster as dg
    import dlt  # noqa: F401

    dg.Definitions()


def code_location() -> int:
    from chord_dagster.definitions import defs

    return len(list(defs.resolve_asset_graph().get_all_asset_keys()))


def rows() -> list[tuple[str, ...]]:
    empty, ours = costs(5, (empty_project, {}), (code_location, {}))
    return [empty.line("empty project with dlt"), ours.line("code location", beside=empty)]


__all__ = ["TARGET", "Cost", "rows"]
