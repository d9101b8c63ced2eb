"""The job that judges the quarantine again, and what it reports.

Belongs here: translation between Dagster and the replay. Does not belong here: judging
(`chord_platform.events.loading.replay`), loading (`events.py`).

Its runs are marked like those of a load: the models follow them, and no load starts beside one.
"""

# No `from __future__ import annotations`: Dagster reads a step's annotations as values.

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from chord_dagster.assets.events import checked, logged
from chord_dagster.keys import (
    EVENTS,
    REPLAY_EVENTS,
    ROWS_CHANGED_TAG,
    SYNC_TAG,
    event_key,
    event_sources_name,
    whole_events_key,
)
from chord_dagster.liveness import at_work
from chord_dagster.resources import PlatformResource
from chord_platform.errors import PlatformError

if TYPE_CHECKING:
    from chord_platform.events.loading.replay import ReplayResult


AGAIN = ("tracks", "users")
"""A view over other tables, and what identify calls say of each user: their messages are counted
where they stand."""


class Chosen(dg.Config):
    """Only this source's, only this event's; empty: all."""

    source: str = ""
    event: str = ""


@dg.op(name=f"{REPLAY_EVENTS}_from_quarantine")
def replay_from_quarantine(
    context: dg.OpExecutionContext, config: Chosen, platform: PlatformResource
) -> None:
    from chord_platform.events.loading.replay import replay

    instance, run_id = context.instance, context.run.run_id
    with platform.session() as opened, at_work(opened.settings.home, run_id):
        try:
            source = opened.sources.get(config.source).name if config.source else None
            result = replay(
                opened.loader,
                source=source,
                event=config.event or None,
                holder=f"replay events, run {run_id[:8]}",
                on_progress=context.log.info,
            )
        except PlatformError as error:
            raise dg.Failure(
                str(error), metadata={"what": error.what, "next_step": error.hint or "none"}
            ) from error
        instance.add_run_tags(run_id, {ROWS_CHANGED_TAG: str(result.let_in)})
        instance.add_dynamic_partitions(
            event_sources_name(), sorted({source for source, _ in result.rows})
        )
        for source, because in result.unreadable_plans.items():
            context.log.warning(f"{source}: {because}")
        context.log.info(
            f"{result.judged:,} judged again: {result.let_in:,} let in,"
            f" {result.still_blocked:,} still blocked."
        )
        for event in (*materializations(result), *checked(context, opened)):
            logged(context, event)


def materializations(result: "ReplayResult") -> Iterator[dg.AssetMaterialization]:
    for source in sorted({source for source, _ in result.rows}):
        rows = sum(
            count
            for (owner, table), count in result.rows.items()
            if owner == source and table not in AGAIN
        )
        yield dg.AssetMaterialization(
            whole_events_key(), partition=source, metadata={"rows_let_in": rows}
        )
    for (source, table), rows in sorted(result.rows.items()):
        yield dg.AssetMaterialization(
            event_key(table),
            partition=source,
            metadata={
                "dagster/table_name": f"events_{source}.{table}",
                "rows_let_in": rows,
            },
        )


@dg.job(
    name=REPLAY_EVENTS,
    description=(
        "Judges the quarantine again, once a plan or a source's rules were corrected. The models"
        " follow as they follow a load."
    ),
    tags={SYNC_TAG: EVENTS},
)
def replay_events_job() -> None:
    replay_from_quarantine()
