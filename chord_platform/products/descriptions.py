"""A shop's HTML and a CMS's text: when they say the same, and what crosses over.

Belongs here: paragraphs and line breaks as text. Does not belong here: whether descriptions sync.

Markdown and HTML never survive a round trip, so nothing is converted but what is certain: a text
that has paragraphs and line breaks and no other markup.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from chord_platform.products.normal_forms import text

PARAGRAPH = "p"
BREAK = "br"


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.has_lines = False
        self.has_other = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == BREAK:
            self.parts.append("\n")
        elif tag == PARAGRAPH:
            self.parts.append("\n\n")
        else:
            self.has_other = True
        self.has_lines = True

    def handle_endtag(self, tag: str) -> None:
        if tag == PARAGRAPH:
            self.parts.append("\n\n")
        elif tag != BREAK:
            self.has_other = True

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.has_other = True

    def handle_decl(self, decl: str) -> None:
        self.has_other = True

    def handle_pi(self, data: str) -> None:
        self.has_other = True

    def unknown_decl(self, data: str) -> None:
        self.has_other = True


def plain_text(html: str) -> str | None:
    """None: it holds markup that no text can carry."""
    reader = read(html)
    if reader.has_other:
        return None
    if not reader.has_lines:
        return text("".join(reader.parts))
    # Between tags a line's end is a space, as it is for a browser.
    parts = [
        part if set(part) == {"\n"} and part in ("\n", "\n\n") else re.sub(r"\s+", " ", part)
        for part in reader.parts
    ]
    lines = [line.strip() for line in "".join(parts).split("\n")]
    return text(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def say_the_same(one: str, other: str) -> bool:
    return canonical(one) == canonical(other)


def canonical(description: str) -> str:
    plain = plain_text(description)
    return text(description) if plain is None else plain
