"""The rate limit of a token is kept by all who use it, and follows what the vendor says."""

from __future__ import annotations

import time
from pathlib import Path

from chord_platform.products.contentful import ContentfulIntegration, ContentfulKeys
from chord_platform.products.options import SyncOptions
from vendor_emulator.server import Emulator


def test_two_who_share_a_token_share_its_limit(tmp_path: Path) -> None:
    options = {"contentful": {"rate": 10}}
    with Emulator(orders=5, vendors=["contentful"], options=options) as emulator:
        told = emulator.credentials("contentful")
        keys = ContentfulKeys(
            space_id=told["space_id"],
            management_token=told["management_token"],
            base_url=told["base_url"],
            limits=tmp_path,
        )
        first, second = (ContentfulIntegration(keys, SyncOptions()) for _ in range(2))
        for one in (first, second):
            one.cma.get("locales")
        assert first.cma.rate == second.cma.rate == 10
        began = time.monotonic()
        for _ in range(12):
            for one in (first, second):
                one.cma.get("locales")
        seconds = time.monotonic() - began
        refused = [one for one in emulator.requests if one.status == 429]
    assert len(refused) <= 1
    assert seconds >= 1.0
