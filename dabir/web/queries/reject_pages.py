"""Rejects: the pages that did not become an article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from dabir.web.queries.lists import LIST_LIMIT
from db.schema import BatchTallyRow, RejectedPageRow


def rejected(
    connection: Connection, outlet: str | None = None, day: date | None = None, field: str | None = None
) -> Sequence[Any]:
    """Pages that did not become an article, the latest batch first; of one outlet, crawled day or field."""
    query = (
        select(RejectedPageRow).order_by(RejectedPageRow.batch.desc(), RejectedPageRow.rejected_id).limit(LIST_LIMIT)
    )
    if outlet:
        query = query.where(RejectedPageRow.outlet == outlet)
    if field:
        query = query.where(RejectedPageRow.field == field)
    if day:
        query = query.join(
            BatchTallyRow,
            and_(BatchTallyRow.batch == RejectedPageRow.batch, BatchTallyRow.outlet == RejectedPageRow.outlet),
        ).where(BatchTallyRow.day_on == day)
    return connection.execute(query).all()
