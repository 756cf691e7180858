"""Signing in and out: a form with one field, or a link that the command line wrote."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from watcher.log import logger
from watcher.web.answers import HTML, READ, path_of_ours, see_other
from watcher.web.doors import body_of, is_ours, plain
from watcher.web.gate import peer_of
from watcher.web.sessions import LASTS
from watcher.web.site import Site


def add_sign_in(app: FastAPI, site: Site) -> None:
    """`/sign-in` and `/sign-out`."""

    @app.api_route("/sign-in", methods=READ, include_in_schema=False)
    async def asked(request: Request) -> Response:
        query = request.query_params
        next = path_of_ours(query.get("next", "/"))
        if request.state.session is not None:
            return see_other(request, next)
        return await _page(request, site, 200, next=next, code=query.get("code", "")[:200])

    @app.post("/sign-in", include_in_schema=False)
    async def given(request: Request) -> Response:
        body = await body_of(request.receive)
        if not is_ours(request.headers, site.origin):
            return plain(403, "this did not come from a page of ours")
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)[:20])
        next, code = path_of_ours(fields.get("next", "/")), fields.get("code", "")
        sessions = site.sessions
        if not (sessions.take(code) if code else sessions.is_token(fields.get("token", "").strip())):
            # Only who is wrong is slowed down: behind a proxy all connect as one, strangers and the owner.
            if wait := site.guesses.missed(f"{'code' if code else 'token'} {peer_of(request.scope)}"):
                return await _page(request, site, 429, next=next, wrong="slow", headers={"Retry-After": str(wait)})
            logger().warning("sign-in refused", by="link" if code else "form")
            return await _page(request, site, 403, next=next, wrong="code" if code else "token")
        cookie = sessions.open()
        answer = see_other(request, next)
        if cookie is not None:
            _set(answer, request, site, cookie)
            logger().info("signed in", by="link" if code else "form")
        return answer

    @app.post("/sign-out", include_in_schema=False)
    async def left(request: Request) -> Response:
        if request.state.session is not None:
            site.sessions.end(request.state.session)
        answer = see_other(request, "/sign-in")
        answer.delete_cookie(site.cookie, path=_place(request), httponly=True, samesite="lax")
        return answer


def _set(answer: Response, request: Request, site: Site, cookie: str) -> None:
    """Hands the session over. Where the page came by TLS, mostly through a proxy, it goes back by nothing else."""
    answer.set_cookie(
        site.cookie,
        cookie,
        max_age=int(LASTS.total_seconds()),
        path=_place(request),
        secure=request.headers.get("origin", "").lower().startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def _place(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/"


async def _page(
    request: Request, site: Site, status: int, *, next: str, code: str = "", wrong: str = "",
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    context = {"base": request.scope.get("root_path", ""), "next": next, "code": code, "wrong": wrong}
    shown = await run_in_threadpool(site.page, "sign-in.html", context)
    said = {"Content-Security-Policy": shown.policy, "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
    return Response(shown.body, status, said | (headers or {}), HTML)
