"""Product sync as an asset: one partition per tenant, an observation per synced product.

Belongs here: translation between Dagster and product sync. Does not belong here: what is synced
(`chord_platform.products`), working the queue (`chord_platform.product_deliveries`), when it runs
(`product_runs.py`).
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.keys import PRODUCT_TENANTS, PRODUCTS, PRODUCTS_CHECK, SYNCED_PRODUCTS
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    from chord_platform.product_deliveries.working import Worked
    from chord_platform.products.outcome import Outcome

QUIET_SECONDS = 3.0
"""A burst of webhooks costs one run: a run's start alone takes longer than this."""
SHOWN_FAILURES = 20
KEPT_HISTORY = timedelta(days=180)
NO_TENANT = (
    "Which tenant? Choose it as the partition; on the command line:"
    """ --tags '{"dagster/partition": "NAME"}'."""
)
tenants = dg.DynamicPartitionsDefinition(name=PRODUCT_TENANTS)
"""A second tenant needs no reload of the code."""


class ProductsConfig(dg.Config):
    """Empty: what webhooks have told of.

    products     these, by name: contentful/ID or shopify/ID
    all          all products of the tenant, also those no webhook told of
    dry_run      write nothing, and show what would be written
    as_options   as `all`, and whether it writes is the tenant's own option repair_drift
    """

    products: list[str] = []  # noqa: RUF012  (a field of a pydantic model)
    all: bool = False
    dry_run: bool = False
    as_options: bool = False
    quiet_seconds: float = QUIET_SECONDS

    @property
    def is_by_hand(self) -> bool:
        return bool(self.products or self.all or self.dry_run or self.as_options)


with warnings.catch_warnings(action="ignore", category=dg.PreviewWarning):
    every_product_synced = dg.AssetCheckSpec(
        PRODUCTS_CHECK,
        asset=SYNCED_PRODUCTS,
        description="No product failed, or is waiting for somebody to act.",
        partitions_def=tenants,
    )


@dg.asset(
    key=SYNCED_PRODUCTS,
    group_name=PRODUCTS,
    partitions_def=tenants,
    check_specs=[every_product_synced],
    description=(
        "Products that sync between Contentful and Shopify, by tenant. Each product that changed is"
        " an observation with its diff and a link to both sides."
    ),
)
def synced_products(
    context: dg.AssetExecutionContext, config: ProductsConfig, platform: PlatformResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    from chord_platform.product_deliveries.working import ProductWork

    if not context.has_partition_key:
        raise dg.Failure(NO_TENANT, allow_retries=False)
    tenant, worker = context.partition_key, f"run {context.run.run_id[:8]}"
    with platform.session() as opened, at_work(opened.settings.home, context.run.run_id):
        try:
            work = ProductWork(
                opened,
                tenant,
                worker=worker,
                on_outcome=lambda outcome: context.log_event(observation(outcome)),
            )
            # A run by hand may come before the sensor has told Dagster of the tenant.
            context.instance.add_dynamic_partitions(PRODUCT_TENANTS, [tenant])
            if config.is_by_hand:
                repairs = work.sync.options.repair_drift or not config.as_options
                worked = work.by_hand(
                    config.products,
                    dry_run=config.dry_run or not repairs,
                    is_told=not config.dry_run,
                )
                old = datetime.now(UTC) - KEPT_HISTORY
                opened.products.history.forget(older_than=old)
            else:
                worked = work.drain(quiet_seconds=config.quiet_seconds)
        except PlatformError as error:
            raise dg.Failure(
                str(error), metadata={"what": error.what, "next_step": error.hint or "none"}
            ) from error
    yield dg.MaterializeResult(
        metadata={"products": worked.total, "retried": worked.retried, **worked.results}
    )
    yield check_result(worked)


def check_result(worked: "Worked") -> dg.AssetCheckResult:
    """One product's failure fails this, and neither the step nor another product."""
    failures = worked.failures
    shown = "\n".join(f"- **{one.called}** ({one.ref}): {one.reason} {one.next_step}"
                      for one in failures[:SHOWN_FAILURES])  # fmt: skip
    return dg.AssetCheckResult(
        check_name=PRODUCTS_CHECK,
        passed=not failures,
        description=f"{len(failures)} of {worked.total} products did not sync."
        if failures
        else f"{worked.total} products, none failed.",
        metadata={"failed": len(failures)}
        | ({"why": dg.MetadataValue.md(shown)} if failures else {}),
    )


def observation(outcome: "Outcome") -> dg.AssetObservation:
    return dg.AssetObservation(
        SYNCED_PRODUCTS,
        partition=outcome.tenant,
        description=f"{outcome.called}: {outcome.result.replace('_', ' ')}",
        metadata={
            "product": outcome.called,
            "ref": outcome.ref,
            "result": outcome.result.value,
            "direction": f"{outcome.origin.value} to {outcome.origin.other.value}",
            "seconds": outcome.seconds,
            **({"diff": dg.MetadataValue.md(diff(outcome))} if outcome.changes else {}),
            **({"conflict": True} if outcome.is_conflict else {}),
            **{
                name: "\n".join(said)
                for name, said in (("notes", outcome.notes), ("refused", outcome.refusals))
                if said
            },
            **({"reason": outcome.reason} if outcome.reason else {}),
            **{side.value: dg.MetadataValue.url(link) for side, link in outcome.links},
        },
    )


def diff(outcome: "Outcome") -> str:
    rows = [
        f"| {cell(f'{one.field} of {one.subject}' if one.subject else one.field)} "
        f"| {cell(one.before)} | {cell(one.after)} |"
        for one in outcome.changes
    ]
    return "\n".join(["| what | before | after |", "| --- | --- | --- |", *rows])


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
