"""A topic written into a file that a person wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import add_topic, load_config
from watcher.errors import ConfigError

LINES = '[topics.tsmc]\ntitle = "TSMC"\nnames = ["TSMC", "台积电"]\n# perhaps: "Gigafab"\n'
HEAD = '# mine\n[watcher]   # kept\ndata_dir = "d"\n'
TOPIC = '\n[topics.nvidia]\nnames = [  # all of them\n  "Nvidia",\n]\n# below the last topic\n'
TAIL = '\n# seeds of mine\n[seeds]\npath = "s"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, "utf-8", newline="")
    return file


@pytest.mark.parametrize("text", [HEAD, HEAD + TOPIC, HEAD + TOPIC + TAIL, HEAD + TAIL, HEAD + TOPIC.rstrip()])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_topic_is_added_and_every_other_line_stays(tmp_path: Path, text: str, ends: str):
    text = text.replace("\n", ends)
    file = written(tmp_path, text)
    add_topic(file, "tsmc", LINES)
    added = file.read_bytes().decode()
    kept = [line for line in added.split(ends) if line not in LINES.split("\n")]
    assert kept == [line for line in text.split(ends) if line]
    config = load_config(file, {})
    assert config.topics[-1].names == ("TSMC", "台积电")
    assert len(config.topics) == 1 + ("nvidia" in text)
    assert '# perhaps: "Gigafab"' in added


def test_it_stands_behind_the_last_topic(tmp_path: Path):
    file = written(tmp_path, HEAD + TOPIC + TAIL)
    add_topic(file, "tsmc", LINES)
    text = file.read_text("utf-8")
    assert text.index("[topics.nvidia]") < text.index("[topics.tsmc]") < text.index("# seeds of mine")


def test_a_file_that_may_not_be_changed_is_not_and_the_lines_are_given(tmp_path: Path):
    file = written(tmp_path, HEAD)
    file.chmod(0o444)
    with pytest.raises(ConfigError) as refused:
        add_topic(file, "tsmc", LINES)
    assert LINES in str(refused.value)
    assert refused.value.exit_code == 78
    assert file.read_text("utf-8") == HEAD


def test_topics_in_one_line_and_a_topic_that_is_there_are_refused(tmp_path: Path):
    inline = written(tmp_path, 'topics = {nvidia = {names = ["Nvidia"]}}\n')
    with pytest.raises(ConfigError, match="tables of their own"):
        add_topic(inline, "tsmc", LINES)
    file = written(tmp_path, HEAD + LINES)
    with pytest.raises(ConfigError, match="already"):
        add_topic(file, "tsmc", LINES)


def test_an_empty_file_takes_one_too(tmp_path: Path):
    file = written(tmp_path, "")
    add_topic(file, "tsmc", LINES)
    assert file.read_text("utf-8") == LINES
