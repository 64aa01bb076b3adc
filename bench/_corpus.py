"""The real articles that benchmarks run over: `articles.jsonl.gz` in a folder outside the repository."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = "articles.jsonl.gz"


def corpus_file(arguments: list[str]) -> Path:
    """The corpus that the command line or DABIR_CORPUS points at; exits with 2 and a clear line where there is none."""
    given = arguments[0] if arguments else os.environ.get("DABIR_CORPUS", "../shared/corpus")
    path = Path(given)
    path = path / FILE if path.is_dir() else path
    if not path.is_file():
        print(
            f"no corpus: {path} is not a file; give a folder with {FILE} as the argument or in DABIR_CORPUS",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return path


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The articles of the corpus as decoded lines of JSON."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
