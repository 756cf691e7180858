"""What is measured, and what is not told by it; marks of what has not changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import StreamingResponse
from webservice import NOW, TOKEN, Answer, Service, running

from watcher.signing import feed_token
from watcher.types import FeedAddress
from watcher.web import application as assembling

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def figures(answer: Answer) -> dict[tuple[str, tuple[str, ...]], float]:
    assert answer.status == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_figures_are_told_to_programs_that_show_the_token(service: Service):
    assert service.ask("/metrics").status == 401
    service.now[0] = NOW + timedelta(hours=3)
    answer = service.ask("/metrics", **BEARER)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = figures(answer)
    assert found["watcher_up_to_date", ()] == 1
    assert (found["watcher_sources", ("new",)], found["watcher_sources", ("failing",)]) == (1, 0)
    assert (found["watcher_articles", ()], found["watcher_editions", ()]) == (0, 1)
    assert found["watcher_edition_age_seconds", ("07:00 UTC",)] == 3 * 3600
    service.fresh[:] = [False]
    assert figures(service.ask("/metrics", **BEARER))["watcher_up_to_date", ()] == 0


def test_answers_are_timed_by_route_and_never_by_address(service: Service):
    with service.store.writing() as writer:
        writer.make_feed(FeedAddress(0, "stories", "atom", NOW))
    secret = [service.page(), service.way_out(), f"/f/{feed_token(service.secret, 1)}", f"/nothing/{TOKEN}"]
    for path in secret:
        service.read(path)
        service.ask(path, "BREW")
        service.ask(path, Authorization="Bearer wrong")
    answer = service.ask("/metrics", **BEARER)
    found = figures(answer)
    count = "watcher_http_request_duration_seconds_count"
    assert found[count, ("GET", "/e/{name}/{signature}", "2xx")] == 2
    assert found[count, ("other", "/e/{name}/{signature}", "4xx")] == 1
    assert found[count, ("GET", "/f/{token}", "2xx")] == 2
    assert found[count, ("GET", "none", "4xx")] == 2
    for path in [*secret, TOKEN, service.cookie.partition("=")[2], service.csrf, "reader@", "BREW"]:
        assert path.strip("/").rpartition("/")[2] not in answer.text


def test_a_page_that_has_not_changed_is_not_sent_again(service: Service):
    page = service.read("/feeds")
    assert (page.status, page.headers["cache-control"]) == (200, "private, no-cache")
    again = service.read("/feeds", If_None_Match=f'"other", W/{page.headers["etag"]}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert "content-security-policy" in again.headers
    head = service.read("/feeds", "HEAD")
    assert (head.headers["etag"], head.headers["content-length"]) == (page.headers["etag"], str(len(page.body)))
    service.post("/do/make-feed", feed="stories", form="atom")
    assert service.read("/feeds", If_None_Match=page.headers["etag"]).status == 200
    for path in ("/livez", "/readyz", "/metrics", "/sign-in", service.way_out()):
        answer = service.ask(path, **BEARER)
        assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False), path
    assert "etag" not in service.read("/nothing").headers


def test_what_is_sent_in_pieces_passes_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    add_health = assembling.add_health

    def add_more(app: FastAPI, site: Any) -> None:
        add_health(app, site)
        app.add_api_route("/pieces", lambda: StreamingResponse(iter([b"one ", b"two"])))

    monkeypatch.setattr(assembling, "add_health", add_more)
    with running(tmp_path) as service:
        answer = service.read("/pieces")
        assert (answer.status, answer.body, "etag" in answer.headers) == (200, b"one two", False)
        assert answer.headers["cache-control"] == "no-store"
