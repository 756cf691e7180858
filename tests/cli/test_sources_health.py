"""How sources do, what would happen, what is wrong, lists in and out: on the newsroom's archive and on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import database, run
from origin import Answer, Origin
from scripted import rss

from watcher import app
from watcher.config import load_config, source_rows
from watcher.store import open_store
from watcher.types import Because, Hints, HostState, LeadRecord, Memory, Outcome, Reason, Request, Trouble, Visit

DAY = timedelta(days=1)
LATER = datetime(2026, 3, 12, 7, 10, tzinfo=UTC)  # ten minutes after the newsroom's first edition
NOW_RFC = "Sun, 22 Nov 2026 10:00:00 GMT"


def fresh_feed(**channel: str) -> bytes:
    """A feed whose newest lead is of today."""
    today = app.utc_now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    body = rss(
        {"title": "Nvidia ships", "link": "/ships", "guid": "1", "pubDate": today},
        {"title": "A match of football", "link": "https://blatt.example/f", "guid": "2", "pubDate": today},
        title="Beispielblatt",
    )
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in channel.items())
    return body.replace(b"</title><item>", f"</title>{extra}<item>".encode(), 1)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands shortly after the newsroom's first edition."""
    monkeypatch.setattr(app, "utc_now", lambda: LATER)
    return LATER


@pytest.fixture
def house(config: Path, origin: Origin) -> Path:
    """A configuration with the origin allowed, on the subject Nvidia."""
    text = config.read_text().replace("[seeds]", f'[network]\nallow = ["{origin.host_port}"]\ngap = "0s"\n\n[seeds]')
    config.write_text(text + '\n[topics.nvidia]\nnames = ["Nvidia"]\n')
    return config


def add(config: Path, *rows: str) -> None:
    with config.open("a") as file:
        file.writelines(f"\n[[sources]]\n{row}\n" for row in rows)


# --- list


@pytest.mark.usefixtures("later")
def test_the_list_is_sorted_by_noise_and_counts_what_reached_a_reader(filled: Path):
    rows = run("sources", "list", "--json", "--config", filled).rows()
    noises = [row["noise"] for row in rows if row["noise"] is not None]
    assert noises == sorted(noises, reverse=True)
    assert rows[-1]["noise"] is None
    for row in rows:
        assert row["shown"] + row["copies"] <= row["articles"] <= row["leads"]
        assert row["noise"] is None or row["noise"] == round(1 - row["shown"] / row["leads"], 4)
    by_id = {row["id"]: row for row in rows}
    assert by_id["oldmill"]["state"] == "ended"
    assert by_id["pulsetech"]["state"] == "missed"
    assert any(row["copies"] for row in rows)
    shown = run("sources", "list", "--config", filled)
    assert len(shown.out.splitlines()) == len(rows) + 1
    assert "noise: how much of the new leads reached no reader" in shown.err


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(("sort", "first"), [("id", "atelier"), ("due", "oldmill"), ("failing", "oldmill")])
def test_the_list_can_be_sorted_otherwise(filled: Path, sort: str, first: str):
    rows = run("sources", "list", "--sort", sort, "--json", "--config", filled).rows()
    assert len(rows) > 20
    if sort == "failing":
        assert {rows[0]["id"], rows[1]["id"]} == {"oldmill", "pulsetech"}
    elif sort == "id":
        assert rows[0]["id"] == first
    assert run("sources", "list", "--sort", "size", "--config", filled).code == 2


# --- show


def kept(config: Path, memory: Memory, *visits: Visit, hosts: tuple[HostState, ...] = ()) -> None:
    with open_store(load_config(config, {}).watcher.data_dir) as store, store.writing() as writer:
        writer.visited(visits or [Visit(memory.source, LATER, LATER, 200, {}, memory)])
        writer.keep_hosts(hosts)


