"""What the server adds: cold start, the round trip of a trivial action, and what watching browsers cost a training.

Round trips are measured as a script sees them, over REST with `?wait=true` and over the socket. For the cost of watching,
the same training runs with 0, 1 and 20 subscribers, which live in a process of their own.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import msgpack
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from scripts.serving import Serving

STARTS = 5
ROUND_TRIPS = 40
TRAININGS = 3
AUDIENCES = (0, 1, 20)
TOY_SHAPE = [2, 5, 1]
SHAPE = [2, 8, 8, 1]
"""Trains for some seconds, so that there is something to watch."""
TRAIN = {"kind": "train", "steps": 150, "sparsity": 0.01}


def new_session(server: Serving, shape: list[int]) -> dict[str, Any]:
    """A session on the toy."""
    names = [sample["name"] for sample in server.get("/samples")]
    dataset = server.request("POST", f"/samples/{names[0]}")
    inputs = [column["name"] for column in dataset["columns"] if column["role"] == "input"]
    targets = [column["name"] for column in dataset["columns"] if column["role"] == "target"]
    body = {"dataset": dataset["id"], "inputs": inputs, "targets": targets, "shape": shape}
    session: dict[str, Any] = server.request("POST", "/sessions", body)
    return session


def cold_start() -> list[float]:
    """Seconds from starting the process to a healthy answer."""
    seconds: list[float] = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            server = Serving(Path(folder))
            try:
                seconds.append(server.start())
            finally:
                server.stop()
    return seconds


@contextmanager
def open_stream(server_port: int, session: str) -> Iterator[ClientConnection]:
    """A socket that has said hello."""
    address = f"ws://127.0.0.1:{server_port}/api/v1/sessions/{session}/stream"
    with connect(address, subprotocols=[Subprotocol("kanscope.v1.msgpack")], max_size=None, compression=None) as stream:
        stream.send(msgpack.packb({"type": "hello", "last_seq": None}))
        yield stream


def locking(turn: int) -> dict[str, Any]:
    """The trivial action: lock or unlock one edge."""
    return {"kind": "lock", "edges": [{"layer": 0, "source": 0, "target": 0}], "locked": turn % 2 == 0}


def rest_round_trips(server: Serving, session: str) -> list[float]:
    """Seconds from request to the new revision."""
    seconds: list[float] = []
    for turn in range(ROUND_TRIPS):
        began = time.perf_counter()
        server.request("POST", f"/sessions/{session}/actions?wait=true", locking(turn))
        seconds.append(time.perf_counter() - began)
    return seconds


def socket_round_trips(server: Serving, session: str) -> list[float]:
    """Seconds from command to the revision's event."""
    seconds: list[float] = []
    with open_stream(server.port, session) as stream:
        for turn in range(ROUND_TRIPS):
            began = time.perf_counter()
            stream.send(msgpack.packb({"type": "act", "request_id": f"r{turn}", "action": locking(turn)}))
            while True:
                event = msgpack.unpackb(stream.recv())
                if event["type"] == "revision" and event.get("request_id") == f"r{turn}":
                    break
            seconds.append(time.perf_counter() - began)
    return seconds


def watch(port: int, session: str, audience: int, pipe: Connection) -> None:
    """A process with `audience` subscribers: counts curve frames of each until the training's revision comes."""
    with ExitStack() as stack:
        streams = [stack.enter_context(open_stream(port, session)) for _ in range(audience)]
        for stream in streams:
            stream.recv()
        pipe.send("watching")
        pipe.send(count_frames(streams))


def count_frames(streams: list[ClientConnection]) -> list[int]:
    """Curve frames of each stream until a revision has come to all."""
    frames = [0] * len(streams)
    waiting = set(range(len(streams)))
    while waiting:
        for number in sorted(waiting):
            event = msgpack.unpackb(streams[number].recv())
            frames[number] += event["type"] == "curves" and event.get("revision") is None
            if event["type"] in ("revision", "action_ended"):
                waiting.discard(number)
    return frames


def watched_training(server: Serving, session: str, audience: int) -> dict[str, float]:
    """Milliseconds a training step and frames a second to each subscriber."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    watcher = context.Process(target=watch, args=(server.port, session, audience, theirs))
    start = server.get(f"/sessions/{session}")["history"][0]["id"]
    server.request("PUT", f"/sessions/{session}/head", {"revision": start})
    if audience:
        watcher.start()
        ours.recv()
    began = time.perf_counter()
    receipt = server.request("POST", f"/sessions/{session}/actions?wait=true", TRAIN)
    seconds = time.perf_counter() - began
    frames: list[int] = []
    if audience:
        frames = ours.recv()
        watcher.join()
    steps = receipt["revision"]["losses"][-1]["step"]
    return {"step_ms": 1000 * seconds / steps, "frames_per_second": median(frames) / seconds if frames else 0.0}


def main() -> None:
    """Print all figures as JSON."""
    starts = cold_start()
    with tempfile.TemporaryDirectory() as folder:
        server = Serving(Path(folder))
        server.start()
        try:
            server.wait_ready()
            small, session = (new_session(server, shape)["id"] for shape in (TOY_SHAPE, SHAPE))
            rest, stream = rest_round_trips(server, small), socket_round_trips(server, small)
            watched_training(server, session, 0)
            trainings = {
                audience: [watched_training(server, session, audience) for _ in range(TRAININGS)] for audience in AUDIENCES
            }
        finally:
            server.stop()
    watching = {
        str(audience): {key: median(run[key] for run in runs) for key in ("step_ms", "frames_per_second")}
        for audience, runs in trainings.items()
    }
    print(
        json.dumps(
            {
                "seconds": median(starts),
                "rest_round_trip_ms": 1000 * median(rest),
                "socket_round_trip_ms": 1000 * median(stream),
                "watching": watching,
                "shape": SHAPE,
            }
        )
    )


if __name__ == "__main__":
    main()
