"""What `kanscope discover` reads of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.discover import columns
from server.discover.failure import DiscoverError


@pytest.mark.parametrize("endless", [False, True], ids=["a long file", "a file without end"])
def test_no_more_is_read_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endless: bool) -> None:
    monkeypatch.setattr(columns, "MAXIMUM_BYTES", 2**20)
    file = Path("/dev/zero") if endless else tmp_path / "long.csv"
    if not endless:
        file.write_bytes(b"1,2\n" * 2**18 + b"3")
    with pytest.raises(DiscoverError, match="larger than 1 MB"):
        columns.read_columns(file, "z", None)
