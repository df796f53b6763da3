"""All settings, from arguments or from environment variables named `KANSCOPE_…`. The only reader of the environment."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_PORT = 8765
_MEGABYTE = 1024 * 1024


def read_token(file: Path) -> str:
    """The token in a file, without the line's end.

    Raises:
        ValueError: the file cannot be read as text.
    """
    try:
        with file.open("rb") as source:
            return source.read(_MEGABYTE).decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise ValueError(f"the token cannot be read from {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"the token cannot be read from {file}: it holds no text") from error


class Settings(BaseSettings):
    """What a server is started with; every field can be set as `KANSCOPE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="KANSCOPE_", frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address to listen on; any but a loopback address requires a token.")
    port: int = Field(default=DEFAULT_PORT, ge=0, le=65535)
    data: Path = Field(default_factory=lambda: Path.home() / ".kanscope", description="Folder of database and blobs.")
    database_url: str | None = Field(default=None, description="Another database than SQLite in the data folder.")
    token: SecretStr | None = Field(default=None, description="Whoever wants to use the server must know it.")
    token_file: Path | None = Field(default=None, description="File that holds the token, when none is given otherwise.")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(default="auto", description="Where workers train networks.")
    workers: int = Field(default=2, ge=1, le=64, description="Processes that compute.")
    allowed_hosts: list[str] = Field(default=[], description="Names under which the server may be addressed besides its own.")
    allowed_origins: list[str] = Field(default=[], description="Other web pages that may use it, as scheme://host:port.")
    proxy_headers: bool = Field(default=False, description="Believe X-Forwarded-* of a proxy on this machine.")
    upload_bytes: int = Field(default=256 * _MEGABYTE, ge=1)
    body_bytes: int = Field(default=8 * _MEGABYTE, ge=1, description="Of any other request, and of a socket message.")
    loaded_sessions: int = Field(default=64, ge=1, description="Idle sessions kept in memory at most.")
    closing_seconds: float = Field(default=1.0, ge=0, description="Time for running actions to end when the server stops.")
    undo_seconds: float = Field(default=600.0, ge=0, description="How long a deleted session or dataset can be restored.")
    registry: str = Field(default="server.work.registry", description="Module of the handlers that workers use.")
    log_json: bool = Field(default=False, description="Log lines as JSON.")

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The token of the file, unless there is one already."""
        file = given.get("token_file")
        return given if file is None or given.get("token") is not None else {**given, "token": read_token(Path(file))}

    @field_validator("token")
    @classmethod
    def _sayable(cls, token: SecretStr | None) -> SecretStr | None:
        """An empty token would open the server to whoever sends none; other letters than ASCII do not survive every header."""
        text = None if token is None else token.get_secret_value()
        if text is not None and not (text and text == text.strip() and text.isascii() and text.isprintable()):
            raise ValueError("give a long random text of ASCII letters and digits")
        return token

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
