"""docker-compose.yml as values, so that a benchmark starts the commands of its services with their environment.

Only what the file uses of the compose specification is read: YAML merge keys and variables with `:-` and `:?`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:-|:\?)([^}]*))?\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a container of a service is started with; `health` is the command of its health check."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: tuple[str, ...]


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services of docker-compose.yml with `variables` put in. Raises KeyError for one that it demands."""
    declared = yaml.safe_load(FILE.read_text())["services"]
    return {name: _service(_filled(fields, variables)) for name, fields in declared.items()}


def hostname() -> str:
    """The name of this process's container, for Airflow's `hostname_callable`: here all have the machine's."""
    return os.environ["HOSTNAME"]


def _service(fields: Mapping[str, Any]) -> Service:
    environment = {name: str(value) for name, value in fields.get("environment", {}).items() if value is not None}
    kind, *health = fields.get("healthcheck", {}).get("test", ["NONE"])
    return Service(
        command=_words(fields.get("command", "")),
        environment=environment,
        health=("sh", "-c", *health) if kind == "CMD-SHELL" else tuple(health),
    )


def _words(value: str | list[str]) -> tuple[str, ...]:
    return tuple(shlex.split(value) if isinstance(value, str) else value)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    def fill(found: re.Match[str]) -> str:
        dollar, name, mark, rest = found.groups()
        if dollar:
            return "$"
        if (given := variables.get(name)) or mark is None:
            return given or ""
        if mark == ":?":
            raise KeyError(f"{name}: {rest}")
        return str(rest)

    if isinstance(value, str):
        return _VARIABLE.sub(fill, value)
    if isinstance(value, list):
        return [_filled(one, variables) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, variables) for name, one in value.items()}
    return value
