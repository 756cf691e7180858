"""`topics add` before anything is written: what it proposes, what it asks Wikidata, what it leaves alone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from command import COMMAND, PATIENCE, ROOT, database, run
from origin import Answer, Asked, Origin

from watcher.config import load_config
from watcher.demo.content import DAY_ONE

QUICK = {"WATCHER_NETWORK__GAP": "0s"}
FOUND = {
    "search": [
        {"id": "Q100", "label": "Vesper", "description": "maker of lamps"},
        {"id": "Q200", "label": "Vesper", "description": "evening prayer"},
    ]
}
LABELS = {
    "entities": {
        "Q100": {
            "labels": {
                "en": {"value": "Vesper"},
                "ja": {"value": "ヴェスパー"},
                "zh": {"value": "维斯珀"},
                "xx": {"value": 3},
            },
            "aliases": {"en": [{"value": "Vesper Lamps"}, {"value": "VL"}], "ru": "none"},
        }
    }
}


@pytest.fixture
def wikidata() -> Iterator[Origin]:
    origin = Origin()
    yield origin
    origin.close()


def answers(found: object, labels: object):
    def answer(asked: Asked) -> Answer:
        action = parse_qs(urlsplit(asked.target).query)["action"][0]
        return Answer(body=json.dumps(found if action == "wbsearchentities" else labels).encode())

    return answer


def proposed(config: Path, *more: str, name: str = "Vesper") -> dict[str, str]:
    done = run("topics", "add", name, "--dry-run", "--json", "--config", config, *more, env=QUICK)
    assert done.code == 0, done.err
    return {each["name"]: each["place"] for each in done.row()["names"]}


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A configuration that may ask this machine."""
    assert run("init", tmp_path, "--subject", "night train", "--allow", "127.0.0.1").code == 0
    return tmp_path / "config.toml"


def test_wikidata_says_what_it_is_called_in_two_requests(local: Path, wikidata: Origin):
    url = wikidata.on("/api.php", answers(FOUND, LABELS))
    found = proposed(local, "--online", "--wikidata", url)
    assert {"Vesper", "ヴェスパー", "维斯珀", "Vesper Lamps"} <= {
        name for name, place in found.items() if place == "names"
    }
    assert found["VL"] == "perhaps", "two letters"
    assert len(wikidata.log) == 2
    done = run("topics", "add", "Vesper", "--dry-run", "--online", "--wikidata", url, "--config", local, env=QUICK)
    assert "maker of lamps (Q100)" in done.err
    assert "called so too: evening prayer" in done.err
    assert "Wikidata (ja)" in done.out


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500), Answer(status=429), Answer(body=b"<html>"), Answer(body=b"[]"), Answer(cut=3, body=b"xxxx"),
        Answer(body=b'{"search": [{"id": "../x"}, 3, {"label": "x"}]}'), Answer(body=b'{"search": []}'),
        Answer(body=b'{"search": 3}'),
    ],
)  # fmt: skip
def test_without_an_answer_of_wikidata_the_rest_is_proposed(local: Path, wikidata: Origin, answer: Answer):
    url = wikidata.on("/api.php", answer)
    assert proposed(local, "--online", "--wikidata", url, name="TSMC")["台积电"] == "names"


@pytest.mark.parametrize(
    "labels", [{}, {"entities": []}, {"entities": {"Q100": 3}}, {"entities": {"Q100": {"labels": []}}}]
)
def test_labels_of_another_shape_are_none(local: Path, wikidata: Origin, labels: object):
    url = wikidata.on("/api.php", answers(FOUND, labels))
    assert set(proposed(local, "--online", "--wikidata", url)) == {"Vesper"}


def test_wikidata_goes_through_the_guarded_door(config: Path, wikidata: Origin):
    url = wikidata.on("/api.php", answers(FOUND, LABELS))
    done = run("topics", "add", "Vesper", "--dry-run", "--online", "--wikidata", url, "--config", config)
    assert done.code == 0
    assert "Wikidata was not heard" in done.err
    assert wikidata.log == []


