"""What the commands that correct stories do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from watcher import app
from watcher.cli.keeping import archive_of
from watcher.cli.output import emit, out, progress, rows, say
from watcher.cli.working import configuration
from watcher.errors import WatcherError
from watcher.shapes.stories import correction_row

if TYPE_CHECKING:
    from watcher.store import SqlStore
    from watcher.types import Correction


_DONE = {"merge": "one story now", "split": "two stories now", "apart": "never one story from now on"}


def join_or_part(what: Literal["merge", "apart"], one: str, other: str, path: Path | None, *, as_json: bool) -> None:
    """Makes one story of two, or keeps two apart for ever."""
    from watcher import correcting

    with archive_of(path, read_only=False) as store:
        first, second = (correcting.story_of(store.story, name) for name in (one, other))
        now = app.utc_now()
        if what == "merge":
            said = correcting.merge(first, second, store.corrections(), now)
        else:
            said = correcting.apart(first, second, now)
        _apply(store, said, path, as_json=as_json)


def split(story: str, articles: Sequence[str], path: Path | None, *, as_json: bool) -> None:
    """Takes articles out of a story."""
    from watcher import correcting

    with archive_of(path, read_only=False) as store:
        leaving = [_article(store, article) for article in articles]
        said = correcting.split(correcting.story_of(store.story, story), leaving, app.utc_now())
        _apply(store, said, path, as_json=as_json)


def _article(store: SqlStore, name: str) -> str:
    stored = store.article(name)
    if stored is None:
        raise WatcherError(f"no article has the id or address {name}: `watcher stories show ID` lists a story's")
    return str(stored.id)


def _apply(store: SqlStore, said: Correction, path: Path | None, *, as_json: bool) -> None:
    from watcher import correcting

    config = configuration(path)
    kept = correcting.correct(store, app.judge_of(config), app.rules_of(config), said)
    _show(store, kept, as_json=as_json)
    say(f"{_DONE[kept.kind]}: kept as correction {kept.id}; `watcher stories undo {kept.id}` takes it back")
    for line in _resting(store, kept) if kept.kind == "merge" else ():
        say(line)


def undo(number: int, path: Path | None, *, as_json: bool) -> None:
    """Takes a correction back."""
    from watcher import correcting

    config = configuration(path)
    with archive_of(path, read_only=False) as store:
        said = correcting.undo(store, app.judge_of(config), app.rules_of(config), number, app.utc_now())
        _show(store, said, as_json=as_json)
        words = correcting.again(said, lambda article: _story_name(store, article))
    say(
        f"correction {number} ({said.kind}) is taken back"
        + (f"; `watcher stories {words}` says it again" if words else "")
    )


def _resting(store: SqlStore, said: Correction) -> tuple[str, ...]:
    """What was said of the lesser part of a story that somebody merged: it has no effect from now on."""
    from watcher import marking

    article = store.article(said.together[0][0])
    story = store.story(article.story) if article is not None else None
    if story is None:
        return ()
    return tuple(
        f"the {mark.kind} of mark {mark.id} rests from now on: it was said of the lesser part; "
        f"`watcher {mark.kind} {story.id}{' --topic ' + mark.topic if mark.topic else ''}` says it of all of it"
        for mark in marking.resting(store, story, app.utc_now())
    )


def _story_name(store: SqlStore, article: str) -> str | None:
    stored = store.article(article)
    return stored.story if stored else None


def _show(store: SqlStore, said: Correction, *, as_json: bool) -> None:
    """The stories of a correction's articles as they are now."""
    articles = [article for group in (*said.together, *(g for pair in said.apart for g in pair)) for article in group]
    stories = {found.story for each in dict.fromkeys(articles) if (found := store.article(each)) is not None}
    shown = (
        {"correction": said.id, "kind": said.kind, "story": name, "articles": len(story.articles)}
        for name in sorted(stories, key=int)
        if (story := store.story(name)) is not None
    )
    rows(shown, ("story", "articles"), as_json=as_json)


def list_corrections(path: Path | None, *, as_json: bool) -> None:
    """The corrections by hand, oldest first."""
    with archive_of(path) as store:
        found = store.corrections()
    shown = map(correction_row, found)
    rows(shown, ("id", "kind", "made", "together", "apart"), as_json=as_json)


def rebuild(path: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Replays the archive and says what changed."""
    from watcher.rebuild import rebuild as replay

    config = configuration(path)
    with (
        archive_of(path, read_only=dry_run) as store,
        app.replaying(config) as (known, index),
        progress("replayed") as bar,
    ):
        changed = replay(
            store,
            app.judge_of(config),
            known,
            app.rules_of(config),
            index=index,
            dry_run=dry_run,
            progress=lambda done, total: bar(done, total, ""),
        )
    for change in changed:
        if as_json:
            emit(asdict(change))
            continue
        name = f"story {change.story}" if change.story else "a new story"
        out(f"{change.kind}: {name} of articles {', '.join(change.articles)}, before in {', '.join(change.before)}")
    say(f"{len(changed)} stories {'would change' if dry_run else 'changed'}")
    if changed and not dry_run:
        say("a rebuild under the settings of before groups them as they were; what was told stays told either way")


def export(path: Path | None) -> None:
    """The corrections as labelled pairs of documents."""
    from watcher.correcting import labelled

    with archive_of(path) as store:
        for one, other, relation in labelled(store.corrections()):
            a, b = (_document(store, each) for each in (one, other))
            if a is not None and b is not None:
                emit({"a": a, "b": b, "relation": relation.value})


def _document(store: SqlStore, article: str) -> dict[str, Any] | None:
    stored = store.article(article)
    if stored is None:
        return None
    found = stored.article
    return {
        "id": article,
        "text": found.text,
        "title": found.title,
        "language": found.language,
        "url": found.url,
        "published": found.effective.isoformat(),
    }
