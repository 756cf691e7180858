"""What the commands about kept things do: known documents, stories, the outbox, templates, the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from watcher import app
from watcher.cli.output import emit, facts, out, rows, say
from watcher.cli.working import configuration
from watcher.errors import WatcherError
from watcher.shapes.articles import story_row
from watcher.shapes.exports import export_form, of_article, written
from watcher.shapes.known import seed_row
from watcher.shapes.stories import story_shape

if TYPE_CHECKING:
    from watcher.store import SqlStore


@contextmanager
def archive_of(path: Path | None, *, read_only: bool = True) -> Iterator[SqlStore]:
    """The archive of a configuration, closed at the end."""
    store = app.archive(configuration(path), read_only=read_only)
    try:
        yield store
    finally:
        store.close()


# --- known documents ---


def list_seeds(path: Path | None, *, as_json: bool) -> None:
    """The known documents."""
    known = app.seeds(configuration(path))
    shown = map(seed_row, known)
    rows(shown, ("id", "language", "published", "fingerprint", "title"), as_json=as_json)


def add_seed_file(file: Path, account: Path | None, path: Path | None, *, fingerprint_only: bool) -> None:
    """Makes a document known."""
    from watcher.corpus import add_seed

    written = add_seed(configuration(path).seeds.path, file, account, fingerprint_only)
    out(str(written))


def check_seeds(path: Path | None, *, as_json: bool) -> int:
    """Findings about the known documents; 1 if there are any."""
    from watcher.corpus import check_seeds as findings_of

    config = configuration(path)
    findings = findings_of(config.seeds.path, {topic.id for topic in config.topics})
    for finding in findings:
        emit(asdict(finding)) if as_json else out(f"{finding.file}: {finding.text}")
    return int(bool(findings))


def remove_seed_file(seed: str, path: Path | None) -> None:
    """Forgets a known document."""
    from watcher.corpus import remove_seed

    out(str(remove_seed(configuration(path).seeds.path, seed)))


# --- stories ---


def list_stories(path: Path | None, limit: int, form: str | None, *, as_json: bool) -> None:
    """The newest stories."""
    taken = export_form(form)
    reads = configuration(path).watcher.reads
    with archive_of(path) as store:
        found = store.stories(limit)
    if taken is not None:
        out(written((of_article(each) for story in found for each in story.articles), taken).rstrip("\n"))
        return
    rows(
        (story_row(story, reads) for story in found),
        ("id", "articles", "languages", "told_in", "title"),
        as_json=as_json,
    )


def show_story(name: str, path: Path | None, form: str | None, *, as_json: bool) -> int:
    """One story and its articles."""
    taken = export_form(form)
    with archive_of(path) as store:
        story = store.story(name)
        if story is None:
            raise WatcherError(f"no story has the id {name}: `watcher stories list` shows them")
        if as_json:
            emit(story_shape(store, story))
            return 0
    if taken is not None:
        out(written(map(of_article, story.articles), taken, story.articles[0].article.title).rstrip("\n"))
        return 0
    facts(story_row(story), as_json=False)
    for stored in story.articles:
        article = stored.article
        out(f"  {stored.relation.value:9}  {article.language}  {article.outlet}: {article.title}  {article.url}")
    return 0


# --- templates ---


def list_templates(path: Path | None, *, as_json: bool) -> None:
    """The shipped templates, which are overridden, and by copies of what is not shipped any more."""
    from watcher.render.overrides import templates
    from watcher.shipped import shipped

    shown = (asdict(each) for each in templates(app.templates_of(configuration(path)), shipped("templates")))
    rows(shown, ("name", "overridden", "stale", "shipped"), as_json=as_json)


def copy_template(name: str, path: Path | None, *, merged: bool) -> int:
    """Copies a shipped template to where it overrides the shipped one, or notes that a copy has what changed."""
    from watcher.render.overrides import copy
    from watcher.shipped import shipped

    out(str(copy(name, app.templates_of(configuration(path)), shipped("templates"), merged=merged)))
    return 0


# --- the database ---


def upgrade(path: Path | None) -> None:
    """Opens the archive, which upgrades it."""
    with archive_of(path, read_only=False):
        say("the database has this version's form")


def check_database(path: Path | None, *, as_json: bool) -> int:
    """Findings about the database; 1 if there are any."""
    with archive_of(path) as store:
        findings = store.integrity()
    for finding in findings:
        emit({"finding": finding}) if as_json else out(finding)
    if not findings:
        say("nothing found: the database is whole")
    return int(bool(findings))


def export(path: Path | None) -> None:
    """The canonical export."""
    with archive_of(path) as store:
        for row in store.export():
            emit(row)


# --- a machine ---


def show_machine_log(path: Path | None, limit: int, *, as_json: bool) -> None:
    """What a machine was asked, newest first."""
    with app.reading(configuration(path)) as store:
        found = store.machine_calls(limit)
    columns = ("at", "machine", "url", "into", "articles", "characters", "tokens_in", "tokens_out", "cost", "trouble")
    rows((asdict(call) | {"at": call.at.isoformat(timespec="seconds")} for call in found), columns, as_json=as_json)
