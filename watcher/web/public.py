"""What readers reach by the addresses in their mails: an edition's page, and the way out."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.log import logger
from watcher.render import FORMS, Form
from watcher.web.answers import READ, noticed, sent
from watcher.web.doors import body_of, plain
from watcher.web.oneclick import is_one_click
from watcher.web.site import Site

_KINDS: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_ENDINGS: dict[str, Form] = {"": "html", **{ending: form for form, ending in FORMS.items()}}


def add_public(app: FastAPI, site: Site) -> None:
    """The routes that need no signing in: each address is its own key."""

    @app.api_route("/e/{name}/{signature}", methods=READ, include_in_schema=False)
    def edition(request: Request, name: str, signature: str) -> Response:
        signature, _, ending = signature.partition(".")
        form = _ENDINGS.get(ending)
        shown = site.edition(name, signature, form) if form else None
        if form is None or shown is None:
            raise HTTPException(404)
        return sent(request, shown, _KINDS[form])

    @app.api_route("/u/{token}", methods=[*READ, "POST"], include_in_schema=False)
    async def unsubscribe(request: Request, token: str) -> Response:
        body = await body_of(request.receive)
        reader = await run_in_threadpool(site.reader, token)
        if reader is None:
            raise HTTPException(404)
        if request.method != "POST":
            return await noticed(site, "leave", 200, reader)
        if not is_one_click(request.headers.get("content-type", ""), body):
            return plain(400, "the form says List-Unsubscribe=One-Click (RFC 8058)")
        if not site.is_writable:
            return await noticed(site, "later", 503)
        await run_in_threadpool(site.leave, reader)
        logger().info("left", channel="web")
        return await noticed(site, "left", 200, reader)
