"""Who sends, as far as the head of a request says it, under the source's rules.

Belongs here: addresses, user agents, languages. Does not belong here: whose key it is
(`collector.py`), what becomes of it in a message (`events/messages.py`).
"""

from __future__ import annotations

from functools import lru_cache

from chord_platform.events.addresses import by_policy, stricter
from chord_platform.events.messages import Sender
from chord_platform.events.source import IpPolicy

LONGEST_HEADER = 1000


@lru_cache(maxsize=1000)
def sender_of(
    address: str | None,
    user_agent: bytes | None,
    languages: bytes | None,
    asked_policy: bytes | None,
    policy: IpPolicy,
    is_browser: bool,
    overrules_ip: bool,
) -> Sender:
    """A server sends with the same for days, a visitor for minutes."""
    strictest = stricter(policy, text(asked_policy))
    return Sender(
        ip=by_policy(address, strictest),
        ip_policy=strictest,
        is_browser=is_browser,
        overrules_ip=overrules_ip,
        user_agent=text(user_agent),
        locale=locale_of(languages),
    )


def locale_of(accepted: bytes | None) -> str | None:
    """The first of `Accept-Language`."""
    said = text(accepted)
    return said.split(",", 1)[0].split(";", 1)[0].strip() or None if said else None


def text(header: bytes | None) -> str | None:
    return header.decode("latin-1")[:LONGEST_HEADER] or None if header else None
