"""What a check of a tenant has found, in words.

Belongs here: the value. Does not belong here: finding (`tenant_check.py`), printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    FIXED = "fixed"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """where: Contentful, Shopify, Slack or the gateway. next_step: empty when nobody must act.
    is_fixable: `--fix` does it."""

    where: str
    subject: str
    level: Level
    text: str
    next_step: str = ""
    is_fixable: bool = False


@dataclass(frozen=True, kw_only=True)
class Checked:
    """new_key: the tenant's, where a webhook had to be made with it; shown once."""

    tenant: str
    findings: tuple[Finding, ...]
    new_key: str = ""

    @property
    def is_right(self) -> bool:
        return not any(one.level is Level.WRONG for one in self.findings)
