"""Numbers that remember which named constants they were computed from."""

from __future__ import annotations

from typing import Self


class Traced(float):
    """A double, and the names of the constants that decide it.

    Two are equal when both agree: x·a + x·b stays as it is though a and b happen to have the same value, and 0·x is not
    left out where the 0 is a constant that may move.
    """

    of: frozenset[str]

    def __new__(cls, value: float, of: frozenset[str]) -> Self:
        made = super().__new__(cls, value)
        made.of = of
        return made

    def __add__(self, other: float) -> Traced:
        return Traced(float(self) + float(other), self.of | names_of(other))

    __radd__ = __add__

    def __mul__(self, other: float) -> float:
        # A zero that nothing moves makes one.
        if other == 0 and not names_of(other):
            return 0.0
        return Traced(float(self) * float(other), self.of | names_of(other))

    __rmul__ = __mul__

    def __neg__(self) -> Traced:
        return Traced(-float(self), self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float | int) and float(self) == float(other) and self.of == names_of(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((float(self), self.of))

    def __repr__(self) -> str:
        return f"{float(self)!r} of {', '.join(sorted(self.of))}"


def names_of(number: float) -> frozenset[str]:
    """The constants that decide a number; none for a plain one."""
    return number.of if isinstance(number, Traced) else frozenset()


def traced(value: float, *sources: float) -> float:
    """A value that was computed from these numbers."""
    of = frozenset[str]().union(*(names_of(source) for source in sources))
    return Traced(value, of) if of else value
