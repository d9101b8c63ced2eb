"""Puts the template `dagster.yaml` into DAGSTER_HOME.

Belongs here: that file's installation. Does not belong here: what stands in it.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chord_platform.settings import Settings

NAME = "dagster.yaml"
PLACE = "{DAGSTER_HOME}"


class Installed(Enum):
    NEW = "written"
    SAME = "up to date"
    RENEWED = "renewed from the template"
    KEPT = "kept with your changes; the template has moved on since"


def install_dagster_home(settings: Settings) -> Installed:
    """Follows the template for as long as nobody edited the copy."""
    return install(settings.project_root / NAME, settings.dagster_home)


def install(template: Path, folder: Path) -> Installed:
    folder.mkdir(parents=True, exist_ok=True)
    copy, memory = folder / NAME, folder / f".{NAME}.as_installed"
    wanted = template.read_text(encoding="utf-8").replace(PLACE, str(folder))
    there = copy.read_text(encoding="utf-8") if copy.exists() else None
    before = memory.read_text(encoding="utf-8") if memory.exists() else None
    if there == wanted:
        outcome = Installed.SAME
    elif there is None:
        outcome = Installed.NEW
    elif there == before:
        outcome = Installed.RENEWED
    else:
        return Installed.SAME if before == wanted else Installed.KEPT
    copy.write_text(wanted, encoding="utf-8")
    memory.write_text(wanted, encoding="utf-8")
    return outcome
