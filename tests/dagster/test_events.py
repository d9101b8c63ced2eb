"""Events are loaded by a job for all sources, and each source's checks stand on its partition."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from chord_dagster.event_checks import as_evaluations
from chord_dagster.event_sensor import AFTER_FAILURE, CHECKED_EACH, PAUSE, next_load
from chord_dagster.keys import BUILD_TAG, EVENTS, ROWS_CHANGED_TAG, SYNC_TAG, event_key
from chord_dagster.planned_events import planned_tables
from chord_dagster.sensors import LEAST_BETWEEN, next_build
from chord_platform.bootstrap import Platform
from chord_platform.events.loading.replay import replay
from chord_platform.events.loading.verdicts import Verdict
from chord_platform.events.source import SourceRules
from tests.dagster.location import defs

ADDED = "Product Added"
Status = dg.DagsterRunStatus


@pytest.fixture
def source(platform: Platform) -> str:
    made, _ = platform.sources.add(
        "Acme Front-End (Production)",
        side="front-end",
        environment="production",
        company="Acme",
        plan="chord",
        rules=SourceRules(violations="block"),
    )
    return made.name


@pytest.fixture
def load(instance: dg.DagsterInstance, platform: Platform) -> Any:
    def load() -> dg.ExecuteInProcessResult:
        return defs.resolve_job_def("load_events").execute_in_process(instance=instance)

    return load


def arrive(platform: Platform, source: str, count: int, **properties: Any) -> None:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    product = {"name": "Shirt", "price": 4, "product_id": "p1", "sku": "s1", "total": 4, "value": 4}
    said = {**product, "products": [{**product, "quantity": 1}], **properties}
    platform.inbox.append_now(
        [
            json.dumps(
                {
                    "source": source,
                    "received_at": now,
                    "message": {
                        "type": "track",
                        "event": ADDED,
                        "messageId": f"{number} of {json.dumps(properties)}",
                        "anonymousId": "a",
                        "timestamp": now,
                        "properties": said,
                    },
                }
            ).encode()
            for number in range(count)
        ]
    )


def evaluations(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], Any]:
    return {
        (each.asset_key.path[-1], each.check_name): each
        for each in result.get_asset_check_evaluations()
    }


def test_a_load_is_seen_on_each_sources_partition(load, instance, platform, source) -> None:
    arrive(platform, source, 25)
    result = load()
    found = {event.asset_key.path[-1]: event for event in result.get_asset_materialization_events()}
    assert found.keys() == {"events", "tracks", "product_added"}
    assert found["tracks"].partition == source
    metadata = found["product_added"].materialization.metadata
    assert metadata["rows_loaded"].value == 25
    assert metadata["source_blocked"].value == 0
    assert metadata["lag_seconds"].value >= 0
    assert instance.get_dynamic_partitions("event_sources") == [source]
    run = instance.get_run_by_id(result.run_id)
    assert (run.tags[SYNC_TAG], run.tags[ROWS_CHANGED_TAG]) == (EVENTS, "25")


def test_a_check_fails_and_passes_after_a_correction_and_a_replay(load, platform, source) -> None:
    arrive(platform, source, 25, price="four")
    failed = evaluations(load())["product_added", "plan_is_held"]
    assert not failed.passed
    assert failed.partition == source
    assert failed.severity is dg.AssetCheckSeverity.ERROR
    assert "properties.price" in failed.metadata["violations"].value
    correct_the_plan(platform)
    assert replay(platform.loader).let_in == 25
    passed = evaluations(load())["product_added", "plan_is_held"]
    assert passed.passed
    assert passed.metadata["messages_hour"].value == 25


def test_a_replay_is_a_job_that_the_models_follow(load, instance, platform, source) -> None:
    arrive(platform, source, 25, price="four")
    assert load().success
    built = instance.create_run_for_job(
        defs.resolve_job_def("build_models"), tags={BUILD_TAG: "models"}, status=Status.SUCCESS
    )
    time.sleep(1.1)  # Dagster keeps the time of a run's last change in whole seconds
    later = datetime.now(UTC) + LEAST_BETWEEN + timedelta(seconds=5)
    assert built and "No sync has changed" in next_build(instance, [EVENTS], now=later).skip_message

    job = defs.resolve_job_def("replay_events")
    op = "replay_events_from_quarantine"
    correct_the_plan(platform)
    other = {"ops": {op: {"config": {"source": source, "event": "Cart Viewed"}}}}
    assert job.execute_in_process(instance=instance, run_config=other).success
    assert "No sync has changed" in next_build(instance, [EVENTS], now=later).skip_message

    chosen = {"ops": {op: {"config": {"source": source, "event": ADDED}}}}
    result = job.execute_in_process(instance=instance, run_config=chosen)
    assert evaluations(result)["product_added", "plan_is_held"].passed
    found = {event.asset_key.path[-1]: event for event in result.get_asset_materialization_events()}
    assert found.keys() == {"events", "product_added", "tracks"}
    assert found["product_added"].partition == source
    assert found["product_added"].materialization.metadata["rows_let_in"].value == 25
    assert found["events"].materialization.metadata["rows_let_in"].value == 25
    assert next_build(instance, [EVENTS], now=later).run_key == f"after {result.run_id}"


def correct_the_plan(platform: Platform) -> None:
    """The home's own copy of the plan takes a price as a text, too."""
    shipped = platform.plans.path("chord")
    own = platform.settings.home / "plans" / "chord"
    own.mkdir(parents=True)
    for file in shipped.glob("*.json"):
        (own / file.name).write_bytes(file.read_bytes())
    file = own / "product-added.json"
    said = json.loads(file.read_text())
    properties = said["versions"]["1"]["schema"]["properties"]["properties"]["properties"]
    properties["price"] = {"type": ["number", "string"]}
    file.write_text(json.dumps(said))


