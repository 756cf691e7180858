"""The API's own document (OpenAPI): made once of the routes that are in the schema."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from watcher import __version__
from watcher.web.api.models import Error
from watcher.web.site import Site

DESCRIPTION = (
    "Everything that is stored, to be read: editions, stories, articles, what is found by words, sources and how they "
    "do. The API changes nothing; the pages and the commands of `watcher` do. Every answer bears an `ETag`: whoever "
    "sends it back as `If-None-Match` is answered 304 while nothing changed. Lists are read page by page: `next` of "
    "one page is the `cursor` of the page after it, and null at the end."
)
ERRORS: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing changed since the mark that was sent in `If-None-Match`."},
    401: {"model": Error, "description": "No session, and no token, or a wrong one."},
    421: {"description": "The service is not known by this name.", "content": {"text/plain": {}}},
    429: {"model": Error, "description": "Too many wrong tokens: try again later."},
    503: {"model": Error, "description": "The archive cannot be read at the moment."},
}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Error, "description": "There is no such thing."}}
MISUNDERSTOOD: dict[int | str, dict[str, Any]] = {
    422: {"model": Error, "description": "A parameter is not what it has to be."}
}


def document_of(app: FastAPI, site: Site) -> dict[str, Any]:
    """The document."""
    found = get_openapi(
        title="toldonce", version=__version__, description=DESCRIPTION, routes=app.routes,
        servers=[{"url": site.prefix or "/"}],
    )  # fmt: skip
    found["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "The token of `[service]`."},
        "session": {"type": "apiKey", "in": "cookie", "name": site.cookie, "description": "Who signed in."},
    }
    found["security"] = [{"token": []}, {"session": []}]
    return found
