"""Commands that answer a question and store nothing: extract, match, topics, why, evaluate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli import completing
from watcher.cli.options import Config, DryRun, Encoder, Format, Json, Vectors

topics = typer.Typer(help="What is watched for.", no_args_is_help=True)


def extract(
    page: Annotated[str, typer.Argument(metavar="FILE|URL")],
    url: Annotated[str | None, typer.Option(help="The address the file was saved from.")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show the article found in one page."""
    from watcher.cli.answers import extract_one

    raise typer.Exit(extract_one(page, url, config, as_json=json))


def match(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE ...|-]")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Compare each document with those before it, too.")] = False,
    pairs: Annotated[bool, typer.Option("--pairs", help="Lines hold two documents each, a and b.")] = False,
    archive: Annotated[bool, typer.Option("--archive", help="Compare with everything stored, too.")] = False,
    seeds: Annotated[Path | None, typer.Option(help="Another folder of known documents.", metavar="DIR")] = None,
    encoder: Encoder = None,
    vectors: Vectors = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Say which topics documents are about, and whether their news is already known."""
    from watcher.cli.matching import Asked, match_documents, match_pairs

    asked = Asked(files or [], config, seeds, encoder, vectors, stream, archive, json)
    raise typer.Exit(match_pairs(asked) if pairs else match_documents(asked))


def why(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Its id or address.")],
    config: Config = None,
    json: Json = False,
) -> None:
    """Everything decided about one article, and the reasons."""
    from watcher.cli.reasons import explain

    raise typer.Exit(explain(article, config, as_json=json))


def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS...", help="What is looked for.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=10_000)] = 20,
    since: Annotated[str | None, typer.Option(help="From this date on.", metavar="DATE")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this moment.", metavar="DATE")] = None,
    relevance: Annotated[
        bool, typer.Option("--relevance", help="The best of the newest 1,000 first, not the newest.")
    ] = False,
    format: Format = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the index of words anew, and search nothing.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Find articles by their words, newest first.

    All words must stand in an article; "words in quotes" next to one another; -word must not; word* may go on.
    topic:ascend, language:de, outlet:beispielblatt, source:ID, since:2026-03-01, until:2026-03 (with that month) narrow
    it down. What begins with a minus stands within one argument with the rest: watcher search 'nvidia -rumour'.
    """
    from watcher.cli.searching import Sought, search
    from watcher.cli.searching import rebuild as make_anew

    if rebuild:
        raise typer.Exit(make_anew(config))
    sought = Sought(_typed(words or []), limit, since, until, relevance, format)
    raise typer.Exit(search(sought, config, as_json=json))


def _typed(words: list[str]) -> str:
    """What a shell took the quotation marks away from gets them back."""
    if len(words) == 1:
        return words[0]
    return " ".join(re.sub(r'(?s)^(-?(?:\w+:)?)([^"]*\s[^"]*)$', r'\1"\2"', word) for word in words)


def evaluate(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Labelled documents, JSON Lines.")],
    gold: Annotated[str, typer.Option(help="The field that names the story.", metavar="story|document")] = "story",
    ignore: Annotated[
        list[str] | None, typer.Option(help="Leave out pairs of one group and two stories.", metavar="family")
    ] = None,
    pairs: Annotated[Path | None, typer.Option(help="Write every pair to this file.", metavar="OUT")] = None,
    encoder: Encoder = None,
    vectors: Vectors = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Measure how well stories are recognised, on documents whose stories are known."""
    from watcher.cli.evaluating import Measured, evaluate_file

    raise typer.Exit(evaluate_file(Measured(file, gold, ignore or [], pairs, encoder, vectors, config, json)))


@topics.command("list")
def topics_list(config: Config = None, json: Json = False) -> None:
    """The topics and how many names each has."""
    from watcher.cli.answers import list_topics

    list_topics(config, as_json=json)


@topics.command("try")
def topics_try(
    text: Annotated[str | None, typer.Argument(metavar="FILE|TEXT")] = None,
    archive: Annotated[
        str | None,
        typer.Option(
            "--archive",
            help="What this topic would have matched in the last 30 days.",
            metavar="NAME",
            autocompletion=completing.topics,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """What matches in a text, and where."""
    from watcher.cli.answers import try_archive, try_topics

    if archive is not None:
        return try_archive(archive, config, as_json=json)
    if text is None:
        raise typer.BadParameter("give a text or a file, or --archive NAME")
    return try_topics(text, config, as_json=json)


@topics.command("add")
def topics_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to watch for, in a word or two.")],
    title: Annotated[str | None, typer.Option(help="What it is called in editions (default: NAME).")] = None,
    id: Annotated[
        str | None, typer.Option("--id", help="Its short name in config.toml (default: of the title).")
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--names", help="Another name that is enough by itself (again for each).")
    ] = None,
    weak: Annotated[list[str] | None, typer.Option("--weak", help="A name that needs another word beside it.")] = None,
    needs: Annotated[list[str] | None, typer.Option("--needs", help="A word that makes a weak name count.")] = None,
    never: Annotated[list[str] | None, typer.Option("--never", help="What looks like a name and is none.")] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Wikidata too for what it is called in other languages.")
    ] = False,
    search: Annotated[bool, typer.Option("--search", help="Write the proposed searches as sources, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write it without asking.")] = False,
    wikidata: Annotated[str | None, typer.Option("--wikidata", hidden=True, metavar="URL")] = None,
    dry_run: DryRun = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Propose a topic: its names in every script, what of the last 30 days it would have found, where to look for it.

    Asks before it writes [topics.ID] into config.toml; comments stay. Then it is applied to what is stored, all of
    which counts as told: an edition tells what is found from now on.
    """
    from watcher.cli.subject.adding import Wanted, add_topic_of

    wanted = Wanted(
        name=name, id=id, title=title, online=online, yes=yes, dry_run=dry_run, search=search, as_json=json,
        wikidata=wikidata,
        names=tuple(names or ()), weak=tuple(weak or ()), needs=tuple(needs or ()), never=tuple(never or ()),
    )  # fmt: skip
    raise typer.Exit(add_topic_of(wanted, config))


@topics.command("apply")
def topics_apply(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME ...]", help="Topics; default: all.")] = None,
    dry_run: DryRun = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Apply rules that you changed in config.toml to the last 30 days: nothing of it is news.

    Stored articles get and lose topics; leads that were off topic and are not any more are read. May be stopped and
    run again.
    """
    from watcher.cli.subject.applying import apply_topics

    raise typer.Exit(apply_topics(names or [], config, dry_run=dry_run, as_json=json))
