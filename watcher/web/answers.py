"""How answers are made: pages with their mark, notices, and ways back to a path of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from watcher.render import Notice
from watcher.web.site import Shown, Site
from watcher.web.unchanged import is_known

READ = ["GET", "HEAD"]
HTML = "text/html; charset=utf-8"
_AGAIN = 300  # seconds after which a reader's mail program may ask again
# A path of ours and what follows it: one slash first, then nothing that a browser takes for a host or a line's end.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}", re.ASCII)


def sent(request: Request, shown: Shown, kind: str = HTML) -> Response:
    """A page, or that it has not changed. Whoever keeps it asks each time: nobody else may have it."""
    headers = {"ETag": shown.etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": shown.policy}
    if is_known(request.headers, shown.etag):
        return Response(status_code=304, headers=headers)
    return Response(shown.body, headers=headers, media_type=kind)


def base_of(request: Request, site: Site) -> str:
    """What whole addresses of ours begin with: the public one, or this machine's as it was asked."""
    if site.origin:
        return site.origin + site.prefix
    return f"http://{request.headers.get('host', '')}"


async def noticed(
    site: Site, kind: Notice, status: int, reader: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """A page of a few words."""
    shown = await run_in_threadpool(site.notice, kind, reader)
    said = {"Content-Security-Policy": shown.policy, "Cache-Control": "no-store", **(headers or {})}
    if status == 503:
        said.setdefault("Retry-After", str(_AGAIN))
    return Response(shown.body, status, said, HTML)


def path_of_ours(text: str) -> str:
    """The path that a form or an address names to go on to; "/" for what is none of ours: no way leads out of here."""
    return text if _OURS.fullmatch(text) else "/"


def see_other(request: Request, path: str) -> Response:
    """Goes on to a path of ours, which may begin with the prefix that the service is found under, or not."""
    prefix = str(request.scope.get("root_path", ""))
    path = path_of_ours(path)
    if prefix and not (path == prefix or path.startswith((f"{prefix}/", f"{prefix}?"))):
        path = prefix + path
    return RedirectResponse(path, 303)
