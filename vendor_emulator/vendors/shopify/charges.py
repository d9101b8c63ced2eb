"""Charges of subscription contracts: what each was, and how it ended.

Belongs here: those values. Does not belong here: contracts (`around_store.py`), how a charge looks
to the API (`fields_store.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from vendor_emulator.vendors.shopify.around_store import Contract


class AttemptState(NamedTuple):
    """error: what the bank said, of one that failed; order: of one that did not."""

    type_name: str
    error: str = ""
    order: Any = None


@dataclass(frozen=True)
class Attempt:
    """A charge of a contract. The business charges by itself: tests put in what they need."""

    id: int
    contract: Contract
    key: str
    created_at: datetime
    completed_at: datetime | None
    failed: bool
    type_name: ClassVar[str] = "SubscriptionBillingAttempt"

    @property
    def state(self) -> AttemptState:
        if self.failed:
            return AttemptState("SubscriptionBillingAttemptFailedState", "Card declined")
        return AttemptState("SubscriptionBillingAttemptSuccessState")


class AttemptError(NamedTuple):
    message: str

    type_name = "SubscriptionBillingAttemptUnexpectedError"
