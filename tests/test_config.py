"""The configuration: what is accepted, what every mistake is called, where it is, and edits that keep the rest."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.config import (
    Config,
    add_source,
    add_sources,
    find_config,
    load_config,
    remove_source,
    source_problems,
    source_rows,
)
from watcher.config.models import File, SourceTable
from watcher.config.places import header_lines, key_lines
from watcher.config.schema import is_secret, tables
from watcher.errors import ConfigError
from watcher.types import Recipient, Schedule, Source, TopicRule

CASES = [
    tuple(case.split("-----\n"))
    for case in (Path(__file__).parent / "config" / "broken.txt").read_text(encoding="utf-8").split("=====\n")
]

WHOLE = """\
# Who reads.
[watcher]
data_dir = "data"
contact  = "https://example.org/bot"
timezone = "Europe/Lisbon"
reads    = ["en", "de", "pt-BR"]

[network]
allow = ["127.0.0.1:8080", "[::1]:8080", "10.0.0.0/8", "nas.lan:80", "192.168.1.7"]
gap = "1h30m"
max_bytes = "10MiB"

[defaults]
interval = "1h"

[[sources]]
id       = "beispielblatt"
url      = "https://beispielblatt.example/feed"
language = "de"
topics   = ["ascend"]

# An own pace.
[[sources]]
id       = "chipjournal"
url      = "https://chipjournal.example/feed"
interval = "2d"
pages    = "always"

[topics.nvidia]
title = "Nvidia"
names = ["Nvidia"]
grouping = "careful"

[topics.ascend]
names = ["Ascend 910C", "昇腾"]
weak  = ["Ascend"]
needs = ["NPU"]
never = ["Ascend Elements"]
without = ["deals"]

[digest]
at = "07:00"
days = ["mon", "fri"]

[digest.email]
from = "Watcher <watcher@example.org>"
host = "smtp.example.org"
port = 587

[[digest.recipients]]
address = "team@example.org"

