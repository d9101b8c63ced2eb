"""What Dagster's steps, schedules and sensors open to reach the platform.

Belongs here: opening. Does not belong here: logic of any kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

    @contextmanager
    def session(self) -> Iterator[Platform]:
        """For a tick or a step: a long-lived code server must not gather open stores."""
        platform = self.open()
        try:
            yield platform
        finally:
            platform.store.close()
