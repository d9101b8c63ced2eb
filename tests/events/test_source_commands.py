"""`chord sources` and `chord events tail`, as a person and as a script use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chord_platform.cli import main
from chord_platform.events.envelope import Arrival
from chord_platform.events.inbox import Inbox

Chord = Callable[..., Result]

FRONT = "my_company_front_end_production"
BACK = "my_company_back_end_production"
AT = datetime(2026, 11, 21, 14, 5, 6, 789000, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def chord(home: Path) -> Chord:
    def run(*arguments: str) -> Result:
        return CliRunner(env={"COLUMNS": "150"}).invoke(
            main, ["--home", str(home), *arguments], catch_exceptions=False
        )

    return run


@pytest.fixture
def four(chord: Chord) -> dict[str, str]:
    """Their keys by name."""
    made = json.loads(chord("sources", "init", "--company", "My Company", "--json").output)
    return {source["name"]: source["write_key"] for source in made}


def arrives(home: Path, source: str, *messages: dict[str, object]) -> None:
    arrival = Arrival(source=source, protocol="segment", received_at=AT)
    Inbox(home / "inbox").append_now([arrival.record(message) for message in messages])


def order(number: int, **more: object) -> dict[str, object]:
    properties = {"order_id": str(number), "products": [{}, {}], "total": 12.5, "note": "x" * 79}
    known = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": f"m{number}"}
    return {**known, "properties": properties, **more}


def test_a_new_sources_key_is_shown_once_and_no_screen_shows_it_again(chord: Chord) -> None:
    shown = chord("sources", "init", "--company", "My Company").output
    assert "+ My Company Front-End (Production)" in shown
    assert f"events_{FRONT}, connected" in shown
    assert "Keep the keys now" in shown
    keys = [line.split()[-1] for line in shown.splitlines() if "write key" in line]
    assert len(keys) == 4
    again = chord("sources", "init", "--company", "My Company").output
    later = [again, chord("sources", "list").output, chord("sources", "show", FRONT).output]
    assert "= My Company Front-End (Production)" in again
    assert "chord sources rotate-key" in again
    assert not any(key.split(":")[1] in screen for screen in later for key in keys)


def test_with_shopify_the_next_step_is_the_connection(chord: Chord) -> None:
    shown = chord("sources", "init", "--company", "My Company", "--shopify").output
    assert "My Company Shopify Webhook (Staging)" in shown
    assert "chord sources set NAME --connection SHOP" in shown


def test_rules_are_set_one_by_one_and_taken_away_again(chord: Chord, four: dict[str, str]) -> None:
    chord("sources", "set", FRONT, "--consent", "marketing=drop", "--violations", "block")
    done = chord("sources", "set", FRONT, "--consent", "ads=strip-unless-granted")
    assert "violations block, ads: strip-unless-granted, marketing: drop" in done.output
    chord("sources", "set", FRONT, "--consent", "marketing=", "--ip-policy", "strip-last-octet")
    rules = json.loads(chord("sources", "show", FRONT, "--json").output)["rules"]
    assert rules["consent"] == [{"category": "ads", "action": "strip", "unstated": "refused"}]
    assert (rules["violations"], rules["ip_policy"]) == ("block", "strip_last_octet")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("set", FRONT), 2, "Give --plan, --connection or a rule."),
        (("set", FRONT, "--consent", "marketing=ask"), 2, "'ask' is no action"),
        (("set", FRONT, "--dedupe-days", "0"), 1, "Give 30 to 400."),
        (("set", FRONT, "--plan", "wishes"), 1, "There are chord,"),
        (("set", FRONT, "--connection", "shop"), 1, "shop"),
        (("show", "nobody"), 1, "There is no source 'nobody'."),
        (("rotate-key", FRONT, "--grace", "soon"), 2, "write 90m, 24h or 7d"),
        (("add", "Web", "--side", "front-end"), 2, "--environment"),
    ],
)
def test_what_cannot_be_done_says_what_can(
    chord: Chord, four: dict[str, str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = chord("sources", *arguments)
    assert done.exit_code == code
    assert says in done.output


def test_a_rotated_key_names_its_end(chord: Chord, four: dict[str, str]) -> None:
    done = chord("sources", "rotate-key", FRONT, "--grace", "24h")
    assert "The old ones are taken for another 24 h, then refused." in done.output
    keys = json.loads(chord("sources", "show", FRONT, "--json").output)["keys"]
    assert [key["ends_at"] is None for key in keys] == [True, False]


def test_a_removed_source_leaves_its_rows(chord: Chord, four: dict[str, str]) -> None:
    done = chord("sources", "remove", FRONT, "--yes")
    assert f"what it sent stays in events_{FRONT}" in done.output
    assert FRONT not in chord("sources", "list").output


def test_the_last_events_are_shown_one_a_line(
    chord: Chord, home: Path, four: dict[str, str]
) -> None:
    arrives(home, FRONT, *(order(number) for number in range(20)))
    lines = chord("events", "tail", "--no-follow", "--last", "3").output.splitlines()
    assert len(lines) == 3
    assert lines[-1].split("  ")[0] == "14:05:06.789"
    assert all(len(line) <= 150 for line in lines)
    for shown in ("track", "Order Completed", "u1", FRONT, "order_id=19", "products=2"):
        assert shown in lines[-1]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--source", FRONT), ["m1", "m2", "m3"]),
        (("--type", "identify"), ["m3"]),
        (("--event", "order"), ["m1", "m4"]),
        (("--user", "ANN@example.com"), ["m3"]),
        (("--user", "a1"), ["m2"]),
        (("--source", "My Company Back-End (Production)", "--event", "completed"), ["m4"]),
        (("--limit", "2"), ["m1", "m2"]),
    ],
)
def test_events_are_chosen_by_source_type_name_and_person(
    chord: Chord, home: Path, four: dict[str, str], filters: tuple[str, ...], expected: list[str]
) -> None:
    page = {"type": "page", "name": "Home", "anonymousId": "a1", "messageId": "m2"}
    traits = {"email": "ann@example.com"}
    known = {"type": "identify", "userId": "u2", "traits": traits, "messageId": "m3"}
    arrives(home, FRONT, order(1), page, known)
    arrives(home, BACK, order(4))
    shown = chord("events", "tail", "--no-follow", "--json", *filters).output.splitlines()
    assert [json.loads(line)["message"]["messageId"] for line in shown] == expected


def test_what_a_sender_wrote_cannot_move_the_cursor(
    chord: Chord, home: Path, four: dict[str, str]
) -> None:
    wicked = "\x1b[2J[bold red]x\r\n"
    arrives(home, FRONT, order(1, event=wicked, userId=wicked, properties={wicked: wicked}))
    shown = chord("events", "tail", "--no-follow").output
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 1
    assert "[bold red]" in shown


def test_an_event_is_followed_as_it_arrives(chord: Chord, home: Path, four: dict[str, str]) -> None:
    arrives(home, FRONT, order(1))
    command = "from chord_platform.cli import main; main()"
    arguments = ["--home", str(home), "events", "tail", "--json", "--last", "1", "--limit", "2"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    ) as tail:
        assert tail.stdout
        assert json.loads(tail.stdout.readline())["message"]["messageId"] == "m1"
        arrives(home, FRONT, order(2))
        assert json.loads(tail.stdout.readline())["message"]["messageId"] == "m2"
    assert tail.returncode == 0


def test_an_empty_inbox_is_no_error(chord: Chord) -> None:
    done = chord("events", "tail", "--no-follow")
    assert done.exit_code == 0
    assert "No such event" in done.output
