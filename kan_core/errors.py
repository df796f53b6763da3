"""The error tree of the numerics. The message of each says what to change.

KanError
├── ShapeError        a network shape or tensor shape that cannot be
├── DataError         a table that cannot be learned from (empty, not finite, wrong columns)
├── EdgeError         an edge, node or input that does not exist or does not allow the edit
├── PrimitiveError    an unknown primitive, or constants that leave its domain
├── SnapshotError     bytes that are not a network of a known schema version
└── FormulaError      a formula that cannot be written, read or simplified
"""

from __future__ import annotations


class KanError(Exception):
    """Base of all errors that `kan_core` raises on purpose."""


class ShapeError(KanError):
    """A network shape or tensor shape that cannot be."""


class DataError(KanError):
    """A table that cannot be learned from."""


class EdgeError(KanError):
    """An edge, node or input that does not exist or does not allow the edit."""


class PrimitiveError(KanError):
    """An unknown primitive, or constants that leave its domain."""


class SnapshotError(KanError):
    """Bytes that are not a network of a known schema version."""


class FormulaError(KanError):
    """A formula that cannot be written, read or simplified.

    Attributes:
        position: where in the text, from 1; None where no place is to blame.
        line: in which of several texts, from 1.
    """

    def __init__(self, message: str = "", *, position: int | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.position = position
        self.line = line