NIGHTS = Hints(None, frozenset({22, 23}), frozenset({5}))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (Memory("a"), "at once: it was never asked"),
        (Memory("a", due=LATER + DAY / 48, because=Because.INTERVAL), "in 30 minutes (Thu 12 Mar 07:40), because"),
        (Memory("a", due=LATER, because=Because.INTERVAL), "due now"),
        (Memory("a", due=LATER + DAY, because=Because.RHYTHM, rhythm=2 * DAY), "by itself, about every 2 days"),
        (Memory("a", due=LATER + DAY, because=Because.CACHE), "Cache-Control"),
        (Memory("a", due=LATER + DAY, because=Because.TTL, hints=Hints(ttl=DAY / 4)), "asks for 6 hours between two"),
        (
            Memory("a", due=LATER + DAY, because=Because.SKIPPED, hints=NIGHTS),
            "not to be visited on Sat and from 22:00 to 00:00 (UTC)",
        ),
        (Memory("a", due=LATER + DAY, because=Because.RETRY_AFTER), "Retry-After"),
        (Memory("a", due=LATER + DAY, because=Because.BACK_OFF, failures=3), "it failed 3 times in a row"),
        (Memory("a", due=LATER + DAY, because=Because.HOST_REST), "its host asked to be left alone"),
        (Memory("a", due=LATER + DAY, because=Because.CLAIMED), "a visit is under way"),
        (Memory("a", etag='W/"1"', last_modified="x", unmodified_since=LATER - 3 * DAY), "304 since 3 days ago"),
        (Memory("a", moved_to="https://new.example/f"), "asked at https://new.example/f"),
        (Memory("a", moving_to="https://new.example/f", moving_seen=4), "to https://new.example/f 4 times in a row"),
        (Memory("a", failing_since=LATER - DAY * 2, failures=5), "failing since 2 days ago"),
        (Memory("a", recovered=LATER - DAY, recovered_from=LATER - 6 * DAY, visited=LATER), "after 5 days of failing"),
        (Memory("a", moved_to="https://new.example/f?token=abcdefghijklmnop1234"), "token=…"),
    ],
)  # fmt: skip
def test_a_source_is_explained_in_words(config: Path, memory: Memory, words: str):
    config.write_text(
        config.read_text()
        .replace("timezone = ", "# timezone = ", 1)
        .replace("[watcher]", '[watcher]\ntimezone = "UTC"')
    )
    add(config, 'id = "a"\nurl = "https://a.example/feed"')
    if memory != Memory("a"):
        kept(config, memory)
    done = run("sources", "show", "a", "--config", config)
    assert done.code == 0
    assert words in done.out
    row = run("sources", "show", "a", "--json", "--config", config).row()
    assert any(words in line for line in row["words"])


@pytest.mark.usefixtures("later")
def test_what_was_dropped_is_counted_with_examples_and_the_host_has_its_say(config: Path):
    add(config, 'id = "a"\nurl = "https://a.example/feed"\nfolder = ["News", "Chips"]')
    memory = Memory("a", visited=LATER, visits=2)
    trouble = Trouble(Reason.TIMEOUT, "a.example did not answer")
    visits = [
        Visit("a", LATER - DAY, LATER - DAY, None, {}, memory, trouble),
        Visit("a", LATER, LATER, 200, {Outcome.OFF_TOPIC: 4, Outcome.SEEN: 9, Outcome.UNREACHABLE: 1}, memory),
        Visit("a", LATER - 40 * DAY, LATER - 40 * DAY, 200, {Outcome.OFF_TOPIC: 99}, memory),
    ]
    host = HostState(
        "a.example:443",
        rest_until=LATER + DAY / 8,
        rest_because="429 without a time",
        robots="",
        robots_status=404,
        robots_at=LATER,
    )
    kept(config, memory, *visits, hosts=(host,))
    with open_store(load_config(config, {}).watcher.data_dir) as store, store.writing() as writer:
        writer.record(
            [
                LeadRecord(f"https://a.example/{n}", "a", f"Football {n}", Outcome.OFF_TOPIC, LATER - DAY)
                for n in range(5)
            ]
            + [LeadRecord("https://a.example/x", "a", "Nvidia", Outcome.UNREACHABLE, LATER - DAY)]
            + [LeadRecord("https://b.example/x", "b", "Other", Outcome.TOO_SHORT, LATER - DAY)]
        )
    done = run("sources", "show", "a", "--config", config)
    assert "2 visits, 1 of them failed; 5 new leads: 4 off topic, 1 unreachable" in done.out
    assert done.out.count("off topic: Football") == 3
    assert "unreachable: Nvidia (1 day ago)" in done.out
    assert "Other" not in done.out
    assert "a.example:443 wants to be left alone" in done.out
    assert "429 without a time" in done.out
    assert "none (404)" in done.out
    assert "News / Chips" in done.out
    row = run("sources", "show", "a", "--json", "--config", config).row()
    assert row["state"] == "resting"
    assert row["harvest"]["leads"] == {"off-topic": 4, "unreachable": 1}
    assert len(row["last_visits"]) == 3


