"""Saying something of a story from a page or a mail: a question first, then a form that does it, and a way back.

    GET  /a/ARTICLE, /a/ARTICLE/VERB   what would happen, of which articles; changes nothing
    POST /do/VERB                      does it, and goes back to where the form says
    GET  /marks, /saved                everything that was said, what it did, and a way back from each

An article stands for its story: ids of stories change, and a mail is read days later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher import correcting, marking
from watcher.app import judge_of, rules_of
from watcher.errors import RefusedError, StoreError, WatcherError
from watcher.keys.values import positive_duration
from watcher.types import MarkKind, Story
from watcher.web import marked
from watcher.web.answers import HTML, READ, path_of_ours, see_other, sent
from watcher.web.site import Site

if TYPE_CHECKING:
    from watcher.ports import Judge

Form = Mapping[str, str]
Do = Callable[[Site, Form], None]


def add_marking(app: FastAPI, site: Site) -> None:
    """The pages that ask, the lists, and the forms that do."""
    _add_pages(app, site)
    judge = lru_cache(maxsize=1)(lambda: judge_of(site.config))  # made when somebody first corrects
    for verb, do in _doers(judge).items():
        app.add_api_route(f"/do/{verb}", _handler(site, do), methods=["POST"], include_in_schema=False)


def _add_pages(app: FastAPI, site: Site) -> None:
    @app.api_route("/a/{article}", methods=READ, include_in_schema=False)
    def all_of(request: Request, article: str) -> Response:
        return _asked(request, site, article, "")

    @app.api_route("/a/{article}/{verb}", methods=READ, include_in_schema=False)
    def one_of(request: Request, article: str, verb: str) -> Response:
        if verb not in marked.VERBS:
            raise HTTPException(404)
        return _asked(request, site, article, verb)

    @app.api_route("/marks", methods=READ, include_in_schema=False)
    def marks(request: Request) -> Response:
        return _page(
            request,
            site,
            "marks.html",
            "marks",
            kinds=marked.by_kind(marked.marked(site)),
            corrections=marked.corrected(site.store),
            titles={topic.id: topic.title for topic in site.config.topics},
        )

    @app.api_route("/saved", methods=READ, include_in_schema=False)
    def saved(request: Request) -> Response:
        return _page(request, site, "saved.html", "saved", saved=marked.saved(marked.marked(site)))


def _asked(request: Request, site: Site, article: str, verb: str) -> Response:
    stored = site.store.article(article) if article.isascii() and article.isdecimal() else None
    story = site.store.story(stored.story) if stored is not None else None
    if stored is None or story is None:
        raise HTTPException(404)
    back = path_of_ours(request.query_params.get("back", f"/stories/{story.id}"))
    acts = marked.acts_of(site, story, stored.id, back, alike=verb in ("merge", "apart"))
    return _page(request, site, "marking.html", "mark", acts=acts, verb=verb)


def _page(request: Request, site: Site, template: str, here: str, **context: object) -> Response:
    base = request.scope.get("root_path", "")
    shown = site.page(template, {"here": here, "base": base, "csrf": request.state.csrf, **context})
    return sent(request, shown)


def _handler(site: Site, do: Do) -> Callable[[Request], object]:
    async def done(request: Request) -> Response:
        form = request.state.form
        try:
            await run_in_threadpool(do, site, form)
        except StoreError:
            raise  # the doors say that it may be tried again
        except WatcherError as error:
            base, back = request.scope.get("root_path", ""), path_of_ours(form.get("back", "/"))
            said = {
                "here": "mark",
                "base": base,
                "csrf": request.state.csrf,
                "back": back,
                "reason": str(error),
                "name": getattr(error, "name", ""),
            }
            shown = await run_in_threadpool(site.page, "cannot.html", said)
            return Response(shown.body, 409, {"Content-Security-Policy": shown.policy}, HTML)
        return see_other(request, form.get("back", "/marks"))

    return done


def _doers(judge: Callable[[], Judge]) -> dict[str, Do]:
    """What each form does, by its verb."""

    def corrected(site: Site, form: Form, verb: str) -> None:
        story, now = _story(site, form), site.clock()
        if verb == "split":
            leaving = [name.partition(".")[2] for name in form if name.startswith("article.")]
            said = correcting.split(story, leaving, now)
        elif verb == "merge":
            said = correcting.merge(story, _other(site, form), site.store.corrections(), now)
        else:
            said = correcting.apart(story, _other(site, form), now)
        correcting.correct(site.store, judge(), rules_of(site.config), said)

    def uncorrect(site: Site, form: Form) -> None:
        correcting.undo(site.store, judge(), rules_of(site.config), _number(form, "correction"), site.clock())

    do: dict[str, Do] = {"undo": _undo, "note": _annotate, "hide": _hide, "uncorrect": uncorrect}
    for kind in marking.OF_STORIES:
        do[kind] = lambda site, form, kind=kind: _say(site, form, kind)  # type: ignore[misc]  # mypy: the bound default
    for verb in ("merge", "split", "apart"):
        do[verb] = lambda site, form, verb=verb: corrected(site, form, verb)  # type: ignore[misc]  # likewise
    return do


def _say(site: Site, form: Form, kind: str) -> None:
    said = marking.of_story(
        cast("MarkKind", kind),
        _story(site, form),
        site.clock(),
        topic=form.get("topic", ""),
        note=form.get("note", ""),
        until=_until(form, site.clock()),
    )
    marking.say(site.store, said)


def _hide(site: Site, form: Form) -> None:
    sources = {source.id for source in (*site.config.sources, *site.config.history)}
    if form.get("article"):  # the page offers the sources of its story, whatever became of them
        sources |= {stored.article.source for stored in _story(site, form).articles}
    phrase = form.get("phrase", "").strip()
    said = marking.hide(
        site.clock(),
        marking.Within([topic.id for topic in site.config.topics], sources),
        outlet="" if phrase else form.get("outlet", ""),  # the page proposes an outlet; who writes a phrase means that
        phrase=phrase,
        topic=form.get("topic", ""),
        source=form.get("source", ""),
        until=_until(form, site.clock()),
    )
    marking.say(site.store, said)


def _undo(site: Site, form: Form) -> None:
    marking.undo(site.store, _number(form, "mark"), site.clock())


def _annotate(site: Site, form: Form) -> None:
    marking.annotate(site.store, _number(form, "mark"), form.get("note", ""))


def _story(site: Site, form: Form) -> Story:
    return marking.story_of(site.store, f"article:{form.get('article', '')}")


def _other(site: Site, form: Form) -> Story:
    name = form.get("other", "").strip() or form.get("alike", "")
    if not name:
        raise RefusedError("say which other story: its number, or an article's address", "story")
    return marking.story_of(site.store, name)


def _number(form: Form, field: str) -> int:
    text = form.get(field, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise RefusedError("the form does not say what is meant: load its page again", "form")
    return int(text)


def _until(form: Form, now: datetime) -> datetime | None:
    text = form.get("until", "")
    try:
        return now + positive_duration(text) if text else None
    except (ValueError, OverflowError) as error:
        raise RefusedError(f"{text}: {error}", "form") from error
