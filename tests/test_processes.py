"""Children of a command end with it: orderly, by an error, and when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from dabir.processes import ProcessDied, Processes, free_port, is_port_free, members

# A leader that ignores being asked, with a child in a process group of its own, as Airflow's tasks are.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
print(child.pid, flush=True)
time.sleep(600)
"""


def until(claim: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_leaving_ends_each_child_and_all_it_started(tmp_path: Path) -> None:
    with Processes(tmp_path, grace_seconds=0.2) as processes:
        leader = processes.start("stubborn", [sys.executable, "-c", STUBBORN], os.environ)
        processes.wait_until(lambda: bool(processes.log("stubborn").read_text()), "its child", seconds=20)
        grandchild = int(processes.log("stubborn").read_text())
        assert {leader.pid, grandchild} <= {process.pid for process in members(leader.pid)}
        assert os.getpgid(grandchild) == grandchild
    assert not is_alive(leader.pid)
    assert not is_alive(grandchild)


def test_a_killed_child_takes_all_it_started_with_it_and_is_not_missed(tmp_path: Path) -> None:
    with Processes(tmp_path, grace_seconds=0.2) as processes:
        leader = processes.start("stubborn", [sys.executable, "-c", STUBBORN], os.environ)
        other = processes.start("other", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
        processes.wait_until(lambda: bool(processes.log("stubborn").read_text()), "its child", seconds=20)
        grandchild = int(processes.log("stubborn").read_text())
        processes.kill("stubborn")
        assert not is_alive(leader.pid) and until(lambda: not is_alive(grandchild))
        processes.check()
        assert is_alive(other.pid)


def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = textwrap.dedent(f"""
        import os, sys, time
        from pathlib import Path
        from dabir.processes import Processes
        with Processes(Path({str(tmp_path)!r})) as processes:
            child = processes.start("child", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
            print(child.pid, processes._watchdog.pid, flush=True)
            time.sleep(600)
    """)
    running = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    child, watchdog = (int(word) for word in running.stdout.readline().split())
    assert is_alive(child)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert until(lambda: not is_alive(child)), "the child outlived its parent"
    assert until(lambda: not is_alive(watchdog)), "the watchdog stayed"


def test_a_child_that_fails_is_told_by_name_with_its_last_words(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("unlucky", [sys.executable, "-c", "raise SystemExit('the disk is full')"], os.environ)
        with pytest.raises(ProcessDied, match=r"unlucky ended with code 1: the disk is full"):
            processes.wait_until(lambda: False, "nothing", seconds=20)


def test_a_child_that_ends_in_peace_while_it_should_run_is_told_too(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        child = processes.start("tired", [sys.executable, "-c", "print('good night')"], os.environ)
        child.wait(20)
        with pytest.raises(ProcessDied, match="tired ended with code 0: good night"):
            processes.check()


def test_a_child_that_is_to_end_is_waited_for_and_forgotten(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("errand", [sys.executable, "-c", "print('done')"], os.environ)
        processes.finish("errand", seconds=20)
        processes.check()
        processes.start("failed errand", [sys.executable, "-c", "raise SystemExit('no way')"], os.environ)
        with pytest.raises(ProcessDied, match="failed errand ended with code 1: no way"):
            processes.finish("failed errand", seconds=20)
        processes.start("endless errand", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
        with pytest.raises(TimeoutError, match="endless errand was not done"):
            processes.finish("endless errand", seconds=0.1)


def test_waiting_ends_with_the_name_of_what_did_not_come(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes, pytest.raises(TimeoutError, match="the tide was not ready"):
        processes.wait_until(lambda: False, "the tide", seconds=0)


def test_a_port_in_use_is_not_free() -> None:
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        taken = server.getsockname()[1]
        assert not is_port_free(taken)
        assert free_port() != taken
    assert is_port_free(free_port())
