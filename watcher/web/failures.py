"""What is answered when something is not there or goes wrong: a page to browsers, JSON to programs, no traceback."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from watcher.errors import StoreError
from watcher.log import logger
from watcher.render import Notice
from watcher.web.answers import noticed
from watcher.web.doors import TooMuch, is_for_programs, plain
from watcher.web.site import Site

# Whoever may not be told more is told this much.
_SAID = {400: "this is not understood here", 404: "nothing is here", 405: "this is not done here that way"}
_SAID |= {408: "that took too long", 413: "that is too much", 422: "this is not understood here"}


def _not_found(request: Request) -> Notice:
    """Whoever signed in came from a page of ours, others from a mail."""
    return "not_here" if getattr(request.state, "csrf", "") else "no_page"


def add_failures(app: FastAPI, site: Site) -> None:
    """The answers to whatever a route raises."""

    def said(request: Request, status: int, text: str = "", **headers: str) -> Response:
        text = text or _SAID.get(status, "something went wrong here")
        if is_for_programs(request.scope):
            return JSONResponse({"error": text}, status, headers)
        return plain(status, text, **headers)

    async def failed(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404 and not is_for_programs(request.scope):
            return await noticed(site, _not_found(request), 404)
        return said(request, status, **(getattr(error, "headers", None) or {}))

    async def misunderstood(request: Request, _error: Exception) -> Response:
        if is_for_programs(request.scope):
            return said(request, 422)
        return await noticed(site, _not_found(request), 404)

    async def too_much(request: Request, error: Exception) -> Response:
        return said(request, error.status if isinstance(error, TooMuch) else 400)

    async def later(request: Request, error: Exception) -> Response:
        logger().warning("web", trouble=str(error))
        if is_for_programs(request.scope):
            return said(request, 503, "this cannot be done at the moment", **{"Retry-After": "60"})
        return await noticed(site, "later", 503)

    app.add_exception_handler(HTTPException, failed)
    app.add_exception_handler(RequestValidationError, misunderstood)
    app.add_exception_handler(TooMuch, too_much)
    app.add_exception_handler(StoreError, later)
    app.add_exception_handler(Exception, failed)
