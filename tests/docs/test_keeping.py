"""docs/keeping.md does what it says: its commands are run one after the other on a folder with sessions."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from server.data.command import REFUSED
from server.store.store import Store
from tests.docs.blocks import DOCS, blocks
from tests.docs.programs import environment_with_programs

DOCUMENT = DOCS / "keeping.md"


async def _begun(folder: Path) -> None:
    store = Store(folder)
    await store.open()
    await store.close()


def test_every_command_does_what_stands_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    asyncio.run(_begun(folder))
    environment = {**environment_with_programs(tmp_path / "programs"), "KANSCOPE_DATA": str(folder)}
    commands = [line.partition("#")[0].strip() for block in blocks(DOCUMENT, "sh") for line in block.text.splitlines()]
    assert [command.split()[2] for command in commands] == ["list", "size", "clean", "backup", "restore"]
    for command in commands:
        subprocess.run(command, shell=True, cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "kanscope.zip").exists()
    assert (tmp_path / "elsewhere/kanscope.sqlite3").exists()
    again = subprocess.run(commands[-1], shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == REFUSED
    assert "--replace" in again.stderr
