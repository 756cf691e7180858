"""The service's token, and feeds made and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from watcher import app, signing
from watcher.cli.output import out, rows, say
from watcher.cli.serving import address_of
from watcher.cli.working import configuration
from watcher.config import Config
from watcher.errors import UsageError, WatcherError
from watcher.types import FeedAddress

_FEEDS = ("editions", "stories", "saved")


def show_token(path: Path | None, *, new: bool, link: bool) -> None:
    """The token on stdout, made where there is none yet; or a link in its place."""
    from watcher.web.sessions import Sessions
    from watcher.web.token import Token

    config = configuration(path)
    token = Token(config)
    if new:
        token.replace()
        say("another token: browsers that had signed in are signed out, programs need the new one")
    if token.read() is None:
        token.replace()
    if link:
        code = Sessions(token, app.utc_now).code()
        out(f"{_base(config)}/sign-in?code={code}")
        say("good once, for ten minutes, wherever the service runs with this token")
        return
    out(token.read() or "")


def list_feeds(path: Path | None, *, addresses: bool, as_json: bool) -> None:
    """Every feed that was made, the oldest first."""
    config = configuration(path)
    with app.reading(config) as store:
        secret = store.checkpoint(signing.SECRET)
        found = [
            {
                "id": each.id,
                "feed": each.feed,
                "form": each.form,
                "name": each.name,
                "made": each.made.isoformat(timespec="seconds"),
                "revoked": each.revoked.isoformat(timespec="seconds") if each.revoked else None,
            }
            | ({"address": _address(config, secret, each)} if addresses else {})
            for each in store.feed_addresses()
        ]
    columns = ("id", "feed", "form", "name", "made", "revoked", *(("address",) if addresses else ()))
    rows(found, columns, as_json=as_json)


def add_feed(path: Path | None, feed: str, form: Literal["atom", "json"], name: str) -> None:
    """Makes a feed and prints its address."""
    config = configuration(path)
    known = [*_FEEDS, *(f"topic:{topic.id}" for topic in config.topics)]
    if feed not in known:
        raise UsageError(f"{feed}: there is no such feed; there are {', '.join(known)}")
    with app.archive(config) as store:
        secret = app.secret_of(store)
        with store.writing() as writer:
            made = writer.make_feed(FeedAddress(0, feed, form, app.utc_now(), " ".join(name.split())[:200]))
    out(_address(config, secret, made) or "")
    say(f"feed {made.id}: whoever knows this address can read it; `watcher feeds revoke {made.id}` takes it back")


def revoke_feed(path: Path | None, id: int) -> None:
    """Takes a feed's address back."""
    with app.archive(configuration(path)) as store, store.writing() as writer:
        if not writer.revoke_feed(id, app.utc_now()):
            raise WatcherError(f"no feed {id} that could be revoked: `watcher feeds list` shows them")
    say(f"feed {id} is revoked: its address answers nobody any more")


def _address(config: Config, secret: str | None, feed: FeedAddress) -> str | None:
    if secret is None or feed.revoked is not None:
        return None
    return f"{_base(config)}/f/{signing.feed_token(secret, feed.id)}"


def _base(config: Config) -> str:
    """Where the service is reached: at its public address, or on this machine."""
    return (config.service.public_url or address_of(config)).rstrip("/")
