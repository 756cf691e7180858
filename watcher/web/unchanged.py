"""Every page and every answer of the API bears a mark of what it says; whoever has it already gets only the mark."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Unchanged:
    """Wraps the application: an `ETag` on what was read, and 304 in its place for who bears it.

    What is sent in pieces, has a mark of its own, or must not be kept passes as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _may_be_marked(message):
                start = message
                return
            if start is not None:
                begun, start = start, None
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    message = _mark(scope, begun, message)
                await send(begun)
            await send(message)

        await self._app(scope, receive, sending)


def _may_be_marked(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    kept = headers.get("cache-control", "")
    return message["status"] == 200 and "etag" not in headers and "no-store" not in kept and "set-cookie" not in headers


def _mark(scope: Scope, start: Message, message: Message) -> Message:
    """Marks the head of an answer; the body, or none where whoever asks has it."""
    headers = MutableHeaders(scope=start)
    headers["ETag"] = etag = f'"{hashlib.sha256(message.get("body", b"")).hexdigest()[:32]}"'
    headers.setdefault("Cache-Control", "private, no-cache")
    if not is_known(Headers(scope=scope), etag):
        return message
    start["status"] = 304
    for name in ("content-length", "content-type"):
        if name in headers:
            del headers[name]
    return {**message, "body": b""}


def is_known(headers: Headers, etag: str) -> bool:
    """True where whoever asks has what bears this mark."""
    marks = {mark.strip().removeprefix("W/") for mark in headers.get("if-none-match", "").split(",")}
    return etag in marks or "*" in marks
