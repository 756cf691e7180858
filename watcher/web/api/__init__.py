"""The JSON API: reads only, the shapes that the commands print, and a document that says so."""

from watcher.web.api.routes import add_api as add_api

__all__ = ["add_api"]
