"""The warehouse that a command works on: the server of the settings, or the embedded one for as long as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from dabir.settings import Settings
from db.engine import upgrade
from db.server import ensure_database, start

DATABASE = "dabir"


@contextmanager
def warehouse(settings: Settings) -> Iterator[Settings]:
    """The settings with `database_url` filled in, its schema at this version.

    The server of the settings is given the database where it lacks it. Where none is set, the embedded PostgreSQL is
    started, and stopped again by the last process that uses it. Raises db.server.ServerError and
    db.engine.WarehouseError, each one clear line.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        _make_database(url)
        upgrade(url)
        yield settings
        return
    with start(settings.postgres_dir) as server_url:
        url = ensure_database(server_url, DATABASE)
        upgrade(url)
        yield settings.model_copy(update={"database_url": SecretStr(url)})


def _make_database(url: str) -> None:
    """Make the database of `url` where its server lacks it and lets us; what is still wrong then, upgrading says."""
    address = make_url(url)
    if address.database:
        with suppress(DBAPIError):
            ensure_database(address.set(database="postgres").render_as_string(hide_password=False), address.database)
