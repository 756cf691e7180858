"""One address per article: what differs without selecting another article is taken away, and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from watcher.urls.address import Address, encoded, is_ip, split, without_dots
from watcher.urls.tracking import cleaned, unwrapped

_SESSION = re.compile(r"(?i);jsessionid=[^/;]*")
# An AMP page at ".../slug/amp" is certain only after a slug: three words or a long number. "/products/amp" sells one.
_AMP_PATH = re.compile(r"(?i)(/(?:[^/]+-[^/]+-[^/]+|[^/]*[0-9]{5,}[^/]*))(?:/+amp)+/*$")


# A lead's address is asked for two or three times while the lead is followed; 4,096 are those of a hundred feeds.
@lru_cache(maxsize=4096)
def canonical(url: str) -> str | None:
    """The one address an article is known by; None when `url` is no absolute http(s) address. Idempotent.

    Taken away: the spelling of host and path, default port, fragment, tracking parameters and their order, a trailing
    slash, certain AMP variants, the wrapper of a search or social site.

    `http` is written as `https` where the host is a name and the port the default one: a publisher's two schemes show
    the same articles, feeds mix them, and almost every site answers both. An own port, a bare IP address or a name
    without a dot keeps its scheme: there the other scheme is another server, or none. `www.` stays: nothing says that
    both names are one site. The canonical address is for comparing and linking; a fetch asks what the source gave.
    """
    address = _unwrapped(split(url))
    if address is None:
        return None
    path = without_dots(_SESSION.sub("", address.path))
    path = _AMP_PATH.sub(r"\1", path).rstrip("/") or "/"
    query = cleaned(address.host, address.query)
    # An application that lives behind the fragment ("/#/news/7", "#!news/7") selects its article there.
    fragment = f"#{encoded(address.fragment)}" if address.fragment[:1] in ("/", "!") else ""
    return f"{_scheme(address)}://{address.netloc}{path}{'?' if query else ''}{query}{fragment}"


def _scheme(address: Address) -> str:
    answers_both = address.port == 80 and "." in address.host and not is_ip(address.host)
    return "https" if answers_both else address.scheme


def _unwrapped(address: Address | None) -> Address | None:
    for _ in range(5):  # a wrapper in a wrapper has been seen; whoever builds longer chains keeps his own address
        inner = split(unwrapped(address)) if address else None
        if inner is None:
            break
        address = inner
    return address
