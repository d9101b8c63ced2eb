"""The one place that reads the environment.

Belongs here: names, defaults and absolute paths of what an installation may set.
Does not belong here: a connection's own settings (the store holds them).

`.env` of the working folder is read beside the environment, which goes before it, and is never
written into `os.environ`: a child process inherits what its user exported, not what we read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chord_platform.errors import SettingsWrong

DEFAULT_SCHEDULE = "0 */6 * * *"
DEFAULT_HOME = ".chord"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every path is absolute: a daemon's working folder is not its user's."""

    home: Path
    store_url: str = field(repr=False)
    warehouse_path: Path
    published_path: Path
    secret_key: str | None = field(repr=False)
    secret_key_path: Path
    gateway_host: str
    gateway_port: int
    dagster_home: Path
    default_schedule: str
    project_root: Path
    sql_dir: Path


def read_settings(home: str | Path | None = None) -> Settings:
    """The settings of one home folder, which is made (0700) when it is not there.

    Raises:
        SettingsWrong: a variable is malformed, or the folder cannot be made.
    """
    environment = read_environment()
    folder = absolute(home or environment.get("CHORD_HOME") or DEFAULT_HOME)
    make_private_folder(folder)
    warehouse = absolute(environment.get("CHORD_WAREHOUSE_PATH") or folder / "warehouse.duckdb")
    project_root = Path(__file__).resolve().parent.parent
    return Settings(
        home=folder,
        store_url=store_url(environment.get("CHORD_STORE_URL"), folder),
        warehouse_path=warehouse,
        published_path=warehouse.with_name(f"{warehouse.stem}.published{warehouse.suffix}"),
        secret_key=environment.get("CHORD_SECRET_KEY") or None,
        secret_key_path=folder / "secret.key",
        gateway_host=environment.get("CHORD_GATEWAY_HOST") or "127.0.0.1",
        gateway_port=port(environment.get("CHORD_GATEWAY_PORT") or "8090"),
        dagster_home=absolute(environment.get("DAGSTER_HOME") or folder / "dagster"),
        default_schedule=environment.get("CHORD_DEFAULT_SCHEDULE") or DEFAULT_SCHEDULE,
        project_root=project_root,
        sql_dir=project_root / "sql",
    )


def read_environment() -> Mapping[str, str]:
    """`.env` of the working folder, and above it the environment."""
    from dotenv import dotenv_values

    file = Path.cwd() / ".env"
    written = dotenv_values(file) if file.is_file() else {}
    return {**{name: value for name, value in written.items() if value is not None}, **os.environ}


def absolute(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsWrong(
            f"The home folder {folder} cannot be made ({error.strerror}).",
            hint="Name another by CHORD_HOME or --home.",
        ) from error


def store_url(given: str | None, home: Path) -> str:
    """SQLAlchemy's URL; psycopg 3 is the PostgreSQL driver whatever short form was written."""
    if not given:
        return f"sqlite:///{home / 'store.sqlite'}"
    scheme, separator, rest = given.partition("://")
    if not separator:
        raise SettingsWrong(
            "CHORD_STORE_URL is not a URL.",
            hint="Write postgresql://user:password@host/database, or leave it out for SQLite.",
        )
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return f"sqlite:///{absolute(rest.removeprefix('/'))}"
    if scheme != "postgresql+psycopg":
        raise SettingsWrong(
            f"CHORD_STORE_URL names {scheme!r}, which is not a store this platform knows.",
            hint="Use postgresql:// or sqlite:///.",
        )
    return given


def port(text: str) -> int:
    if text.isdecimal() and 0 <= int(text) <= 65535:
        return int(text)
    raise SettingsWrong(
        f"CHORD_GATEWAY_PORT is {text!r}, which is not a port.", hint="Give 1 to 65535."
    )
