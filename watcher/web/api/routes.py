"""The routes of the API. Each asks the store for little, and sends the shape that a command prints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel, BeforeValidator
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from watcher import app as program
from watcher.render import edition_name
from watcher.shapes.articles import article_row, story_row, whole_row
from watcher.shapes.found import result_row
from watcher.shapes.known import seed_row
from watcher.shapes.marks import mark_row, marked
from watcher.shapes.source import known_of, row_of
from watcher.shapes.sources import lane_of, source_row
from watcher.shapes.sourcewords import words_of
from watcher.shapes.status import status_row
from watcher.shapes.stories import story_shape
from watcher.shapes.why import case_of, case_row
from watcher.text.query import midnight, read_query
from watcher.types import Harvest, StoredArticle
from watcher.web.api import edition, models
from watcher.web.api.document import ERRORS, MISSING, MISUNDERSTOOD, document_of
from watcher.web.site import Site

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description="`next` of the page before.")]
Id = Annotated[str, Path(pattern="^[1-9][0-9]{0,17}$")]
Order = Annotated[
    Literal["newest", "relevance"], Query(description="Newest first, or the best of the newest 1,000 first.")
]
_ALL_EDITIONS = 20_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(typed: object) -> object:
    """As the document says, and no other way: by itself a number would be taken for seconds since 1970."""
    if isinstance(typed, str) and not _DAY.fullmatch(typed):
        raise ValueError("expected a day: 2026-03-14")
    return typed


Day = Annotated[date, BeforeValidator(_day)]


def add_api(app: FastAPI, site: Site) -> None:
    """`/api/...` and `/openapi.json`."""
    _add_editions(app, site)
    _add_stories(app, site)
    _add_articles(app, site)
    _add_search(app, site)
    _add_sources(app, site)
    _add_whole(app, site)
    made: list[dict[str, Any]] = []

    def openapi() -> Response:
        if not made:
            made.append(document_of(app, site))
        return JSONResponse(made[0])

    app.add_api_route("/openapi.json", openapi, methods=["GET", "HEAD"], include_in_schema=False)


def _reads(
    app: FastAPI, path: str, model: type[BaseModel], call: Callable[..., Response], *, asks: bool = True
) -> None:
    """A route of the document. HEAD is answered too, and need not be described."""
    responses = {**ERRORS, **(MISSING if "{" in path else {}), **(MISUNDERSTOOD if asks else {})}
    # What comes back is a finished answer: the model says what is in it, and checks nothing on its way.
    app.add_api_route(
        path, call, methods=["GET"], response_model=model, responses=dict(sorted(responses.items(), key=str)),
        operation_id=call.__name__, response_class=JSONResponse,
    )  # fmt: skip
    app.add_api_route(path, call, methods=["HEAD"], include_in_schema=False)


def _before(cursor: str | None) -> int | None:
    return int(cursor) if cursor is not None else None


def _add_editions(app: FastAPI, site: Site) -> None:
    def list_editions(limit: Limit = 50, cursor: Cursor = None) -> Response:
        """The editions, newest first."""
        before = _before(cursor) or 0
        found = site.store.listed(_ALL_EDITIONS)[before : before + limit + 1]
        main = site.press.main_schedule
        rows = [
            {
                "id": each.id,
                "name": edition_name(each.date, None if each.schedule == main else each.schedule),
                "date": each.date.isoformat(),
                "schedule": each.schedule,
            }
            for each in found[:limit]
        ]
        return JSONResponse({"editions": rows, "next": str(before + limit) if len(found) > limit else None})

    def show_edition(
        name: Annotated[str, Path(max_length=100, description="As the list has it; a date is that day's edition.")],
    ) -> Response:
        """One edition, in the shape of `digest --format json`."""
        text = site.edition_json(name)
        if text is None:
            raise HTTPException(404)
        return Response(text, media_type="application/json")

    _reads(app, "/api/editions", edition.EditionList, list_editions)
    _reads(app, "/api/editions/{name}", edition.Edition, show_edition)


def _add_stories(app: FastAPI, site: Site) -> None:
    def list_stories(limit: Limit = 50, cursor: Cursor = None) -> Response:
        """The stories, those that began last first."""
        found = site.store.stories_before(_before(cursor), limit + 1)
        following = found[limit - 1].id if len(found) > limit else None
        return JSONResponse({"stories": [story_row(each) for each in found[:limit]], "next": following})

    def show_story(id: Id) -> Response:
        """One story: its timeline, whose reporting it is, what its reports share and differ in, what was corrected."""
        story = site.store.whole(id)
        if story is None:
            raise HTTPException(404)
        return JSONResponse(story_shape(site.store, story))

    _reads(app, "/api/stories", models.StoryList, list_stories)
    _reads(app, "/api/stories/{id}", models.Story, show_story)


def _add_articles(app: FastAPI, site: Site) -> None:
    judge = program.judge_of(site.config)

    def stored(id: str) -> StoredArticle:
        found = site.store.article(id)
        if found is None:
            raise HTTPException(404)
        return found

    def list_articles(
        limit: Limit = 50,
        cursor: Cursor = None,
        source: Annotated[str | None, Query(max_length=200, description="Only those of this source.")] = None,
    ) -> Response:
        """The articles, those stored last first, without their texts."""
        found = site.store.articles_before(_before(cursor), limit + 1, source)
        following = str(found[limit - 1].id) if len(found) > limit else None
        return JSONResponse({"articles": [article_row(each) for each in found[:limit]], "next": following})

    def show_article(id: Id) -> Response:
        """One article with its text."""
        return JSONResponse(whole_row(stored(id)))

    def why_article(id: Id) -> Response:
        """Everything decided about one article, and the reasons."""
        return JSONResponse(case_row(case_of(site.store, stored(id), judge)))

    _reads(app, "/api/articles", models.Articles, list_articles)
    _reads(app, "/api/articles/{id}", models.WholeArticle, show_article)
    _reads(app, "/api/articles/{id}/why", models.Why, why_article)


def _add_search(app: FastAPI, site: Site) -> None:
    zone = site.config.timezone

    def search(
        q: Annotated[str, Query(max_length=1000, description='Words, "phrases", -without, topic: language: outlet:')],
        limit: Limit = 20,
        cursor: Cursor = None,
        order: Order = "newest",
        since: Annotated[Day | None, Query(description="From this day on.")] = None,
        until: Annotated[Day | None, Query(description="Up to this day, and with it.")] = None,
    ) -> Response:
        """What is found by words. Nothing that is typed is an error: what was not understood is `ignored`."""
        query = read_query(q, zone, order)
        query = replace(
            query,
            since=midnight(since, zone) if since else query.since,
            until=midnight(until, zone, after=True) if until else query.until,
        )
        return JSONResponse(result_row(site.store.search(query, limit, cursor)))

    _reads(app, "/api/search", models.Found, search)


def _add_sources(app: FastAPI, site: Site) -> None:
    sources = {source.id: source for source in site.config.sources}

    def list_sources() -> Response:
        """The sources: how each does, what it brought in 30 days, and what of that reached a reader."""
        store, now = site.store, site.clock()
        memories, harvests = store.memories(sources), site.harvests()
        lanes = {name: lane_of(source, memories.get(name)) for name, source in sources.items()}
        hosts = store.hosts(set(lanes.values()))
        rows = [
            source_row(
                source,
                memories.get(name),
                harvests.get(name, Harvest()),
                hosts.get(lanes[name]),
                now,
                site.config.digest.failing_after,
            )
            for name, source in sources.items()
        ]
        return JSONResponse({"sources": rows})

    def show_source(id: Annotated[str, Path(max_length=200)]) -> Response:
        """Everything about one source, for programs and in words."""
        if id not in sources:
            raise HTTPException(404)
        config = site.config
        known = known_of(site.store, sources[id], site.clock(), config.timezone, config.digest.failing_after)
        return JSONResponse(row_of(known, words_of(known)))

    _reads(app, "/api/sources", models.SourceList, list_sources, asks=False)
    _reads(app, "/api/sources/{id}", models.Source, show_source)


def _add_whole(app: FastAPI, site: Site) -> None:
    def list_known() -> Response:
        """The documents that are already known."""
        return JSONResponse({"known": [seed_row(seed) for seed in program.seeds(site.config)]})

    def show_status() -> Response:
        """What is stored, what is due, what waits."""
        return JSONResponse(status_row(site.config, site.store, site.clock(), site.counts()))

    def list_marks() -> Response:
        """What somebody said by hand about what they want to read: mute, follow, known, off-topic, saved, hide."""
        return JSONResponse({"marks": [mark_row(each) for each in marked(site.store, site.clock())]})

    _reads(app, "/api/marks", models.MarkList, list_marks, asks=False)
    _reads(app, "/api/known", models.KnownDocuments, list_known, asks=False)
    _reads(app, "/api/status", models.Status, show_status, asks=False)
