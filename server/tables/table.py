"""A stored table: named columns of finite float64 numbers, as a value and as bytes.

The server process uses it to show rows, the workers to learn from it. The bytes are safetensors
(one array and a JSON header), so reading them back can run no code, and equal tables have equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from server.tables.errors import TableError

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class StoredTable:
    """Columns of numbers without gaps.

    Attributes:
        names: unique column names.
        units: unit of each column, None where not given.
        values: (rows, columns) float64, finite.
        labels: of each column, the texts that its whole numbers 0, 1, … stand for; empty where numbers are numbers.
            Without any text column, the whole is empty.
        equations: that the values are to fulfil, where the table began with them; empty for measured values.
    """

    names: tuple[str, ...]
    units: tuple[str | None, ...]
    values: NDArray[np.float64]
    labels: tuple[tuple[str, ...], ...] = ()
    equations: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.values.shape[0]

    def select(self, names: list[str] | tuple[str, ...]) -> NDArray[np.float64]:
        """(rows, len(names)) the named columns, contiguous.

        Raises:
            TableError: a name that is not a column.
        """
        places = {name: place for place, name in enumerate(self.names)}
        unknown = [name for name in names if name not in places]
        if unknown:
            raise TableError(
                f"There is no usable column named '{unknown[0]}'.",
                f"The columns are: {', '.join(self.names[:20])}{' …' if len(self.names) > 20 else ''}.",
            )
        return np.ascontiguousarray(self.values[:, [places[name] for name in names]])

    def labels_of(self, name: str) -> tuple[str, ...]:
        """The labels of a column, empty for numbers."""
        return self.labels[self.names.index(name)] if self.labels else ()

    def with_values(self, names: tuple[str, ...], values: NDArray[np.float64]) -> StoredTable:
        """The table with (rows, len(names)) other values in the named columns."""
        made = self.values.copy()
        made[:, [self.names.index(name) for name in names]] = values
        return replace(self, values=made)

    def to_bytes(self) -> bytes:
        """The table as safetensors; equal tables give equal bytes."""
        # One header entry only: safetensors does not keep the order of several.
        parts = {"schema": SCHEMA, "names": self.names, "units": self.units}
        more = {"labels": self.labels, "equations": self.equations}
        header = json.dumps(parts | {name: value for name, value in more.items() if value}, ensure_ascii=False)
        return save({"values": np.ascontiguousarray(self.values, dtype="<f8")}, metadata={"table": header})

    @staticmethod
    def from_bytes(data: bytes) -> StoredTable:
        """Read what `to_bytes` wrote.

        Raises:
            TableError: other bytes.
        """
        header = _header(data)
        try:
            values = load(data)["values"]
        except (SafetensorError, KeyError, ValueError) as error:
            raise _damaged() from error
        names, units = tuple(header["names"]), tuple(header["units"])
        if values.ndim != 2 or values.shape[1] != len(names) or len(units) != len(names):
            raise _damaged()
        labels = tuple(tuple(column) for column in header.get("labels", ()))
        if labels and len(labels) != len(names):
            raise _damaged()
        equations = tuple(map(str, header.get("equations", ())))
        return StoredTable(names, units, values.astype(np.float64, copy=False), labels, equations)

    def content_hash(self) -> str:
        """SHA-256 of the bytes, hexadecimal: the address of the dataset."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def _damaged() -> TableError:
    return TableError("The stored table is damaged.", "Upload the file again.")


def _header(data: bytes) -> dict[str, Any]:
    """The JSON header of a stored table."""
    try:
        length = int.from_bytes(data[:8], "little")
        metadata = cast("dict[str, Any]", json.loads(data[8 : 8 + length]))["__metadata__"]
        header = cast("dict[str, Any]", json.loads(metadata["table"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    if header.get("schema") != SCHEMA:
        raise TableError("The stored table was written by another version.", "Upload the file again.")
    return header
