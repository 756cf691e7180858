"""`topics add --online`: Wikidata is asked, through the door that everything goes through."""

from __future__ import annotations

import sys

from watcher import app
from watcher.cli.output import say
from watcher.config import Config
from watcher.subjects import wikidata
from watcher.subjects.names import Called
from watcher.types import Request, Trouble


def called_elsewhere(name: str, config: Config, api: str | None) -> tuple[Called, ...]:
    """What Wikidata calls it in every language; nothing, and a line that says why, where that cannot be had."""
    api = api or wikidata.API
    fetch = app.http_fetch(config, app.utc_now)
    try:
        answer = fetch(Request(wikidata.search_address(name, api)))
        if isinstance(answer, Trouble):
            say(f"Wikidata was not heard, so its names are missing: {answer.text}")
            return ()
        found = wikidata.items(answer.body)
        if not found:
            say(f"Wikidata knows nothing called {name}")
            return ()
        chosen = _chosen(found)
        app.pause(config.network.gap.total_seconds())
        answer = fetch(Request(wikidata.labels_address(chosen.id, api)))
        if isinstance(answer, Trouble):
            say(f"Wikidata was not heard, so its names are missing: {answer.text}")
            return ()
        say(f"Wikidata: {chosen.label}, {chosen.about} ({chosen.id})")
        for other in wikidata.others_called_so(found, name, chosen):
            say(f"  called so too: {other.about or other.id}")
        return wikidata.labels(answer.body, chosen.id)
    finally:
        fetch.close()


def _chosen(found: tuple[wikidata.Item, ...]) -> wikidata.Item:
    """The likeliest one, or the one that a person chooses."""
    if len(found) == 1 or not sys.stdin.isatty():
        return found[0]
    for number, item in enumerate(found, 1):
        say(f"  {number}  {item.label}: {item.about}")
    sys.stderr.write("Which of these? [1] ")
    sys.stderr.flush()
    said = sys.stdin.readline().strip()
    place = int(said) if said.isdecimal() and 0 < int(said) <= len(found) else 1
    return found[place - 1]