# --- check


def test_a_source_is_checked_and_nothing_is_stored(house: Path, origin: Origin):
    url = origin.on("/feed", Answer(body=fresh_feed(language="en", ttl="120")))
    page = origin.on("/ships", Answer(body=b"<p>short", headers={"Content-Type": "text/html"}))
    before = house.read_bytes()
    done = run("sources", "check", url, "--json", "--config", house)
    assert done.code == 0, done.err
    row = done.row()
    assert (row["status"], row["kind"], row["title"], row["language"]) == (200, "feed", "Beispielblatt", "en")
    assert (row["leads"], row["dated"], row["on_topic"], row["topics"]) == (2, 2, 1, {"nvidia": 1})
    assert row["pages"] == [page]
    assert row["ended"] == {"off-topic": 1}
    assert row["due"] is not None
    assert len(origin.asked("/feed")) == 1
    assert not origin.asked("/ships")
    assert any("http" in warning for warning in row["warnings"])
    assert any("1 relative link" in warning for warning in row["warnings"])
    again = run("sources", "check", url, "--page", "--config", house)
    assert "its article" in again.out
    assert len(origin.asked("/ships")) == 1
    assert house.read_bytes() == before
    assert not (house.parent / "data").exists()


def test_a_known_source_is_checked_by_its_id_without_what_was_followed(house: Path, origin: Origin):
    url = origin.on("/feed", Answer(body=fresh_feed()))
    add(house, f'id = "blatt"\nurl = "{url}"\nlanguage = "de"\npages = "never"')
    assert run("poll", "--config", house).code == 0
    before = database(house.parent)
    row = run("sources", "check", "blatt", "--json", "--config", house).row()
    assert row["ended"] == {"seen": 2}
    assert row["pages"] == []
    assert row["language"] == "de"
    assert database(house.parent) == before
    assert run("sources", "check", "nobody", "--config", house).code == 1


def test_what_cannot_be_read_is_said_with_the_feed_to_try(house: Path, origin: Origin):
    front = b'<html><link rel="alternate" type="application/rss+xml" href="/feed"><title>x</title><p>y</p></html>'
    done = run("sources", "check", origin.on("/", Answer(body=front)), "--config", house)
    assert f"{origin.url}/feed" in done.out
    done = run("sources", "check", origin.on("/gone", Answer(status=404)), "--config", house)
    assert done.code == 1
    assert "404" in done.out
    assert run("sources", "check", "http://192.168.0.7/feed", "--config", house).out.count("allow = [") == 1
    assert run("sources", "check", "http://a b/", "--config", house).code == 1


def test_a_moved_old_and_dateless_source_is_warned_about(house: Path, origin: Origin):
    old = rss({"title": "Nvidia", "link": "https://a.example/1", "pubDate": "Mon, 05 Jan 2015 10:00:00 GMT"})
    origin.on("/new", Answer(body=old))
    url = origin.on("/old", Answer(status=301, headers={"Location": "/new"}))
    row = run("sources", "check", url, "--json", "--config", house).row()
    assert row["permanent"]
    assert any(f'write url = "{origin.url}/new"' in warning for warning in row["warnings"])
    assert any("its newest lead is" in warning for warning in row["warnings"])
    url = origin.on("/dateless", Answer(body=rss({"title": "Nvidia", "link": "https://a.example/1"})))
    assert "none of its leads has a believable date" in run("sources", "check", url, "--config", house).out
    url = origin.on("/empty", Answer(body=rss()))
    done = run("sources", "check", url, "--config", house)
    assert (done.code, "there are no leads in it now" in done.out) == (0, True)


# --- doctor


