"""The service as one ASGI application: doors, then the gate, then the routes of every module that has some.

Each module adds its routes by a function `add_NAME(app, site)`. None of them checks who asks: the gate did.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

from watcher.web.api import add_api
from watcher.web.doors import Doors
from watcher.web.exporting import add_exports
from watcher.web.failures import add_failures
from watcher.web.feeds import add_feeds
from watcher.web.gate import Gate
from watcher.web.health import add_health
from watcher.web.marking import add_marking
from watcher.web.public import add_public
from watcher.web.reading import add_reading
from watcher.web.signin import add_sign_in
from watcher.web.site import Site
from watcher.web.unchanged import Unchanged


def application(site: Site) -> Doors:
    """The service as an ASGI application, behind its doors and its gate."""
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, default_response_class=Response
    )
    add_public(app, site)
    add_health(app, site)
    add_sign_in(app, site)
    add_feeds(app, site)
    add_reading(app, site)
    add_marking(app, site)
    add_api(app, site)
    add_exports(app, site)
    add_failures(app, site)
    return Doors(Gate(Unchanged(app), app.router.routes, site), site.names, site.prefix)
