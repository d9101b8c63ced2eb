"""Credentials are sealed: at rest, in every text, and against a key that is not theirs."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from chord_platform.connections.service import Connections
from chord_platform.errors import SecretKeyWrong
from chord_platform.settings import Settings, read_settings
from chord_platform.store.vault import Vault
from dlt_pipelines.errors import ConnectorError
from tests.connections.fixtures import World
from tests.connections.market_service import KEY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(tmp_path / "home")


def seal(settings: Settings) -> str:
    return Vault(settings).seal("secret", connection="shop", field="key")


def opened(settings: Settings, sealed: str) -> str:
    return Vault(settings).open(sealed, connection="shop", field="key")


def test_what_was_sealed_opens_again_and_the_key_file_is_private(settings: Settings) -> None:
    sealed = seal(settings)
    assert "secret" not in sealed
    assert opened(settings, sealed) == "secret"
    assert stat.S_IMODE(settings.secret_key_path.stat().st_mode) == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["secret.key"]


def test_all_who_seal_for_the_first_time_at_once_agree_on_one_key(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(seal, [settings] * 8))
    assert [opened(settings, each) for each in sealed] == ["secret"] * 8


def test_another_key_is_named_as_the_cause(settings: Settings) -> None:
    sealed = seal(replace(settings, secret_key=Fernet.generate_key().decode()))
    with pytest.raises(SecretKeyWrong, match=r"CHORD_SECRET_KEY.*Bring back the key"):
        opened(replace(settings, secret_key=Fernet.generate_key().decode()), sealed)


def test_a_key_file_that_is_gone_is_not_made_anew_to_open_with(settings: Settings) -> None:
    sealed = seal(settings)
    settings.secret_key_path.unlink()
    with pytest.raises(SecretKeyWrong, match="cannot be read"):
        opened(settings, sealed)
    assert not settings.secret_key_path.exists()


def test_a_key_file_that_others_can_read_is_refused(settings: Settings) -> None:
    sealed = seal(settings)
    settings.secret_key_path.chmod(0o644)
    with pytest.raises(SecretKeyWrong, match="chmod 600"):
        opened(settings, sealed)


def test_a_key_that_is_none_is_refused_without_showing_it(settings: Settings) -> None:
    with pytest.raises(SecretKeyWrong, match="does not hold a key") as refused:
        seal(replace(settings, secret_key="hunter2"))
    assert "hunter2" not in str(refused.value)


def test_sealed_text_opens_only_where_it_belongs(settings: Settings) -> None:
    sealed = seal(settings)
    with pytest.raises(SecretKeyWrong):
        Vault(settings).open(sealed, connection="other_shop", field="key")


def test_a_new_key_before_the_old_one_rotates_without_a_pause(world: World) -> None:
    world.started()
    old = world.settings.secret_key_path.read_text().strip()
    new = Fernet.generate_key().decode()
    both = with_key(world, f"{new},{old}")
    assert both.reseal(by="ada") == 1
    alone = with_key(world, new)
    assert alone.records.secrets("shop") == {"api_key": KEY}
    with pytest.raises(SecretKeyWrong):
        with_key(world, old).records.secrets("shop")


def with_key(world: World, key: str) -> Connections:
    return Connections(
        settings=replace(world.settings, secret_key=key),
        store=world.store,
        warehouse=world.connections.warehouse,
        connectors=world.connections.connectors,
        clock=world.clock,
    )


def test_no_secret_stands_in_any_file_repr_or_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    checked = world.started()
    world.sync()
    world.market.status = 400  # the market's answer echoes the key
    with pytest.raises(ConnectorError) as failed:
        world.sync()
    shown = [
        repr(checked),
        repr(world.connections.why("shop")),
        repr(world.connections.runs("shop")),
        repr(world.connections.records.audit("shop")),
        str(failed.value),
        caplog.text,
    ]
    assert not any(KEY in text for text in shown)
    files = [path for path in world.settings.home.parent.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
