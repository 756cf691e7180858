"""What leaves the checkout: the wheel carries all it needs, and what make and the build machine run stays in order."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

needs_builder = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="no hatchling in this environment; `make install` brings it"
)


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a program of ours prints, with nothing of this environment's settings."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "WATCHER_"))}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environ, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without asking any index."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    return next(folder.glob("*.whl"))


@needs_builder
def test_the_wheel_carries_every_shipped_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        for folder in ("templates", "seeds"):
            files = [file for file in (ROOT / folder).rglob("*") if file.is_file()]
            assert files
            for file in files:
                name = f"watcher/_shipped/{file.relative_to(ROOT).as_posix()}"
                assert packed.read(name) == file.read_bytes()
        assert packed.read("watcher/_shipped/config.toml") == (ROOT / "config.toml").read_bytes()
    assert "watcher/py.typed" in names
    for file in (ROOT / "watcher").rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            assert file.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]
    assert [name for name in names if name.endswith("/LICENSE")]


@needs_builder
def test_an_installed_wheel_works_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    # The libraries are those of this environment: a path at the end, so that the wheel's own package comes first.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    program = (
        "import watcher, sys; from pathlib import Path; from watcher.config import load_config; "
        "from watcher.corpus import read_seeds; from watcher.shipped import shipped; "
        "config = load_config(shipped('config.toml'), {'TZ': 'UTC'}); "
        "print(Path(watcher.__file__).parent); print(len(config.sources), len(config.topics)); "
        "print(len(read_seeds(shipped('seeds'))), shipped('templates').is_dir())"
    )
    said = _run(python, "-c", program, cwd=tmp_path).splitlines()
    assert said[0] == str(site / "watcher")
    sources, topics = map(int, said[1].split())
    assert sources
    assert topics
    assert said[2] == "5 True"
    assert re.search(r"\d+\.\d+\.\d+", _run(home / "bin" / "watcher", "version", cwd=tmp_path))


def test_constraints_pin_every_direct_dependency_and_name_no_address() -> None:
    rows = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(row.split("==") for row in rows if row and not row.startswith("#"))
    assert all(re.fullmatch(r"[A-Za-z0-9._+!-]+", text) for pair in pins.items() for text in pair)
    pinned = {name.lower().replace("_", "-").replace(".", "-") for name in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *extras["test"], *extras["dev"]]:
        name = re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-")
        assert name in pinned | {project["name"]}, requirement


def test_make_explains_its_targets_and_checks_with_every_tool() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make on this machine; `apt-get install make` brings it")
    listed = _run(make, "help")
    for target in ("install", "demo", "test", "check", "bench", "run", "eval", "clean"):
        assert f"make {target} " in listed
    dry = _run(make, "-n", "check")
    for tool in ("ruff format --check", "ruff check", "mypy", "lint-imports", "pytest"):
        assert tool in dry


def test_the_build_machines_script_is_valid_and_calls_make_check() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make check" in script.read_text(encoding="utf-8")
    bash = shutil.which("bash")
    assert bash
    _run(bash, "-n", script)
