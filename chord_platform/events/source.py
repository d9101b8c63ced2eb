"""What a source of events is, and by which rules its events are taken in.

Belongs here: values and what they may be. Does not belong here: rows (`sources.py`), applying a
rule to a message (the gateway, the plans).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from chord_platform.errors import SourceRefused

Side = Literal["front-end", "back-end"]
Environment = Literal["production", "staging"]
Kind = Literal["segment", "shopify_webhook", "oms"]
ConsentAction = Literal["drop", "strip"]
IpPolicy = Literal["keep", "strip_last_octet", "remove"]

LEAST_DEDUPE_DAYS = 30
MOST_DEDUPE_DAYS = 400


@dataclass(frozen=True, kw_only=True)
class ConsentRule:
    """What becomes of an event whose `context.consent.categoryPreferences` refuses a category.

    drop: it is not stored. strip: what names the person goes (ids, traits, address).
    unstated: what a category that the event says nothing about means; `refused` is opt-in.
    """

    category: str
    action: ConsentAction
    unstated: Literal["granted", "refused"] = "granted"

    def refuses(self, preferences: Mapping[str, Any]) -> bool:
        """preferences: `context.consent.categoryPreferences` of one message."""
        said = preferences.get(self.category)
        return said is False or (said is not True and self.unstated == "refused")


@dataclass(frozen=True, kw_only=True)
class SourceRules:
    unplanned_events: Literal["allow", "block"] = "allow"
    unplanned_properties: Literal["allow", "omit"] = "allow"
    violations: Literal["allow", "block", "omit"] = "allow"
    consent: tuple[ConsentRule, ...] = ()
    ip_policy: IpPolicy = "keep"
    dedupe_days: int = LEAST_DEDUPE_DAYS

    def __post_init__(self) -> None:
        if not LEAST_DEDUPE_DAYS <= self.dedupe_days <= MOST_DEDUPE_DAYS:
            raise SourceRefused(
                f"Message ids cannot be remembered for {self.dedupe_days} days.",
                hint=f"Give {LEAST_DEDUPE_DAYS} to {MOST_DEDUPE_DAYS}.",
            )

    def with_consent(self, rules: Iterable[ConsentRule], *, without: Iterable[str]) -> SourceRules:
        """A category has one rule: a new one takes the place of the old."""
        given = {rule.category: rule for rule in self.consent} | {
            rule.category: rule for rule in rules
        }
        gone = frozenset(without)
        kept = tuple(given[name] for name in sorted(given) if name not in gone)
        return replace(self, consent=kept)


@dataclass(frozen=True, kw_only=True)
class Source:
    """connection: the Shopify connection whose webhooks a `shopify_webhook` source takes."""

    name: str
    title: str
    company: str
    side: Side
    environment: Environment
    kind: Kind = "segment"
    plan: str | None = None
    rules: SourceRules = SourceRules()
    connection: str | None = None

    @property
    def schema(self) -> str:
        """Its own schema of the warehouse: environments never mix."""
        return f"events_{self.name}"


def rules_as_json(rules: SourceRules) -> dict[str, Any]:
    return asdict(rules)


def rules_from_json(stored: Mapping[str, Any]) -> SourceRules:
    consent = tuple(ConsentRule(**rule) for rule in stored.get("consent", ()))
    return SourceRules(**{**stored, "consent": consent})


SIDES: tuple[Side, ...] = get_args(Side)
ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
KINDS: tuple[Kind, ...] = get_args(Kind)
