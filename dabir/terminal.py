"""What the commands share: their output, their settings, the warehouse they work on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from dabir.settings import Settings

errors = Console(stderr=True, highlight=False, soft_wrap=True)
WIDTH = 120  # of tables where the output is no terminal: nothing is cut


def open_console() -> Console:
    """Standard output; where it is no terminal, as wide as tables need."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=WIDTH)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    errors.print(f"[red]dabir:[/] {message}" if errors.is_terminal else f"dabir: {message}", markup=errors.is_terminal)
    raise typer.Exit(code)


def load_settings() -> Settings:
    """The settings of the environment; ends with exit code 2 and a line for each fault of them."""
    from dabir.settings import SettingsError, read_settings

    try:
        return read_settings()
    except SettingsError as error:
        for fault in error.faults:
            errors.print(fault, markup=False)
        raise typer.Exit(2) from error


def close_broken_pipe() -> NoReturn:
    """Whoever read standard output has gone: end without a traceback, as other tools of a pipe do."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(1)


def moment_of(text: str) -> datetime:
    """A time with its offset, or the beginning of a Jalali day in Tehran. Raises ValueError."""
    from zoneinfo import ZoneInfo

    from dabir.days import read_day

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment
    try:
        return datetime.combine(read_day(text), time(), ZoneInfo("Asia/Tehran"))
    except ValueError as error:
        raise ValueError(f"{error}, nor a time with its offset such as 2026-11-25T08:00:00+00:00") from None


@contextmanager
def open_warehouse(settings: Settings | None = None) -> Iterator[Settings]:
    """The warehouse, its schema at this version: settings that name it. Ends with one line where it cannot be had."""
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(settings or load_settings()) as ready:
            yield ready
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@contextmanager
def open_engine() -> Iterator[Engine]:
    """The engine of that warehouse."""
    from dabir.pipeline import connected

    with open_warehouse() as settings, connected(settings) as engine:
        yield engine


@contextmanager
def server_address() -> Iterator[str]:
    """The address of the warehouse as it is, its schema not changed."""
    from dabir.warehouse import DATABASE
    from db.engine import WarehouseError
    from db.server import ServerError, ensure_database, start

    settings = load_settings()
    try:
        if settings.database_url is not None:
            yield settings.database_url.get_secret_value()
        else:
            with start(settings.postgres_dir) as server:
                yield ensure_database(server, DATABASE)
    except (ServerError, WarehouseError) as error:
        fail(str(error))
