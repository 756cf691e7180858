"""Feeds for programs of one's own: each under a secret address that can be taken back, and the page of them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher import signing
from watcher.log import logger
from watcher.types import FeedAddress
from watcher.web.answers import HTML, READ, base_of, see_other
from watcher.web.fed import Newsstand, feeds_of
from watcher.web.site import Site
from watcher.web.unchanged import is_known

_LONGEST = 200


def add_feeds(app: FastAPI, site: Site) -> None:
    """`/f/TOKEN`, and the page `/feeds` with what it does."""
    stand = Newsstand(site.config, site.store, site.press)

    @app.api_route("/f/{token}", methods=READ, include_in_schema=False)
    def feed(request: Request, token: str) -> Response:
        secret = site.secret()
        id = signing.feed_of(secret, token) if secret else None
        address = site.store.feed_address(id) if id is not None else None
        if secret is None or address is None:
            raise HTTPException(404)
        if address.revoked is not None:
            raise HTTPException(410)  # programs stop asking
        fed = stand.feed(address, base_of(request, site), secret)
        headers = {"ETag": fed.etag, "Cache-Control": "private, no-cache"}
        headers |= {"Last-Modified": fed.modified} if fed.modified else {}
        if is_known(request.headers, fed.etag) or _is_known_since(request, fed.modified):
            return Response(status_code=304, headers=headers)
        return Response(fed.body, headers=headers, media_type=fed.kind)

    @app.api_route("/feeds", methods=READ, include_in_schema=False)
    def feeds(request: Request) -> Response:
        secret = site.secret() or ""
        base = base_of(request, site)
        rows = [
            (each, stand.title(each.feed), f"{base}/f/{signing.feed_token(secret, each.id)}" if secret else "")
            for each in reversed(site.store.feed_addresses())
        ]
        choices = [(feed, stand.title(feed)) for feed in feeds_of(site.config)]
        context = {"rows": rows, "choices": choices, "csrf": request.state.csrf, "base": request.scope["root_path"]}
        shown = site.page("feeds.html", {**context, "here": "feeds"})
        return Response(shown.body, headers={"Content-Security-Policy": shown.policy}, media_type=HTML)

    @app.post("/do/make-feed", include_in_schema=False)
    async def make(request: Request) -> Response:
        form = request.state.form
        feed, kind = form.get("feed", ""), form.get("form", "")
        if feed not in feeds_of(site.config) or kind not in ("atom", "json"):
            raise HTTPException(400)
        name = " ".join(form.get("name", "").split())[:_LONGEST]
        await run_in_threadpool(_make, site, FeedAddress(0, feed, kind, site.clock(), name))
        return see_other(request, "/feeds")

    @app.post("/do/revoke-feed", include_in_schema=False)
    async def revoke(request: Request) -> Response:
        id = request.state.form.get("id", "")
        if not (id.isascii() and id.isdecimal() and len(id) < 10):
            raise HTTPException(400)
        await run_in_threadpool(_revoke, site, int(id))
        return see_other(request, "/feeds")


def _make(site: Site, address: FeedAddress) -> None:
    with site.store.writing(site.patience) as writer:
        made = writer.make_feed(address)
    logger().info("feed made", id=made.id, feed=made.feed)


def _revoke(site: Site, id: int) -> None:
    with site.store.writing(site.patience) as writer:
        done = writer.revoke_feed(id, site.clock())
    if done:
        logger().info("feed revoked", id=id)


def _is_known_since(request: Request, modified: str) -> bool:
    """True where a program that knows no marks has what there is."""
    given = request.headers.get("if-modified-since", "")
    if not (given and modified) or "if-none-match" in request.headers:
        return False
    try:
        return _moment(given) >= _moment(modified)
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
