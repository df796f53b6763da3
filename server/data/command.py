"""The commands `kanscope data list | size | clean | backup | restore`: options, words and exit codes.

They work on the data folder itself. What only reads is safe beside a running server; what changes the folder takes its lock, and
says what to do instead while a server has it. Imported with every start of the program, so heavy modules wait until a
command runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from server.settings import Settings

REFUSED = 2
"""Exit code when nothing was done; why is on standard error."""
_Data = Annotated[Path | None, typer.Option("--data", help="Data folder; else KANSCOPE_DATA, else ~/.kanscope.")]
_Json = Annotated[bool, typer.Option("--json", help="Answer as one JSON object, sizes in bytes.")]

data_commands = typer.Typer(no_args_is_help=True, help="Sessions and tables on the disk: list, size, clean, backup, restore.")


@data_commands.command("list")
def list_all(data: _Data = None, as_json: _Json = False) -> None:
    """Sessions and tables, what each takes, and which sessions use which table."""
    from server.data import looking

    _say(looking.listing(_settings(data), as_json=as_json))


@data_commands.command()
def size(data: _Data = None, as_json: _Json = False) -> None:
    """What all of it takes, and what room is left on the disk."""
    from server.data import looking

    _say(looking.sizes(_settings(data), as_json=as_json))


@data_commands.command()
def clean(data: _Data = None) -> None:
    """Erase for good what was deleted, and give back every byte that nobody needs. A running server does so by itself."""
    from server.data import changing

    _say(changing.clean(_settings(data)))


@data_commands.command()
def backup(
    file: Annotated[Path, typer.Argument(help="ZIP file to write; it must not be there yet.")], data: _Data = None
) -> None:
    """Write everything to one file; a server may go on meanwhile."""
    from server.data import changing

    _say(changing.backup(_settings(data), file))


@data_commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `kanscope data backup` wrote.")],
    data: _Data = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put what is in the folder aside, into a folder within it.")] = False,
) -> None:
    """Make a data folder from a backup, after everything in it was verified."""
    from server.data import changing

    _say(changing.restored(_settings(data), file, replace=replace))


def _settings(data: Path | None) -> Settings:
    from pydantic import ValidationError

    from server.settings import Settings

    try:
        return Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.")


def _say(work: Coroutine[Any, Any, str]) -> None:
    from server.contract.problems import ProblemError
    from server.store.archive import ArchiveError
    from server.store.database import UnusableDatabaseError
    from server.store.lock import DataInUseError

    try:
        typer.echo(asyncio.run(work))
    except (ArchiveError, DataInUseError, UnusableDatabaseError) as error:
        _refuse(str(error))
    except ProblemError as error:
        _refuse(f"{error.problem.detail} {error.problem.hint or ''}".rstrip())
    except OSError as error:
        _refuse(f"{error.filename or 'The data folder'}: {error.strerror or error}.")


def _refuse(why: str) -> NoReturn:
    typer.echo(f"kanscope data: {why}", err=True)
    raise typer.Exit(REFUSED)
