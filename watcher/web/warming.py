"""Asks a service for the pages that are asked for first, before anybody else does.

The first of each reads its template and the database's pages: half a second over 100,000 articles, then some
hundredths.
"""

from __future__ import annotations

import asyncio
import gc
import re
import threading
from collections.abc import Sequence
from typing import TypeVar

from starlette.types import ASGIApp, Message, Scope

from watcher.log import logger

_FIRST = ("/", "/search", "/openapi.json", "/status")
_STORY = re.compile(rb'href="[^"]*(/stories/\d+)')
# Objects more than there were, and the young ones are looked through: 2 ms each time.
_YOUNG = 5_000
A = TypeVar("A", bound=ASGIApp)


def warmed(app: A, token: str | None, behind: Sequence[str] = ()) -> A:
    """The service, after it was asked once for what is asked for first. What fails then is told to who asks for it.

    What is asked `behind` that need not be there before the first answer: a feed takes half a second.
    """
    if token is not None:
        asyncio.run(_ask_all(app, _FIRST, token))
        if behind:
            ask = _ask_all(app, behind, token)
            threading.Thread(target=asyncio.run, args=(ask,), name="warming", daemon=True).start()
    return app


def settle() -> None:
    """Spares what a warmed process keeps for good from being looked through for garbage again and again.

    That held up every answer for 60 to 110 ms each time, and took a fifteenth of the processor. Only for a process that
    does nothing else: what is garbage in a ring already when this is called is taken away first, for the last time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


async def _ask_all(app: ASGIApp, paths: Sequence[str], token: str) -> None:
    try:
        pages = [await _asked(app, path, token) for path in paths]
        if paths is _FIRST and (found := _STORY.search(pages[0])):
            await _asked(app, found[1].decode(), token)
    except Exception as error:  # noqa: BLE001 - a page that cannot be made is no reason to answer none
        logger().warning("web", trouble=f"a page that was tried first cannot be made ({type(error).__name__})")


async def _asked(app: ASGIApp, path: str, token: str) -> bytes:
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))

    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {token}".encode())]
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers, "state": {},
        "client": None, "server": None,
    }  # fmt: skip
    await app(scope, receive, send)
    return bytes(body)
