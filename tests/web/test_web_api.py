"""The API: what the commands print, the shapes that its document promises, and nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command import run
from webservice import NOW, TOKEN, Answer, Service, running

from watcher.indexing import catch_up
from watcher.types import (
    Article,
    Correction,
    Evidence,
    Fact,
    Likeness,
    Mark,
    Match,
    Passage,
    Placement,
    Relation,
    TopicMatch,
    Verdict,
)
from watcher.web.api import edition, models
from watcher.web.api.document import document_of
from watcher.web.api.reference import reference
from watcher.web.guesses import Guesses

ROOT = Path(__file__).parents[2]
CANARY = "xq7Zk2Vw9Lp4Rt8Yb3Nc6Md1"
SECRET_SOURCE = f'[[sources]]\nid = "paid"\nurl = "https://paid.example/rss?token={CANARY}"\nlanguage = "en"\n'


def article(number: int, **more: Any) -> Article:
    values: dict[str, Any] = {
        "url": f"https://paper.example/{number}", "title": f"Nvidia ships {number}", "source": "paper",
        "text": f"Nvidia begins shipping its new accelerator, {number}00 of them. 华为。", "outlet": "Paper",
        "language": "en", "found": NOW - timedelta(hours=number), "authors": ("A. Writer",),
    }  # fmt: skip
    return Article(**(values | more))


def fill(service: Service) -> None:
    """Five articles, two of them in one story, one correction; all of it found by words."""
    evidence = Evidence({"facts": 0.9}, (Fact("number", "100"),), (), (Passage(0, 20),), 0.5)
    with service.store.writing() as writer:
        about = (TopicMatch("nvidia", True, 0.9, ("Nvidia",)),)
        first = writer.add(article(1), about, (), Verdict(seed=Match("000", Relation.COPY, 0.9, evidence)))
        told = Verdict(earlier=Match(str(first), Relation.RETELLING, 0.8, evidence))
        second = writer.add(article(2, language="de", published=NOW, published_from="feed"), about, (), told)
        for number in (3, 4, 5):
            writer.add(article(number, headline_only="paywall" if number == 3 else None), (), (), Verdict())
        by = Likeness(str(second), str(first), Relation.RETELLING, 0.8, 0.5, (Fact("number", "7"),))
        placed = (Placement(str(first), str(first), Relation.NEW), Placement(str(second), str(first), by.relation, by))
        writer.regroup(placed, {"1": (str(first), str(second))})
        writer.mark(Mark(0, "saved", NOW, articles=(1, 2), note="= for later"))
        writer.correct(Correction(0, "apart", NOW, apart=((("1", "2"), ("3",)),)))
    catch_up(service.store, lambda _: None)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("api"), more=SECRET_SOURCE) as found:
        fill(found)
        yield found


def get(service: Service, path: str, **headers: str) -> Answer:
    return service.ask(path, Authorization=f"Bearer {TOKEN}", **headers)


def found(service: Service, path: str) -> Any:
    answer = get(service, path)
    assert answer.status == 200, (path, answer.text)
    return json.loads(answer.body)


PATHS = {
    "/api/editions": edition.EditionList,
    "/api/editions/2026-03-10": edition.Edition,
    "/api/stories": models.StoryList,
    "/api/stories/1": models.Story,
    "/api/articles": models.Articles,
    "/api/articles/2": models.WholeArticle,
    "/api/articles/2/why": models.Why,
    "/api/search?q=nvidia": models.Found,
    "/api/search?q=%E5%8D%8E%E4%B8%BA&order=relevance": models.Found,
    "/api/sources": models.SourceList,
    "/api/sources/paper": models.Source,
    "/api/marks": models.MarkList,
    "/api/known": models.KnownDocuments,
    "/api/status": models.Status,
}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_shape_of_the_document(service: Service, path: str):
    answer = get(service, path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    PATHS[path].model_validate_json(answer.body)


def test_every_route_of_the_document_is_tried_here(service: Service):
    document = found(service, "/openapi.json")
    tried = {path.partition("?")[0] for path in PATHS}
    for path, operations in document["paths"].items():
        assert set(operations) == {"get"}
        assert any(_fits(path, each) for each in tried), path
        assert {"401", "304"} <= set(operations["get"]["responses"])
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}


def _fits(path: str, tried: str) -> bool:
    parts, given = path.split("/"), tried.split("/")
    return len(parts) == len(given) and all(a == b or a.startswith("{") for a, b in zip(parts, given, strict=True))


def test_what_a_command_prints_is_what_the_api_gives(service: Service):
    config = ("--config", service.site.config.file)
    printed = run("search", "nvidia", *config, "--json").rows()
    assert printed == found(service, "/api/search?q=nvidia")["hits"]
    assert run("stories", "show", "1", *config, "--json").row() == found(service, "/api/stories/1")
    assert run("stories", "list", *config, "--json").rows() == found(service, "/api/stories")["stories"]
    assert run("why", "2", *config, "--json").row() == found(service, "/api/articles/2/why")
    printed = run("digest", *config, "--date", "2026-03-10", "--format", "json").out
    assert json.loads(printed) == found(service, "/api/editions/2026-03-10")
    assert run("seeds", "list", *config, "--json").rows() == found(service, "/api/known")["known"]
    printed = run("sources", "list", *config, "--json").rows()
    assert sorted(each["id"] for each in printed) == sorted(
        each["id"] for each in found(service, "/api/sources")["sources"]
    )
    assert run("marks", *config, "--json").rows() == found(service, "/api/marks")["marks"]
    assert set(run("status", *config, "--json").row()) == set(found(service, "/api/status"))


def test_a_story_says_what_put_each_article_there(service: Service):
    story = found(service, "/api/stories/1")
    assert [each["id"] for each in story["articles"]] == [1, 2]
    (relation,) = story["relations"]
    assert (relation["article"], relation["to"], relation["passages"]) == (2, 1, [{"start": 0, "end": 20}])
    assert relation["conflicts"] == [{"kind": "number", "value": "7"}]
    assert [each["kind"] for each in story["corrections"]] == ["apart"]


@pytest.mark.parametrize("path", ["/api/articles?limit=2", "/api/stories?limit=1", "/api/search?q=&limit=2"])
def test_pages_follow_one_another_to_the_end(service: Service, path: str):
    kind = "hits" if "search" in path else path.split("/")[2].partition("?")[0]
    seen, cursor = [], ""
    for _ in range(9):
        page = found(service, path + cursor)
        seen += [each["id"] for each in page[kind]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == (4 if kind == "stories" else 5)


def test_whoever_has_an_answer_is_told_that_nothing_changed(service: Service):
    for path in PATHS:
        if "status" in path:
            continue
        mark = get(service, path).headers["etag"]
        again = get(service, path, If_None_Match=mark)
        assert (again.status, again.body) == (304, b""), path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/stories/999", 404), ("/api/articles/999", 404), ("/api/articles/999/why", 404), ("/api/nothing", 404),
        ("/api/editions/2020-01-01", 404), ("/api/editions/x", 404), ("/api/sources/nobody", 404),
        ("/api/stories/x", 422), ("/api/stories/0", 422), ("/api/articles?limit=0", 422),
        ("/api/articles?limit=x", 422),
        ("/api/search", 422), ("/api/search?q=a&order=x", 422), ("/api/search?q=a&since=yesterday", 422),
        ("/api/search?q=a&since=5.9e-08", 422), ("/api/search?q=a&until=1770000000", 422),
        ("/api/articles?cursor=x", 422), (f"/api/search?q={'a' * 1001}", 422),
    ],
)  # fmt: skip
def test_an_error_is_json_in_a_line(service: Service, path: str, status: int):
    answer = get(service, path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    models.Error.model_validate_json(answer.body)


def test_a_date_beyond_the_calendar_of_a_zone_is_no_error(service: Service):
    for day in ("0001-01-01", "9999-12-31"):
        answer = found(service, f"/api/search?q=nvidia&since={day}&until={day}")
        assert (answer["total"], answer["hits"]) == (0, [])


def test_no_answer_holds_a_secret(service: Service):
    with service.store.writing() as writer:
        writer.set_checkpoint("trouble", "")
    for path in [*PATHS, "/api/sources/paid", "/openapi.json"]:
        body = get(service, path).text
        assert CANARY not in body, path
        assert TOKEN not in body, path


def test_nobody_reads_without_signing_in(service: Service):
    for path in [*PATHS, "/openapi.json", "/export?q=nvidia"]:
        answer = service.ask(path)
        assert answer.status == 401, path
        assert b"Nvidia" not in answer.body


def test_the_reference_in_the_docs_is_that_of_the_document(service: Service):

    app: Any = service.app
    while not hasattr(app, "openapi"):
        app = app._app
    written = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    assert written == reference(document_of(app, service.site)), "python bench/api.py --reference writes it"


# --- lists to take along ---


@pytest.mark.parametrize("asked", ["q=nvidia", "story=1", "edition=2026-03-10"])
@pytest.mark.parametrize(
    ("form", "kind"), [("csv", "text/csv"), ("markdown", "text/markdown"), ("json", "application/json")]
)
def test_a_list_comes_as_a_file_with_date_outlet_and_link(service: Service, asked: str, form: str, kind: str):
    answer = get(service, f"/export?{asked}&format={form}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "Paper" in answer.text
    assert "https://paper.example/1" in answer.text
    assert "2026-03-10" in answer.text


def test_what_was_saved_is_a_list_with_its_notes(service: Service):
    lines = get(service, "/export?saved=all").text.splitlines()
    assert len(lines) == 3
    assert all(line.endswith("'= for later") for line in lines[1:])


@pytest.mark.parametrize("typed", ["%F0%9F%92%A9", "*", "-", "%00", "since:9999-99-99"])
def test_a_search_for_nothing_that_can_be_found_finds_nothing(service: Service, typed: str):
    told = found(service, f"/api/search?q={typed}")
    assert (told["query"]["searchable"], told["total"], told["hits"]) == (False, 0, [])
    assert found(service, "/api/search?q=")["query"]["searchable"]
    answer = get(service, f"/export?q={typed}&format=csv")
    assert answer.headers["x-remark"].startswith("nothing to search for")
    assert "https://" not in answer.text


def test_a_list_that_is_cut_says_so(service: Service, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("watcher.store.search.MOST_COUNTED", 2)  # a thousand articles take long to store
    monkeypatch.setattr("watcher.web.exporting.MOST_COUNTED", 2)
    for form in ("csv", "markdown", "json"):
        answer = get(service, f"/export?q=&format={form}")
        assert answer.headers["x-remark"] == "cut: more were found than the newest 2 in this list"
        assert "cut: more were found" in answer.text.splitlines()[-1 if form != "json" else -3]
    rows = json.loads(answer.text)
    assert (len(rows), rows[-1]["url"]) == (3, "")
    assert "x-remark" not in get(service, "/export?q=-nvidia").headers


@pytest.mark.parametrize("asked", ["", "q=a&format=exe", "story=999", "edition=x", "story=x"])
def test_a_list_of_nothing_that_is_there_is_not_found(service: Service, asked: str):
    assert get(service, f"/export?{asked}").status == 404


# --- Schemathesis ---


def fuzzed(service: Service, each: int, monkeypatch: pytest.MonkeyPatch, **more: Any) -> int:
    """Rounds of Schemathesis against this very server; how many examples, all of them as the document says."""
    pytest.importorskip("schemathesis", reason="no schemathesis: pip install schemathesis")
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import api

    monkeypatch.setattr(api, "TOKEN", TOKEN)
    monkeypatch.setattr(service.site, "guesses", Guesses(lambda: 0.0))
    monkeypatch.setattr(service.site.guesses, "missed", lambda _: 0)
    done, failures, said = api.round_of(f"http://127.0.0.1:{service.port}", each, 1, **more)
    assert failures == 0, said
    return int(done)


def test_what_the_document_allows_and_what_it_does_not_is_answered(service: Service, monkeypatch: pytest.MonkeyPatch):
    assert fuzzed(service, 5, monkeypatch, phases="fuzzing") >= 60


@pytest.mark.long
def test_what_the_document_allows_and_what_it_does_not_is_answered_500_times(
    service: Service, monkeypatch: pytest.MonkeyPatch
):
    assert fuzzed(service, 30, monkeypatch) >= 500