def test_a_plan_that_cannot_be_read_fails_its_sources_check_and_names_the_file(
    load, platform, source
) -> None:
    other, _ = platform.sources.add("Other", side="front-end", environment="production")
    correct_the_plan(platform)
    file = platform.settings.home / "plans" / "chord" / "product-added.json"
    whole = file.read_text()
    file.write_text(whole[:-20])
    arrive(platform, source, 3)
    arrive(platform, other.name, 3)
    result = load()
    failed = evaluations(result)["tracks", "plan_can_be_read"]
    assert (failed.passed, failed.partition) == (False, source)
    assert str(file) in failed.description
    loaded = {event.partition for event in result.get_asset_materialization_events()}
    assert loaded == {other.name}
    file.write_text(whole)
    assert replay(platform.loader).let_in == 3
    assert evaluations(load())["tracks", "plan_can_be_read"].passed


def test_verdicts_are_told_once_and_again_when_they_turn(load, platform, source) -> None:
    arrive(platform, source, 25)
    assert ("product_added", "plan_is_held") in evaluations(load())
    assert not evaluations(load())
    arrive(platform, source, 25, price="four")
    told = evaluations(load())
    assert not told["product_added", "plan_is_held"].passed
    assert ("cart_viewed", "plan_is_held") not in told


def test_an_asset_of_one_source_can_be_materialized_by_hand(instance, platform, source) -> None:
    arrive(platform, source, 3)
    instance.add_dynamic_partitions("event_sources", [source])
    job = defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        partition_key=source,
        instance=instance,
        asset_selection=[event_key("product_added")],
    )
    assert result.success
    assert {
        (event.asset_key.path[-1], event.partition)
        for event in result.get_asset_materialization_events()
    } == {("product_added", source), ("tracks", source), ("events", source)}


def test_an_event_of_somebody_elses_plan_is_told_of_on_tracks() -> None:
    told = Verdict(
        source="shop",
        table="badge_won",
        event="Badge Won",
        check="plan_is_held",
        passed=False,
        severity="warning",
        description="Badge Won violates its plan.",
    )
    (found,) = as_evaluations([told]).values()
    assert (found.asset_key, found.check_name) == (event_key("tracks"), "other_planned_events")
    assert not found.passed
    assert "Badge Won" in found.description


def test_every_shipped_event_is_an_asset_with_its_checks() -> None:
    graph = defs.resolve_asset_graph()
    for table in planned_tables():
        assert graph.has(event_key(table.name)), table
    checks = {key.name for key in graph.get_check_keys_for_assets({event_key("order_completed")})}
    assert checks == {
        "plan_is_held",
        "volume_is_usual",
        "arrives_in_time",
        "back_end_matches_orders",
        "front_end_matches_back_end",
    }


def test_the_sensor_says_why_it_loads_or_does_not(instance, platform, source, load) -> None:
    def tick(later: timedelta = timedelta(0)) -> Any:
        return next_load(instance, platform, now=datetime.now(UTC) + later)

    assert "No event has arrived" in tick().skip_message
    arrive(platform, source, 1)
    assert tick().run_key == "after none"
    first = load().run_id
    assert "All that arrived was loaded" in tick().skip_message
    assert tick(CHECKED_EACH).run_key == f"after {first}"
    arrive(platform, source, 1, price=5)
    assert "a moment ago" in tick().skip_message
    assert tick(PAUSE).run_key == f"after {first}"
    job = defs.resolve_job_def("load_events")
    run = instance.create_run_for_job(job, tags={SYNC_TAG: EVENTS}, status=Status.STARTED)
    assert "queued or at work" in tick(PAUSE).skip_message
    instance.report_run_failed(run)
    assert "failed" in tick(PAUSE).skip_message
    assert tick(AFTER_FAILURE).run_key == f"after {run.run_id}"


def test_models_follow_loads_but_not_each_of_them(instance) -> None:
    job = defs.resolve_job_def("load_events")
    loaded = {SYNC_TAG: EVENTS, ROWS_CHANGED_TAG: "9"}
    now = datetime.now(UTC)
    first = instance.create_run_for_job(job, tags=loaded, status=Status.SUCCESS)
    assert next_build(instance, [EVENTS], now=now).run_key == f"after {first.run_id}"
    build = defs.resolve_job_def("build_models")
    built = instance.create_run_for_job(
        build, tags={"chord/builds": "models"}, status=Status.SUCCESS
    )
    assert built
    time.sleep(1.1)  # Dagster keeps the time of a run's last change in whole seconds
    second = instance.create_run_for_job(job, tags=loaded, status=Status.SUCCESS)
    assert "Only events came" in next_build(instance, [EVENTS], now=now).skip_message
    later = now + LEAST_BETWEEN + timedelta(seconds=5)
    assert next_build(instance, [EVENTS], now=later).run_key == f"after {second.run_id}"
