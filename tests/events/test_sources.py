"""Sources of events and their rules, on SQLite and on PostgreSQL."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from chord_platform.errors import SourceRefused
from chord_platform.events.source import ConsentRule, SourceRules, rules_as_json, rules_from_json
from chord_platform.events.source_names import name_of
from chord_platform.events.sources import Sources
from chord_platform.store import Store
from chord_platform.store.event_tables import SOURCE_NAME_LENGTH
from chord_platform.store.tables import audit_log
from tests.events.source_store import clock, sources, store
from tests.store.servers import migrated_url, postgres, postgres_template, sqlite_template

__all__ = [
    "clock",
    "migrated_url",
    "postgres",
    "postgres_template",
    "sources",
    "sqlite_template",
    "store",
]

FRONT = "my_company_front_end_production"


def test_a_company_gets_its_four_sources_with_a_key_each(sources: Sources) -> None:
    made = sources.init("My Company", by="ann")
    assert [each.source.title for each in made] == [
        "My Company Front-End (Production)",
        "My Company Back-End (Production)",
        "My Company Front-End (Staging)",
        "My Company Back-End (Staging)",
    ]
    assert [each.source.schema for each in made] == [
        "events_my_company_front_end_production",
        "events_my_company_back_end_production",
        "events_my_company_front_end_staging",
        "events_my_company_back_end_staging",
    ]
    assert [each.source.kind for each in made] == ["segment", "oms", "segment", "oms"]
    for each in made:
        assert each.key
        assert sources.by_write_key(each.key) == each.source
        assert sources.by_key_id(each.key.split(":")[0]) == each.source


def test_shopifys_webhooks_stand_in_place_of_the_back_end(sources: Sources) -> None:
    made = sources.init("My Company", with_shopify=True)
    assert [(each.source.title, each.source.kind) for each in made][1] == (
        *("My Company Shopify Webhook (Production)", "shopify_webhook"),
    )
    assert {each.source.side for each in made} == {"front-end", "back-end"}
    assert {each.source.plan for each in made} == {"shopify"}


def test_asking_for_the_four_again_changes_nothing_and_shows_no_key(sources: Sources) -> None:
    first = sources.init("My Company")
    sources.set_rules(FRONT, SourceRules(violations="block"))
    again = sources.init("My Company")
    assert [each.key for each in again] == [None] * 4
    assert again[0].source.rules.violations == "block"
    assert sources.by_write_key(first[0].key or "") == again[0].source


def test_a_source_that_was_removed_comes_back_alone(sources: Sources) -> None:
    sources.init("My Company")
    sources.remove(FRONT)
    again = sources.init("My Company")
    assert [each.source.name for each in again if each.key] == [FRONT]


def test_a_name_is_taken_once(sources: Sources) -> None:
    sources.add("My Web (Staging)", side="front-end", environment="staging")
    with pytest.raises(SourceRefused, match="chord sources show my_web_staging"):
        sources.add("my-web staging", side="back-end", environment="staging")


@pytest.mark.parametrize("name", ["", "!!!", "Meta", "x" * 57])
def test_what_cannot_name_a_schema_is_refused(sources: Sources, name: str) -> None:
    with pytest.raises(SourceRefused):
        sources.add(name, side="front-end", environment="staging")
    assert sources.list() == []


def test_the_longest_name_fits_the_store(sources: Sources) -> None:
    source, key = sources.add("x" * 56, side="front-end", environment="staging")
    assert len(source.schema) == 63
    assert sources.by_write_key(key) == source


def test_each_change_leaves_its_audit_row(sources: Sources, store: Store) -> None:
    sources.add("Web", side="front-end", environment="staging", by="ann")
    sources.set_rules("Web", SourceRules(violations="block"), by="ben")
    sources.set_rules("Web", SourceRules(violations="block"), by="nobody changed anything")
    sources.rotate_key("Web", by="cem")
    sources.remove("Web", by="dia")
    with store.reading() as tx:
        rows = tx.execute(sa.select(audit_log).order_by(audit_log.c.id)).all()
    assert [(row.who, row.what, row.subject) for row in rows] == [
        ("ann", "source added", "source web"),
        ("ben", "source changed", "source web"),
        ("cem", "write key rotated", "source web"),
        ("dia", "source removed", "source web"),
    ]
    assert rows[1].before["rules"]["violations"] == "allow"
    assert rows[1].after["rules"]["violations"] == "block"


def test_a_change_keeps_what_another_changed_meanwhile(sources: Sources) -> None:
    sources.add("Web", side="front-end", environment="staging")
    sources.change("Web", lambda source: replace(source, plan="chord"))
    sources.change("Web", lambda source: replace(source, name="other", company="Mine"))
    source = sources.get("Web")
    assert (source.name, source.plan, source.company) == ("web", "chord", "Mine")


@pytest.mark.parametrize(
    ("unstated", "said", "refused"),
    [
        ("granted", True, False),
        ("granted", False, True),
        ("granted", None, False),
        ("refused", True, False),
        ("refused", False, True),
        ("refused", None, True),
        ("refused", "yes", True),
    ],
)
def test_a_category_is_refused_by_a_no_or_where_silence_counts_as_one(
    unstated: str, said: object, refused: bool
) -> None:
    rule = ConsentRule(category="marketing", action="drop", unstated=unstated)  # type: ignore[arg-type]
    assert rule.refuses({} if said is None else {"marketing": said}) is refused


rules = st.builds(
    SourceRules,
    unplanned_events=st.sampled_from(["allow", "block"]),
    violations=st.sampled_from(["allow", "block", "omit"]),
    ip_policy=st.sampled_from(["keep", "strip_last_octet", "remove"]),
    dedupe_days=st.integers(30, 400),
    consent=st.lists(
        st.builds(ConsentRule, category=st.text(), action=st.sampled_from(["drop", "strip"]))
    ).map(tuple),
)


@given(rules)
def test_rules_come_back_from_the_store_as_they_were(kept: SourceRules) -> None:
    assert rules_from_json(rules_as_json(kept)) == kept


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_a_name_is_always_a_plain_schema_or_refused(text: str) -> None:
    try:
        name = name_of(text)
    except SourceRefused:
        return
    assert set(name) <= set(string.ascii_lowercase + string.digits + "_")
    assert 0 < len(name) <= SOURCE_NAME_LENGTH
    assert name_of(name) == name
