"""Texts of queries, parsed, validated and answered once.

Belongs here: remembering documents and answers. Does not belong here: making an answer.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
    validate,
)

from vendor_emulator.vendors.shopify.execution import Prepared
from vendor_emulator.vendors.shopify.schema import load_schema

KEPT_DOCUMENTS = 512


@dataclass(frozen=True)
class Document:
    """A text's operations, or why it is refused."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDefinitionNode]
    parsed: DocumentNode | None = None
    unparsable: GraphQLError | None = None
    invalid: tuple[GraphQLError, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Names of operations and root fields, as fault scripts call them."""
        names: list[str] = []
        for one in self.operations:
            if one.name is not None:
                names.append(one.name.value)
            names += [
                field.name.value
                for field in one.selection_set.selections
                if isinstance(field, FieldNode)
            ]
        return tuple(names)

    def operation(self, name: str | None) -> Prepared | None:
        wanted = [
            one
            for one in self.operations
            if name is None or (one.name is not None and one.name.value == name)
        ]
        if len(wanted) != 1 or self.parsed is None:
            return None
        return Prepared(self.parsed, wanted[0], self.fragments)


class Documents:
    def __init__(self) -> None:
        self._known: OrderedDict[str, Document] = OrderedDict()

    def read(self, text: str) -> Document:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = _read(text)
            if len(self._known) > KEPT_DOCUMENTS:
                self._known.popitem(last=False)
        return known


def _read(text: str) -> Document:
    try:
        parsed = parse(text)
    except GraphQLError as error:
        return Document((), {}, unparsable=error)
    operations = tuple(
        one for one in parsed.definitions if isinstance(one, OperationDefinitionNode)
    )
    fragments = {
        one.name.value: one for one in parsed.definitions if isinstance(one, FragmentDefinitionNode)
    }
    return Document(operations, fragments, parsed, invalid=tuple(validate(load_schema(), parsed)))


@dataclass(frozen=True)
class Kept:
    """Where an answer's data lies in the file, and what it cost."""

    offset: int
    length: int
    requested: int
    actual: int
    search: Any


class AnswerStore:
    """Answers' data in one file, so that a repeated request costs a read and no execution.

    A file and not memory: 200,000 orders page by page are more than a gigabyte, and the system's
    page cache holds them better than Python does.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._end = 0
        self._kept: dict[Hashable, Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Kept | None:
        return self._kept.get(key)

    def read(self, kept: Kept) -> bytes:
        return os.pread(self._file, kept.length, kept.offset)

    def put(self, key: Hashable, data: bytes, *, requested: int, actual: int, search: Any) -> None:
        os.pwrite(self._file, data, self._end)
        self._kept[key] = Kept(self._end, len(data), requested, actual, search)
        self._end += len(data)

    def close(self) -> None:
        os.close(self._file)
