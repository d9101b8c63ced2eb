"""Seals credentials. What lies in the store is worthless without the key beside it.

Belongs here: the key, sealing, opening. Does not belong here: where sealed text is kept.

The key is CHORD_SECRET_KEY, or a file of the home folder (0600) that is made when a first secret is
sealed. Either may hold several keys, one a line or separated by commas: the first seals, all open,
which is how a key is replaced (`chord connections reseal`).
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from chord_platform.errors import SecretKeyWrong
from chord_platform.settings import Settings

SEPARATOR = "\0"


class Vault:
    """Sealed text names its connection and field: a row copied to another place does not open."""

    def __init__(self, settings: Settings) -> None:
        self.given = settings.secret_key
        self.path = settings.secret_key_path

    def __repr__(self) -> str:
        return f"Vault(key from {'CHORD_SECRET_KEY' if self.given else self.path})"

    def seal(self, secret: str, *, connection: str, field: str) -> str:
        if not self.given and not self.path.exists():
            make_key_file(self.path)
        text = SEPARATOR.join((connection, field, secret))
        return self.keys().encrypt(text.encode()).decode()

    def open(self, sealed: str, *, connection: str, field: str) -> str:
        """Raises:
        SecretKeyWrong: there is no key, or it is not the one this was sealed with.
        """
        wrong = SecretKeyWrong(
            f"The {field} of {connection} does not open with the key of {self.place}.",
            hint="Bring back the key it was sealed with, or give the secret anew:"
            f" `chord connections set {connection} --secret {field}=env:VARIABLE`.",
        )
        try:
            text = self.keys().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise wrong from None
        owner, name, secret = text.split(SEPARATOR, 2)
        if (owner, name) != (connection, field):
            raise wrong
        return secret

    @property
    def place(self) -> str:
        return "CHORD_SECRET_KEY" if self.given else str(self.path)

    def keys(self) -> MultiFernet:
        text = self.given or read_key_file(self.path)
        keys = text.replace(",", "\n").split()
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise SecretKeyWrong(
                f"{self.place} does not hold a key.",
                hint="A key is 32 random bytes in URL-safe base64; make one with"
                " `python -c 'from cryptography.fernet import Fernet as F;"
                " print(F.generate_key().decode())'`.",
            ) from None


def make_key_file(path: Path) -> None:
    """Whole or not at all, and once: of two processes that make it, one wins and both read it."""
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        Path(made).unlink()


def read_key_file(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text()
    except OSError as error:
        raise SecretKeyWrong(
            f"The key file {path} cannot be read ({error.strerror}).",
            hint="Bring it back from the backup, or set CHORD_SECRET_KEY.",
        ) from error
    if mode & 0o077:
        raise SecretKeyWrong(
            f"The key file {path} can be read by others (mode {mode:o}).",
            hint=f"Run `chmod 600 {path}`.",
        )
    return text
