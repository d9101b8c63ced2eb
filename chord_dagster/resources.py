"""What Dagster's steps, schedules and sensors open to reach the platform.

Belongs here: opening. Does not belong here: logic of any kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from chord_platform.bootstrap import Platform
    from chord_platform.settings import Settings


class PlatformResource(dg.ConfigurableResource):
    """The platform's services, opened on one home folder (None: where the environment says).

    The platform is imported when it is opened: the code location is loaded in every run, and its
    stores bring SQLAlchemy and the vault along.
    """

    home: str | None = None

    def settings(self) -> Settings:
        from chord_platform.settings import read_settings

        return read_settings(home=self.home)

    def open(self) -> Platform:
        from chord_platform.bootstrap import open_platform

        return open_platform(self.settings())
