"""Whether it lives and whether it is ready, for whoever watches the process."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from watcher.web.answers import READ
from watcher.web.site import Site


def add_health(app: FastAPI, site: Site) -> None:
    """`/livez`: the process answers. `/readyz`: it can do its work, or what keeps it from it."""

    @app.api_route("/livez", methods=READ, include_in_schema=False)
    async def livez() -> Response:
        return PlainTextResponse("alive\n")

    @app.api_route("/readyz", methods=READ, include_in_schema=False)
    def readyz() -> Response:
        ailment = site.ailment()
        return PlainTextResponse(f"not ready: {ailment}\n", 503) if ailment else PlainTextResponse("ready\n")
