"""The routes: from a request to what the site shows, and back with the right status and headers."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from watcher.errors import StoreError
from watcher.log import logger
from watcher.render import FORMS, Form, Notice
from watcher.web.doors import Doors, TooMuch, body_of, plain
from watcher.web.oneclick import is_one_click
from watcher.web.site import Shown, Site

_READ = ["GET", "HEAD"]
_KINDS: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_ENDINGS: dict[str, Form] = {"": "html", **{ending: form for form, ending in FORMS.items()}}
# Whoever may not be told more is told this much.
_SAID = {400: "this is not understood here", 405: "this is not done here that way", 408: "that took too long"}
_SAID |= {413: "that is too much"}
_AGAIN = 300  # seconds after which a reader's mail program may ask again


def application(site: Site) -> ASGIApp:
    """The service as an ASGI application, behind its doors."""
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, default_response_class=Response
    )
    _add_routes(app, site)

    async def failed(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            return await _noticed(site, "no_page", 404)
        headers = getattr(error, "headers", None) or {}
        return plain(status, _SAID.get(status, "something went wrong here"), **headers)

    async def too_much(_request: Request, error: Exception) -> Response:
        status = error.status if isinstance(error, TooMuch) else 400
        return plain(status, _SAID[status])

    async def later(_request: Request, error: Exception) -> Response:
        logger().warning("web", trouble=str(error))
        return await _noticed(site, "later", 503)

    app.add_exception_handler(HTTPException, failed)
    app.add_exception_handler(TooMuch, too_much)
    app.add_exception_handler(StoreError, later)
    app.add_exception_handler(Exception, failed)
    return Doors(app, site.names, site.prefix)


def _add_routes(app: FastAPI, site: Site) -> None:
    @app.api_route("/e/{name}/{signature}", methods=_READ, include_in_schema=False)
    def edition(request: Request, name: str, signature: str) -> Response:
        signature, _, ending = signature.partition(".")
        form = _ENDINGS.get(ending)
        shown = site.edition(name, signature, form) if form else None
        if form is None or shown is None:
            raise HTTPException(404)
        return _sent(shown, _KINDS[form], request.headers.get("if-none-match", ""))

    @app.api_route("/u/{token}", methods=[*_READ, "POST"], include_in_schema=False)
    async def unsubscribe(request: Request, token: str) -> Response:
        body = await body_of(request.receive)
        reader = await run_in_threadpool(site.reader, token)
        if reader is None:
            raise HTTPException(404)
        if request.method != "POST":
            return await _noticed(site, "leave", 200, reader)
        if not is_one_click(request.headers.get("content-type", ""), body):
            return plain(400, "the form says List-Unsubscribe=One-Click (RFC 8058)")
        if not site.is_writable:
            return await _noticed(site, "later", 503)
        await run_in_threadpool(site.leave, reader)
        logger().info("left", channel="web")
        return await _noticed(site, "left", 200, reader)

    @app.api_route("/livez", methods=_READ, include_in_schema=False)
    async def livez() -> Response:
        return PlainTextResponse("alive\n")

    @app.api_route("/readyz", methods=_READ, include_in_schema=False)
    def readyz() -> Response:
        ailment = site.ailment()
        return PlainTextResponse(f"not ready: {ailment}\n", 503) if ailment else PlainTextResponse("ready\n")


def _sent(shown: Shown, kind: str, known: str) -> Response:
    """A page, or that it has not changed. Whoever keeps it asks each time: its address is the only key to it."""
    headers = {"ETag": shown.etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": shown.policy}
    marks = {mark.strip().removeprefix("W/") for mark in known.split(",")}
    if shown.etag in marks or "*" in marks:
        return Response(status_code=304, headers=headers)
    return Response(shown.body, headers=headers, media_type=kind)


async def _noticed(site: Site, kind: Notice, status: int, reader: str = "") -> Response:
    shown = await run_in_threadpool(site.notice, kind, reader)
    headers = {"Content-Security-Policy": shown.policy}
    if status == 503:
        headers["Retry-After"] = str(_AGAIN)
    return Response(shown.body, status, headers, _KINDS["html"])
