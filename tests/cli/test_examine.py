"""`doctor`: faults are one thing, advice is another."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run

SOURCE = '\n[[sources]]\nid = "paper"\nurl = "https://paper.example/feed"\n'


def test_advice_is_no_fault(config: Path):
    config.write_text(config.read_text() + SOURCE)
    done = run("doctor", "--config", config)
    assert done.code == 0, done.out
    assert "advice:\n- [watcher] contact is not set" in done.out
    assert "wants mending:" not in done.out
    row = run("doctor", "--json", "--config", config).row()
    assert (row["mending"], len(row["advice"])) == ([], 1)


def test_what_keeps_it_from_working_is_a_fault(config: Path):
    row = run("doctor", "--json", "--config", config).row()
    assert row["mending"] == ["there are no sources: `watcher sources add URL`"]
    done = run("doctor", "--config", config)
    assert (done.code, "wants mending:\n- there are no sources" in done.out) == (1, True)
    (config.parent / "seeds" / "broken.md").write_text("+++\nid = 5\n")
    assert "broken.md" in run("doctor", "--json", "--config", config).row()["mending"][1]


def test_a_database_that_is_not_built_is_a_fault_and_no_crash(config: Path):
    address = '[watcher]\ndatabase = "postgresql+psycopg://watcher@db.example.org/watcher"'
    config.write_text(config.read_text().replace("[watcher]", address) + SOURCE)
    done = run("doctor", "--json", "--config", config)
    assert done.code == 1
    (fault,) = done.row()["mending"]
    assert "not built yet" in fault


def test_the_shipped_configuration_sets_nothing_in_vain(tmp_path: Path):
    assert run("init", tmp_path, "--example").code == 0
    assert "not built" not in run("doctor", "--config", tmp_path / "config.toml").out


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('[[digest.recipients]]\naddress = "a@desk.example"', "no [digest.email] or [digest.file] to reach them"),
        ('[digest.file]\nfolder = "mail"', "[digest.file] is set but there are no [[digest.recipients]]"),
        (
            '[[digest.recipients]]\naddress = "a@desk.example"\n'
            '[digest.email]\nfrom = "w@desk.example"\nhost = "smtp.desk.example"\nuser = "w"',
            "WATCHER_DIGEST__EMAIL__PASSWORD",
        ),
    ],
)
def test_a_mail_that_reaches_nobody_is_a_fault(config: Path, lines: str, fault: str):
    config.write_text(f"{config.read_text()}{SOURCE}\n{lines}\n")
    (found,) = run("doctor", "--json", "--config", config).row()["mending"]
    assert fault in found
