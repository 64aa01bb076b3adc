"""The warehouse's tables of the watch over it: what was counted of each day, what looked wrong, what was said of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.schema import Table, references


class CheckedDayRow(Table):
    __tablename__ = "checked_days"
    __table_args__ = (
        {"comment": "What was counted of each outlet's day when it was last checked; the history of checks"},
    )

    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), primary_key=True, comment="Outlet checked")
    day_on: Mapped[date] = mapped_column(primary_key=True, comment="Day (Tehran) checked")
    outcome: Mapped[str | None] = mapped_column(comment="Outcome of its latest crawl (crawl_runs); null where none ran")
    counts: Mapped[dict[str, Any]] = mapped_column(
        comment="Counts by name, as dabir.monitor.Day says; footers holds one count per wording"
    )
    checked_at: Mapped[datetime] = mapped_column(comment="When it was last checked")


class CheckFindingRow(Table):
    __tablename__ = "check_findings"
    __table_args__ = (
        CheckConstraint("severity in ('warn', 'fail')", name="severity"),
        {"comment": "What the latest check of an outlet's day found wrong or unusual; a sound day has no row"},
    )

    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), primary_key=True, comment="Outlet checked")
    day_on: Mapped[date] = mapped_column(primary_key=True, comment="Day (Tehran) checked")
    check_name: Mapped[str] = mapped_column(primary_key=True, comment="Name of the check (dabir.monitor)")
    severity: Mapped[str] = mapped_column(comment="warn | fail, as the settings have it")
    expected: Mapped[str | None] = mapped_column(
        comment="What was expected, in words and figures; null where that is plain"
    )
    got: Mapped[str | None] = mapped_column(comment="What was there, in words and figures")
    line: Mapped[str] = mapped_column(comment="The finding in one line: outlet, Jalali day, expected and got")


class NoticeRow(Table):
    __tablename__ = "notices"
    __table_args__ = (
        {"comment": "Troubles that a message has told of and that are not over: each is told again seldom"},
    )

    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), primary_key=True, comment="Outlet in trouble")
    check_name: Mapped[str] = mapped_column(primary_key=True, comment="Check that found it (dabir.monitor)")
    severity: Mapped[str] = mapped_column(comment="warn | fail, as last told")
    since_on: Mapped[date] = mapped_column(comment="First day (Tehran) it was found on")
    told_on: Mapped[date] = mapped_column(comment="Day (Tehran) of the news that it was last told of")