[[digest.recipients]]
address = "berlin@example.org"
topics = ["ascend"]
reads = ["de"]
at = "06:30"
timezone = "Europe/Berlin"
"""


def _load(folder: Path, text: str, **environ: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_config(file, {"TZ": "UTC", **environ})


def _mistakes(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _load(folder, text, **environ)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def _answer(folder: Path, text: str, **environ: str) -> str | None:
    """What a ConfigError says; None where there is none."""
    try:
        _load(folder, text, **environ)
    except ConfigError as error:
        return str(error)
    return None


# --- what is accepted ---


def test_sources_topics_and_recipients_come_with_every_default_applied(tmp_path: Path) -> None:
    config = _load(tmp_path, WHOLE)
    hour, week = timedelta(hours=1), frozenset({0, 4})
    assert config.sources == (
        Source("beispielblatt", "https://beispielblatt.example/feed", language="de", interval=hour, topics=("ascend",)),
        Source("chipjournal", "https://chipjournal.example/feed", interval=timedelta(days=2), pages="always"),
    )
    assert [topic.id for topic in config.topics] == ["nvidia", "ascend"]
    assert config.topics[1] == TopicRule(
        "ascend", "ascend", ("Ascend 910C", "昇腾"), ("Ascend",), ("NPU",), ("Ascend Elements",), ("deals",)
    )
    assert dict(config.groupings) == {"nvidia": "careful", "ascend": "normal"}
    lisbon, berlin = Schedule("07:00", "Europe/Lisbon", week), Schedule("06:30", "Europe/Berlin", week)
    assert config.recipients == (
        Recipient("team@example.org", reads=("en", "de", "pt"), schedule=lisbon),
        Recipient("berlin@example.org", ("ascend",), ("de",), berlin),
    )
    assert config.schedules == (lisbon, berlin)
    assert config.network.gap == timedelta(minutes=90)
    assert config.network.max_bytes == 10 * 1024 * 1024


def test_an_empty_file_is_a_whole_configuration(tmp_path: Path) -> None:
    config = _load(tmp_path, "")
    assert (config.sources, config.topics, config.recipients) == ((), (), ())
    assert config.schedules == (Schedule("07:00", "UTC"),)
    assert config.digest.email is None


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path.parent)
    config = _load(tmp_path, '[watcher]\ndata_dir = "../elsewhere"\n[digest]\nout = "/srv/out"\n')
    assert config.watcher.data_dir == tmp_path / "../elsewhere"
    assert config.digest.out == Path("/srv/out")
    assert config.seeds.path == tmp_path / "seeds"


def test_the_given_file_wins_then_the_folder_then_the_xdg_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    xdg = tmp_path / "xdg" / "watcher" / "config.toml"
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    with pytest.raises(ConfigError, match=r"no config\.toml: looked for config\.toml and .*xdg/watcher/config\.toml"):
        find_config(None, environ)
    xdg.parent.mkdir(parents=True)
    xdg.touch()
    assert find_config(None, environ) == xdg
    Path("config.toml").touch()
    assert find_config(None, environ) == Path("config.toml")
    assert find_config(xdg, environ) == xdg


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbf[digest]\r\nmax_stories = 5\r\n# end\r\nat = "7"\r\n')
    with pytest.raises(ConfigError, match=r":4: digest\.at"):
        load_config(file, {"TZ": "UTC"})
    file.write_bytes(b"\xef\xbb\xbf[digest]\r\nmax_stories = 5\r\n")
    assert load_config(file, {"TZ": "UTC"}).digest.max_stories == 5


# --- mistakes ---


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_a_broken_file_is_answered_with_line_key_expectation_and_finding(
    tmp_path: Path, text: str, expected: str
) -> None:
    assert _mistakes(tmp_path, text) == expected.splitlines()


def test_no_message_ever_shows_a_secret(tmp_path: Path) -> None:
    for text, _ in CASES:
        assert "hunter2" not in "\n".join(_mistakes(tmp_path, text))


def test_bytes_that_are_not_text_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'[watcher]\ndata_dir = "caf\xe9"\n')
    with pytest.raises(ConfigError, match=r"config\.toml:2: expected UTF-8 text, found the byte 0xE9"):
        load_config(tmp_path / "config.toml", {})


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_an_error_with_advice(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: .*--config") as caught:
        load_config(tmp_path / name, {})
    assert caught.value.exit_code == 78


def test_lists_nested_without_end_are_refused_and_not_a_crash(tmp_path: Path) -> None:
    assert "nested too deeply" in _mistakes(tmp_path, "a = " + "[" * 100_000)[0]


def test_a_system_without_a_named_zone_is_told_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    with pytest.raises(ConfigError, match=r'timezone = "Europe/Lisbon"'):
        load_config(tmp_path / "config.toml", {"TZ": "EST5EDT,M3.2.0,M11.1.0"})


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("[]{}=.,\"'#\n \\abdt0129-:é\x00"), max_size=60))
def test_any_text_is_a_configuration_or_one_config_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    answer = _answer(folder, text)
    assert answer is None or answer.startswith(f"{folder}/config.toml:")


# --- the environment ---


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    config = _load(
        tmp_path,
        WHOLE,
        WATCHER_DATA_DIR="/var/lib/watcher",
        WATCHER_READS="de, en",
        WATCHER_DIGEST__EMAIL__HOST="127.0.0.1",
        WATCHER_DIGEST__EMAIL__PORT="2525",
        WATCHER_DIGEST__EMAIL__USER="12345",
        WATCHER_DIGEST__EMAIL__FROM="a@example.org",
        WATCHER_DIGEST__DAYS='["sat"]',
        WATCHER_TOPICS__NVIDIA__NAMES="Nvidia,英伟达",
        WATCHER_SOURCES__1__URL="http://127.0.0.1:8080/feed",
        WATCHER_STORIES__ENCODER="off",
    )
    assert config.watcher.data_dir == Path("/var/lib/watcher")
    assert config.watcher.reads == ("de", "en")
    assert config.digest.email is not None
    assert (config.digest.email.host, config.digest.email.port) == ("127.0.0.1", 2525)
    assert (config.digest.email.user, config.digest.email.sender) == ("12345", "a@example.org")
    assert config.digest.days == {5}
    assert config.topics[0].names == ("Nvidia", "英伟达")
    assert config.sources[1].url == "http://127.0.0.1:8080/feed"
    assert config.stories.encoder == "off"


def test_every_key_of_every_table_has_a_variable(tmp_path: Path) -> None:
    for where, table in tables(File):
        for name, info in table.model_fields.items():
            if not where and name in ("watcher", "network", "defaults", "seeds", "stories", "digest", "service"):
                continue
            steps = [{"*": "nvidia"}.get(step, step) for step in where if step != "watcher" or len(where) > 1]
            for rows in ("sources", "recipients"):
                if rows in steps:
                    steps.insert(steps.index(rows) + 1, "0")
            variable = "__".join(["WATCHER_" + "__".join([*steps, info.alias or name]).upper()])
            assert "unknown key" not in (_answer(tmp_path, WHOLE, **{variable: "\x00"}) or ""), variable


def test_the_mail_password_comes_from_a_variable_or_from_a_file_named_by_one(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", encoding="utf-8")
    direct = _load(tmp_path, WHOLE, WATCHER_DIGEST__EMAIL__PASSWORD="hunter2")
    through_file = _load(tmp_path, WHOLE, WATCHER_DIGEST__EMAIL__PASSWORD_FILE=str(secret))
    for config in (direct, through_file):
        assert config.digest.email is not None
        assert config.digest.email.password == "hunter2"
        assert "hunter2" not in repr(config)


def test_others_reach_the_service_with_a_token_that_nobody_guesses(tmp_path: Path) -> None:
    text = '[service]\nhost = "192.168.1.5"\n'
    assert _load(tmp_path, text, WATCHER_SERVICE__TOKEN="0123456789abcdef").service.host == "192.168.1.5"
    for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9"):
        assert _load(tmp_path, f'[service]\nhost = "{host}"\n').service.token is None
    assert _mistakes(tmp_path, text, WATCHER_SERVICE__TOKEN="hunter2") == [
        "environment: WATCHER_SERVICE__TOKEN: service.token: expected at least 16 letters, digits or signs, such as "
        "`openssl rand -hex 16` writes"
    ]


def test_mistakes_in_variables_are_named_like_those_of_the_file(tmp_path: Path) -> None:
    mistakes = _mistakes(
        tmp_path,
        '[digest]\nat = "noon"\n',
        WATCHER_DATADIR="x",
        WATCHER_DIGEST__EMIAL__HOST="x",
        WATCHER_NETWORK__CONCURRENCY="many",
        WATCHER_READS="en,klingon",
        WATCHER_SOURCES__3__URL="https://example.org/feed",
        WATCHER_DIGEST__EMAIL__PASSWORD_FILE="/nowhere/secret",
        WATCHER_SERVICE__PORT_FILE="/etc/hostname",
    )
    assert sorted(mistakes) == [
        'config.toml:2: digest.at: expected a time of day like "07:00", found "noon"',
        'environment: WATCHER_DATADIR: unknown key, expected "data_dir", found "datadir"',
        "environment: WATCHER_DIGEST__EMAIL__PASSWORD_FILE: cannot read the file it names, '/nowhere/secret': "
        "No such file or directory",
        'environment: WATCHER_DIGEST__EMIAL__HOST: unknown key, expected "email", found "emial"',
        'environment: WATCHER_NETWORK__CONCURRENCY: network.concurrency: expected a whole number, found "many"',
        'environment: WATCHER_READS: watcher.reads[2]: expected a language code like "en", "pt" or "zh", '
        'found "klingon"',
        'environment: WATCHER_SERVICE__PORT_FILE: unknown key, expected "port", found "port_file"',
        "environment: WATCHER_SOURCES__3__URL: there is no number 3 (counted from 0) in sources",
    ]


def test_variables_that_a_cluster_sets_for_a_service_of_this_name_are_left_alone(tmp_path: Path) -> None:
    names = ("WATCHER_PORT", "WATCHER_SERVICE_HOST", "WATCHER_SERVICE_PORT", "WATCHER_PORT_8712_TCP_ADDR")
    config = _load(tmp_path, "", **dict.fromkeys(names, "tcp://10.0.0.1:8712"))
    assert config.service == _load(tmp_path, "").service


# --- the index of lines ---

_KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text(max_size=5))
_SCALARS = st.sampled_from(
    ["1", "-2.5e3", "true", '"a # b"', "'[x]'", '"\\"]"', '"""\n[no]\n"" x = 1"""', "'''\n'a' = 2\n'''", '""', "''''''",
     "1979-05-27 07:32:00", "07:32:00", "inf"]
)  # fmt: skip
_GAPS = st.sampled_from(["", " ", "\n", " # ] note\n", "\n\n  "])


@st.composite
def _lists(draw: st.DrawFn) -> str:
    items = draw(st.lists(st.one_of(_SCALARS, st.just("[1, [2]]"), st.just("{ a.b = 1, c = [2] }")), max_size=4))
    return "[" + ",".join(draw(_GAPS) + item + draw(_GAPS) for item in items) + draw(_GAPS) + "]"


def _quoted(key: str) -> str:
    if key and key.isascii() and key.replace("-", "a").replace("_", "a").isalnum():
        return key
    return '"' + "".join(f"\\U{ord(character):08X}" for character in key) + '"'


@st.composite
def _documents(draw: st.DrawFn) -> str:
    rows: list[str] = []
    names = draw(st.lists(_KEYS, max_size=4, unique=True))
    for name in names:
        header = draw(st.sampled_from(["[{}]", "[[{}]]", "[ {}.x ]", "[[{}.x]]"]))
        for _ in range(draw(st.integers(1, 3)) if header.startswith("[[") else 1):
            rows.append(draw(st.sampled_from(["", "# [not.a.table]", "\t"])))
            rows.append(header.format(_quoted(name)) + draw(st.sampled_from(["", "  # note"])))
            for key in draw(st.lists(_KEYS, max_size=3, unique=True)):
                sign = draw(st.sampled_from([" = ", "=", ".y = "]))
                rows += [f"{_quoted(key)}{sign}{draw(st.one_of(_SCALARS, _lists()))}"]
    return "\n".join(rows)


def _paths(data: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {path}.union(*(_paths(value, (*path, step)) for step, value in steps))


@settings(max_examples=200, deadline=None)
@given(_documents())
def test_the_index_knows_every_path_of_the_data_and_no_other(text: str) -> None:
    assert set(key_lines(text)) == _paths(tomllib.loads(text))


@settings(max_examples=200, deadline=None)
@given(_documents(), st.data())
def test_a_line_put_in_front_moves_every_place_behind_it_by_one(text: str, data: st.DataObject) -> None:
    headers = header_lines(text)
    at = data.draw(st.sampled_from(headers)) if headers else 1
    rows = text.split("\n")
    longer = "\n".join([*rows[: at - 1], "# a new line", *rows[at - 1 :]])
    moved = {path: line + (path != () and line >= at) for path, line in key_lines(text).items()}
    assert key_lines(longer) == moved


def test_a_key_is_found_on_the_line_where_it_is_written() -> None:
    lines = key_lines(WHOLE)
    rows = WHOLE.split("\n")
    for path, line in lines.items():
        if isinstance(path[-1] if path else 0, str) and "[" not in rows[line - 1].split("=")[0]:
            assert str(path[-1]) in rows[line - 1]
    assert rows[lines["sources", 1] - 1] == "[[sources]]"
    assert rows[lines["digest", "recipients", 1, "at"] - 1] == 'at = "06:30"'


# --- edits ---

_NEW = {"id": "neu", "kind": "feed", "url": 'https://neu.example/feed?q="a"', "language": "de"}


def test_an_added_source_stands_behind_the_last_one_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WHOLE, encoding="utf-8")
    lines = add_source(file, _NEW)
    text = file.read_text(encoding="utf-8")
    assert text == WHOLE.replace("[topics.nvidia]", f"{lines}\n[topics.nvidia]", 1)
    assert [source.id for source in load_config(file, {}).sources] == ["beispielblatt", "chipjournal", "neu"]


def _written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_several_sources_are_added_together_or_not_at_all(tmp_path: Path) -> None:
    file = _written(tmp_path, "[watcher]  # mine\n")
    rows = [{**_NEW, "id": f"new{number}", "folder": ["A/B", "C"]} for number in range(3)]
    add_sources(file, rows)
    assert [(source.id, source.folder) for source in load_config(file, {}).sources] == [
        (f"new{number}", ("A/B", "C")) for number in range(3)
    ]
    assert source_rows(file) == rows
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="new1"):
        add_sources(file, [{**_NEW, "id": "other"}, {**_NEW, "id": "new1"}])
    assert file.read_bytes() == before


def test_no_secret_of_a_source_is_ever_taken_for_one_of_its_keys() -> None:
    hidden = [key for key, info in SourceTable.model_fields.items() if is_secret(info)]
    for key in hidden:
        assert source_problems({**_NEW, key: "x"})


def test_one_folder_may_be_written_without_brackets(tmp_path: Path) -> None:
    source = '[[sources]]\nid = "a"\nurl = "https://a.example/"\nfolder = "News"\n'
    file = _written(tmp_path, source + '[digest]\nfailing_after = "36h"\n')
    config = load_config(file, {})
    assert config.sources[0].folder == ("News",)
    assert config.digest.failing_after == timedelta(hours=36)


@pytest.mark.parametrize("text", ["", WHOLE, WHOLE.rstrip("\n"), "[watcher]\n", "# only a comment", "[topics.a]\n\n\n"])
def test_adding_and_removing_a_source_leaves_the_file_as_it_meant(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    add_source(file, _NEW)
    remove_source(file, "neu")
    after = file.read_text(encoding="utf-8")
    assert tomllib.loads(after) == tomllib.loads(text)
    assert [row for row in after.splitlines() if row.strip()] == [row for row in text.splitlines() if row.strip()]


def test_removing_a_source_keeps_every_comment(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert 'id       = "beispielblatt"' in remove_source(file, "beispielblatt")
    text = file.read_text(encoding="utf-8")
    assert "# Who reads." in text
    assert "# An own pace.\n[[sources]]" in text
    assert [source.id for source in load_config(file, {"WATCHER_TIMEZONE": "UTC"}).sources] == ["chipjournal"]


def test_windows_line_ends_and_the_mode_of_the_file_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(WHOLE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    add_source(file, _NEW)
    raw = file.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_marked_read_only_is_not_changed_and_the_lines_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WHOLE, encoding="utf-8")
    file.chmod(0o444)
    with pytest.raises(ConfigError, match=r"read-only") as caught:
        add_source(file, _NEW)
    assert '[[sources]]\nid = "neu"\n' in str(caught.value)
    assert file.read_text(encoding="utf-8") == WHOLE


def test_an_edit_that_cannot_be_made_safely_is_refused_with_the_lines(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('sources = [{ id = "a", url = "https://example.org/a" }]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="one list in brackets"):
        add_source(file, _NEW)
    with pytest.raises(ConfigError, match="by hand"):
        remove_source(file, "a")


def test_an_id_that_is_there_or_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WHOLE, encoding="utf-8")
    with pytest.raises(ConfigError, match="'chipjournal' already"):
        add_source(file, {**_NEW, "id": "chipjournal"})
    with pytest.raises(ConfigError, match="no source 'nowhere'"):
        remove_source(file, "nowhere")


# --- channels ---


def test_every_channel_of_the_table_has_a_table_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[digest.file]\nfolder = "mail"\n', encoding="utf-8")
    config = load_config(file, {})
    assert list(config.channels) == ["file"]
    assert config.digest.file.folder == tmp_path / "mail"
    assert (
        load_config(file, {"WATCHER_DIGEST__FILE__FROM": "w@desk.example"}).channels["file"].sender == "w@desk.example"
    )
    file.write_text("[digest.file]\nfolder = 5\nport = 25\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(file, {})
    assert "config.toml:2: digest.file.folder: expected a path" in str(refused.value)
    assert "config.toml:3: digest.file.port: unknown key" in str(refused.value)


@pytest.mark.parametrize("host", ['"https://u:hunter2@mail.example"', "5", '""'])
def test_a_host_that_is_none_is_told_once_and_without_its_password(tmp_path: Path, host: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[digest.email]\nfrom = "a@b.example"\nhost = {host}\nsecurity = "none"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(file, {})
    assert len(str(refused.value).splitlines()) == 1
    assert "hunter2" not in str(refused.value)
