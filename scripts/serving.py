"""Start a real Kanscope server for browser tests and measurements: a process of its own on a free loopback port.

Nothing here imports the server; it is driven as a person drives it, by its command line and its addresses.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Json = Any
START_LIMIT = 60.0
POLL = 0.02


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Serving:
    """A server that keeps its sessions in `data`; it may be killed and started again at the same address.

    `python` runs it, from `folder`: the repository's by default, so that the sources are what runs. A request is given up after
    `patience` seconds.
    """

    data: Path
    port: int = field(default_factory=free_port)
    python: str = sys.executable
    folder: Path = ROOT
    patience: float = 120
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the server wrote to its outputs."""
        return self.data / "server.log"

    def start(self, *options: str) -> float:
        """Start and wait until healthy; seconds that took.

        Raises:
            RuntimeError: the server ended or did not become healthy; holds the end of its log.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        command = [
            self.python,
            "-m",
            "server",
            "serve",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
            "--no-browser",
            *options,
        ]
        began = time.perf_counter()
        with self.log.open("ab") as log:
            # Its own process group, so that workers end with it.
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._wait_for("/healthz", began)
        return time.perf_counter() - began

    def wait_ready(self) -> None:
        """Wait until the workers are warm."""
        self._wait_for("/readyz", time.perf_counter())

    def stop(self) -> None:
        """Ask the server to end, as Ctrl-C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server and its workers without asking."""
        self._end(signal.SIGKILL)

    def workers(self) -> list[int]:
        """Process ids of the server's children that compute, the youngest last."""
        if self.process is None:
            return []
        listing = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        rows = [line.split(None, 1) for line in listing.stdout.splitlines()]
        return [int(pid) for pid, arguments in rows if "resource_tracker" not in arguments]

    def get(self, path: str) -> Json:
        """JSON of an address below /api/v1."""
        return self.request("GET", path)

    def request(self, method: str, path: str, body: Json = None) -> Json:
        """JSON answer to a JSON request below /api/v1; None when the answer is empty."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", data=data, method=method, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=self.patience) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def text(self, path: str) -> str:
        """What an address answers, as text."""
        with urllib.request.urlopen(f"{self.address}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def _wait_for(self, path: str, began: float) -> None:
        while time.perf_counter() - began < START_LIMIT:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self.process.returncode}:\n{self._end_of_log()}")
            try:
                with urllib.request.urlopen(f"{self.address}{path}", timeout=2):
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(POLL)
        raise RuntimeError(f"{path} did not answer within {START_LIMIT:.0f} s:\n{self._end_of_log()}")

    def _end_of_log(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None
