"""The wheel with `parsing` compiled by mypyc: off unless HATCH_BUILD_HOOK_ENABLE_CUSTOM=true (`make wheel`).

The sources are compiled in a copy, so nothing compiled ever lies beside a source that may be edited. They go into the
wheel too: tracebacks show them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "parsing"


class CompileParsing(BuildHookInterface):  # type: ignore[type-arg]
    """Adds what mypyc makes of `parsing` to a wheel; an editable installation stays interpreted."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile and name what comes of it; raises RuntimeError with the compiler's words where that fails."""
        if self.target_name != "wheel" or version == "editable":
            return
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        build_data["force_include"] |= {str(path): str(path.relative_to(folder)) for path in _compiled(folder)}
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Drop the copy once the wheel is written."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def _compiled(folder: Path) -> list[Path]:
    """Copy the package into `folder` and compile it there."""
    compiler = os.environ.get("CC") or (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler.split()[0]) is None:
        raise RuntimeError(f"no C compiler {compiler!r}: install one (Debian: apt-get install gcc) or name it in CC")
    sources = Path(__file__).with_name(PACKAGE)
    shutil.copytree(sources, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__", "data"))
    modules = sorted(str(path.relative_to(folder)) for path in (folder / PACKAGE).glob("*.py"))
    # Without the project's settings: mypy checks it there; here only types count.
    command = [sys.executable, "-m", "mypyc", "--config-file=", "--ignore-missing-imports", *modules]
    # gcc's warnings are errors: «may be used uninitialized» is how mypyc's own faults have shown.
    # Only this one library calls its functions, so they need no visible names and can be inlined: 2 to 4 % faster.
    flags = {**os.environ, "CFLAGS": f"{os.environ.get('CFLAGS', '')} -fvisibility=hidden".strip()}
    ran = subprocess.run(command, cwd=folder, env=flags, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ran.returncode:
        raise RuntimeError(f"mypyc could not compile {PACKAGE}:\n{ran.stdout[-4000:]}")
    return [*folder.glob("*.so"), *(folder / PACKAGE).glob("*.so")]
