"""The files of assets: fetched and processed while nobody waits.

Belongs here: what a file may be, its way from `upload` to `url`.
Does not belong here: the states of assets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from vendor_emulator.vendors.contentful.refusals import Refused, wrong
from vendor_emulator.vendors.contentful.validation import Record

PROHIBITED = frozenset({"text/html", "text/javascript", "application/javascript"})


def file_errors(asset: Record) -> Iterator[Record]:
    for locale, file in asset["fields"].get("file", {}).items():
        path = ["fields", "file", locale]
        for name in ("fileName", "contentType"):
            if not isinstance(file.get(name), str):
                yield wrong("required", [*path, name], f'The property "{name}" is required here')
        if file.get("contentType") in PROHIBITED:
            yield wrong("prohibited", [*path, "contentType"], "Such files are refused")


def unprocessed(asset: Record) -> bool:
    files = asset["fields"].get("file", {})
    return not files or any("url" not in file for file in files.values())


@dataclass
class Files:
    """takes: seconds until a file is processed. stuck: none ever is, until it is unset."""

    seconds: Callable[[], float]
    takes: float = 0.0
    stuck: bool = False
    waiting: dict[tuple[str, str], float] = field(default_factory=dict)

    def start(self, asset: Record, locale: str) -> None:
        if "upload" not in asset["fields"].get("file", {}).get(locale, {}):
            raise Refused("BadRequest", "There is no file to process for this locale.")
        self.waiting[(asset["sys"]["id"], locale)] = self.seconds() + self.takes

    def finish(self, assets: Mapping[str, Record], moment: str) -> None:
        """The address replaces `upload`, and the asset has a new version."""
        for (id_, locale), due in list(self.waiting.items()):
            if self.stuck or due > self.seconds():
                continue
            del self.waiting[(id_, locale)]
            asset = assets.get(id_)
            file = asset["fields"].get("file", {}).get(locale, {}) if asset else {}
            if asset is None or "upload" not in file:
                continue
            del file["upload"]
            space, name = asset["sys"]["space"]["sys"]["id"], file["fileName"].replace(" ", "_")
            file["url"] = f"//images.ctfassets.net/{space}/{id_}/{crc32(name.encode()):08x}/{name}"
            file["details"] = {"size": 48_120, "image": {"width": 1200, "height": 1600}}
            asset["sys"]["version"] += 1
            asset["sys"]["updatedAt"] = moment
