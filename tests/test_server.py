"""The embedded PostgreSQL starts, is shared by processes, and says in one line why it cannot run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from db import server


def answers(url: str) -> bool:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return bool(connection.scalar(text("select 1")))


def server_pid(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().split()[0])


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def await_end(pid: int) -> None:
    """A server drops its pid file, which pg_ctl waits for, a moment before it ends."""
    until = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)


def hold(folder: Path, told: Connection, is_killed: bool) -> None:
    """Use the server in another process until told to go on; then leave, or die."""
    with server.start(folder) as url:
        told.send(url)
        told.recv()
        if is_killed:
            os.kill(os.getpid(), signal.SIGKILL)
    told.send("left")
    os._exit(0)


@pytest.mark.parametrize("is_killed", [False, True], ids=["leaves", "is killed"])
def test_a_server_stays_up_while_one_process_uses_it(tmp_path: Path, is_killed: bool) -> None:
    folder = tmp_path / "data"
    here, there = multiprocessing.Pipe()
    other = multiprocessing.get_context("fork").Process(target=hold, args=(folder, there, is_killed))
    other.start()
    assert here.poll(60)
    url = here.recv()

    with server.start(folder) as joined:
        assert joined == url
        pid = server_pid(folder)
        here.send("go on")
        other.join(60)
        assert answers(joined)
        assert server_pid(folder) == pid

    await_end(pid)
    # And it starts again on the same data; stopping what is stopped is no fault.
    with server.start(folder) as again:
        assert answers(again)
    server.stop(folder)


def test_stopping_where_no_server_runs_makes_no_folder(tmp_path: Path) -> None:
    server.stop(tmp_path / "work" / "postgres")
    assert list(tmp_path.iterdir()) == []


def test_databases_are_made_once_and_sort_by_code_point(postgres: tuple[str, Path]) -> None:
    url, _ = postgres
    made = server.ensure_database(url, 'odd "name')
    assert server.ensure_database(url, 'odd "name') == made
    assert make_url(made).database == 'odd "name'
    with create_engine(made, poolclass=NullPool).connect() as connection:
        words = "select string_agg(w, ' ' order by w) from unnest(array['b', 'B', 'پ', 'ب', 'a']) w"
        assert connection.scalar(text(words)) == "B a b ب پ"
        assert connection.scalar(text("select lower('É') || (regexp_match('راه x', '\\w+'))[1]")) == "éراه"


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LEAST_FREE_BYTES", 1 << 62)

    with (
        pytest.raises(server.ServerError, match=r"the disk of .* is full: \d+ MB free") as caught,
        server.start(tmp_path),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(server.ServerError, match="does not start") as caught, server.start(tmp_path / "file" / "data"):
        pass
    assert "\n" not in str(caught.value)


def test_data_of_another_version_is_one_clear_line(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9\n")

    with pytest.raises(server.ServerError, match="another PostgreSQL version"), server.start(folder):
        pass


def test_a_broken_setting_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with server.start(folder):
        pass
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write("shared_bufers = 1\n")

    with pytest.raises(server.ServerError, match=r"does not start in .*data: .+") as caught, server.start(folder):
        pass
    assert "\n" not in str(caught.value)


def test_a_server_that_is_still_recovering_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with server.start(folder) as url:
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(
                text("create table long as select n, repeat('x', 100) from generate_series(1, 200000) n")
            )
        killed = psutil.Process(server_pid(folder))
        below = killed.children()
        killed.kill()
        psutil.wait_procs([killed, *below], timeout=30)

        # As it is left by a process that started it and was killed before it was up.
        handle = server._server(folder)
        server._pg_ctl(handle, "start", "-W", *server._socket_options(handle, folder))
        with server.start(folder) as again, create_engine(again, poolclass=NullPool).connect() as connection:
            assert connection.scalar(text("select count(*) from long")) == 200_000


def test_a_server_killed_before_it_was_up_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with server.start(folder):
        lines = (folder / "postmaster.pid").read_text().splitlines(keepends=True)
    await_end(int(lines[0]))
    (folder / "postmaster.pid").write_text("".join(lines[:5]))

    with server.start(folder) as url:
        assert answers(url)


def test_the_pid_file_of_a_dead_server_is_no_obstacle(tmp_path: Path) -> None:
    """Its number may belong to any other program by now: here to the one that runs the tests."""
    folder = tmp_path / "data"
    with server.start(folder):
        lines = (folder / "postmaster.pid").read_text().splitlines(keepends=True)
    (folder / "postmaster.pid").write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

    server.stop(folder)
    with server.start(folder) as url:
        assert answers(url)
