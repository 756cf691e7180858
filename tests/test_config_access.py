"""What a source needs besides its address, from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.config import Config, load_config
from watcher.errors import ConfigError

FILE = """
[[sources]]
id = "chip-journal"
url = "https://chipjournal.example/feed"

[[sources]]
id = "beispiel.blatt"
url = "https://beispielblatt.example:8443/feed"
"""
HOME = "https://chipjournal.example:443"
CANARY = "kanarienvogel"


def load(folder: Path, text: str = FILE, **environ: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    variables = {f"WATCHER_SOURCES__{name}": value for name, value in environ.items()}
    return load_config(folder / "config.toml", {"TZ": "UTC", **variables})


def mistakes(folder: Path, text: str = FILE, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_source_without_needs_has_no_access(tmp_path: Path) -> None:
    assert [source.access for source in load(tmp_path).sources] == [None, None]


def test_every_need_of_a_source_becomes_its_access(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        CHIP_JOURNAL__USER="leserin",
        CHIP_JOURNAL__PASSWORD="geheim: ü",
        CHIP_JOURNAL__COOKIE="sid=1; b=2",
        CHIP_JOURNAL__HEADERS="X-Api-Key: abc\nAccept-Language: de\n",
        CHIP_JOURNAL__PROXY="http://me:pw@proxy.example:3128",
        CHIP_JOURNAL__USER_AGENT="Leser/1.0",
        BEISPIEL_BLATT__COOKIE="c=3",
    )
    first, second = (source.access for source in config.sources)
    assert first is not None
    assert first.origin == HOME
    assert dict(first.headers) == {
        "X-Api-Key": "abc",
        "Accept-Language": "de",
        "Authorization": "Basic bGVzZXJpbjpnZWhlaW06IMO8",
        "Cookie": "sid=1; b=2",
    }
    assert (first.user_agent, first.proxy) == ("Leser/1.0", "http://me:pw@proxy.example:3128")
    assert not first.secret
    assert second is not None
    assert (second.origin, second.headers) == ("https://beispielblatt.example:8443", (("Cookie", "c=3"),))


@pytest.mark.parametrize("key", ["USER", "PASSWORD", "COOKIE", "HEADERS", "PROXY", "USER_AGENT", "URL"])
def test_each_may_stand_in_a_file_that_a_variable_names(tmp_path: Path, key: str) -> None:
    values = {"HEADERS": "A: b", "PROXY": "http://p.example:1", "URL": "https://chipjournal.example/secret"}
    file = tmp_path / "secret"
    file.write_text(values.get(key, "value") + "\n", encoding="utf-8")
    environ = {f"CHIP_JOURNAL__{key}_FILE": str(file)}
    if key == "PASSWORD":
        environ["CHIP_JOURNAL__USER"] = "me"
    assert load(tmp_path, **environ).sources[0].access is not None


def test_a_secret_address_may_be_left_out_of_the_file_and_is_known_to_be_one(tmp_path: Path) -> None:
    config = load(tmp_path, '[[sources]]\nid = "mine"\n', MINE__URL="https://chipjournal.example/private/feed?x=1")
    (source,) = config.sources
    assert source.url == "https://chipjournal.example/private/feed?x=1"
    assert source.access is not None
    assert (source.access.secret, source.access.origin) == (True, HOME)


@pytest.mark.parametrize("key", ["user", "password", "cookie", "headers", "proxy", "user_agent"])
def test_in_the_file_they_are_refused_with_the_variable_to_set(tmp_path: Path, key: str) -> None:
    text = FILE.replace('id = "chip-journal"\n', f'id = "chip-journal"\n{key} = "{CANARY}"\n')
    said = mistakes(tmp_path, text)
    assert said.startswith(f"config.toml:4: sources[1].{key}: a secret does not belong into the file: set ")
    assert f"WATCHER_SOURCES__CHIP_JOURNAL__{key.upper()}, or WATCHER_SOURCES__CHIP_JOURNAL__{key.upper()}_FILE" in said
    assert CANARY not in said


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"CHIP_JOURNAL__PASSWORD": CANARY}, "expected a user with it"),
        ({"CHIP_JOURNAL__USER": f"{CANARY}:x"}, "expected a user name without a colon"),
        ({"CHIP_JOURNAL__COOKIE": f"{CANARY}\r\nX: y"}, "expected one line that a header can hold"),
        ({"CHIP_JOURNAL__COOKIE": f"{CANARY}日"}, "expected one line that a header can hold"),
        ({"CHIP_JOURNAL__HEADERS": CANARY}, 'expected lines like "Name: value"'),
        ({"CHIP_JOURNAL__HEADERS": f"A b: {CANARY}"}, 'expected lines like "Name: value"'),
        ({"CHIP_JOURNAL__HEADERS": f"Host: {CANARY}"}, "which Host is"),
        ({"CHIP_JOURNAL__HEADERS": f"A: {CANARY}\na: x"}, "found a twice"),
        ({"CHIP_JOURNAL__HEADERS": f"Cookie: {CANARY}", "CHIP_JOURNAL__COOKIE": "x"}, "the cookie once"),
        ({"CHIP_JOURNAL__HEADERS": f"Authorization: {CANARY}", "CHIP_JOURNAL__USER": "x"}, "found both"),
        ({"CHIP_JOURNAL__PROXY": f"socks5://{CANARY}:1"}, "HTTP proxies only"),
        ({"CHIP_JOURNAL__PROXY": f"http://u:{CANARY}@p.example:1/path"}, "HTTP proxies only"),
        ({"CHIP_JOURNAL__URL": f"ftp://chipjournal.example/{CANARY}"}, "expected an address like"),
        ({"CHIP_JOURNAL__URL": f"https://u:{CANARY}@chipjournal.example/"}, "without a user name or password"),
        ({"0__URL": f"ftp://chipjournal.example/{CANARY}"}, "expected an address like"),
        ({"NOBODY__URL": f"https://a.example/{CANARY}"}, "there is no source NOBODY"),
        ({"CHIP_JOURNAL__PASWORD": CANARY}, "unknown key"),
        ({"CHIP_JOURNAL__TITLE_FILE": CANARY}, "unknown key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_variable_and_never_quoted(
    tmp_path: Path, environ: dict[str, str], said: str
) -> None:
    answer = mistakes(tmp_path, **environ)
    assert said in answer
    assert "environment: WATCHER_SOURCES__" in answer
    assert CANARY not in answer


def test_two_ids_that_are_spelled_alike_are_told_apart_by_nobody(tmp_path: Path) -> None:
    text = '[[sources]]\nid = "a-b"\nurl = "https://a.example/"\n[[sources]]\nid = "a.b"\nurl = "https://b.example/"\n'
    assert '"a-b" and "a.b" are spelled alike' in mistakes(tmp_path, text, A_B__COOKIE="x")


def test_an_id_with_two_underscores_or_in_digits_is_found(tmp_path: Path) -> None:
    text = '[[sources]]\nid = "a__b-"\nurl = "https://a.example/"\n[[sources]]\nid = "36"\nurl = "https://b.example/"\n'
    config = load(tmp_path, text, A__B___COOKIE="x", **{"36__COOKIE": "y"})
    assert [source.access.headers for source in config.sources if source.access] == [
        (("Cookie", "x"),),
        (("Cookie", "y"),),
    ]


def test_a_mistake_in_an_address_of_the_file_shows_no_token(tmp_path: Path) -> None:
    said = mistakes(tmp_path, f'[[sources]]\nid = "a"\nurl = "ftp://a.example/feed?token={CANARY}"\n')
    assert "ftp://a.example/feed?token=…" in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://example.org/rss", "http://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        ("FEED://example.org/rss", "http://example.org/rss"),
    ],
)
def test_an_address_handed_over_by_a_browser_is_rewritten(tmp_path: Path, written: str, meant: str) -> None:
    (source,) = load(tmp_path, f'[[sources]]\nid = "a"\nurl = "{written}"\n').sources
    assert source.url == meant


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "feed:file:///etc/passwd", "javascript:alert(1)", "http://0x7f.1/", "http://2130706433/",
     "http://example.org\\\\@evil.example/", "http://１２７.0.0.1/", "http://[fe80::1%25eth0]/", "http://a b/", "//x"],
)  # fmt: skip
def test_an_address_that_would_never_be_asked_is_refused_at_once(tmp_path: Path, url: str) -> None:
    assert "sources[1].url: expected an address" in mistakes(tmp_path, f'[[sources]]\nid = "a"\nurl = "{url}"\n')


def test_a_source_may_bring_authorities_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="ascii")
    text = FILE.replace('id = "chip-journal"\n', 'id = "chip-journal"\nca_file = "own.pem"\n')
    access = load(tmp_path, text).sources[0].access
    assert access is not None
    assert access.ca_file == str(tmp_path / "own.pem")
    (tmp_path / "own.pem").write_bytes(b"\xff")
    assert "config.toml:4: sources[1].ca_file: expected a readable file of PEM certificates" in mistakes(tmp_path, text)


def test_nothing_of_it_is_in_the_repr_of_the_configuration(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        CHIP_JOURNAL__USER=CANARY,
        CHIP_JOURNAL__PASSWORD=CANARY,
        CHIP_JOURNAL__COOKIE=CANARY,
        CHIP_JOURNAL__HEADERS=f"X: {CANARY}",
        CHIP_JOURNAL__PROXY=f"http://{CANARY}:{CANARY}@p.example:1",
    )
    assert CANARY not in repr(config)
