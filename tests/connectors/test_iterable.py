"""What is peculiar to Iterable: exports and their files, kinds of event, texts, numbered pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_pipelines.errors import CredentialsRejected, VendorUnavailable
from dlt_pipelines.sources.iterable import CONNECTOR, events
from dlt_pipelines.sources.iterable.exports import lines_of
from dlt_pipelines.sources.iterable.kinds import ALL, GROUPS
from dlt_pipelines.sources.iterable.rows import event_id, moment
from dlt_pipelines.sync import check
from tests.conformance.coverage import LAST_RUN, Held
from tests.connectors.played_vendors import SHORT_SECOND, HttpVendor, modules_that_wait
from tests.connectors.stage import Stage
from vendor_emulator.vendors.iterable.exports import EXPORTABLE


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for module in modules_that_wait("iterable"):
        monkeypatch.setattr(module, "SECOND", SHORT_SECOND)
    vendor = HttpVendor("iterable")
    yield Stage(CONNECTOR, vendor, tmp_path / "home")
    vendor.close()


def with_values(stage: Stage, **values: str) -> Stage:
    stage.values = {**stage.vendor.values, **values}
    return stage


def meets(stage: Stage, request: str, *steps: Any) -> None:
    stage.vendor.emulator.faults.script(request, *steps)


def named(stage: Stage, name: str) -> list[Any]:
    return [one for one in stage.vendor.exchanges() if name in one.names]


def started(stage: Stage) -> list[dict[str, str]]:
    return [one.sent for one in named(stage, "export/start")]


def test_every_kind_of_export_lands_in_one_table() -> None:
    assert len(ALL) == 52
    assert {*ALL, "user"} == set(EXPORTABLE)
    assert len(EXPORTABLE) == 53
    assert sum(map(len, GROUPS.values())) == len(set(ALL))


def test_jobs_and_direct_exports_bring_the_same_rows(stage: Stage) -> None:
    stage.sync("email_events", "users")
    direct = with_values(stage.beside("direct"), extraction="direct")
    direct.sync("email_events", "users")
    # The contract suite reads by jobs: the other way is held to the vendor's file here.
    held = Held("iterable")
    assert held.hold(stage.vendor.exchanges()) == []
    LAST_RUN.mkdir(parents=True, exist_ok=True)
    held.save(LAST_RUN, "direct")
    assert stage.count("email_events") == stage.vendor.rows()["email_events"]
    assert direct.contents() == stage.contents()


def test_windows_are_asked_for_with_their_offset(stage: Stage) -> None:
    stage.sync("purchases")
    for body in started(stage):
        assert body["startDateTime"].endswith(" +00:00")
        assert body["endDateTime"].endswith(" +00:00")


def test_the_key_is_never_shown_to_the_host_of_the_files(stage: Stage) -> None:
    stage.sync("purchases")
    files = named(stage, "export_file")
    assert len(files) >= 2
    assert not [one for one in files if "api-key" in one.headers]


def test_a_file_whose_address_has_expired_is_listed_again(stage: Stage) -> None:
    meets(stage, "export_file", "address-expired")
    stage.sync("purchases")
    assert stage.count("purchases") == stage.vendor.rows()["purchases"]


@pytest.mark.parametrize("cut", ["truncated", "truncated-chunked", "truncated-framed"])
def test_a_file_cut_short_is_fetched_again(stage: Stage, cut: str) -> None:
    meets(stage, "export_file", cut)
    stage.sync("purchases")
    assert stage.count("purchases") == stage.vendor.rows()["purchases"]


def test_an_export_too_large_for_a_job_is_made_in_halves(stage: Stage) -> None:
    with_values(stage, event_types="purchase")
    meets(stage, "export_files", "export-truncated")
    stage.sync("purchases")
    whole, first, second = started(stage)[:3]
    assert (first["startDateTime"], second["endDateTime"]) == (
        whole["startDateTime"],
        whole["endDateTime"],
    )
    assert first["endDateTime"] == second["startDateTime"]
    assert stage.count("purchases") == stage.vendor.rows()["purchases"]


def test_a_job_that_failed_moves_nothing(stage: Stage) -> None:
    meets(stage, "export_files", "job-failed")
    with pytest.raises(VendorUnavailable, match="export job"):
        stage.sync("purchases")
    stage.sync("purchases")
    assert stage.count("purchases") == stage.vendor.rows()["purchases"]


def test_a_direct_export_that_is_cut_off_is_halved_and_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in modules_that_wait("iterable"):
        monkeypatch.setattr(module, "SECOND", SHORT_SECOND / 100)
    vendor = HttpVendor("iterable", {"cut_above": 3, "limits": "off"})
    stage = with_values(
        Stage(CONNECTOR, vendor, tmp_path / "home"), extraction="direct", event_types="purchase"
    )
    meets(stage, "export/data.json", "truncated-chunked")
    stage.sync("purchases")
    windows = [dict(one.params) for one in named(stage, "export/data.json")]
    assert windows[0]["startDateTime"] == windows[1]["startDateTime"]
    assert windows[1]["endDateTime"] < windows[0]["endDateTime"]
    assert stage.count("purchases") == vendor.rows()["purchases"]
    vendor.close()


def test_a_generic_error_is_tried_three_times_more_and_no_oftener(stage: Stage) -> None:
    meets(stage, "campaigns", *["generic-error"] * 3)
    stage.sync("campaigns")
    assert stage.count("campaigns") == stage.vendor.rows()["campaigns"]
    meets(stage, "campaigns", *["generic-error"] * 9)
    with pytest.raises(VendorUnavailable, match="GenericError 4 times"):
        stage.sync("campaigns")
    assert stage.vendor.waiting_faults() == 5


def test_a_kind_that_is_refused_is_left_out_and_the_others_are_read(stage: Stage) -> None:
    service = stage.vendor.service
    service.options = {**service.options, "without": ("emailOpen",)}
    result = stage.sync("email_events")
    kinds = stage.query("select distinct data_type from raw_iterable.email_events order by 1")
    assert ("emailSend",) in kinds
    assert ("emailOpen",) not in kinds
    assert any("emailOpen is not read" in said for said in result.warnings["email_events"])


def test_a_kind_that_is_granted_later_brings_its_past(stage: Stage) -> None:
    service = stage.vendor.service
    granted = service.options
    service.options = {**granted, "without": ("emailOpen",)}
    stage.sync("email_events")
    service.options = granted
    stage.sync("email_events")
    assert stage.count("email_events") == stage.vendor.rows()["email_events"]


def test_a_kind_that_is_chosen_later_brings_its_past(stage: Stage) -> None:
    with_values(stage, event_types="emailSend")
    stage.sync("email_events")
    with_values(stage)
    stage.sync("email_events")
    assert stage.count("email_events") == stage.vendor.rows()["email_events"]


def test_a_channel_of_which_no_kind_is_chosen_asks_nothing(stage: Stage) -> None:
    with_values(stage, event_types="purchase")
    stage.sync("email_events", "whatsapp_events")
    assert started(stage) == []


def test_all_53_kinds_can_be_asked_for(stage: Stage) -> None:
    with_values(stage, event_types="all", start_on="2026-08-01")
    stage.sync("users", *GROUPS)
    assert {body["dataTypeName"] for body in started(stage)} == set(EXPORTABLE)


def test_events_that_arrive_late_are_found_by_the_overlap(stage: Stage) -> None:
    stage.sync("email_events")
    world = stage.vendor.service.world
    three_days_ago = stage.vendor.now().replace(microsecond=0).timestamp() - 3 * 86_400
    at = datetime.fromtimestamp(three_days_ago, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
    late = {**world.events["emailOpen"][0], "createdAt": at}
    world.events["emailOpen"].append(late)
    assert stage.sync("email_events").tables["email_events"].inserted == 1
    assert stage.sync("email_events").tables["email_events"].inserted == 0


def test_a_long_first_sync_is_committed_in_pieces(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "ROWS_PER_SLICE", 10)
    monkeypatch.setattr(events, "FIRST_PIECE", timedelta(days=100))
    with_values(stage, event_types="purchase")
    stage.sync("purchases")
    assert len(started(stage)) == 2
    assert stage.count("purchases") == stage.vendor.rows()["purchases"]


def test_no_more_than_the_limits_are_asked_for(stage: Stage) -> None:
    stage.sync()
    statuses = [one.status for one in stage.vendor.exchanges()]
    # Requests wait at their sender; on a busy machine two may arrive closer than they left. Without
    # waiting a sixth of them is refused.
    assert statuses.count(429) <= len(statuses) / 12


def test_members_of_lists_are_read_from_the_text_and_can_be_switched_off(stage: Stage) -> None:
    stage.sync("list_users")
    assert stage.count("list_users") == stage.vendor.rows()["list_users"]
    quiet = with_values(stage.beside("quiet"), list_members="no")
    before = len(named(stage, "lists/getUsers"))
    quiet.sync("list_users")
    assert len(named(stage, "lists/getUsers")) == before


def test_daily_metrics_add_up_to_the_events_of_their_days(stage: Stage) -> None:
    with_values(stage, metrics_days="60")
    stage.sync("campaign_metrics", "email_events")
    ours = stage.query(
        "select sum(email_sends), sum(email_opens), count(*) = count(distinct (campaign_id, date))"
        " from raw_iterable.campaign_metrics"
    )
    (since,) = stage.query("select min(date) from raw_iterable.campaign_metrics")[0]
    theirs = stage.query(
        "select count(*) filter (where data_type = 'emailSend'),"
        " count(*) filter (where data_type = 'emailOpen')"
        " from raw_iterable.email_events where timezone('UTC', created_at) >= ?",
        since,
    )
    assert ours == [(*theirs[0], True)]
    assert theirs[0][0] > 0


def test_only_templates_that_changed_are_fetched_again(stage: Stage) -> None:
    stage.sync("templates")
    assert stage.count("templates") == stage.vendor.rows()["templates"]
    before = len(named(stage, "templates/email/get"))
    stage.vendor.emulator.clock.advance(3600)
    changed = stage.vendor.touch("templates")
    stage.sync("templates")
    fetched = named(stage, "templates/email/get")[before:]
    assert [dict(one.params)["templateId"] for one in fetched] == [changed]
    title = "select payload->>'$.content.subject' from raw_iterable.templates where template_id = ?"
    assert stage.query(title, changed) == [("Changed",)]


def test_campaign_times_of_epoch_milliseconds_become_times(stage: Stage) -> None:
    stage.sync("campaigns")
    wrong = "select count(*) from raw_iterable.campaigns where updated_at is null"
    assert stage.query(wrong) == [(0,)]


def test_who_was_forgotten_is_listed(stage: Stage) -> None:
    stage.vendor.service.world.forget(min(stage.vendor.service.world.users))
    stage.sync("forgotten_users")
    assert stage.query("select kind, length(hashed) from raw_iterable.forgotten_users") == [
        ("email", 64)
    ]


def test_a_wrong_key_is_told_by_the_setup_test(stage: Stage) -> None:
    campaigns = stage.vendor.rows()["campaigns"]
    assert check(CONNECTOR, stage.vendor.values).account == f"{campaigns} campaigns"
    with pytest.raises(CredentialsRejected, match="not accepted"):
        check(CONNECTOR, {**stage.vendor.values, "api_key": "wrong"})


def test_the_same_event_has_the_same_id_whatever_was_added_to_it() -> None:
    event = {"messageId": "m", "email": "a@example.com", "createdAt": "2026-01-01 10:00:00 +00:00"}
    assert event_id("emailOpen", event) == event_id("emailOpen", {**event, "isBot": True})
    assert event_id("emailOpen", event) != event_id("emailClick", event)


def test_times_of_every_form_are_read() -> None:
    at = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
    assert moment(1769853600000) == at
    assert moment("2026-01-31T10:00:00.000Z") == at
    assert moment("2026-01-31 10:00:00 +00:00") == at
    assert moment("2026-01-31 05:00:00 -05:00") == at
    assert moment("soon") is None
    assert moment(None) is None


def test_a_last_line_cut_short_is_noticed_and_a_broken_one_is_an_error() -> None:
    assert lines_of(b'{"a":1}\n{"a":') is None
    assert lines_of(b'{"a":1}\n') == [{"a": 1}]
    assert lines_of(b"") == []
    with pytest.raises(Exception, match="no JSON"):
        lines_of(b'{"a":\n{"a":1}\n')
