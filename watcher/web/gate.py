"""The gate: who may pass. Around every route at once, so that none that somebody adds can be left open.

Outside of PUBLIC whoever asks shows a session's cookie or `Authorization: Bearer TOKEN`. What changes something needs
the session, the `csrf` field of its forms, and an `Origin` of ours: the bearer's programs only read.

What a route finds in `request.state`: `csrf` for a hidden field of its forms ("" for programs), `form` with the fields
of a form that passed, `session` (None for programs).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from time import perf_counter
from urllib.parse import parse_qsl, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watcher.web.answers import noticed
from watcher.web.doors import TooMuch, body_of, is_for_programs, is_ours, path_in, plain
from watcher.web.sessions import Session
from watcher.web.site import Site

# The one list of what answers without signing in, by the routes' own paths.
PUBLIC = frozenset(
    {"/e/{name}/{signature}", "/u/{token}", "/livez", "/readyz", "/f/{token}", "/sign-in", "/static/{name}"}
)
# Written by nobody's hand: signing out changes nothing in the archive, so an archive that is only read has it too.
_ALWAYS = frozenset({"/sign-out"})
_READS = frozenset({"GET", "HEAD"})
_FORM = "application/x-www-form-urlencoded"
_FIELDS = 200


class Gate:
    """Wraps the application: lets pass what is public and who is signed in, and answers everybody else."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], site: Site) -> None:
        self._app, self._routes, self._site = app, routes, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route, begun = self._route(scope), perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = perf_counter() - begun
                self._site.metrics.answered(route, scope["method"], message["status"], seconds)
            await send(message)

        await self._pass(route, scope, receive, noting)

    async def _pass(self, route: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        session = self._session(headers)
        state = {**scope.get("state", {}), "session": session, "csrf": session.csrf if session else "", "form": {}}
        scope = {**scope, "state": state}
        if route in PUBLIC:
            await self._app(scope, receive, send)
            return
        send = _with_referrer(send)
        if session is None and (refused := self._stranger(scope, headers)) is not None:
            await refused(scope, receive, send)
            return
        if scope["method"] in _READS:
            await self._app(scope, receive, send)
            return
        try:
            body = await body_of(receive)
        except TooMuch as error:
            await _refusal(scope, error.status, "that is too much")(scope, receive, send)
            return
        refused = await self._write(scope, headers, session, body)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._app(scope, _again(body), send)

    def _route(self, scope: Scope) -> str:
        """The path, as it is written in the application, of the route that will answer; empty where none will.

        Asked of the very routes, in their order: what answers is what was looked at.
        """
        partial = ""
        for route in self._routes:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return str(getattr(route, "path", ""))
            if match is Match.PARTIAL and not partial:
                partial = str(getattr(route, "path", ""))
        return partial

    def _session(self, headers: Headers) -> Session | None:
        for value in _cookies(headers.getlist("cookie"), self._site.cookie):
            if (found := self._site.sessions.find(value)) is not None:
                return found
        return None

    def _stranger(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to who shows no session; None for a program that shows the token and reads."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            if self._site.sessions.is_token(given.strip()):
                if scope["method"] in _READS:
                    return None
                return _refusal(scope, 403, "programs only read here: the commands of `watcher` change things")
            # Only who is wrong is slowed down: behind a proxy all connect as one, strangers and the owner.
            if wait := self._site.guesses.missed(f"bearer {peer_of(scope)}"):
                return _refusal(scope, 429, "too many wrong tokens", **{"Retry-After": str(wait)})
        elif scope["method"] in _READS and not is_for_programs(scope) and "text/html" in headers.get("accept", ""):
            return RedirectResponse(f"{scope['root_path']}/sign-in?next={quote(_asked(scope), safe='/')}", 303)
        return _refusal(scope, 401, "sign in first", **{"WWW-Authenticate": "Bearer"})

    async def _write(self, scope: Scope, headers: Headers, session: Session | None, body: bytes) -> Response | None:
        """The answer to a change that may not be; None for one that may."""
        if session is None or not is_ours(headers, self._site.origin):
            return _refusal(scope, 403, "this did not come from a page of ours")
        form = _fields(headers.get("content-type", ""), body)
        if not hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
            return await noticed(self._site, "stale", 403)
        if not self._site.is_writable and path_in(scope) not in _ALWAYS:
            return await noticed(self._site, "later", 503)
        scope["state"]["form"] = form
        return None


def peer_of(scope: Scope) -> str:
    """Who is connected. Behind a proxy that is the proxy: what it says of others is not believed."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _asked(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return path_in(scope) + (f"?{query}" if query else "")


def _cookies(headers: Iterable[str], name: str) -> list[str]:
    """Every cookie of this name: another program on this machine may have set one too."""
    found = []
    for pair in (pair for header in headers for pair in header.split(";")):
        key, _, value = pair.strip().partition("=")
        if key == name:
            found.append(value)
    return found[:4]


def _fields(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form, the last of a name; nothing for a body of another kind."""
    if kind.partition(";")[0].strip().lower() != _FORM:
        return {}
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        return {}


def _refusal(scope: Scope, status: int, text: str, **headers: str) -> Response:
    if is_for_programs(scope):
        return JSONResponse({"error": text}, status, headers)
    return plain(status, text, **headers)


def _with_referrer(send: Send) -> Send:
    """With "no-referrer" browsers say of a form that it came from nowhere (`Origin: null`), and it would be refused."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return sending


def _again(body: bytes) -> Receive:
    """Gives a body that was read already to whoever reads it next."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
