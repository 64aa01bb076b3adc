"""The data dictionary: every table, view and column of the warehouse with its type and what it holds, as Markdown.

    python -m db.dictionary docs/records.md

writes it between the two marks of that page, and leaves the rest of the page alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import Table as SchemaTable
from sqlalchemy.dialects import postgresql

import db.schema_checks
import db.schema_entities
import db.schema_records  # noqa: F401  (with the others, all tables of the metadata)
from db.schema import Table
from db.views import VIEWS, View

BEGIN = "<!-- tables: made by `python -m db.dictionary docs/records.md` from the comments of the schema -->"
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
END = "<!-- end of tables -->"


def dictionary() -> str:
    """A section a table: what a row is, then name, type and meaning of each column. Key columns are in bold."""
    tables = sorted(Table.metadata.tables.values(), key=lambda table: table.name)
    views = [_view(name, view) for name, view in sorted(VIEWS.items())]
    return "\n\n".join([BEGIN, *map(_section, tables), "## Views", *views, END]) + "\n"


def with_dictionary(page: str) -> str:
    """`page` with the dictionary between its marks; at its end where it has none."""
    before, begin, rest = page.partition(BEGIN)
    after = rest.partition(END)[2].lstrip("\n") if begin else ""
    return before.rstrip("\n") + "\n\n" + dictionary() + (f"\n{after}" if after else "")


def _section(table: SchemaTable) -> str:
    lines = [f"### {table.name}", "", f"{table.comment}.", "", "| column | type | holds |", "|---|---|---|"]
    for column in table.columns:
        name = f"**{column.name}**" if column.primary_key else column.name
        kind = column.type.compile(DIALECT).lower().replace("timestamp with time zone", "timestamptz")
        holds = (column.comment or "").replace("|", "\\|")
        to = "".join(f" → {key.target_fullname}" for key in column.foreign_keys)
        lines.append(f"| {name} | {kind}{', null' if column.nullable else ''} | {holds}{to} |")
    return "\n".join(lines)


def _view(name: str, view: View) -> str:
    lines = [f"### {name}", "", f"{view.comment}.", "", "| column | type | holds |", "|---|---|---|"]
    for column, (kind, comment) in view.columns.items():
        holds = comment.replace("|", "\\|")
        lines.append(f"| {column} | {kind} | {holds} |")
    return "\n".join(lines)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_dictionary(file.read_text() if file.exists() else ""))
