"""What can go wrong between a vendor and the warehouse, named after who must act.

Belongs here: the errors a connector or a sync may raise.
Does not belong here: the translation of a failure into one of them (that is `sync.py`).
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Says who, what happened and the next step; never a secret, never a query string."""

    def __init__(self, connector: str, what: str, *, hint: str = "") -> None:
        self.connector = connector
        self.what = what
        self.hint = hint
        super().__init__(f"{connector}: {what}" + (f" {hint}" if hint else ""))


class SettingsRefused(ConnectorError):
    """The person who set the connection up must act: a setting is missing or malformed."""


class CredentialsRejected(ConnectorError):
    """The merchant must act: the vendor refused the key or its scopes."""


class VendorUnavailable(ConnectorError):
    """Nobody must act: the same request may succeed later."""


class QuotaSpent(VendorUnavailable):
    """Nobody must act, and asking again before the next scheduled sync is in vain."""


class UnexpectedResponse(ConnectorError):
    """We must act: the vendor answered in a shape this connector does not know."""
