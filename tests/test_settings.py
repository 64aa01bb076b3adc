"""Settings: read from the environment and .env, faults reported together, secrets kept out of what is printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dabir.settings import PREFIX, Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.work_dir == tmp_path / ".dabir"
    assert settings.archive == str(tmp_path / ".dabir" / "archive")
    assert (settings.database_url, settings.outlets, settings.replicas, settings.samples) == (None, (), {}, True)


def test_every_fault_is_reported_at_once_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty = {
        "DABIR_UI_PORT": "many",
        "DABIR_WORKERS": "0",
        "DABIR_DATABASE_URL": "mysql://scribe:hidden@host/db",
        "DABIR_REPLICAS": "{isna",
        "DABIR_LOOK_BACK_DAYS": "-1",
    }
    for name, value in faulty.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert {fault.split(":")[0] for fault in caught.value.faults} == set(faulty)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_a_misspelt_setting_is_a_fault_that_names_the_right_one(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "environment":
        monkeypatch.setenv("DABIR_DATABSE_URL", "postgresql://host/db")
    else:
        Path(".env").write_text("DABIR_DATABSE_URL=postgresql://host/db\n")
    with pytest.raises(SettingsError, match="did you mean DABIR_DATABASE_URL"):
        read_settings()


def test_variables_that_are_not_settings_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DABIR_CORPUS", "somewhere")
    assert read_settings().workers == 2


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DABIR_WORKERS=3\nDABIR_OUTLETS=isna, irna\nDABIR_UI_PORT=\n")
    monkeypatch.setenv("DABIR_WORKERS", "4")
    settings = read_settings()
    assert (settings.workers, settings.outlets, settings.ui_port) == (4, ("isna", "irna"), None)


def test_the_password_of_the_database_is_in_no_printed_form() -> None:
    settings = read_settings(database_url="postgresql://scribe:hidden@host/db")
    assert "hidden" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_a_child_process_reads_the_same_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read_settings(
        database_url="postgresql+psycopg://scribe:hidden@/db?host=/run/pg",
        outlets=("isna", "mehr"),
        replicas={"isna": "http://127.0.1.1:8001"},
        ui_port=0,
        samples=False,
        max_rejected_share=0.25,
    )
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert read_settings() == given


def test_a_replica_that_is_not_a_web_address_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="DABIR_REPLICAS: the address of isna"):
        read_settings(replicas={"isna": "file:///etc/passwd"})


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().workers = 9


def test_each_setting_is_explained_in_the_example_file() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text()
    assert [name for name in Settings.model_fields if PREFIX + name.upper() not in example] == []
