"""The configuration the demonstration runs with: every source of the newsroom, three topics, one reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from watcher.demo.content import Outlet


def write_config(
    feeds: Sequence[tuple[Outlet, str]],
    allow: Sequence[str],
    data_dir: Path | str,
    out_dir: Path | str,
    smtp_port: int,
    seeds: Path | str,
) -> str:
    """A whole `config.toml`. Strings are written as JSON, which is also TOML."""
    sources = "\n".join(
        f'[[sources]]\nid = {_quote(outlet.id)}\nkind = "feed"\nurl = {_quote(url)}\n'
        f"title = {_quote(outlet.name)}\nlanguage = {_quote(outlet.language)}\n"
        + ('pages = "always"\n' if outlet.subject else "")
        + (f"role = {_quote(outlet.role)}\n" if outlet.role != "outlet" else "")
        for outlet, url in feeds
    )
    topics = (resources.files("watcher.demo") / "newsroom" / "topics.toml").read_text("utf-8")
    return f"""\
[watcher]
data_dir = {_quote(data_dir)}
timezone = "UTC"
reads = ["en", "de", "pt"]

[network]
allow = {_quote(list(allow))}
gap = "0s"

{sources}
{topics}
[seeds]
path = {_quote(seeds)}

[stories]
encoder = "off"

[digest]
at = "07:00"
out = {_quote(out_dir)}
language = "en"

[digest.email]
from = "Watcher <watcher@newsroom.example>"
host = "127.0.0.1"
port = {smtp_port}
security = "none"

[[digest.recipients]]
address = "reader@newsroom.example"
"""


def _quote(value: object) -> str:
    return json.dumps(value if isinstance(value, list) else str(value), ensure_ascii=False)
