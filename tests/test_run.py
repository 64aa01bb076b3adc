"""`dabir run` in small: what it refuses before it starts anything, and that nothing it started stays."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console
from sqlalchemy import make_url

from dabir.run import MIN_FREE_BYTES, CannotRun, _ui_port, run
from dabir.settings import Settings, read_settings
from dabir.warehouse import warehouse
from db.engine import check


@pytest.fixture(autouse=True)
def signals_as_before(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in [name for name in os.environ if name.startswith("DABIR_")]:
        monkeypatch.delenv(name)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def refusal(settings: Settings) -> str:
    with pytest.raises(CannotRun) as refused:
        run(settings, once=True, console=Console(quiet=True))
    reason = str(refused.value)
    assert "\n" not in reason
    assert not (settings.work_dir / "postgres").exists(), "it started PostgreSQL before it refused"
    return reason


def test_a_port_that_is_taken_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        reason = refusal(read_settings(work_dir=tmp_path, ui_port=taken))
    assert f"port {taken} is in use" in reason and "DABIR_UI_PORT" in reason


def test_a_free_port_is_taken_as_wished_and_any_where_none_is_wished() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert _ui_port(free) == free
    assert _ui_port(0) > 0
    assert _ui_port(None) > 0


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(MIN_FREE_BYTES, 0, 700_000_000))
    reason = refusal(read_settings(work_dir=tmp_path / "work"))
    assert reason == f"{tmp_path / 'work'} has 700 MB free and 1074 MB are needed"
    assert [file.name for file in (tmp_path / "work").iterdir()] == ["run.lock"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_on_the_way_is_one_line_that_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(settings: Settings, **_: Any) -> int:
        place = settings.work_dir / "samples.port"
        place.symlink_to("/dev/full")
        with place.open("w") as file:
            file.write("x" * 10_000)
        return 0

    monkeypatch.setattr("dabir.run._run", write)
    assert refusal(read_settings(work_dir=tmp_path)).startswith("the disk is full: ")


def test_a_folder_that_another_run_uses_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        reason = refusal(read_settings(work_dir=tmp_path))
    assert reason == f"another `dabir run` is using {tmp_path}; stop it or set DABIR_WORK_DIR"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"samples": False}, "DABIR_CONTACT: not set"),
        ({"samples": False, "contact": "mailto:a@example.org", "outlets": ("isna", "nosuch")}, "DABIR_OUTLETS: nosuch"),
        ({"outlets": ("isna", "tabnak")}, "DABIR_OUTLETS: no sample agency tabnak"),
    ],
    ids=["real outlets without an address of ours", "no such outlet", "no sample of the outlet"],
)
def test_a_setting_that_cannot_work_is_told_by_its_name(tmp_path: Path, given: dict[str, Any], told: str) -> None:
    assert refusal(read_settings(work_dir=tmp_path, **given)).startswith(told)


def test_a_database_that_the_server_lacks_is_made_and_upgraded(postgres: tuple[str, Path]) -> None:
    url = make_url(postgres[0]).set(database="not_there_yet").render_as_string(hide_password=False)
    settings = read_settings(database_url=url)
    for _ in ("made", "found"):
        with warehouse(settings) as ready:
            assert ready == settings
            assert check(url) == []


def of_work_dir(work_dir: Path) -> list[str]:
    """The living processes that work in a folder: it is in their environment or on their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            known = (process.environ().get("DABIR_WORK_DIR"), *process.cmdline())
            if process.status() != psutil.STATUS_ZOMBIE and any(str(work_dir) in (word or "") for word in known):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_ctrl_c_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    environment = {**os.environ, "DABIR_WORK_DIR": str(tmp_path), "DABIR_UI_PORT": "0"}
    command = [str(Path(sys.executable).parent / "dabir"), "run", "--once"]
    running = subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    deadline = time.monotonic() + 60
    samples = tmp_path / "logs" / "samples.log"
    while not (samples.exists() and b"\n" in samples.read_bytes()):
        assert running.poll() is None and time.monotonic() < deadline, running.communicate()[0]
        time.sleep(0.1)
    started = of_work_dir(tmp_path)
    assert any("postgres" in command for command in started) and any("samples" in command for command in started)
    assert any("airflow db migrate" in command for command in started)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "everything that was started has ended" in said
    assert of_work_dir(tmp_path) == []
