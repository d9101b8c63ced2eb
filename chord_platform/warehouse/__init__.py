"""The DuckDB warehouse, and the only place that opens it.

Belongs here: the writer's lock, the published read copy, the models of `sql/` and their checks.
Does not belong here: what loads rows (`dlt_pipelines`), when models are built (`chord_dagster`).
"""

from chord_platform.warehouse.warehouse import Warehouse

__all__ = ["Warehouse"]
