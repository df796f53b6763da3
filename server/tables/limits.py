"""How large a table may be."""

from __future__ import annotations

MAXIMUM_BYTES = 256 * 1024 * 1024
MAXIMUM_ROWS = 1_000_000
MAXIMUM_COLUMNS = 1_000
MAXIMUM_CELLS = 25_000_000
MAXIMUM_LINE = 2_000_000
"""Characters of a line: a thousand columns of long texts."""
MAXIMUM_FIELD = 131_072
"""Characters of a field: what Python's csv reads, and more than any number or label has."""
