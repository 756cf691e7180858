"""Sitemaps: lists of a site's addresses, news sitemaps with their headlines, and lists of such lists."""

from watcher.sources.sitemap.kind import is_sitemap, read, requests

__all__ = ["is_sitemap", "read", "requests"]