def test_without_online_nobody_is_asked(local: Path, wikidata: Origin):
    proposed(local, "--wikidata", wikidata.on("/api.php", Answer()))
    assert wikidata.log == []


def test_a_dry_run_changes_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("watcher.app.utc_now", lambda: DAY_ONE)
    before = database(filled.parent)
    assert run("topics", "add", "Samsung", "--dry-run", "--yes", "--config", filled).code == 0
    assert run("topics", "apply", "--dry-run", "--config", filled).code == 0
    assert run("topics", "try", "--archive", "nvidia", "--config", filled).code == 0
    assert database(filled.parent) == before


def test_a_script_that_does_not_say_yes_gets_no_topic(filled: Path):
    done = run("topics", "add", "Samsung", "--config", filled)
    assert done.code == 0
    assert "nothing was written" in done.err
    assert "--yes" in done.err
    assert "samsung" not in filled.read_text("utf-8")


def test_what_would_have_matched_counts_articles_and_what_was_passed_over(
    filled: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("watcher.app.utc_now", lambda: DAY_ONE)
    tried = run("topics", "add", "TSMC", "--dry-run", "--json", "--config", filled).row()["tried"]
    assert (tried["found"], tried["stored"]) == (9, 0)
    assert set(tried["languages"]) >= {"en", "de", "zh", "ja"}
    with_samsung = run("topics", "add", "Samsung", "--dry-run", "--json", "--config", filled).row()["tried"]
    assert with_samsung["stored"] > 0


def test_what_is_said_by_hand_wins(config: Path):
    said = (
        "--weak",
        "Lamp",
        "--needs",
        "evening",
        "--never",
        "Vesper Martini",
        "--names",
        "ヴェスパー",
        "--title",
        "Lamps",
    )
    row = run("topics", "add", "Vesper", "--dry-run", "--json", "--config", config, *said).row()
    assert {each["name"]: each["place"] for each in row["names"]} == {
        "Vesper": "names", "ヴェスパー": "names", "Lamp": "weak", "Vesper Martini": "never"
    }  # fmt: skip
    assert (row["topic"], row["title"], "evening" in row["needs"]) == ("lamps", "Lamps", True)


def test_searches_are_written_where_that_is_asked_for(config: Path):
    done = run("topics", "add", "Vesper", "--yes", "--search", "--config", config)
    assert done.code == 0, done.err
    found = load_config(config, {})
    assert {"google-news-vesper-en", "google-news-vesper-de"} <= {source.id for source in found.sources}
    assert all(source.topics == ("vesper",) for source in found.sources)


def test_names_of_ones_own_table_are_proposed(config: Path):
    (config.parent / "names.toml").write_text('[company]\nvesper = ["Vesper", "ヴェスパー"]\n', "utf-8")
    config.write_text(config.read_text("utf-8") + '\n[stories]\nentities = "names.toml"\n', "utf-8")
    assert proposed(config)["ヴェスパー"] == "names"


@pytest.mark.parametrize("name", ["", " \t ", "\x07"])
def test_a_name_that_names_nothing_is_a_usage_error(config: Path, name: str):
    assert run("topics", "add", name, "--config", config).code == 2


@pytest.mark.parametrize("id", ["A B", "", "x]\n[watcher", "ä"])
def test_a_short_name_that_would_not_load_is_refused(config: Path, id: str):
    before = config.read_bytes()
    done = run("topics", "add", "Vesper", "--id", id, "--yes", "--config", config)
    assert done.code == 2
    assert "small letters" in done.err
    assert config.read_bytes() == before


def test_a_person_is_asked_and_may_say_no(config: Path):
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [*COMMAND, "topics", "add", "Vesper", "--config", str(config)],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, b"n\n")
    _, err = asking.communicate(timeout=PATIENCE)
    os.close(ours)
    assert asking.returncode == 0, err
    assert "[topics.vesper] into config.toml?" in err
    assert "[topics.vesper]" not in config.read_text("utf-8")