def test_the_doctor_says_what_is_wrong_with_each_source_and_what_helps(house: Path, origin: Origin):
    front = b'<html><link rel="alternate" type="application/rss+xml" href="/feed"><title>x</title></html>'
    origin.on("/", Answer(body=front))
    fine = origin.on("/feed", Answer(body=fresh_feed(language="en")))
    old = rss({"title": "Nvidia", "link": "https://a.example/1", "pubDate": "Mon, 05 Jan 2015 10:00:00 GMT"})
    places = {
        "fine": fine,
        "lost": origin.on("/lost", Answer(status=404)),
        "page": origin.on("/page", Answer(body=front)),
        "refused": origin.on("/refused", Answer(status=403)),
        "stale": origin.on("/stale", Answer(body=old)),
        "empty": origin.on("/empty", Answer(body=rss())),
        "private": "http://10.1.2.3/feed",
        "resting": origin.on("/resting", Answer(body=b"x")),
    }
    add(house, *(f'id = "{name}"\nurl = "{url}"\nlanguage = "en"' for name, url in places.items()))
    assert run("sources", "pause", "resting", "--config", house).code == 0
    done = run("doctor", "--sources", "--json", "--config", house)
    assert done.code == 1
    said = {each["source"]: f"{each['what']}; {each['cure']}" for each in done.row()["sources"]}
    assert set(said) == set(places) - {"fine", "resting"}
    assert f'write url = "{fine}"' in said["lost"]
    assert f'write url = "{fine}"' in said["page"]
    assert "the site refuses programs" in said["refused"]
    assert "no news for" in said["stale"]
    assert "there is nothing in it" in said["empty"]
    assert 'allow = ["' in said["private"]
    assert not origin.asked("/resting")
    assert len(origin.asked("/feed")) == 1
    assert origin.busiest == 1


# --- OPML


LIST = """<?xml version="1.0" encoding="ISO-8859-1"?>
<OPML version="1.1"><head/><BODY>
<OUTLINE TEXT="Tech & Chips"><outline text="Blätt" type="rss" XMLURL="{url}/feed" htmlURL="{url}/"/>
<outline text="evil" xmlUrl="file:///etc/passwd"/><outline text="js" xmlUrl="javascript:alert(1)"/>
<outline text="pw" xmlUrl="https://me:hidden@x.example/feed"/>
<outline text="again" xmlUrl="feed:{url}/feed?utm_source=x" language="de-AT"/></OUTLINE>
<outline text="gone" xmlUrl="{url}/gone" language="klingon"/>
</BODY></OPML>"""


@pytest.fixture
def listed(origin: Origin, tmp_path: Path) -> Path:
    origin.on("/feed", Answer(body=fresh_feed(language="en")))
    origin.on("/gone", Answer(status=404))
    file = tmp_path / "list.opml"
    file.write_bytes(LIST.format(url=origin.url).encode("latin-1"))
    return file


def test_a_dry_import_says_which_rows_name_a_topic_and_writes_nothing(house: Path, origin: Origin, listed: Path):
    before = house.read_bytes()
    done = run("sources", "import", listed, "--dry-run", "--json", "--config", house)
    assert done.code == 0
    rows = done.rows()
    assert [row["result"] for row in rows] == ["new", "refused", "refused", "refused", "known", "new"]
    assert (rows[0]["on_topic"], rows[0]["topics"]) == (1, {"nvidia": 1})
    assert "404" in rows[-1]["trouble"]
    assert [row["line"] for row in rows] == [3, 4, 4, 5, 6, 7]
    assert "hidden" not in done.out + done.err
    assert "was mended" in done.err
    assert house.read_bytes() == before
    assert len(origin.asked("/feed")) == 1
    assert "1 lead on a topic: nvidia 1" in run("sources", "import", listed, "--dry-run", "--config", house).out


def test_an_import_writes_folders_and_languages_and_keeps_comments(house: Path, origin: Origin, listed: Path):
    before = house.read_text()
    assert run("sources", "import", listed, "--config", house).code == 0
    assert house.read_text().startswith(before.rstrip("\n"))
    first, second = load_config(house, {}).sources
    assert (first.folder, first.title, first.language, first.site) == (
        ("Tech & Chips",),
        "Blätt",
        "en",
        f"{origin.url}/",
    )
    assert (second.folder, second.language) == ((), None)
    again = run("sources", "import", listed, "--offline", "--config", house)
    assert (again.code, "3 there already" in again.err) == (0, True)
    assert len(load_config(house, {}).sources) == 2


def test_a_read_only_configuration_gets_the_lines_to_paste(house: Path, origin: Origin, listed: Path):
    house.chmod(0o444)
    done = run("sources", "import", listed, "--offline", "--config", house)
    assert done.code == 78
    assert done.err.count("[[sources]]") == 2
    assert not origin.log


