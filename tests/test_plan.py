"""Which outlets and days a run is about."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dabir.plan import TEHRAN, Work, day_of_run, outlets_of, plan, provinces_of
from dabir.settings import PREFIX, SettingsError, read_settings
from scrapers.outlets import OUTLETS
from scrapers.places import PROVINCES

DAY = date(2026, 11, 19)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_a_run_is_about_every_outlet_on_its_day() -> None:
    works = plan(read_settings(), day=DAY)
    assert [(work.outlet, work.day, work.province) for work in works] == [(name, DAY, None) for name in OUTLETS]


def test_only_a_nightly_run_looks_back() -> None:
    settings = read_settings(look_back_days=2, outlets=("isna",))
    assert [work.day for work in plan(settings, day=DAY, look_back=True)] == [DAY - timedelta(days=n) for n in range(3)]
    assert [work.day for work in plan(settings, day=DAY)] == [DAY]


def test_given_days_stand_in_the_place_of_the_runs_day_and_its_look_back() -> None:
    works = plan(read_settings(outlets=("isna",)), day=DAY, look_back=True, days=["1405-08-25", "1405-08-27"])
    assert [work.day for work in works] == [date(2026, 11, 16), date(2026, 11, 18)]


def test_replicas_alone_are_crawled_where_there_are_any() -> None:
    settings = read_settings(replicas={"isna": "http://127.0.1.1:9000"})
    outlets = outlets_of(settings)
    assert list(outlets) == ["sample_isna"]
    assert outlets["sample_isna"].base_url == "http://127.0.1.1:9000"
    assert [work.outlet for work in plan(settings, day=DAY)] == ["sample_isna"]


@pytest.mark.parametrize("name", ["isna", "sample_isna"])
def test_an_outlet_and_its_replica_answer_to_the_same_setting(name: str) -> None:
    settings = read_settings(replicas={"isna": "http://127.0.1.1:9000"}, outlets=(name,))
    assert list(outlets_of(settings)) == ["sample_isna"]


def test_a_name_of_no_outlet_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="DABIR_OUTLETS: asna is no outlet"):
        outlets_of(read_settings(outlets=("isna", "asna")))
    with pytest.raises(SettingsError, match="asna is no outlet"):
        outlets_of(read_settings(replicas={"asna": "http://127.0.1.1:9000"}))
    with pytest.raises(ValueError, match="no such outlet: asna"):
        plan(read_settings(), day=DAY, outlets=["asna"])
    with pytest.raises(ValueError, match="no such province: luristan"):
        plan(read_settings(), day=DAY, provinces=["luristan"])


def test_a_province_is_asked_only_of_outlets_that_can_be_asked_for_it() -> None:
    offered = provinces_of(OUTLETS.values())
    assert offered.items() <= PROVINCES.items()
    for province in offered:
        works = plan(read_settings(), day=DAY, provinces=[province])
        assert works, province
        for work in works:
            outlet = OUTLETS[work.outlet]
            assert work.province == province
            assert province in outlet.provinces or outlet.province == province


def test_the_day_of_a_run_is_the_tehran_day_of_its_interval() -> None:
    midnight = datetime(2026, 11, 19, tzinfo=TEHRAN)
    assert day_of_run(midnight.astimezone(UTC), midnight + timedelta(days=9)) == DAY
    # Midnight in Tehran of a day with summer time, which ended in 2022.
    assert day_of_run(datetime(2020, 6, 20, 19, 30, tzinfo=UTC), midnight) == date(2020, 6, 21)


def test_the_day_of_a_run_without_an_interval_is_the_day_before_it_was_started() -> None:
    assert day_of_run(None, datetime(2026, 11, 20, 0, 10, tzinfo=TEHRAN)) == DAY


def test_work_survives_the_way_between_two_tasks() -> None:
    for work in (Work(outlet="isna", day=DAY), Work(outlet="isna", day=DAY, province="lorestan")):
        assert Work.from_json(work.to_json()) == work


def test_the_label_names_outlet_day_and_province() -> None:
    assert Work(outlet="isna", day=DAY, province="lorestan").label(OUTLETS) == "ایسنا 1405/08/28 لرستان"
