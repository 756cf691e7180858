"""Listing pages, the kind of source `page`: a front page or section of a site, read into the articles it lists."""

from watcher.sources.listing.kind import read, requests

__all__ = ["read", "requests"]
