"""Lists to take along: `/export?q=WORDS`, `?story=ID`, `?edition=NAME`, `?saved=all`, as csv, markdown or json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.shapes.exports import EXPORT_FORMS, MEDIA, Exported, ExportForm, of_article, of_edition, of_hit, written
from watcher.text.query import read_query
from watcher.types import MOST_COUNTED, SearchOrder
from watcher.web.answers import READ
from watcher.web.site import Site

_KINDS: tuple[Literal["q", "story", "edition", "saved"], ...] = ("q", "story", "edition", "saved")


def add_exports(app: FastAPI, site: Site) -> None:
    """`/export`."""

    @app.api_route("/export", methods=READ, include_in_schema=False)
    def export(request: Request) -> Response:
        asked = request.query_params
        form = next((each for each in EXPORT_FORMS if each == asked.get("format", "csv")), None)
        kind = next((each for each in _KINDS if each in asked), None)
        if form is None or kind is None:
            raise HTTPException(404)
        order: SearchOrder = "relevance" if asked.get("order") == "relevance" else "newest"
        if kind == "q":
            hits, remark = _of_search(site, asked["q"], order)
            return _sent(hits, form, asked["q"], "search", remark)
        if kind == "saved":
            return _sent(_of_saved(site), form, "", "saved")
        rows = _of_story(site, asked["story"]) if kind == "story" else _of_edition(site, asked["edition"])
        if rows is None:
            raise HTTPException(404)
        return _sent(rows, form, rows[0].title if kind == "story" and rows else asked[kind], kind)


def _of_search(site: Site, typed: str, order: SearchOrder) -> tuple[list[Exported], str]:
    """What was found, and what must be known of the list: that it is cut, that nothing was asked."""
    result = site.store.search(read_query(typed, site.config.timezone, order), MOST_COUNTED, excerpts=False)
    remark = f"cut: more were found than the newest {MOST_COUNTED:,} in this list" if result.more else ""
    if result.query.is_void:
        remark = "nothing to search for in this: no word is in it, and nothing that narrows down"
    return [of_hit(hit) for hit in result.hits], remark


def _of_story(site: Site, name: str) -> list[Exported] | None:
    story = site.store.whole(name)
    return [of_article(each) for each in story.articles] if story is not None else None


def _of_saved(site: Site) -> list[Exported]:
    """What was saved, the newest first, each article with the note on its story."""
    saved = site.store.saved()
    heads = site.store.heads([each.article for story in saved for each in story.articles])
    return [
        of_article(heads[each.article], story.mark.note)
        for story in saved
        for each in story.articles
        if each.article in heads
    ]


def _of_edition(site: Site, name: str) -> list[Exported] | None:
    text = site.edition_json(name)
    return of_edition(json.loads(text)) if text is not None else None


def _sent(rows: Sequence[Exported], form: ExportForm, title: str, name: str, remark: str = "") -> Response:
    """A file to keep: no browser shows it, whatever stands in it. A remark stands in a header and ends the list."""
    kind, ending = MEDIA[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"', "Cache-Control": "private, no-cache"}
    if remark:
        headers["X-Remark"] = remark
    return Response(written(rows, form, title, remark), headers=headers, media_type=f"{kind}; charset=utf-8")
