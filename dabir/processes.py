"""Child processes that never outlive their parent.

Each child leads a session of its own, so that everything it starts can be found and ended with it, whatever process
groups are made on the way (Airflow makes one for each task). A watchdog, this module run as a program, holds the
other end of a pipe: when the parent is gone, be it by SIGKILL, the pipe closes and the watchdog ends every session.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

GRACE_SECONDS = 10.0
DONE = "done"


class ProcessDied(RuntimeError):
    """A child ended that should be running; the text names it and holds the end of its log."""


def members(session: int) -> list[psutil.Process]:
    """The living processes of a session; its leader's pid is its number."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (OSError, psutil.Error):
            continue
    return found


def end_sessions(sessions: Sequence[int], grace_seconds: float) -> None:
    """Ask the leaders to end, all at once, and end what is left of their sessions after `grace_seconds`."""
    processes = [process for session in sessions for process in members(session)]
    leaders = [process for process in processes if process.pid in sessions]
    for leader in leaders:
        leader.terminate()
    psutil.wait_procs(leaders, timeout=grace_seconds)
    _, left = psutil.wait_procs([process for session in sessions for process in members(session)], timeout=0)
    for process in left:
        process.terminate()
    _, left = psutil.wait_procs(left, timeout=2)
    for process in left:
        process.kill()


class Processes:
    """The children of one command: `start` them inside a with block, whose end stops them all.

    `postgres_dir` is the embedded server that the command holds by `db.server.start`; the watchdog lets go of it in
    the place of a parent that was killed.
    """

    def __init__(
        self, log_dir: Path, postgres_dir: Path | None = None, *, grace_seconds: float = GRACE_SECONDS
    ) -> None:
        self._grace_seconds = grace_seconds
        self._log_dir = log_dir
        self._postgres_dir = postgres_dir
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._servers: set[str] = set()

    def __enter__(self) -> Self:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        postgres = [str(self._postgres_dir)] if self._postgres_dir else []
        self._watchdog = subprocess.Popen(
            [sys.executable, "-m", __name__, *postgres], stdin=subprocess.PIPE, start_new_session=True, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for are_servers in (False, True):
            group = [child.pid for name, child in self._children.items() if (name in self._servers) is are_servers]
            end_sessions(group, self._grace_seconds)
        for child in self._children.values():
            child.wait()
        self._tell_watchdog(DONE)
        self._watchdog.communicate()

    def _tell_watchdog(self, word: str | int) -> None:
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.write(f"{word}\n")
        self._watchdog.stdin.flush()

    def log(self, name: str) -> Path:
        """The file that holds what the child `name` prints."""
        return self._log_dir / f"{name}.log"

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, is_server: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start `command` in a session of its own; it prints to `log(name)`. Raises OSError where it cannot start.

        A server ends after those that are none: Airflow's triggerer hangs where the API it talks to has gone.
        """
        with self.log(name).open("wb") as log:
            child = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children[name] = child
        if is_server:
            self._servers.add(name)
        self._tell_watchdog(child.pid)
        return child

    def kill(self, name: str) -> None:
        """End a child and everything it started at once, as the loss of its machine would, and forget it."""
        child = self._children.pop(name)
        for process in members(child.pid):
            process.kill()
        child.wait()

    def check(self) -> None:
        """Raise ProcessDied where a child has ended."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise ProcessDied(f"{name} ended with code {child.returncode}: {self.last_words(name)}")

    def finish(self, name: str, *, seconds: float) -> None:
        """Wait for a child that is to end by itself. Raises ProcessDied where it ends with an error, TimeoutError."""
        child = self._children[name]
        try:
            if child.wait(seconds):
                self.check()
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{name} was not done after {seconds:.0f} s; see {self._log_dir}") from None
        del self._children[name]

    def last_words(self, name: str, lines: int = 3) -> str:
        """The end of a child's log on one line, for a message."""
        text = self.log(name).read_text(errors="replace")[-4000:]
        return " / ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip()) or "it printed nothing"

    def wait_until(
        self, ready: Callable[[], bool], what: str, *, seconds: float, between: Callable[[], None] = lambda: None
    ) -> None:
        """Call `ready` every half second until it is true; `between` runs between two calls.

        Raises ProcessDied where a child ends with an error, TimeoutError naming `what` after `seconds`.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            between()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} was not ready after {seconds:.0f} s; see {self._log_dir}")
            time.sleep(0.5)


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def watch(postgres_dir: Path | None) -> None:
    """Read the sessions of the parent from standard input; where it closes before DONE was read, end them all."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sessions = []
    for line in sys.stdin:
        if line.strip() == DONE:
            return
        sessions.append(int(line))
    end_sessions(sessions, GRACE_SECONDS)
    if postgres_dir is not None:
        from db.server import start

        with start(postgres_dir):
            pass  # the last to leave stops the server


if __name__ == "__main__":
    watch(Path(sys.argv[1]) if sys.argv[1:] else None)
