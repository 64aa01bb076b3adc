"""Runs migrations on the connection that `db.engine` gives, or, under the `alembic` command, on $DABIR_DATABASE_URL."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, text

from db.engine import WarehouseError, engine
from db.schema import Table

# Held while a migration runs, so that two starting processes do not migrate at once; any constant will do.
MIGRATION_LOCK = 0x0D_AB_12


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Table.metadata, transaction_per_migration=False)
    with context.begin_transaction():
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
    given.commit()
else:
    url = os.environ.get("DABIR_DATABASE_URL")
    if not url:
        raise WarehouseError("set DABIR_DATABASE_URL to the warehouse's address")
    with engine(url).connect() as opened:
        migrate(opened)
        opened.commit()
