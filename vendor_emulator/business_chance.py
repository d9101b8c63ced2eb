"""Chance that belongs to a thing: the same names and numbers always draw the same.

Belongs here: draws without a generator's state, for things that are made by the hundred thousand.
Does not belong here: what is drawn.
"""

from __future__ import annotations

MASK = 2**64 - 1


def draw(*parts: int) -> float:
    """A number in [0, 1) that belongs to these whole numbers alone (splitmix64's mixing)."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = (state ^ (part & MASK)) * 0xBF58476D1CE4E5B9 & MASK
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & MASK
        state ^= state >> 31
    return (state >> 11) / 2**53


def pick(upto: int, *parts: int) -> int:
    """A whole number below `upto`."""
    return int(draw(*parts) * upto)
