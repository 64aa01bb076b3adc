"""The warehouse that a command works on: the server of the settings, or the embedded one for as long as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from dabir.settings import Settings
from db.engine import upgrade
from db.server import ensure_database, start

DATABASE = "dabir"


@contextmanager
def warehouse(settings: Settings) -> Iterator[Settings]:
    """The settings with `database_url` filled in, its schema at this version.

    Where none is set, the embedded PostgreSQL is started, and stopped again by the last process that uses it. Raises
    db.server.ServerError and db.engine.WarehouseError, each one clear line.
    """
    if settings.database_url is not None:
        upgrade(settings.database_url.get_secret_value())
        yield settings
        return
    with start(settings.postgres_dir) as server_url:
        url = ensure_database(server_url, DATABASE)
        upgrade(url)
        yield settings.model_copy(update={"database_url": SecretStr(url)})
