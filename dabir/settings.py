"""All configuration of Dabir: one frozen value from the environment and `.env`, with every fault reported at once.

Nothing else in the package reads the environment. What belongs to one outlet (host, politeness, habits) is its
declaration in scrapers/outlets; what belongs to the language is in parsing/data.
"""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dabir.monitor import CHECKS

PREFIX = "DABIR_"
ENV_FILE = ".env"


class SettingsError(ValueError):
    """The environment is not usable. `faults` holds one line per variable, each naming it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def _words(value: Any) -> Any:
    """A comma or space separated text as a tuple of words."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    """A JSON text as what it holds; JSONDecodeError, a ValueError, says where it is broken."""
    return json.loads(value or "{}") if isinstance(value, str) else value


def _text_or_none(value: Any) -> Any:
    """An empty variable is one that is not set: `DABIR_X=` in .env and an unset `${X}` in compose mean the same."""
    return None if isinstance(value, str) and not value.strip() else value


class Settings(BaseSettings):
    """Each field is read from the variable of its name in capitals after `DABIR_`.

    `database_url` None means the embedded PostgreSQL under `work_dir`; it is secret because it may hold a password.
    `archive_url` is any fsspec address; None means `work_dir`/archive. `replicas` maps an outlet to the address that
    is crawled in its place, which is how the sample agencies stand in for the real ones.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    work_dir: Path = Field(Path(".dabir"), description="Folder of everything Dabir writes by default")
    database_url: Annotated[SecretStr | None, BeforeValidator(_text_or_none)] = Field(
        None, description="PostgreSQL address; the embedded server where empty"
    )
    archive_url: Annotated[str | None, BeforeValidator(_text_or_none)] = Field(
        None, description="Where raw pages are kept: a folder or an fsspec address such as s3://bucket/dabir"
    )
    contact: Annotated[str | None, BeforeValidator(_text_or_none)] = Field(
        None, description="Mail or web address by which an outlet can reach whoever crawls it; sent with each request"
    )
    outlets: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        (), description="Names of the outlets of a run, separated by commas; all where empty"
    )
    samples: bool = Field(True, description="Whether `dabir run` crawls the sample agencies in place of the real ones")
    replicas: Annotated[dict[str, str], NoDecode, BeforeValidator(_json)] = Field(
        {}, description='JSON object {"outlet": "http://address"}: what is crawled in place of those outlets'
    )
    ui_port: Annotated[int | None, BeforeValidator(_text_or_none)] = Field(
        None, ge=0, le=65535, description="Port of the Airflow UI; 8080 or the next free one where empty, 0 any"
    )
    airflow_url: Annotated[str | None, BeforeValidator(_text_or_none)] = Field(
        None, description="Address of the Airflow that `dabir backfill` talks to; that of `dabir run` here where empty"
    )
    airflow_user: Annotated[str | None, BeforeValidator(_text_or_none)] = Field(
        None, description="Name to log in to Airflow with; none where it asks for none"
    )
    airflow_password: Annotated[SecretStr | None, BeforeValidator(_text_or_none)] = Field(
        None, description="Password of airflow_user"
    )
    schedule: str = Field("0 0 * * *", description="Cron expression, in Tehran time, that bounds a run's interval")
    look_back_days: int = Field(1, ge=0, le=30, description="Days before its own that a nightly run looks at again")
    workers: int = Field(2, ge=1, le=256, description="Processes of an import, and tasks that Airflow runs at a time")
    batch_articles: int = Field(500, ge=1, le=10_000, description="Articles loaded in one transaction")
    crawl_timeout_minutes: int = Field(180, ge=1, description="Longest time that one outlet and day may be crawled")
    max_rejected_share: float = Field(
        0.1, ge=0, le=1, description="Share of rejected pages over which the check of an outlet and day fails"
    )
    stale_days: int = Field(3, ge=1, description="Days without one that could be crawled whole, after which it is said")
    checks: Annotated[dict[str, Literal["fail", "warn", "off"]], NoDecode, BeforeValidator(_json)] = Field(
        {}, description='JSON object {"check": "fail", "warn" or "off"}: what differs from the default of a check'
    )
    notify: Annotated[dict[str, dict[str, str]], NoDecode, BeforeValidator(_json)] = Field(
        {}, description='JSON object {"Airflow connection": {…}}: where troubles are told, see docs/operations.md'
    )
    notify_again_days: int = Field(7, ge=1, description="Days after which a trouble that goes on is told again")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("must be a postgresql:// or postgresql+psycopg:// address")
        return value

    @field_validator("replicas")
    @classmethod
    def _are_web_addresses(cls, value: dict[str, str]) -> dict[str, str]:
        for outlet, url in value.items():
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"the address of {outlet} must be a web address, not {url!r}")
        return value

    @field_validator("checks")
    @classmethod
    def _are_checks(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := sorted({*value} - {*CHECKS}):
            raise ValueError(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
        return value

    @field_validator("work_dir")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def postgres_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its data."""
        return self.work_dir / "postgres"

    @property
    def archive(self) -> str:
        """The address of the archive of raw pages."""
        return self.archive_url or str(self.work_dir / "archive")

    def environment(self) -> dict[str, str]:
        """The variables that give a child process these same settings, but how to log in to Airflow.

        Holds the secrets: never to be logged.
        """
        values = self.model_dump(mode="json", exclude={"database_url", "airflow_password"}, exclude_none=True)
        if self.database_url is not None:
            values["database_url"] = self.database_url.get_secret_value()
        texts = {"outlets": ",".join(self.outlets)}
        texts |= {name: json.dumps(getattr(self, name)) for name in ("replicas", "checks", "notify")}
        return {PREFIX + name.upper(): texts.get(name, str(value)) for name, value in values.items()}


def read_settings(**given: Any) -> Settings:
    """The settings of this process; `given` replaces single fields.

    Raises SettingsError with all faults: values that do not fit and names that look like a misspelt setting.
    """
    faults = [
        f"{name}: there is no such setting; did you mean {PREFIX}{near[0].upper()}?"
        for name in sorted({*os.environ, *dotenv_values(ENV_FILE)})
        if name.startswith(PREFIX)
        and (field := name.removeprefix(PREFIX).lower()) not in Settings.model_fields
        and (near := difflib.get_close_matches(field, Settings.model_fields, n=1, cutoff=0.8))
    ]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            name = PREFIX + str(fault["loc"][0]).upper()
            faults.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
    if faults:
        raise SettingsError(faults)
    return settings
