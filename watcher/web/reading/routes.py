"""The pages' addresses. Nobody comes here without having passed the gate."""

from __future__ import annotations

import re
from datetime import date

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher.render import FORMS, Form
from watcher.web.answers import HTML, READ, sent
from watcher.web.marked import acts_of
from watcher.web.reading.archive import Archive
from watcher.web.reading.article import article_values
from watcher.web.reading.desk import Desk
from watcher.web.reading.known import known_values
from watcher.web.reading.search import search_choices, search_values
from watcher.web.reading.sources import source_values, sources_values
from watcher.web.reading.status import status_values
from watcher.web.reading.story import Stories
from watcher.web.reading.today import Today
from watcher.web.site import Site

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_KINDS: dict[str, tuple[Form, str]] = {
    "": ("html", HTML),
    FORMS["text"]: ("text", "text/plain; charset=utf-8"),
    FORMS["markdown"]: ("markdown", "text/markdown; charset=utf-8"),
    FORMS["json"]: ("json", "application/json; charset=utf-8"),
}


def add_reading(app: FastAPI, site: Site) -> None:
    """Everything there is to read for who is signed in."""
    desk = Desk(site)
    _add_editions(app, desk)
    _add_stories(app, desk)
    _add_lists(app, desk)


def _add_editions(app: FastAPI, desk: Desk) -> None:
    today, archive = Today(desk), Archive(desk)

    @app.api_route("/", methods=READ, include_in_schema=False)
    def first(request: Request) -> Response:
        values, raw = today.values(_base(request))
        return desk.answer(request, "today.html", "today", values, **raw)

    @app.api_route("/archive", methods=READ, include_in_schema=False)
    def newest(request: Request) -> Response:
        return desk.answer(request, "archive.html", "archive", {}, **archive.newest(_base(request)))

    @app.api_route("/archive/{month}", methods=READ, include_in_schema=False)
    def calendar(request: Request, month: str) -> Response:
        found = _MONTH.fullmatch(month)
        if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[1]) < 9999):
            raise HTTPException(404)
        values = archive.month(date(int(found[1]), int(found[2]), 1), _base(request))
        if values is None:
            raise HTTPException(404)
        return desk.answer(request, "month.html", "archive", {}, **values)

    @app.api_route("/editions/{name}", methods=READ, include_in_schema=False)
    def edition(request: Request, name: str) -> Response:
        name, _, ending = name.partition(".")
        form, kind = _KINDS.get(ending, (None, ""))
        shown = archive.edition(name, form, _base(request)) if form else None
        if shown is None:
            raise HTTPException(404)
        return sent(request, shown, kind)


def _add_stories(app: FastAPI, desk: Desk) -> None:
    stories = Stories(desk)

    @app.api_route("/stories/{id}", methods=READ, include_in_schema=False)
    def story(request: Request, id: str) -> Response:
        query = request.query_params
        found = stories.find(id, query.get("of", ""))
        if found is None:
            raise HTTPException(404)
        if found.id != id:
            return RedirectResponse(f"{_base(request)}/stories/{found.id}", 303)
        values = stories.values(found, query.get("with", ""))
        best = values["lead"].id
        acts = acts_of(desk.site, found, best, f"/stories/{found.id}?of={best}")
        return desk.answer(request, "story.html", "story", values, story=found, acts=acts)

    @app.api_route("/articles/{id}", methods=READ, include_in_schema=False)
    def article(request: Request, id: str) -> Response:
        is_number = id.isascii() and id.isdecimal() and len(id) < 19
        values = article_values(desk, int(id)) if is_number else None
        if values is None:
            raise HTTPException(404)
        return desk.answer(request, "article.html", "article", values)


def _add_lists(app: FastAPI, desk: Desk) -> None:
    choices = search_choices(desk)

    @app.api_route("/search", methods=READ, include_in_schema=False)
    def search(request: Request) -> Response:
        values = search_values(desk, request.query_params, _base(request))
        return desk.answer(request, "search.html", "search", values, **choices)

    @app.api_route("/sources", methods=READ, include_in_schema=False)
    def sources(request: Request) -> Response:
        return desk.answer(request, "sources.html", "sources", sources_values(desk, _page(request)))

    @app.api_route("/sources/{id}", methods=READ, include_in_schema=False)
    def source(request: Request, id: str) -> Response:
        values = source_values(desk, id)
        if values is None:
            raise HTTPException(404)
        return desk.answer(request, "source.html", "sources", values)

    @app.api_route("/known", methods=READ, include_in_schema=False)
    def known(request: Request) -> Response:
        return desk.answer(request, "known.html", "known", known_values(desk, _page(request)))

    @app.api_route("/status", methods=READ, include_in_schema=False)
    def status(request: Request) -> Response:
        return desk.answer(request, "status.html", "status", status_values(desk))


def _base(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _page(request: Request) -> int:
    """The page of a list that is asked for; the first where that is no number."""
    given = request.query_params.get("page", "1")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else 1