def test_what_is_no_list_is_an_error_and_a_list_of_nothing_usable_too(house: Path, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"<rss/>")
    done = run("sources", "import", tmp_path / "x", "--config", house)
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    evil = b'<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>'
    assert run("sources", "import", "-", "--config", house, stdin=evil).code == 1


SOURCES = """
[[sources]]
id = "plain"   # a comment
url = "https://plain.example/feed?a=1&b=2"

[[sources]]
id = "rich"
url = "https://rich.example/feed"
title = "Tom & \\"Jerry\\" <b> 🐭 报"
language = "zh"
folder = ["A/B", "C & D"]
site = "https://rich.example/"
interval = "2h"
role = "primary"
pages = "never"
topics = ["nvidia"]

[[sources]]
id = "again"
url = "https://again.example/feed"
folder = "A/B"

[[sources]]
id = "secret"
url = "https://secret.example/feed?token=3f9a8c7b6d5e4f3a2b1c"
"""


def test_an_export_goes_into_an_empty_configuration_and_comes_out_equal(house: Path, tmp_path: Path):
    empty = tmp_path / "empty.toml"
    empty.write_text(house.read_text())
    house.write_text(house.read_text() + SOURCES)
    done = run("sources", "export", tmp_path / "a.opml", "--secrets", "--config", house)
    assert done.code == 0
    assert run("sources", "import", tmp_path / "a.opml", "--offline", "--config", empty).code == 0
    again = run("sources", "export", "-", "--secrets", "--config", empty)
    assert again.out == (tmp_path / "a.opml").read_text("utf-8")
    by_id = {row["id"]: row for row in source_rows(empty)}
    assert by_id == {row["id"]: row for row in source_rows(house)}


SEARCHES = """
[[sources]]
id = "by-topic"
kind = "query"
engine = "hacker-news"
topics = ["nvidia"]

[[sources]]
id = "by-words"
kind = "query"
engine = "hacker-news"
query = "H20 export"
most = 10

[[sources]]
id = "list"
kind = "page"
url = "https://list.example/news"
select = {items = "article", title = "h2"}
"""


class Unplugged:
    """A door to a network that is not there."""

    def __call__(self, request: Request) -> Trouble:
        return Trouble(Reason.CONNECTION, f"{request.url}: no network")

    def close(self) -> None: ...


@pytest.mark.parametrize("offline", [True, False])
def test_searches_and_pages_come_back_from_an_export_as_they_were(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offline: bool
):
    empty = tmp_path / "empty.toml"
    empty.write_text(house.read_text())
    house.write_text(house.read_text() + SEARCHES)
    assert run("sources", "export", tmp_path / "a.opml", "--config", house).code == 0
    monkeypatch.setattr(app, "http_fetch", lambda *_: Unplugged())  # engines are no test's to ask
    done = run("sources", "import", tmp_path / "a.opml", *(["--offline"] if offline else []), "--config", empty)
    assert done.code == 0, done.err
    by_id = {row["id"]: row for row in source_rows(empty)}
    assert by_id == {row["id"]: row for row in source_rows(house)}


@pytest.mark.parametrize("command", [("sources", "check", "inner"), ("doctor", "--sources")])
def test_a_source_is_tried_in_the_way_it_is_polled(house: Path, origin: Origin, command: tuple[str, ...]):
    url = origin.on("/feed", Answer(body=fresh_feed()))
    add(house, f'id = "inner"\nurl = "{url}"')
    run(*command, "--config", house, env={"WATCHER_SOURCES__INNER__COOKIE": "session=kanarienvogel"})
    asked = origin.asked("/feed")
    assert asked
    assert all(each.header("cookie") == "session=kanarienvogel" for each in asked)


def test_a_secret_address_is_left_out_and_said(house: Path):
    house.write_text(house.read_text() + SOURCES)
    done = run("sources", "export", "--config", house)
    assert "3f9a8c7b6d5e4f3a2b1c" not in done.out + done.err
    assert "secret is left out" in done.err
    assert "3f9a8c7b6d5e4f3a2b1c" in run("sources", "export", "--secrets", "--config", house).out
    for line in (["list"], ["list", "--json"], ["show", "secret"], ["show", "secret", "--json"]):
        assert "3f9a8c7b6d5e4f3a2b1c" not in run("sources", *line, "--config", house).out
