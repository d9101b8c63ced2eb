"""What dlt is told about itself while a connection is synced: this, and nothing from around it.

Belongs here: dlt's settings. Does not belong here: a connection's settings and secrets, which
connectors get as arguments (`connector.py`).

dlt looks each of its settings up in the environment, in /run/secrets and in the TOML files of the
folder that it happens to run in, each under up to ten names, some hundred times in a sync. What is
found there was written for another pipeline, and would change how this one loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from dlt.common.configuration.container import Container
from dlt.common.configuration.providers.provider import ConfigProvider
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext

SETTINGS = {
    "delete_completed_jobs": True,  # else dlt keeps each loaded file
    # Rows that wait for their file, of each table. Measured on 10,000 Shopify orders with all that
    # belongs to them: 82 MB with dlt's 5,000 and batches of 2,500, 43 with 1,000 of both.
    "buffer_max_items": 1000,
}


class OwnSettings(ConfigProvider):
    def get_value(
        self, key: str, hint: type[Any], pipeline_name: str | None, *sections: str
    ) -> tuple[Any | None, str]:
        return SETTINGS.get(key), key

    @property
    def name(self) -> str:
        return "this project"

    @property
    def supports_secrets(self) -> bool:
        return True

    @property
    def supports_sections(self) -> bool:
        """No: a key is looked up once, by its own name."""
        return False


_lock = Lock()
_inside = 0
_around: list[ConfigProvider] = []


@contextmanager
def own_settings() -> Iterator[None]:
    """For the whole process, as dlt's providers are; the last sync to end puts the others back."""
    global _inside, _around
    providers = Container()[PluggableRunContext].providers
    with _lock:
        _inside += 1
        if _inside == 1:
            _around, providers.providers = providers.providers, [OwnSettings()]
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                providers.providers = _around
