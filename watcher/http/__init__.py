"""The one door to the network: guarded for addresses from outside, bounded for all, and never raising."""

from watcher.http.client import HttpFetch
from watcher.http.guard import Guard, is_public
from watcher.http.proxy import parse_proxy
from watcher.http.sending import send
from watcher.http.service import post_json

__all__ = ["Guard", "HttpFetch", "is_public", "parse_proxy", "post_json", "send"]
