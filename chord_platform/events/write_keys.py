"""Write keys: `id:secret`, of which only the id and a hash of the secret are kept.

Belongs here: making, taking apart, comparing. Does not belong here: whose key it is (`sources.py`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass
from datetime import datetime

ID_LENGTH = 16
SECRET_LENGTH = 32
LETTERS = string.ascii_lowercase + string.digits


@dataclass(frozen=True, kw_only=True)
class WriteKey:
    """ends_at: set when it was rotated; until then it is taken beside the new one."""

    id: str
    source: str
    made_at: datetime
    made_by: str
    ends_at: datetime | None = None


def new_write_key() -> tuple[str, str]:
    """Its id and its secret, in letters that no URL, header or shell changes."""
    made = ["".join(secrets.choice(LETTERS) for _ in range(n)) for n in (ID_LENGTH, SECRET_LENGTH)]
    return made[0], made[1]


def parts_of(key: str) -> tuple[str, str] | None:
    """Id and secret; None when the text is no write key. Segment's clients send a key as the user
    of Basic authentication, so a colon may stand behind it."""
    name, separator, secret = key.strip().removesuffix(":").partition(":")
    return (name, secret) if separator and name and secret else None


def hash_of(secret: str) -> str:
    """Plain SHA-256: the secret has 165 random bits, so there is nothing to guess that a salt or a
    slow hash would guard, and every request pays for this one."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def is_secret(secret: str, *, hashed: str) -> bool:
    return hmac.compare_digest(hash_of(secret), hashed)
