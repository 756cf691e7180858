"""Saying something of a story from a page: a question first, a form that does it, lists with a way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from marked import BRIDGE, CHIPS, LIBRARY
from newsroom import article, put
from webservice import NOW, Service, running

from watcher.store import open_store
from watcher.types import Mark
from watcher.web.marked import VERBS

TITLE = 'Nvidia <script>alert("1")</script> & more'


def fill(folder: Path) -> None:
    with open_store(folder / "data") as store, store.writing() as writer:
        put(
            writer,
            article("one", f"{CHIPS} #chips #tests verbatim", 1, title=TITLE),
            article("two", f"{CHIPS} #chips #tests verbatim", 2),
            article("three", f"{BRIDGE} #bridge", 3),
            article("four", f"{LIBRARY} #maps", 4),
        )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    fill(tmp_path)
    with running(tmp_path, more='[topics.ascend]\ntitle = "Ascend"\nnames = ["Ascend"]\n') as found:
        yield found


def do(service: Service, verb: str, **fields: str) -> str:
    answer = service.post(f"/do/{verb}", **{"article": "1", "back": "/marks", **fields})
    assert answer.status == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_question_changes_nothing_and_says_what_would_happen(service: Service, verb: str):
    page = service.read(f"/a/1/{verb}")
    assert page.status == 200
    assert f'action="/do/{verb}"' in page.text
    assert "&lt;script&gt;" in page.text or "alert" not in page.text
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert service.store.marks() == ()
    assert service.store.corrections() == ()


def test_whoever_is_not_signed_in_is_asked_to_first_and_comes_back_to_the_question(service: Service):
    answer = service.ask("/a/1/mute", Accept="text/html")
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=/a/1/mute")
    assert service.ask("/do/mute", "POST", b"article=1").status == 401


def test_what_is_not_there_is_not_found(service: Service):
    for path in ("/a/99", "/a/x", "/a/1/shout", f"/a/{'9' * 40}", "/a/99/mute"):
        assert service.read(path).status == 404, path


def test_every_verb_is_kept_listed_and_taken_back(service: Service):
    assert do(service, "mute", until="30d") == "/marks"
    do(service, "follow", article="3")
    do(service, "known", article="4")
    do(service, "off-topic", article="3", topic="nvidia")
    do(service, "hide", outlet="Two")
    do(service, "hide", outlet="Two", phrase="now < 5 & more", source="two", topic="nvidia")
    do(service, "saved", article="2", note='for "Monday" & <3')
    kinds = [mark.kind for mark in service.store.marks()]
    assert kinds == ["mute", "follow", "known", "off-topic", "hide", "hide", "saved"]
    assert service.store.marks()[0].until == NOW + timedelta(days=30)
    page = service.read("/marks").text
    assert page.count('action="/do/undo"') == 6
    assert "now &lt; 5 &amp; more" in page
    assert "for &#34;Monday&#34; &amp; &lt;3" in service.read("/saved").text
    do(service, "note", mark="7", note="for Tuesday", back="/saved")
    assert "for Tuesday" in service.read("/saved").text
    for mark in service.store.marks():
        do(service, "undo", mark=str(mark.id))
    assert all(mark.undone for mark in service.store.marks())
    assert 'action="/do/undo"' not in service.read("/marks").text
    assert "for Tuesday" not in service.read("/saved").text


def test_stories_are_merged_split_and_kept_apart_from_their_pages_and_back(service: Service):
    boxes = re.findall(r'name="(article\.\d+)"', service.read("/a/1/split").text)
    assert boxes == ["article.1", "article.2"]
    do(service, "split", **{"article.2": "on"})
    assert len(service.store.stories(9)) == 4
    do(service, "merge", article="3", other="https://four.example/1")
    do(service, "apart", article="1", other="article:3")
    assert [said.kind for said in service.store.corrections()] == ["split", "merge", "apart"]
    page = service.read("/marks").text
    assert page.count('action="/do/uncorrect"') == 3
    for said in service.store.corrections():
        do(service, "uncorrect", correction=str(said.id))
    assert len(service.store.stories(9)) == 3


def test_a_mark_on_the_lesser_part_of_a_merge_is_shown_to_rest_and_wakes_with_undo(service: Service):
    do(service, "mute", article="3")
    do(service, "merge", article="3", other="article:1")
    assert "rests: its articles" in service.read("/a/1").text
    do(service, "uncorrect", correction="1")
    assert "rests: its articles" not in service.read("/a/3").text + service.read("/a/1").text
    assert service.post("/do/uncorrect", correction="1", back="/marks").status == 409


def test_stories_that_look_alike_are_offered(tmp_path: Path):
    with open_store(tmp_path / "data") as store, store.writing() as writer:
        put(writer, article("one", "#a #b #c #d", 1), article("two", "#a #e #f #g", 2), article("far", "#z", 3))
    with running(tmp_path) as service:
        offered = re.findall(r'name="alike" value="(\d+)"', service.read("/a/2/merge").text)
        assert offered == [service.store.article("https://one.example/1").story]  # type: ignore[union-attr]
        do(service, "merge", article="2", alike=offered[0])
        assert len(service.store.stories(9)) == 2


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("mute", {"article": "77"}),
        ("mute", {"article": "1; drop"}),
        ("off-topic", {"topic": "ascend"}),
        ("off-topic", {"topic": ""}),
        ("mute", {"until": "-3d"}),
        ("mute", {"until": "9999999d"}),
        ("hide", {"phrase": "!"}),
        ("hide", {"phrase": "x" * 700}),
        ("hide", {"phrase": "two\x00words"}),
        ("hide", {"outlet": "Two", "topic": "nosuch"}),
        ("hide", {"outlet": "Two", "source": "nosuch"}),
        ("hide", {}),
        ("undo", {"mark": "12"}),
        ("undo", {"mark": "x" * 30}),
        ("note", {"mark": "9" * 18, "note": "x"}),
        ("merge", {"other": "1"}),
        ("merge", {}),
        ("split", {}),
        ("split", {"article.1": "on", "article.2": "on"}),
        ("split", {"article.x": "on"}),
        ("uncorrect", {"correction": "4"}),
    ],
)
def test_what_cannot_be_done_says_so_and_changes_nothing(service: Service, verb: str, fields: dict[str, str]):
    answer = service.post(f"/do/{verb}", **{"article": "1", "back": "/marks", **fields})
    assert answer.status == 409
    assert 'href="/marks"' in answer.text
    assert "watcher " not in re.sub(r"<title>.*?</title>", "", answer.text)
    assert service.store.marks() == ()
    assert service.store.corrections() == ()


def test_what_is_not_here_is_said_to_who_signed_in_without_a_mail(service: Service):
    page = service.read("/stories/999")
    assert page.status == 404
    assert "found by searching" in page.text
    assert "mail" not in page.text


def test_no_form_leads_out_of_here(service: Service):
    assert do(service, "mute", back="https://evil.example/") == "/"
    assert do(service, "mute", back="//evil.example/") == "/"
    assert "evil.example" not in service.read("/a/1?back=//evil.example").text


def test_where_the_archive_is_only_read_nothing_is_done(tmp_path: Path):
    fill(tmp_path)
    with running(tmp_path):
        pass  # it has made its secret
    with running(tmp_path, read_only=True) as service:
        assert service.read("/marks").status == 200
        answer = service.post("/do/mute", article="1", back="/")
        assert (answer.status, service.store.marks()) == (503, ())


def test_under_a_path_of_a_proxy_every_link_and_form_begins_with_it(tmp_path: Path):
    fill(tmp_path)
    with running(tmp_path, public_url="https://news.example.org/w") as service:
        do_it = service.post("/do/mute", {"Origin": "https://news.example.org"}, article="1", back="/w/marks")
        assert (do_it.status, do_it.headers["location"]) == (303, "/w/marks")
        for path in ("/a/1", "/a/1/split", "/marks"):
            links = re.findall(r'(?:href|action)="(/[^"]*)"', service.read(path).text)
            assert links
            assert all(each.startswith("/w/") for each in links), links


def test_a_thousand_marks_are_listed(service: Service):
    with service.store.writing() as writer:
        for number in range(1000):
            writer.mark(Mark(0, "hide", NOW, phrase=f"phrase {number}"))
    assert service.read("/marks").text.count("phrase ") >= 1000
