"""The table of settings is what the server reads, with the defaults that it has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.settings import Settings

TABLE = (Path(__file__).parents[2] / "docs/settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `KANSCOPE_(\w+)` \|[^|]*\|([^|]*)\|", TABLE, re.MULTILINE))
FIELDS = {name: field for name, field in Settings.model_fields.items() if name != "registry"}


def test_every_setting_is_in_the_table() -> None:
    assert set(ROWS) == {name.upper() for name in FIELDS}


@pytest.mark.parametrize("name", FIELDS)
def test_its_default_is_the_servers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in FIELDS:
        monkeypatch.delenv(f"KANSCOPE_{each.upper()}", raising=False)
    told, default = ROWS[name.upper()].strip().strip("`"), getattr(Settings(), name)
    if default is None:
        assert told == ""
    elif isinstance(default, Path):
        assert Path(told).expanduser() == default
    else:
        assert told == (default if isinstance(default, str) else json.dumps(default).removesuffix(".0"))


@pytest.mark.parametrize("option", ["host", "port", "data", "token", "token-file", "workers", "device"])
def test_options_of_the_table_are_those_of_the_command(option: str) -> None:
    from server.__main__ import serve

    assert f"`--{option}`" in TABLE
    assert option.replace("-", "_") in serve.__annotations__
