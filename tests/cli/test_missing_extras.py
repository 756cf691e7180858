"""What an extra would bring is not there: the whole command says which `pip install` brings it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT, Done

# As if it had never been installed: not to be found, not to be imported.
_WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {library!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
from watcher.cli import main
main()
"""
_CONFIG = '[watcher]\ntimezone = "UTC"\n[topics.nvidia]\nnames = ["Nvidia"]\n[stories]\nencoder = "off"\n'
_SINCE = ("backfill", "--since", "2026-01-01")


def without(library: str, folder: Path, *arguments: str, config: str = _CONFIG) -> Done:
    (folder / "config.toml").write_text(config, "utf-8")
    (folder / "seeds").mkdir()
    (folder / "a.warc.gz").write_bytes(b"")
    code = _WITHOUT.format(library=library)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "HOME": str(folder)},
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("library", "extra", "arguments"),
    [
        ("distributed", "cluster", ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")),
        ("fastwarc", "warc", ("--via", "warc", "--from", "a.warc.gz")),
        ("fastwarc", "warc", ("--via", "ccnews")),
        ("aiohttp", "warc", ("--via", "warc", "--from", "https://kept.example/a.warc.gz")),
        ("fsspec", "warc", ("--via", "mbox", "--from", "https://kept.example/a.mbox")),
        ("s3fs", "cluster", ("--via", "warc", "--from", "s3://kept/a.warc.gz")),
        ("s3fs", "cluster", ("--via", "warc", "--from", "s3://kept/a.warc.gz", "--dry-run")),
    ],
)
def test_backfill_names_what_is_missing_before_anything_is_begun(
    tmp_path: Path, library: str, extra: str, arguments: tuple[str, ...]
):
    done = without(library, tmp_path, *_SINCE, *arguments)
    assert done.code == 78, done.err
    assert library in done.err
    assert f"pip install 'toldonce[{extra}]'" in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize("arguments", [("status",), _SINCE])
def test_so_does_every_command_of_an_archive_in_postgresql(tmp_path: Path, arguments: tuple[str, ...]):
    config = f'[watcher]\ndatabase = "postgresql+psycopg://me@127.0.0.1:9/news"\n{_CONFIG.removeprefix("[watcher]")}'
    done = without("psycopg", tmp_path, *arguments, config=config)
    assert done.code == 78, done.err
    assert "pip install 'toldonce[postgres]'" in done.err
    assert "Traceback" not in done.err
