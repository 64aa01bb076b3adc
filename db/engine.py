"""Connections to the warehouse and the state of its schema: `engine`, `upgrade`, `downgrade`, `check`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

import db.schema_checks
import db.schema_entities
import db.schema_records  # noqa: F401  (with the others, all tables of the metadata)
from db.schema import Table

MIGRATIONS = Path(__file__).with_name("migrations")


class WarehouseError(Exception):
    """The warehouse cannot be used as it is; the message is one clear line for the operator, without passwords."""


def engine(url: str) -> Engine:
    """An engine for the warehouse at `url` (postgresql://…), on psycopg 3, every session in UTC.

    Connections are checked before use, so a server restarted meanwhile costs nothing. Raises WarehouseError where
    `url` is not a PostgreSQL address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise WarehouseError("the database address is not of the form postgresql://user@host:port/name") from error
    if parsed.get_backend_name() != "postgresql":
        raise WarehouseError(f"the warehouse is PostgreSQL, not {parsed.get_backend_name()}")
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"application_name": "dabir", "options": "-c timezone=UTC", "connect_timeout": 10},
    )


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` to `revision`, in one transaction. Two processes at once wait for each other.

    Raises WarehouseError where the server does not answer.
    """
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the schema at `url` back to `revision` ("base": empty the database).

    What an older schema cannot hold is lost. Raises WarehouseError where the server does not answer.
    """
    _migrate(url, lambda config: command.downgrade(config, revision))


def check(url: str) -> list[str]:
    """What is wrong with the schema at `url`, one line per fault; empty where it is exactly what this code expects.

    Raises WarehouseError where the server does not answer.
    """
    warehouse = engine(url)
    try:
        with warehouse.connect() as connection:
            if (fault := revision_fault(connection)) is not None:
                return [fault]
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [
                f"differs from the schema: {difference}" for difference in compare_metadata(context, Table.metadata)
            ]
    except OperationalError as error:
        raise WarehouseError(unreachable(error)) from error
    finally:
        warehouse.dispose()


def revision_fault(connection: Connection) -> str | None:
    """One line where the schema behind `connection` is not of this version's revision; None where it is."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return "the database is empty: run `dabir db upgrade`"
    if current != (head := head_revision()):
        return f"the schema is at {current}, this version needs {head}: run `dabir db upgrade`"
    return None


@cache
def head_revision() -> str | None:
    """The revision of the schema that this version works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def unreachable(error: OperationalError | psycopg.OperationalError) -> str:
    """One line that says why the server did not answer."""
    reason = error.orig if isinstance(error, OperationalError) else error
    return f"PostgreSQL does not answer: {' '.join(str(reason).split())}"


def _migrate(url: str, change: Callable[[Config], None]) -> None:
    warehouse = engine(url)
    try:
        with warehouse.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            change(config)
    except OperationalError as error:
        raise WarehouseError(unreachable(error)) from error
    finally:
        warehouse.dispose()
