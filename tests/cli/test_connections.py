"""`chord connections`: what a person sees, and what a script can rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Chord
from tests.connections.market_service import KEY, Market


def test_adding_shows_each_setup_test_and_how_to_start_it(add: Chord) -> None:
    done = add("My Shop")
    assert done.exit_code == 0
    assert done.stdout.count("✓") == 4
    assert "my_shop is connected to Market of Bergen, and paused" in done.stdout
    assert "chord connections resume my_shop" in done.stdout
    assert KEY not in done.output


def test_the_list_shows_every_status_with_who_and_why(
    add: Chord, chord: Chord, market: Market
) -> None:
    add("running", "--start")
    add("waiting")
    chord("connections", "add", "half", "--connector", "market")
    add("refused", "--start")
    market.key = "rotated"
    assert chord("connections", "check", "refused").exit_code == 1
    shown = chord("connections", "list").stdout
    lines = {line.split()[0]: line for line in shown.splitlines()[2:]}
    assert "● connected" in lines["running"] and "● scheduled" in lines["running"]
    assert "● paused" in lines["waiting"] and "it has not been started yet" in lines["waiting"]
    assert "● incomplete" in lines["half"] and "● paused" in lines["half"]
    assert "base_url, api_key not given" in lines["half"]
    assert (
        "● broken" in lines["refused"] and "merchant: the vendor answered 401" in lines["refused"]
    )


def test_an_empty_list_says_how_to_begin(chord: Chord) -> None:
    shown = chord("connections", "list")
    assert shown.exit_code == 0
    assert "chord connections add NAME" in shown.stdout


def test_lists_are_json_when_asked(add: Chord, chord: Chord) -> None:
    add("shop")
    (listed,) = json.loads(chord("connections", "list", "--json").stdout)
    shown = json.loads(chord("connections", "show", "shop", "--json").stdout)
    why = json.loads(chord("connections", "why", "shop", "--json").stdout)
    assert listed == shown == why["overview"]
    assert (listed["connection"]["setup"], listed["sync"]) == ("connected", "paused")
    assert listed["connection"]["secrets"] == ["api_key"]


def test_show_says_that_a_secret_is_set_and_never_which(add: Chord, chord: Chord) -> None:
    add("shop")
    shown = chord("connections", "show", "shop").stdout
    assert "set, sealed" in shown
    assert "history_days" in shown
    assert KEY not in shown


def test_an_incomplete_connection_is_finished_with_set(chord: Chord, market: Market) -> None:
    added = chord(
        *("connections", "add", "shop", "--connector", "market"),
        *("--set", f"base_url={market.url}"),
    )
    assert added.exit_code == 1
    assert "chord connections set shop --secret api_key=env:VARIABLE" in added.stderr
    done = chord("connections", "set", "shop", "--secret", "api_key=env:MARKET_KEY")
    assert done.exit_code == 0
    assert "shop is connected" in done.stdout


def test_a_secret_may_be_asked_for(chord: Chord, market: Market) -> None:
    done = chord(
        *("connections", "add", "shop", "--connector", "market"),
        *("--set", f"base_url={market.url}", "--secret", "api_key=-"),
        answer=f"{KEY}\n",
    )
    assert done.exit_code == 0
    assert KEY not in done.output


@pytest.mark.parametrize("given", [("--set", f"api_key={KEY}"), ("--secret", f"api_key={KEY}")])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(
    chord: Chord, given: tuple[str, str]
) -> None:
    refused = chord("connections", "add", "shop", "--connector", "market", *given)
    assert refused.exit_code == 1
    assert "env:" in refused.stderr
    assert KEY not in refused.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "x", "--connector", "nope"), "There is no connector 'nope'. Connectors:"),
        (("add", "x", "--connector", "market", "--set", "a=b"), "Market has no setting 'a'"),
        (("add", "x", "--connector", "market", "--set", "base_url=???"), "is not an address"),
        (("add", "x", "--connector", "market", "--schedule", "hourly"), "not a cron schedule"),
        (("add", "x", "--connector", "market", "--secret", "api_key=env:NOPE"), "NOPE"),
        (("show", "ghost"), "There is no connection 'ghost'"),
        (("sync", "ghost"), "There is no connection 'ghost'"),
        (("apply", "missing.yaml"), "missing.yaml cannot be read"),
    ],
)
def test_what_failed_is_one_message_on_stderr_and_exit_code_1(
    chord: Chord, arguments: tuple[str, ...], says: str
) -> None:
    failed = chord("connections", *arguments)
    assert failed.exit_code == 1
    assert failed.stderr.startswith("Error: ")
    assert says in failed.stderr
    assert failed.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x"),
        ("add", "x", "--connector", "market", "--set", "no-equals-sign"),
        ("set", "x"),
        ("sync", "x", "--from", "yesterday"),
        ("disconnect", "x"),
        ("nonsense",),
    ],
)
def test_wrong_use_is_exit_code_2(chord: Chord, arguments: tuple[str, ...]) -> None:
    assert chord("connections", *arguments).exit_code == 2


def test_a_second_connection_of_the_same_name_is_refused(add: Chord) -> None:
    add("shop")
    again = add("Shop")
    assert again.exit_code == 1
    assert "There is a connection 'shop' already" in again.stderr


def test_a_sync_shows_its_steps_and_what_changed_per_table(add: Chord, chord: Chord) -> None:
    add("shop")
    done = chord("connections", "sync", "shop")
    assert done.exit_code == 0
    assert "loading" in done.stdout
    (sales,) = [line for line in done.stdout.splitlines() if line.startswith("sales")]
    assert sales.split() == ["sales", "3", "3", "0", "0", "0", "3"]
    assert "API requests" in done.stdout
    why = chord("connections", "why", "shop").stdout
    assert "● done" in why
    assert "what changed" in why


def test_a_sync_that_fails_names_who_must_act(add: Chord, chord: Chord, market: Market) -> None:
    add("shop")
    market.key = "rotated"
    failed = chord("connections", "sync", "shop", "--table", "stalls")
    assert failed.exit_code == 1
    assert "market: the vendor answered 401" in failed.stderr
    why = chord("connections", "why", "shop").stdout
    assert "● broken" in why
    assert "tables stalls" in why


def test_pausing_and_resuming(add: Chord, chord: Chord) -> None:
    add("shop", "--start")
    assert "is paused by" in chord("connections", "pause", "shop").stdout
    assert "and scheduled" in chord("connections", "resume", "shop").stdout


def test_disconnecting_asks_first_and_says_what_is_gone(add: Chord, chord: Chord) -> None:
    add("shop")
    chord("connections", "sync", "shop")
    kept = chord("connections", "disconnect", "shop", "--drop-data", answer="n\n")
    assert kept.exit_code == 1
    assert "Nothing was changed" in kept.stderr
    gone = chord("connections", "disconnect", "shop", "--drop-data", "--yes")
    assert gone.exit_code == 0
    assert "3 rows out of raw_market.sales" in gone.stdout
    assert "No connection yet" in chord("connections", "list").stdout


def test_applying_a_file_shows_the_differences(
    chord: Chord, market: Market, tmp_path: Path
) -> None:
    file = tmp_path / "connections.yaml"
    file.write_text(
        f"connections:\n  shop:\n    connector: market\n    settings: {{base_url: {market.url}}}\n"
        "    secrets: {api_key: env:MARKET_KEY}\n"
    )
    first = chord("connections", "apply", str(file))
    assert first.exit_code == 0
    assert first.stdout.startswith("+ shop: connector market")
    assert chord("connections", "apply", str(file)).stdout == "= shop: as it should be\n"


def test_ctrl_c_ends_quietly_with_130(
    add: Chord, chord: Chord, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("shop")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chord_platform.cli.presentation.terminal.Progress.__call__", interrupt)
    stopped = chord("connections", "sync", "shop")
    assert stopped.exit_code == 130
    assert stopped.stderr == "Stopped.\n"
    monkeypatch.undo()
    assert "● stopped" in chord("connections", "why", "shop").stdout


def test_the_catalog_lists_and_shows_connectors(chord: Chord) -> None:
    listed = {
        each["name"]: each for each in json.loads(chord("connectors", "list", "--json").stdout)
    }
    assert {"market", "shopify", "chord_oms"} <= listed.keys()
    assert listed["market"]["modelled"] is False
    shown = chord("connectors", "show", "market").stdout
    assert "Make a key with read_sales" in shown
    assert "--secret api_key=env:MARKET_API_KEY" in shown
    assert "changes by updated_at" in shown
    assert "\\ " not in shown, "a command that is pasted has no blank after its backslash"
    unknown = chord("connectors", "show", "nope")
    assert unknown.exit_code == 1
    assert "there is no such connector" in unknown.stderr
