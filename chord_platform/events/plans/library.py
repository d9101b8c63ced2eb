"""The plans there are: those that ship, and a home's own.

Belongs here: finding plans by name. Does not belong here: reading files (`plan_files.py`).
"""

from __future__ import annotations

from pathlib import Path

from chord_platform.errors import PlanRefused, UnknownPlan
from chord_platform.events.plans.plan import Plan
from chord_platform.events.plans.plan_files import read_plan, stamp

SHIPPED = Path(__file__).parent / "files"


class Plans:
    """A home's own plan goes before a shipped one of the same name.

    A plan is read once, and again when one of its files has changed: a corrected plan holds from
    the next batch on, without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[object, Plan]] = {}

    def names(self) -> tuple[str, ...]:
        places = [place for place in (SHIPPED, self.folder) if place.is_dir()]
        found = {each.name for place in places for each in place.iterdir() if is_plan(each)}
        return tuple(sorted(found))

    def path(self, name: str) -> Path:
        for place in (self.folder, SHIPPED):
            if is_plan(place / name) and (place / name).parent == place:
                return place / name
        raise UnknownPlan(
            f"There is no tracking plan {name!r}.",
            hint=f"There are {', '.join(self.names())}; own plans stand in {self.folder}.",
        )

    def is_own(self, name: str) -> bool:
        return self.path(name).parent == self.folder

    def load(self, name: str) -> Plan:
        """Raises:
        UnknownPlan: there is none of that name.
        PlanRefused: a file of it is wrong or cannot be read; nothing of the plan is used.
        """
        try:
            return self.read(name)
        except OSError as error:
            raise PlanRefused(
                f"{error.filename or self.folder / name}: {error.strerror or error}.",
                hint="Let the platform's user read it; nothing of the plan is used.",
            ) from error

    def read(self, name: str) -> Plan:
        path = self.path(name)
        now = stamp(path)
        known = self._read.get(name)
        if known is not None and known[0] == now:
            return known[1]
        plan = read_plan(path)
        if plan.name != name:
            raise PlanRefused(
                f"{path / 'plan.json'}: name is {plan.name!r}, but its folder is {name!r}.",
                hint="Let both say the same.",
            )
        self._read[name] = (now, plan)
        return plan


def is_plan(folder: Path) -> bool:
    """A hidden folder is one that is being written."""
    return not folder.name.startswith(".") and (folder / "plan.json").is_file()
