"""Whether it lives and whether it is ready, for whoever watches the process; and its figures for who signed in."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from watcher.web.answers import READ
from watcher.web.metrics import KIND
from watcher.web.site import Site

_NOW = {"Cache-Control": "no-store"}


def add_health(app: FastAPI, site: Site) -> None:
    """`/livez`: the process answers. `/readyz`: it can do its work, or what keeps it from it. `/metrics`: figures."""

    @app.api_route("/livez", methods=READ, include_in_schema=False)
    async def livez() -> Response:
        return PlainTextResponse("alive\n", headers=_NOW)

    @app.api_route("/readyz", methods=READ, include_in_schema=False)
    def readyz() -> Response:
        ailment = site.ailment()
        if ailment:
            return PlainTextResponse(f"not ready: {ailment}\n", 503, _NOW)
        return PlainTextResponse("ready\n", headers=_NOW)

    @app.api_route("/metrics", methods=READ, include_in_schema=False)
    def metrics() -> Response:
        return Response(site.metrics.text(site.is_fresh()), headers=_NOW, media_type=KIND)
