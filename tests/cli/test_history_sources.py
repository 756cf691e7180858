"""Sources of history: in the list, and nowhere where something is polled."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run
from origin import Answer, Origin
from scripted import rss


@pytest.fixture
def house(config: Path, origin: Origin) -> Path:
    """A configuration with a feed, and histories of files that are not there."""
    text = config.read_text().replace("[seeds]", f'[network]\nallow = ["{origin.host_port}"]\ngap = "0s"\n\n[seeds]')
    origin.on("/feed", Answer(body=rss({"title": "Nvidia ships", "link": "https://blatt.example/1"})))
    rows = [
        f'id = "feed"\nurl = "{origin.url}/feed"\npages = "never"',
        'id = "crawl"\nkind = "warc"\nurl = "archive/*.warc.gz"',
        'id = "blog"\nkind = "wordpress"\nurl = "https://blog.example/"',
    ]
    config.write_text(
        text + '\n[topics.nvidia]\nnames = ["Nvidia"]\n' + "".join(f"\n[[sources]]\n{row}\n" for row in rows)
    )
    return config


def test_they_are_listed_as_history_only(house: Path) -> None:
    rows = {row["id"]: row for row in run("sources", "list", "--json", "--config", house).rows()}
    assert {id: row["state"] == "history only" for id, row in rows.items()} == {
        "feed": False,
        "crawl": True,
        "blog": True,
    }
    assert rows["crawl"]["due"] is None
    assert "history only" in run("sources", "list", "--config", house).out


def test_they_are_never_polled_counted_or_exported(house: Path) -> None:
    polled = run("poll", "--all", "--json", "--config", house)
    assert [row["source"] for row in polled.rows() if "source" in row] == ["feed"]
    assert run("status", "--json", "--config", house).row()["sources"] == 1
    exported = run("sources", "export", "-", "--config", house).out
    assert "/feed" in exported
    assert "crawl" not in exported
    assert "blog" not in exported


@pytest.mark.parametrize(
    "command", [["poll", "--source"], ["sources", "pause"], ["sources", "show"], ["sources", "check"]]
)
def test_what_needs_a_polled_source_says_who_reads_this_one(command: list[str], house: Path) -> None:
    done = run(*command, "crawl", "--config", house)
    assert done.code == 1
    assert "crawl is a source of history" in done.err
    assert "watcher backfill" in done.err


def test_they_can_be_taken_out_like_any_other(house: Path) -> None:
    assert run("sources", "remove", "crawl", "--config", house).code == 0
    assert "crawl" not in house.read_text()


def test_add_asks_for_nothing_that_is_a_file(house: Path) -> None:
    done = run("sources", "add", "https://a.example/b", "--kind", "warc", "--config", house)
    assert done.code == 2
    assert "write it into config.toml" in done.err


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("1960-01-01", "1965-01-01", "lies before 1970"),
        ("2026-03-02", "2026-03-01", "is not before --until"),
        ("9999-12-31", None, "is in the future"),
    ],
)
def test_times_at_which_nothing_can_have_been_told_are_refused(
    house: Path, since: str, until: str | None, said: str
) -> None:
    done = run("backfill", "--since", since, *(("--until", until) if until else ()), "--dry-run", "--config", house)
    assert done.code == 2
    assert said in done.err


def test_a_time_before_there_was_a_web_asks_for_no_day_of_it(house: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "page.html").write_text("<html><head><title>Nvidia ships</title></head><body><p>Nvidia</p></body></html>")
    done = run(
        "backfill", "--since", "0001-01-01", "--until", "9999-12-31", "--via", "pages", "--from", saved, "--dry-run",
        "--json", "--config", house,
    )  # fmt: skip
    assert done.code == 0
    assert [row["units"] for row in done.rows()] == [1]
