"""docker-compose.yml as compose itself would read it, and what the scaled-out deployment must be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench._compose import Service, services
from dabir.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"
SECRETS = {
    name: f"the-{name.lower().replace('_', '-')}"
    for name in (
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "AIRFLOW_SECRET_KEY",
        "AIRFLOW_JWT_SECRET",
        "AIRFLOW_FERNET_KEY",
    )
}
DEMANDED = {**SECRETS, "DABIR_CONTACT": "mailto:desk@example.org"}
# Settings of `dabir run`, or of a command that is given on another machine.
OF_A_COMMAND = {"replicas", "ui_port", "workers", "airflow_url", "airflow_user", "airflow_password"}


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


@pytest.fixture(scope="module")
def started() -> dict[str, Service]:
    return services(DEMANDED)


def test_the_file_is_of_the_compose_specification(tmp_path: Path) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(FILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text().replace("healthcheck:", "healthchek:", 1))
    assert subprocess.run([*check, str(wrong)], capture_output=True).returncode == 1


def test_compose_starts_what_the_layout_is_made_of(started: dict[str, Service]) -> None:
    airflow = {name: service.command[1:] for name, service in started.items() if service.command[:1] == ("airflow",)}
    assert airflow == {
        "api-server": ("api-server",),
        "scheduler": ("scheduler",),
        "dag-processor": ("dag-processor",),
        "triggerer": ("triggerer",),
        "worker": ("celery", "worker"),
    }
    assert set(started) - set(airflow) == {"postgres", "redis", "migrate"}


@pytest.mark.parametrize("name", DEMANDED)
def test_each_secret_is_demanded_by_its_name(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        services({key: value for key, value in DEMANDED.items() if key != name})


def test_no_secret_is_written_down_or_has_a_default() -> None:
    text = FILE.read_text()
    for name in SECRETS:
        assert f"${{{name}:-" not in text and f"${{{name}-" not in text, name
        assert f"{name}=" not in text, name
    assert not any(f"{name}=" in line for line in (ROOT / "Dockerfile").read_text().splitlines() for name in SECRETS)


def test_every_variable_of_compose_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    used = set(re.findall(r"\$\{(\w+)", FILE.read_text()))
    passed_on = {name for name in re.findall(r"^ +([A-Z_]+):$", FILE.read_text(), re.MULTILINE) if name.isupper()}
    assert {name for name in used | passed_on if f"# {name}=" not in example} == set()


def test_a_worker_has_no_address_of_airflows_tables_and_no_key_that_signs(started: dict[str, Service]) -> None:
    environment = started["worker"].environment
    assert not any("/airflow" in value for name, value in environment.items() if "URL" in name or "BACKEND" in name)
    for secret in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET"):
        assert secret not in environment, secret
        assert secret in started["scheduler"].environment, secret
    assert SECRETS["AIRFLOW_JWT_SECRET"] not in " ".join(environment.values())


def test_any_number_of_workers_can_run(declared: dict[str, Any]) -> None:
    worker = declared["services"]["worker"]
    assert not {"container_name", "ports", "hostname", "network_mode"} & set(worker)
    # What they share: the pages, each host's budget, and logs, which the api-server shows.
    assert {mount.partition(":")[2] for mount in worker["volumes"]} == {
        "/var/lib/dabir/archive",
        "/var/lib/dabir/hosts",
        "/var/lib/dabir/airflow/logs",
    }


def test_only_the_interface_listens_and_on_loopback(declared: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in declared["services"].items() if "ports" in service}
    assert ports == {"api-server": ["127.0.0.1:${AIRFLOW_PORT:-8080}:8080"]}


def test_only_the_interface_can_read_the_users_passwords(declared: dict[str, Any]) -> None:
    mounted = {
        name
        for name, service in declared["services"].items()
        if "users:/var/lib/dabir/users" in service.get("volumes", ())
    }
    assert mounted == {"api-server"}


def test_everything_that_stays_up_is_checked_and_started_again(declared: dict[str, Any]) -> None:
    for name, service in declared["services"].items():
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name


def test_all_run_one_image_built_from_the_lock_file(declared: dict[str, Any]) -> None:
    built = {name: service["image"] for name, service in declared["services"].items() if "build" in service}
    assert set(built.values()) == {"dabir"}
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "COPY pyproject.toml uv.lock" in dockerfile
    assert dockerfile.count("uv sync --frozen --no-dev") == 2
    assert "USER dabir" in dockerfile


def test_each_volume_is_mounted_on_a_folder_that_the_image_gives_to_its_user(declared: dict[str, Any]) -> None:
    [made] = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if "mkdir -p" in line]
    for name, service in declared["services"].items():
        for mount in service.get("volumes", ()) if "build" in service else ():
            assert mount.split(":")[1] in made.split(), (name, mount)
            assert mount.split(":")[0] in declared["volumes"], (name, mount)


def test_a_lost_worker_is_missed_in_minutes_and_no_running_task_is_handed_out_twice(
    started: dict[str, Service],
) -> None:
    environment = started["worker"].environment
    assert environment.items() <= started["scheduler"].environment.items()
    assert int(environment["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"]) <= 120
    assert int(environment["AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT"]) <= 300
    longest = int(Settings.model_fields["crawl_timeout_minutes"].default) * 60
    assert int(environment["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"]) > longest


def test_tasks_wait_in_the_scheduler_and_not_in_the_broker() -> None:
    """A task that waits in the broker for longer than TASK_QUEUED_TIMEOUT is taken for lost."""
    environment = services(DEMANDED)["scheduler"].environment
    assert environment["AIRFLOW__CORE__PARALLELISM"] == environment["AIRFLOW__CELERY__WORKER_CONCURRENCY"]
    more = services({**DEMANDED, "AIRFLOW_PARALLELISM": "64"})["scheduler"].environment
    assert more["AIRFLOW__CORE__PARALLELISM"] == more["AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG"] == "64"


def test_each_setting_of_dabir_reaches_the_containers(declared: dict[str, Any]) -> None:
    for name, service in declared["services"].items():
        if "build" in service:
            given = {field for field in service["environment"] if field.startswith(PREFIX)}
            assert given == {PREFIX + field.upper() for field in Settings.model_fields if field not in OF_A_COMMAND}, (
                name
            )
    assert declared["services"]["worker"]["environment"]["DABIR_SAMPLES"] == "false"


def test_airflows_executor_loads_from_the_lock_file_and_what_it_preloads_is_there(
    started: dict[str, Service], tmp_path: Path
) -> None:
    """The provider for Celery does not import beside every version of Celery that it allows."""
    code = (
        "import json, os\n"
        "from airflow.executors.executor_loader import ExecutorLoader\n"
        "from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG as config\n"
        "executor, _ = ExecutorLoader.import_default_executor_cls()\n"
        "print('TOLD ' + json.dumps([executor.__name__, config['imports'], config['task_acks_late'],"
        " config['broker_transport_options'], config['worker_concurrency']]))"
    )
    environment = {**started["worker"].environment, "AIRFLOW_HOME": str(tmp_path), "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    told = [line.removeprefix("TOLD ") for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert told, done.stdout + done.stderr
    executor, preloaded, acks_late, options, concurrency = json.loads(told[0])
    assert (executor, acks_late, concurrency) == ("CeleryExecutor", True, 16)
    assert options == {"visibility_timeout": 43200}
    assert preloaded == ["dabir.preload"] and (ROOT / "dabir" / "preload.py").exists()
