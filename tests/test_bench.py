"""Every benchmark says in one line what it measures, and which arguments it takes, before it does anything."""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

import pytest

BENCHES = {file.stem: file for file in sorted((Path(__file__).parent.parent / "bench").glob("[a-z]*.py"))}


def test_there_are_benchmarks() -> None:
    assert {"crawl", "load", "extract"} <= BENCHES.keys()


@pytest.mark.parametrize("name", BENCHES)
@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_a_benchmark_that_is_asked_for_help_gives_it_and_does_nothing_else(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"bench.{name}", run_name="__main__")
    said = capsys.readouterr().out
    docstring = ast.get_docstring(ast.parse(BENCHES[name].read_text(encoding="utf-8")))
    assert ended.value.code == 0
    assert said.startswith(f"usage: python -m bench.{name} ")
    assert docstring is not None
    assert " ".join(said.split("\n\n")[1].split()) == docstring.splitlines()[0]
