"""The tests' PostgreSQL: one embedded server a session, one migrated template, a copy of it for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from db.engine import engine, upgrade
from db.server import ensure_database, start

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def postgres() -> Iterator[tuple[str, Path]]:
    """The address of a server without databases but a migrated template, and its folder.

    Not under pytest's own folder, which the next pytest to start shuts to all but its user: run as root, the server
    has another.
    """
    with TemporaryDirectory(prefix="dabir-tests-") as parent, start(folder := Path(parent) / "data") as url:
        admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("alter system set fsync = off"))
            connection.execute(text("select pg_reload_conf()"))
        upgrade(ensure_database(url, TEMPLATE))
        yield url, folder


@pytest.fixture(scope="session")
def database(postgres: tuple[str, Path]) -> Callable[[], str]:
    """Makes a new migrated database and gives its address."""
    url, _ = postgres
    numbers = count()

    def make() -> str:
        name = f"test_{next(numbers)}"
        admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"create database {name} template {TEMPLATE}"))
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="module")
def module_warehouse(database: Callable[[], str]) -> Iterator[Engine]:
    """A migrated warehouse for the tests of one module that only read, or do not mind each other's rows."""
    made = engine(database())
    yield made
    made.dispose()


@pytest.fixture
def warehouse(database: Callable[[], str]) -> Iterator[Engine]:
    """An empty migrated warehouse."""
    made = engine(database())
    yield made
    made.dispose()
