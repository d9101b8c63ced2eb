"""The key under which personal data is hashed is made once and outlives the vault's own key."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from chord_platform.connections.personal_key import personal_key
from chord_platform.connections.records import Records
from chord_platform.store import open_store
from chord_platform.store.vault import Vault
from tests.store.settings import settings_on

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_key_is_made_once_and_survives_a_new_vault_key(
    tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("CHORD_SECRET_KEY", old)
    settings = settings_on(tmp_path, migrated_url)
    store = open_store(settings)
    first = personal_key(store, Vault(settings), at=NOW)
    assert len(first) == 32
    assert personal_key(store, Vault(settings), at=NOW) == first
    monkeypatch.setenv("CHORD_SECRET_KEY", f"{new},{old}")
    both = Vault(settings_on(tmp_path, migrated_url))
    Records(store, both).reseal(by="test", at=NOW)
    monkeypatch.setenv("CHORD_SECRET_KEY", new)
    assert personal_key(store, Vault(settings_on(tmp_path, migrated_url)), at=NOW) == first
    store.close()
