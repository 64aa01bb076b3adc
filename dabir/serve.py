"""The pages over the warehouse of the settings: alone on loopback, or for Airflow to mount."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from dabir.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


def pages_app(settings: Settings, *, may_read: Sequence[Any] = (), may_retry: Sequence[Any] = ()) -> FastAPI:
    """The application of dabir.web over the warehouse that `settings.database_url` names."""
    from dabir.rejects import NoRawPage, raw_page, retry
    from dabir.web.app import create_app
    from db.engine import engine

    @cache
    def warehouse() -> Engine:
        if settings.database_url is None:
            raise ValueError("DABIR_DATABASE_URL: not set")
        return engine(settings.database_url.get_secret_value())

    def source(rejected_id: int) -> bytes | None:
        try:
            return raw_page(settings, rejected_id).body
        except NoRawPage:
            return None

    def again(rejected_id: int) -> str:
        try:
            return retry(settings, rejected_id)
        except NoRawPage as error:
            return str(error)

    return create_app(warehouse, raw_page=source, retry=again, may_read=may_read, may_retry=may_retry)
