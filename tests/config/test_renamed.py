"""Keys with another name: the old one works and warns, until its version has come; tested with a table of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run

from watcher.config import Config, load_config, renamed
from watcher.config.models import File
from watcher.config.renamed import RENAMED, Renamed
from watcher.config.schema import field, table_at
from watcher.errors import ConfigError

TABLE = (
    Renamed(("digest", "hour"), ("digest", "at"), "9.0"),
    Renamed(("network", "owner"), ("watcher", "contact"), "9.0"),
    Renamed(("watcher", "folder"), ("watcher", "data_dir"), "9.0"),
    Renamed(("sources", "*", "lang"), ("sources", "*", "language"), "9.0"),
    Renamed(("topics", "*", "words"), ("topics", "*", "names"), "9.0"),
    Renamed(("digest", "email", "secret"), ("digest", "email", "password"), "9.0"),
    Renamed(("network", "pause"), ("network", "gap"), "0.0.1"),
)
OLD = """\
[network]
owner = "https://desk.example/about"
[[sources]]
id = "paper"
url = "https://paper.example/feed"
[[sources]]
id = "radio"
url = "https://radio.example/feed"
lang = "de"
[topics.nvidia]
words = ["Nvidia"]
[digest]
hour = "06:30"
"""


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renamed, "RENAMED", TABLE)


def load(folder: Path, text: str, **environ: str) -> Config:
    (folder / "config.toml").write_text(text, "utf-8")
    return load_config(folder / "config.toml", {"TZ": "UTC", **environ})


def mistakes(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_an_old_name_works_and_warns_with_line_new_name_and_version(tmp_path: Path):
    config = load(tmp_path, OLD)
    assert (config.digest.at, config.watcher.contact) == ("06:30", "https://desk.example/about")
    assert [source.language for source in config.sources] == [None, "de"]
    assert config.topics[0].names == ("Nvidia",)
    assert sorted(warning.removeprefix(f"{tmp_path}/") for warning in config.warnings) == [
        "config.toml:11: topics.nvidia.words: it is called topics.nvidia.names now; "
        "the old name works until version 9.0",
        "config.toml:13: digest.hour: it is called digest.at now; the old name works until version 9.0",
        "config.toml:2: network.owner: it is called watcher.contact now; the old name works until version 9.0",
        "config.toml:9: sources[2].lang: it is called sources[2].language now; the old name works until version 9.0",
    ]
    new = OLD.replace("hour =", "at =").replace("lang =", "language =").replace("words =", "names =")
    new = new.replace("owner =", "# owner =") + '[watcher]\ncontact = "https://desk.example/about"\n'
    assert load(tmp_path, new) == config
    assert load(tmp_path, new).warnings == ()


def test_a_mistake_under_an_old_name_is_placed_where_it_stands(tmp_path: Path):
    (mistake,) = mistakes(tmp_path, OLD.replace('"06:30"', '"half past six"'))
    assert mistake.startswith("config.toml:13: digest.at: expected ")


def test_old_and_new_name_together_are_a_mistake(tmp_path: Path):
    assert mistakes(tmp_path, OLD + 'at = "07:00"\n') == [
        "config.toml:13: digest.hour: it is called digest.at now, and that is there too: take digest.hour out"
    ]


def test_when_its_version_has_come_the_old_name_is_unknown_and_the_new_one_is_told(tmp_path: Path):
    assert mistakes(tmp_path, '[network]\npause = "2s"\n')[0] == (
        "config.toml:2: network.pause: unknown key since version 0.0.1, it is network.gap now"
    )


def test_variables_follow_too_with_sections_ids_and_files(tmp_path: Path):
    (tmp_path / "word").write_text("geheim\n")
    mail = '[digest.email]\nfrom = "w@desk.example"\nhost = "smtp.desk.example"\n'
    config = load(
        tmp_path,
        OLD.replace('hour = "06:30"\n', "") + mail,
        WATCHER_DIGEST__HOUR="05:15",
        WATCHER_FOLDER=str(tmp_path / "elsewhere"),
        WATCHER_SOURCES__PAPER__LANG="pt",
        WATCHER_DIGEST__EMAIL__SECRET_FILE=str(tmp_path / "word"),
    )
    assert (config.digest.at, config.watcher.data_dir) == ("05:15", tmp_path / "elsewhere")
    assert config.sources[0].language == "pt"
    assert config.channels["email"].password == "geheim"  # type: ignore[attr-defined]
    told = [warning for warning in config.warnings if warning.startswith("environment")]
    assert len(told) == 4
    assert told[0] == (
        "environment: WATCHER_DIGEST__EMAIL__SECRET_FILE: digest.email.secret: it is called digest.email.password now; "
        "the old name works until version 9.0"
    )
    assert "geheim" not in "".join(config.warnings)


def test_a_variable_wins_over_the_file_whichever_name_each_uses(tmp_path: Path):
    assert load(tmp_path, OLD, WATCHER_DIGEST__AT="05:15").digest.at == "05:15"
    (mistake,) = mistakes(tmp_path, OLD, WATCHER_DIGEST__AT="05:15", WATCHER_DIGEST__HOUR="04:15")
    assert mistake == (
        "environment: WATCHER_DIGEST__HOUR: WATCHER_DIGEST__AT says the same by another name: unset one of the two"
    )


@pytest.mark.parametrize(
    "text", ["digest = 5\n", "sources = 5\n", "[sources]\nlang = 5\n", "topics = []\n", "[topics]\nx = 1\n"]
)
def test_what_is_no_table_at_all_is_still_a_mistake_and_no_crash(tmp_path: Path, text: str):
    assert mistakes(tmp_path, text)


def test_every_command_says_it_once_on_stderr_and_goes_on(tmp_path: Path):
    assert run("init", tmp_path, "--subject", "DeepSeek", "--reads", "en").code == 0
    config = tmp_path / "config.toml"
    config.write_text(config.read_text("utf-8").replace("\nat = ", "\nhour = "), "utf-8")
    done = run("topics", "list", "--json", "--config", config)
    assert (done.code, len(done.rows())) == (0, 1)
    assert done.err.count("it is called digest.at now") == 1


def test_the_shipped_table_names_keys_that_there_are_and_none_that_is_a_key_again():
    for row in RENAMED:
        table = table_at(tuple(0 if step == "*" else step for step in row.new[:-1]))
        assert table is not None
        assert field(table, row.new[-1]) is not None
        old = table_at(tuple(0 if step == "*" else step for step in row.old[:-1])) or File
        assert field(old, row.old[-1]) is None
