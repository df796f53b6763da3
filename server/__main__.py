"""The command line: `kanscope serve`, `discover`, `fit` and `data`, or `python -m server …`."""

from __future__ import annotations

if __name__ == "__main__":
    from server.console import own_folders_first

    own_folders_first()

import logging
import os
import socket
import sys
import threading
import webbrowser
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import urlencode

import structlog
import typer

from server.data.command import data_commands
from server.discover.command import discover
from server.fit.command import fit
from server.version import VERSION

if TYPE_CHECKING:
    from server.settings import Settings

_PORTS_TRIED = 20
_OTHERS_READ = 0o044
_STEPPING_STONE = "open.html"

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@cli.callback()
def kanscope() -> None:
    """An oscilloscope for Kolmogorov-Arnold networks."""


@cli.command()
def version() -> None:
    """Print the version."""
    print(VERSION)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; any but this machine's own needs a token.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; when absent the first free one from 8765 on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for sessions and datasets.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that compute.")] = None,
    device: Annotated[str | None, typer.Option(help="Where networks are trained: auto, cpu, cuda or mps.")] = None,
    token: Annotated[str | None, typer.Option(help="As --token-file, but others on this machine can see it.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with a text that whoever wants to use the server must know; or set KANSCOPE_TOKEN.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
) -> None:
    """Start the server and open the page."""
    given = {"host": host, "port": port, "data": data, "workers": workers, "device": device}
    given |= _token(token, token_file)
    _serve({name: value for name, value in given.items() if value is not None}, open_browser=not no_browser)


cli.command()(discover)
cli.command()(fit)
cli.add_typer(data_commands, name="data")


def _token(text: str | None, file: Path | None) -> dict[str, Any]:
    """What the options say of the token; it comes before what the environment says."""
    from server.settings import read_token

    if text is not None and file is not None:
        _give_up("Give --token-file or --token, not both.")
    if text is not None:
        print(
            "Warning: others on this machine can see --token in its list of processes; set KANSCOPE_TOKEN or give --token-file.",
            file=sys.stderr,
        )
    if file is None:
        return {"token": text}
    try:
        return {"token": read_token(file), "token_file": file}
    except ValueError as error:
        _give_up(f"--token-file: {error}.")


def _warn_of_readers(file: Path) -> None:
    if os.name == "posix" and file.stat().st_mode & _OTHERS_READ:
        print(f"Warning: others on this machine can read {file}; chmod 600 keeps the token to yourself.", file=sys.stderr)


def main() -> None:
    """Entry of the `kanscope` command."""
    try:
        cli()
    except SystemExit as end:
        if "torch" not in sys.modules or not isinstance(end.code, int):
            raise
        # To take the numerics apart piece by piece costs most of a second, and the system does it at once.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


def _serve(given: dict[str, Any], *, open_browser: bool) -> None:
    # Imported here: worker processes and `--help` come through this module too, and need none of it.
    from pydantic import ValidationError

    from server.settings import Settings
    from server.store.lock import DataInUseError, DataLock

    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        _give_up(": ".join(filter(None, [".".join(map(str, first["loc"])), f"{first['msg']}."])))
    if settings.token_file is not None:
        _warn_of_readers(settings.token_file)
    if not settings.loopback and settings.token is None:
        _give_up(
            f"Listening on {settings.host} lets other machines in, so a token is required: "
            "set KANSCOPE_TOKEN or give --token-file (a long random text)."
        )
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        lock = DataLock(settings.data)
        lock.take()
        lock.give_back()
        listening = _listen(settings.host, settings.port, fixed="port" in settings.model_fields_set)
    except (DataInUseError, OSError) as error:
        _give_up(str(error))
    _set_up_logging(as_json=settings.log_json)
    _run(settings, listening, open_browser=open_browser)


def _run(settings: Settings, listening: socket.socket, *, open_browser: bool) -> None:
    import uvicorn

    from server.api.services import why_not
    from server.app import create_app

    address = _address(settings, listening)
    whereabouts = _whereabouts(settings, listening, address)

    class Announcing(uvicorn.Server):
        """Says where it is once it answers; does not begin on a database that this program cannot use, and says why."""

        refusal: str | None = None

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            self.refusal = await why_not(settings)
            if self.refusal is not None:
                self.should_exit = True
                return
            await super().startup(sockets)
            if self.started:
                _announce(settings, address, whereabouts, open_browser=open_browser)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            (settings.data / _STEPPING_STONE).unlink(missing_ok=True)
            await super().shutdown(sockets)

    config = uvicorn.Config(
        create_app(settings),
        ws="websockets-sansio",
        ws_max_size=settings.body_bytes,
        ws_per_message_deflate=False,
        proxy_headers=settings.proxy_headers,
        timeout_graceful_shutdown=1,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
    )
    server = Announcing(config)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    if server.refusal is not None:
        _give_up(server.refusal)
    if not server.started:
        sys.exit(3)


def _announce(settings: Settings, address: str, whereabouts: str, *, open_browser: bool) -> None:
    print(whereabouts, flush=True)
    if not open_browser:
        return
    try:
        page = address if settings.token is None else _stepping_stone(settings.data, address)
    except OSError as error:
        print(f"The browser is not opened ({error.strerror or error}); open the address yourself.", file=sys.stderr)
        return
    threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()


def _stepping_stone(folder: Path, address: str) -> str:
    """Address of a file, for this user only, that leads to an address with a token: a browser's arguments are for all to see."""
    file = folder / _STEPPING_STONE
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as page:
        page.write(f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={escape(address)}">')
    return file.resolve().as_uri()


def _whereabouts(settings: Settings, listening: socket.socket, address: str) -> str:
    """Where the page is, for this machine and, where the server takes them in, for others."""
    from server.api.addresses import addresses

    here = f"Kanscope is at {address}"
    port = listening.getsockname()[1]
    elsewhere = [] if settings.loopback else addresses(settings.host, port, settings.allowed_hosts)
    return f"{here}\nOther machines reach it, with the token, at {' or '.join(elsewhere)}" if elsewhere else here


def _listen(host: str, port: int, *, fixed: bool) -> socket.socket:
    """A listening socket: on the port asked for, else on the first free one from it on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reason = ""
    for candidate in [port] if fixed else [*range(port, port + _PORTS_TRIED), 0]:
        try:
            return socket.create_server((host, candidate), family=family, backlog=2048)
        except OSError as error:
            reason = error.strerror or str(error)
    raise OSError(f"Port {port} of {host} cannot be used: {reason}. Give another with --port.")


def _address(settings: Settings, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    name = "localhost" if settings.host in {"0.0.0.0", "::", "127.0.0.1", "::1"} else settings.host  # noqa: S104
    name = f"[{name}]" if ":" in name else name
    query = "" if settings.token is None else f"?{urlencode({'token': settings.token.get_secret_value()})}"
    return f"http://{name}:{port}/{query}"


def _set_up_logging(*, as_json: bool) -> None:
    """One line an event on standard error; warnings and worse of the libraries too."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        shared.append(structlog.processors.dict_tracebacks)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def _give_up(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
