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


@pytest.fixture
def metals(tmp_path: Path) -> Path:
    file = tmp_path / "metals.csv"
    file.write_text("x,y,metal\n" + "".join(f"{row},{row * 1.5 + row % 3},{('iron', 'zinc')[row % 2]}\n" for row in range(12)))
    return file


@pytest.mark.parametrize(("target", "inputs"), [("metal", None), ("y", "x,metal")])
def test_words_are_not_explained_as_if_they_were_numbers(metals: Path, target: str, inputs: str | None) -> None:
    with pytest.raises(DiscoverError, match=r"“metal” holds words \(‘iron’, ‘zinc’\)"):
        columns.read_columns(metals, target, inputs)


def test_words_are_no_inputs_unless_they_are_asked_for(metals: Path) -> None:
    assert columns.read_columns(metals, "y", None).inputs == ("x",)
