"""A time that is kept even where the computation heeds nothing, and nothing that goes on afterwards.

Each case is a process of its own: it doubles itself, which a process with the threads of a test run had better not.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from pathlib import Path

from tests.server.discover.tables import write_product

ROOT = Path(__file__).parent.parent.parent.parent
# Deaf to everything but the end of the process, as one long call into a library is.
DEAF = """
import os, signal, sys, threading, time
from server.discover.failure import Outcome
from server.discover.guard import Ended, in_time

def deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        threading.Event().wait(600)
"""
LATE = "Outcome(4, message='late')"


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DEAF + script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    return done.stdout.strip()


def until_gone(pid: int) -> None:
    """Wait until a process has ended; whoever fetches it."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    assert poll.poll(60_000), "the process goes on"
    os.close(handle)


def test_what_is_computed_in_time_is_the_outcome() -> None:
    script = f"print(in_time(time.monotonic() + 600, lambda tell: Outcome(0, 'done'), {LATE}))"
    assert run(script) == "Outcome(code=0, output='done', message='')"


def test_at_the_end_of_the_time_the_last_outcome_told_is_it_and_the_computation_is_ended() -> None:
    script = f"""
def compute(tell):
    tell(Outcome(0, f"1 {{os.getpid()}}"))
    tell(Outcome(0, f"2 {{os.getpid()}}"))
    deaf()

print(in_time(time.monotonic() + 1, compute, {LATE}).output)
"""
    told, pid = run(script).split()
    assert told == "2"
    until_gone(int(pid))


def test_without_any_outcome_it_is_too_late() -> None:
    assert run(f"print(in_time(time.monotonic() + 0.2, lambda tell: deaf(), {LATE}).message)") == "late"


def test_a_computation_that_is_killed_leaves_its_last_outcome_or_is_told_of() -> None:
    script = f"""
def compute(tell):
    if sys.argv[-1] == "told":
        tell(Outcome(0, "so far"))
    os.kill(os.getpid(), signal.SIGKILL)

for sys.argv in [["told"], ["not"]]:
    try:
        print(in_time(time.monotonic() + 600, compute, {LATE}).output)
    except Ended as end:
        print(end.code)
"""
    assert run(script).splitlines() == ["so far", "-9"]


def test_an_interrupt_reaches_the_computation_once_and_a_second_one_ends_it() -> None:
    script = f"""
def heeding(tell):
    try:
        os.kill(os.getppid(), signal.SIGINT)
        threading.Event().wait(600)
    except KeyboardInterrupt:
        os.kill(os.getpid(), signal.SIGINT)
        return Outcome(0, "stopped")

def not_heeding(tell):
    tell(Outcome(0, "so far"))
    os.kill(os.getppid(), signal.SIGINT)
    try:
        threading.Event().wait(600)
    except KeyboardInterrupt:
        os.kill(os.getppid(), signal.SIGINT)
        deaf()

print(in_time(time.monotonic() + 600, heeding, {LATE}).output)
print(in_time(time.monotonic() + 600, not_heeding, {LATE}).output)
"""
    assert run(script).splitlines() == ["stopped", "so far"]


def test_when_the_one_who_waits_is_killed_the_computation_ends() -> None:
    script = f"""
def compute(tell):
    print(os.getpid(), flush=True)
    deaf()

in_time(time.monotonic() + 600, compute, {LATE})
"""
    with subprocess.Popen([sys.executable, "-c", DEAF + script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        child = int(waiting.stdout.readline())
        waiting.kill()
    until_gone(child)


def test_a_worker_ends_with_the_other_end_of_its_pipe_whatever_it_computes() -> None:
    ours, theirs = socket.socketpair()
    script = """
import sys
from multiprocessing.connection import Connection
from server.discover.lifeline import end_with

pipe = Connection(int(sys.argv[1]))
end_with(pipe)
pipe.send_bytes(b"begun")
while True:
    pass
"""
    handle = theirs.fileno()
    command = [sys.executable, "-c", script, str(handle)]
    with subprocess.Popen(command, cwd=ROOT, pass_fds=[handle]) as worker:
        theirs.close()
        assert ours.recv(9).endswith(b"begun")
        ours.close()
        assert worker.wait(60) == 0


def test_the_command_answers_in_time_while_its_libraries_do_not_load(tmp_path: Path) -> None:
    script = """
import server.console as console
import server.discover.job as job

job._prepared = lambda table, crew: deaf()
sys.argv = ["kanscope", "discover", sys.argv[1], "--target", "y", "--budget", "1", "--workers", "1"]
console.main()
"""
    command = [sys.executable, "-c", DEAF + script, str(write_product(tmp_path))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert "within 1 seconds" in done.stderr


def test_the_command_answers_with_what_it_has_found_when_the_rest_never_ends(tmp_path: Path) -> None:
    script = """
import server.console as console
import server.discover.job as job
from types import SimpleNamespace

def answer_to(request, stream, tell):
    tell(SimpleNamespace(as_text=lambda: "best so far"))
    deaf()

job.answer_to = answer_to
sys.argv = ["kanscope", "discover", sys.argv[1], "--target", "y", "--budget", "1", "--workers", "1"]
console.main()
"""
    command = [sys.executable, "-c", DEAF + script, str(write_product(tmp_path))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "best so far\n", "")


def test_signals_are_as_before() -> None:
    script = f"""
before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
in_time(time.monotonic() + 600, lambda tell: Outcome(0), {LATE})
print(before == (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)))
"""
    assert run(script) == "True"
