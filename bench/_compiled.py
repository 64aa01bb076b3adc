"""The package that production runs: the wheel with `parsing` compiled, built once for the sources as they are.

Benches that measure extraction run themselves again in a child process on it. It lies in a folder of its own, named by
a digest of what it is made of, so an edited source is never measured by an older build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(sys.prefix) / "compiled"


def compiled_folder() -> Path:
    """The folder with the compiled `parsing`, built where there is none; exits with 2 and the reason where it fails."""
    sources = sorted(path for path in (ROOT / "parsing").rglob("*") if path.suffix in (".py", ".tsv"))
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sources, ROOT / "hatch_build.py", ROOT / "uv.lock"):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    folder = CACHE / digest.hexdigest()[:16]
    if folder.is_dir():
        return folder
    print("building the compiled package; this takes some minutes", flush=True)
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        ran = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
            cwd=ROOT,
            env={**os.environ, "HATCH_BUILD_HOOK_ENABLE_CUSTOM": "true"},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if ran.returncode:
            print(ran.stdout, file=sys.stderr)
            raise SystemExit(2)
        [wheel] = Path(made).glob("*.whl")
        unpacked = Path(made) / "unpacked"
        with ZipFile(wheel) as archive:
            own = [name for name in archive.namelist() if name.startswith("parsing/") or "/" not in name]
            archive.extractall(unpacked, own)
        for old in CACHE.glob("*"):
            if old != Path(made):
                shutil.rmtree(old)
        unpacked.rename(folder)
    return folder


def run_again(module: str, arguments: list[str], *, compiled: bool) -> int:
    """Run a bench in a child process, on the compiled package or on the sources; its exit code."""
    before = [str(compiled_folder())] if compiled else []
    path = os.pathsep.join([*before, str(ROOT)])
    command = [sys.executable, "-P", "-m", module, *arguments]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}).returncode


def is_compiled() -> bool:
    """Whether this process runs the compiled package."""
    import parsing.extract

    return not parsing.extract.__file__.endswith(".py")
