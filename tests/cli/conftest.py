"""A folder with a configuration, and an archive that the bundled newsroom filled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command import run

from watcher.app import assembled
from watcher.config import load_config
from watcher.demo.content import DAY_ONE
from watcher.demo.server import Newsroom, StageClock
from watcher.demo.show import live
from watcher.demo.sink import Sink


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration without sources, as `init` writes it."""
    done = run("init", tmp_path / "mine", "--subject", "DeepSeek", "--reads", "en,de")
    assert done.code == 0, done.err
    return tmp_path / "mine" / "config.toml"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one day's archive of the newsroom and its edition, delivered. Not to be changed."""
    folder = tmp_path_factory.mktemp("shelf")
    clock = StageClock(DAY_ONE)
    with Sink() as sink, Newsroom(clock, drip=0.1) as newsroom:
        (folder / "seeds").mkdir()
        (folder / "config.toml").write_text(newsroom.config_toml("data", "out", sink.port, "seeds"), "utf-8")
        with assembled(load_config(folder / "config.toml", {}), clock) as program:
            live(program, clock, DAY_ONE)
    # Which of two copies comes first is the network's affair; a replay holds each against what is truly earlier.
    assert run("stories", "rebuild", "--config", folder / "config.toml").code == 0
    return folder


@pytest.fixture
def filled(shelf: Path, tmp_path: Path) -> Path:
    """The configuration of a copy of that folder, to be changed at will. Its sources are gone from the network."""
    shutil.copytree(shelf, tmp_path / "filled")
    return tmp_path / "filled" / "config.toml"
