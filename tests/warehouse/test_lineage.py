"""Which loaded columns stand behind a mart's column."""

from __future__ import annotations

from pathlib import Path

from chord_platform.warehouse.lineage import direct_lineage, loaded_lineage
from chord_platform.warehouse.models import load_models
from tests.warehouse import shop


def test_columns_are_followed_through_views_ctes_and_aggregates(tmp_path: Path):
    spend = """\
-- One row per customer.
-- materialized: view
with spent as (select customer_id, sum(total) as spent from staging.stg_shop__orders group by 1)
select s.customer_id, s.spent / c.orders as per_order, 'shop' as source
from spent as s join marts.dim_customers as c on c.customer_id = s.customer_id
"""
    models = load_models(shop.write(tmp_path, {**shop.FILES, "marts_/spend.sql": spend}))
    assert direct_lineage(models)["marts_.spend"] == {
        "customer_id": {("staging.stg_shop__orders", "customer_id")},
        "per_order": {("staging.stg_shop__orders", "total"), ("marts.dim_customers", "orders")},
        "source": frozenset(),
    }
    assert loaded_lineage(models)["marts_.spend"]["customer_id"] == {
        ("raw_shop.orders", "customer")
    }


def test_every_declared_column_of_the_project_is_followed():
    models = load_models(Path(__file__).parents[2] / "sql")
    found = loaded_lineage(models)
    assert all(column.name in found[model.name] for model in models for column in model.columns)
    assert ("raw_shopify.orders", "payload") in found["marts.fct_orders"]["order_number"]
