"""`init`: a folder to start from, whatever was said."""

from __future__ import annotations

import os
import pty
import subprocess
import tomllib
from pathlib import Path

import pytest
from command import COMMAND, PATIENCE, ROOT, run

from watcher.config import load_config


@pytest.mark.parametrize(
    "subject", ['De"ep\\Seek', "昇腾", "a\tb\nc", "x" * 300, "--", "[topics]", "naïve ☃", "\x7f\x00é"]
)
def test_whatever_the_subject_the_configuration_loads(tmp_path: Path, subject: str):
    done = run("init", tmp_path / "new", "--subject", subject, "--reads", " en , pt-BR,", "--at", "06:30")
    file = tmp_path / "new" / "config.toml"
    assert (done.code, done.out) == (0, f"{file}\n"), done.err
    config = load_config(file, {})
    (topic,) = config.topics
    assert (topic.names or topic.weak)[0] == topic.title
    assert config.watcher.reads == ("en", "pt")
    assert config.schedules[0].at == "06:30"
    assert config.digest.email is None
    assert not config.recipients
    assert (tmp_path / "new" / "seeds").is_dir()
    assert not list((tmp_path / "new" / "seeds").iterdir())


@pytest.mark.parametrize("line", ["--at 25:00", "--reads english,!", "--subject \x07"])
def test_what_would_not_load_is_not_written(tmp_path: Path, line: str):
    option, value = line.split(" ")
    done = run("init", tmp_path / "new", option, value)
    assert (done.code, done.out) == (2, "")
    assert not (tmp_path / "new" / "config.toml").exists()
    assert not list((tmp_path / "new").glob(".*")) if (tmp_path / "new").exists() else True


def test_nothing_that_is_there_is_written_over(tmp_path: Path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "000.md").write_text("mine")
    assert run("init", tmp_path, "--example").code == 0
    assert (tmp_path / "seeds" / "000.md").read_text() == "mine"
    again = run("init", tmp_path, "--subject", "other")
    assert again.code == 1
    assert "is there already" in again.err


def test_the_example_is_the_shipped_subject_with_its_known_documents(tmp_path: Path):
    assert run("init", tmp_path / "new", "--example").code == 0
    assert (tmp_path / "new" / "config.toml").read_bytes() == (ROOT / "config.toml").read_bytes()
    shipped = sorted(file.name for file in (ROOT / "seeds").iterdir())
    assert sorted(file.name for file in (tmp_path / "new" / "seeds").iterdir()) == shipped
    assert run("init", tmp_path / "two", "--example", "--subject", "x").code == 2


def test_a_place_that_cannot_be_made_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = run("init", tmp_path / "file" / "new", "--subject", "x")
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1


def test_the_mail_address_stays_a_comment(tmp_path: Path):
    assert run("init", tmp_path, "--subject", "x", "--to", "me@desk.example").code == 0
    text = (tmp_path / "config.toml").read_text()
    assert '# address = "me@desk.example"' in text
    uncommented = text.replace("# [", "[").replace("#\n", "\n")
    for key in ("from", "host", "port", "user", "security", "address", "contact", "id", "kind", "url", "language"):
        uncommented = uncommented.replace(f"# {key} =", f"{key} =")
    keys = tomllib.loads(uncommented.replace('contact = "https://..."', 'contact = "https://desk.example/"'))
    assert keys["digest"]["recipients"] == [{"address": "me@desk.example"}]
    (tmp_path / "config.toml").write_text(uncommented.replace("https://...", "https://desk.example/"))
    assert len(load_config(tmp_path / "config.toml", {}).sources) == 1, "every key that stands there exists"


def test_a_person_is_asked(tmp_path: Path):
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [*COMMAND, "init", str(tmp_path / "new")],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(theirs)
    os.write(ours, b"Ascend 910C\nzh,en\n\n\n")
    _, err = asking.communicate(timeout=PATIENCE)
    os.close(ours)
    assert asking.returncode == 0, err
    config = load_config(tmp_path / "new" / "config.toml", {})
    assert config.topics[0].title == "Ascend 910C"
    assert config.watcher.reads == ("zh", "en")
    assert config.schedules[0].at == "07:00"


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (
            "solid-state batteries",
            ("solid-state batteries", "solid-state battery", "solid state batteries", "solid state battery"),
        ),
        ("heat pump", ("heat pump", "heat pumps")),
        ("night train", ("night train", "night trains")),
        ("self-driving bus", ("self-driving bus", "self driving bus")),
        ("fuel glass", ("fuel glass", "fuel glasses")),
        ("night coach", ("night coach", "night coaches")),
        ("electric taxi-ways", ("electric taxi-ways", "electric taxi-way", "electric taxi ways", "electric taxi way")),
        ("Bad Hersfeld", ("Bad Hersfeld",)),
        ("robotics", ("robotics",)),
    ],
)
def test_a_subject_is_found_however_it_is_written(tmp_path: Path, subject: str, names: tuple[str, ...]):
    assert run("init", tmp_path, "--subject", subject).code == 0
    (topic,) = load_config(tmp_path / "config.toml", {}).topics
    assert topic.names == names
    assert "watcher topics add NAME" in (tmp_path / "config.toml").read_text("utf-8")


def test_a_known_name_comes_in_every_script_and_a_shipped_subject_with_its_rule(tmp_path: Path):
    done = run("init", tmp_path, "--subject", "TSMC", "--subject", "DeepSeek", "--subject", "tsmc!")
    assert done.code == 0, done.err
    tsmc, deepseek, other = load_config(tmp_path / "config.toml", {}).topics
    assert {"TSMC", "台积电", "台積電"} <= set(tsmc.names)
    shipped = {topic.id: topic for topic in load_config(ROOT / "config.toml", {}).topics}
    assert deepseek == shipped["deepseek"]
    assert other.id == "tsmc-2"


def test_what_comes_next_stands_in_three_lines(tmp_path: Path):
    done = run("init", tmp_path / "new", "--subject", "night train", "--at", "06:30")
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["next", "then", "then"]
    assert "06:30" in done.err


def test_an_address_of_ones_own_network_may_be_allowed_from_the_start(tmp_path: Path):
    assert run("init", tmp_path, "--subject", "x", "--allow", "127.0.0.1", "--allow", "10.0.0.0/8").code == 0
    assert load_config(tmp_path / "config.toml", {}).network.allow == ("127.0.0.1", "10.0.0.0/8")
    assert run("init", tmp_path / "two", "--subject", "x", "--allow", "everything").code == 2
