"""Commands about what is kept: editions, articles, stories, the outbox, templates, known documents, the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from command import Running, database, run

from watcher.cli.output import facts
from watcher.store import open_store


def test_a_stored_edition_is_shown_again_in_every_form(filled: Path, tmp_path: Path):
    day = "2026-03-12"
    for form, ending in (("html", "html"), ("text", "txt"), ("markdown", "md"), ("json", "json")):
        done = run("digest", "--date", day, "--format", form, "--config", filled)
        assert done.code == 0
        assert done.out.strip()
        target = tmp_path / f"edition.{ending}"
        assert run("digest", "--date", day, "--format", form, "--out", target, "--config", filled).code == 0
        assert target.read_text("utf-8").strip() == done.out.strip()
    edition = run("digest", "--date", day, "--json", "--config", filled)
    row = json.loads(edition.out)
    assert {"date", "window", "counts", "sections", "headlines", "known", "footer"} <= set(row)
    story = row["sections"][0]["stories"][0]
    assert {
        "id", "status", "headline", "language", "summary", "outlets", "languages", "first_report", "why", "articles"
    } <= set(story)  # fmt: skip
    missing = run("digest", "--date", "2026-03-01", "--config", filled)
    assert (missing.code, missing.out) == (1, "")
    assert "there is no edition of 2026-03-01" in missing.err
    for no_date in ("garbage", "1", "", "2026-02-30", "9" * 9):
        wrong = run("digest", "--date", no_date, "--config", filled)
        assert (wrong.code, wrong.out) == (2, ""), no_date
        assert f"--date {no_date} is no date" in wrong.err
    assert run("digest", "--date", day, "--out", tmp_path, "--config", filled).code == 1


def test_a_preview_covers_the_span_it_is_given_and_marks_nothing(filled: Path):
    before = database(filled.parent)
    line = ["digest", "--json", "--since", "2026-03-11", "--config", filled]
    row = json.loads(run(*line, "--until", "2026-03-12T23:00").out)
    assert row["window"] == {"since": "2026-03-11T00:00:00Z", "until": "2026-03-12T23:00:00Z"}
    assert database(filled.parent) == before


def test_send_publishes_and_says_what_waits(filled: Path):
    done = run("digest", "--send", "--config", filled)
    assert done.code == 75, "the sink of that edition is gone: its mail waits"
    assert "deferred" in done.out
    (waiting,) = [
        row for row in run("outbox", "list", "--json", "--config", filled).rows() if row["state"] == "waiting"
    ]
    assert waiting["reply"]
    number = waiting["id"]
    assert run("outbox", "discard", number, "--config", filled).code == 0
    assert run("outbox", "retry", number, "--config", filled).code == 0
    again = run("digest", "--send", "--config", filled)
    assert (again.code, len(again.out.splitlines())) == (75, 1)
    for wrong in ("1", "99"):  # delivered; not there
        assert run("outbox", "discard", wrong, "--config", filled).code == 1


def test_without_a_mail_server_mails_become_files(filled: Path):
    text = filled.read_text("utf-8")
    start, end = text.index("[digest.email]"), text.index("[[digest.recipients]]")
    filled.write_text(f'{text[:start]}[digest.file]\nfolder = "mail"\n\n{text[end:]}', "utf-8")
    done = run("digest", "--send", "--config", filled)
    assert done.code == 0, done.err
    (file,) = (filled.parent / "mail").iterdir()
    assert file.suffix == ".eml"
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message["From"]) == ("reader@newsroom.example", "Watcher <watcher@localhost>")
    assert {row["channel"] for row in run("outbox", "list", "--json", "--config", filled).rows()} == {"email", "file"}


def test_why_answers_by_id_and_by_address(filled: Path):
    row = run("why", "1", "--json", "--config", filled).row()
    assert {"id", "url", "title", "story", "relation", "topics", "earlier", "known_document"} <= set(row)
    assert run("why", row["url"], "--json", "--config", filled).row() == row
    assert row["url"] in run("why", "1", "--config", filled).out
    with open_store(filled.parent / "data", None, read_only=True) as store:
        passed = store.off_topic(store.editions(1)[0].since)[0]
    assert run("why", passed.url, "--json", "--config", filled).row()["outcome"] == "off-topic"
    for nothing in ("999999", "9" * 30, "https://nowhere.example/", "", "²", "-", "' OR 1=1"):
        done = run("why", "--config", filled, "--", nothing)
        assert (done.code, done.out) == (1, "")


def test_why_is_readable_for_people(filled: Path):
    with open_store(filled.parent / "data", None, read_only=True) as store:
        verdicts = {stored.id: store.verdict(stored.id) for stored in store.articles(1000)}
        copy, match = next(
            (id, verdict.earlier)
            for id, verdict in verdicts.items()
            if verdict and verdict.earlier and verdict.earlier.relation == "copy" and verdict.earlier.evidence.passages
        )
        stored, first = store.article(str(copy)), store.article(match.id)
        passed = store.off_topic(store.editions(1)[0].since)[0]
    assert stored is not None
    assert first is not None
    said = run("why", str(copy), "--config", filled).out
    assert f"copy of article {match.id} ({match.score:.2f}): {first.article.outlet}, {first.article.title}" in said
    characters = sum(passage.end - passage.start for passage in match.evidence.passages)
    assert f"  shared text: {characters} characters" in said
    assert "    “" in said, "a shared passage is quoted"
    topic = stored.topics[0]
    assert f"about {topic.topic} ({topic.score:.2f}): {', '.join(topic.terms)}" in said
    assert "start" not in said, "no list of passages"
    lead = run("why", passed.url, "--config", filled).out
    assert all(word in lead for word in (passed.title, passed.source, passed.found.isoformat()))
    assert "no topic's name stands in its title or teaser" in lead


def test_facts_made_of_parts_have_a_line_for_each(capsys: pytest.CaptureFixture[str]):
    facts(
        {"id": "a", "leads": {"stored": 2}, "visits": [{"at": "noon", "due": None}, {"at": "one", "counts": {"x": 1}}]},
        as_json=False,
    )
    assert capsys.readouterr().out.splitlines() == [
        "id      a",
        "leads   stored 2",
        "visits",
        "  at noon",
        "  at      one",
        "  counts  x 1",
    ]


def test_stories_are_listed_and_shown(filled: Path):
    listed = run("stories", "list", "--json", "--limit", "500", "--config", filled).rows()
    largest = max(listed, key=lambda row: row["articles"])
    shown = run("stories", "show", largest["id"], "--json", "--config", filled).row()
    assert len(shown["articles"]) == largest["articles"] > 1
    assert len(run("stories", "list", "--limit", "3", "--config", filled).out.splitlines()) == 4
    assert run("stories", "show", "none", "--config", filled).code == 1


def test_a_template_is_copied_once_and_overrides(filled: Path):
    assert not any(row["overridden"] for row in run("templates", "list", "--json", "--config", filled).rows())
    assert run("templates", "copy", "edition.txt", "--config", filled).code == 0
    own = filled.parent / "templates" / "edition.txt"
    own.write_text("MINE " + own.read_text())
    assert run("digest", "--date", "2026-03-12", "--config", filled).out.startswith("MINE")
    rows = run("templates", "list", "--json", "--config", filled).rows()
    assert [row["name"] for row in rows if row["overridden"]] == ["edition.txt"]
    assert run("templates", "copy", "edition.txt", "--config", filled).code == 1
    for wrong in ("none.html", "../config.toml", "", "words", "/etc/passwd"):
        assert run("templates", "copy", wrong, "--config", filled).code == 1


def test_a_copy_that_the_shipped_template_has_moved_on_from_is_told_everywhere(filled: Path, program: Sequence[str]):
    assert run("templates", "copy", "words/de.toml", "--config", filled).code == 0
    assert not any(row["stale"] for row in run("templates", "list", "--json", "--config", filled).rows())
    own = filled.parent / "templates"
    own.joinpath("words", "de.toml").write_text('masthead = "Meins"\n')
    own.joinpath(".copied.json").write_text('{"words/de.toml": "of an older version"}')
    rows = run("templates", "list", "--json", "--config", filled).rows()
    assert [row["name"] for row in rows if row["stale"]] == ["words/de.toml"]
    (advice,) = [each for each in run("doctor", "--json", "--config", filled).row()["advice"] if "templates/" in each]
    assert "words/de.toml --merged" in advice
    with Running("run", "--no-serve", "--config", filled, program=program) as daemon:
        assert "words/de.toml was copied from an older version" in daemon.says("template")
    assert run("templates", "copy", "words/de.toml", "--merged", "--config", filled).code == 0
    assert not any(row["stale"] for row in run("templates", "list", "--json", "--config", filled).rows())
    assert own.joinpath("words", "de.toml").read_text() == 'masthead = "Meins"\n'


def test_a_broken_template_of_ones_own_is_one_line_and_the_shipped_one_is_used(filled: Path):
    run("templates", "copy", "edition.txt", "--config", filled)
    for broken in ("{% if %}", "{{ nothing.at.all }}", "\udcff".encode("utf-8", "surrogateescape")):
        own = filled.parent / "templates" / "edition.txt"
        own.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
        done = run("digest", "--date", "2026-03-12", "--config", filled)
        assert done.code == 0
        assert done.out.startswith("TOLD ONCE")
        assert len(done.err.splitlines()) == 1
        assert "mend your copy" in done.err


def test_the_database_is_backed_up_checked_and_exported(filled: Path, tmp_path: Path):
    target = tmp_path / "copy" / "watcher.db"
    target.parent.mkdir()
    assert run("db", "backup", target, "--config", filled).code == 0
    assert run("db", "backup", target, "--config", filled).code == 1
    exported = run("db", "export", "--config", filled).out
    moved = filled.with_name("moved.toml")
    moved.write_text(filled.read_text().replace('data_dir = "data"', f'data_dir = "{target.parent}"'))
    assert run("db", "export", "--config", moved).out == exported
    assert exported.splitlines() == sorted(exported.splitlines(), key=lambda line: json.loads(line)["url"])
    assert run("db", "check", "--json", "--config", filled).rows() == []
    assert run("db", "upgrade", "--config", filled).code == 0


@pytest.mark.parametrize("body", [b"not a database at all" * 100, b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_archive_is_one_line_everywhere(config: Path, body: bytes):
    (config.parent / "data").mkdir()
    (config.parent / "data" / "watcher.db").write_bytes(body)
    for line in ("status", "db check", "digest", "poll", "doctor", "why 1", "db export", "outbox list"):
        done = run(*line.split(), "--config", config)
        if body:
            assert done.code in {1, 75, 78}, line
            said = done.out if line == "doctor" else done.err  # to doctor it is a finding like others
            assert sum("watcher.db" in each for each in said.splitlines()) == 1, line
            assert "Traceback" not in done.err
    if body:
        assert (config.parent / "data" / "watcher.db").read_bytes() == body


def test_known_documents_are_added_checked_listed_and_removed(config: Path, tmp_path: Path):
    words = (
        "DeepSeek rented eighteen hundred accelerators near Guiyang, a tender of Tuesday says, for three whole years. "
    )
    page = tmp_path / "page.txt"
    page.write_text(words * 8)
    account = tmp_path / "account.md"
    account.write_text("DeepSeek takes 1,800 accelerators in Guiyang for three years.")
    assert run("seeds", "check", "--config", config).code == 0
    added = run("seeds", "add", page, "--account", account, "--config", config)
    assert added.code == 0, added.err
    (row,) = run("seeds", "list", "--json", "--config", config).rows()
    assert row["fingerprint"] is True
    copy = json.dumps({"id": "a", "text": f"Menu. {words * 8} Imprint."}).encode()
    (answer,) = run("match", "--json", "--config", config, stdin=copy).rows()
    assert answer["seed"]["relation"] == "copy"
    (config.parent / "seeds" / "broken.md").write_text("+++\nid = 5\n")
    assert run("seeds", "check", "--json", "--config", config).code == 1
    (config.parent / "seeds" / "broken.md").unlink()
    assert run("seeds", "remove", row["id"], "--config", config).code == 0
    assert run("seeds", "list", "--json", "--config", config).rows() == []
    for wrong in (tmp_path / "gone.txt", tmp_path):
        assert run("seeds", "add", wrong, "--config", config).code == 1
    assert run("seeds", "remove", "none", "--config", config).code == 1
    assert run("seeds", "remove", "../config", "--config", config).code == 1


def test_topics_are_tried_on_words_files_and_the_archive(filled: Path, tmp_path: Path):
    rows = run("topics", "try", "DeepSeek opens in Lyon", "--json", "--config", filled).rows()
    assert {row["verdict"] for row in rows} <= {"about", "mentioned", "not counted"}
    assert next(row for row in rows if row["topic"] == "deepseek")["verdict"] == "about"
    (tmp_path / "words.txt").write_text("DeepSeek opens in Lyon")
    assert run("topics", "try", tmp_path / "words.txt", "--json", "--config", filled).code == 0
    for words in ("", " ", "x" * 5000, "\x00", "a\nb", str(tmp_path)):
        assert run("topics", "try", words, "--json", "--config", filled).code == 0
    done = run("topics", "try", "The bakery opens on Sunday", "--config", filled)
    assert (done.code, done.out, done.err) == (0, "", "no topic matches\n")
    assert run("topics", "try", "DeepSeek opens", "--config", filled).err == ""
    assert run("topics", "try", "--archive", "none", "--config", filled).code == 1
    assert run("topics", "try", "--archive", "deepseek", "--config", filled).code == 0
    assert len(run("topics", "list", "--json", "--config", filled).rows()) == 3
