"""The daily commands: init, run, poll, digest, backfill, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from watcher.cli import completing
from watcher.cli.options import Config, DryRun, Ignored, Json

Form = Literal["html", "text", "markdown", "json"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where config.toml and seeds/ are written.")],
    example: Annotated[
        bool, typer.Option("--example", help="The shipped subject with its sources and known documents.")
    ] = False,
    subject: Annotated[
        list[str] | None, typer.Option(help="What to watch for, in a word or two (again for each).")
    ] = None,
    reads: Annotated[str | None, typer.Option(help="Languages you read, best first: en,de,pt")] = None,
    at: Annotated[str | None, typer.Option(help="When the edition is made: 07:00", metavar="HH:MM")] = None,
    to: Annotated[str | None, typer.Option(help="Your address, for the mail that is set up later.")] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(help="A private address that may be reached, like 127.0.0.1 or 10.0.0.0/8.", metavar="ADDRESS"),
    ] = None,
    config: Ignored = None,
) -> None:
    """Write a commented config.toml and a seeds folder. On a terminal it asks for what no option says.

    A subject gets the names that the shipped table knows of it, in every script; `topics add` proposes more.
    """
    from watcher.cli.setup import Wishes, write_folder

    del config  # it is what this command makes
    write_folder(folder, Wishes(tuple(subject or ()), reads, at, to, tuple(allow or ())), example=example)


def run(
    config: Config = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Answer readers too, at [service] host and port.")
    ] = True,
) -> None:
    """Poll, publish, deliver and serve until told to stop (SIGTERM or Ctrl-C).

    SIGHUP reads config.toml again: what is wrong with it is said, and everything goes on as it was.
    """
    from watcher.cli.running import run_daemon

    raise typer.Exit(run_daemon(config, serve=serve))


def serve(config: Config = None) -> None:
    """Serve the pages alone, read-only: what readers would change answers 503."""
    from watcher.cli.serving import serve_alone

    raise typer.Exit(serve_alone(config))


def poll(
    config: Config = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every source, not only those that are due; still conditional.")
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Only this source.", metavar="ID", autocompletion=completing.sources),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when a source fails.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Visit the sources that are due, once."""
    from watcher.cli.working import poll_once

    raise typer.Exit(poll_once(config, everything, source or [], strict=strict, dry_run=dry_run, as_json=json))


def digest(
    config: Config = None,
    date: Annotated[str | None, typer.Option(help="The stored edition of this date.", metavar="YYYY-MM-DD")] = None,
    since: Annotated[str | None, typer.Option(help="A preview from this moment on.", metavar="DATE")] = None,
    until: Annotated[str | None, typer.Option(help="A preview up to this moment.", metavar="DATE")] = None,
    format: Annotated[Form, typer.Option(help="How it is written.")] = "text",
    out: Annotated[str, typer.Option(help="A file, or - for stdout.", metavar="FILE|-")] = "-",
    send: Annotated[
        bool, typer.Option("--send", help="Publish what is due now and deliver what has no receipt.")
    ] = False,
    dry_run: DryRun = False,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Preview the next edition, or show a stored one again. Marks nothing as told, unless --send."""
    from watcher.cli.working import show_edition

    raise typer.Exit(
        show_edition(config, date, since, until, "json" if json else format, out, send=send, dry_run=dry_run)
    )


def backfill(
    since: Annotated[str, typer.Option(help="From this date on.", metavar="DATE")],
    config: Config = None,
    until: Annotated[str | None, typer.Option(help="Up to this date (default: now).", metavar="DATE")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Only this source.", metavar="ID", autocompletion=completing.sources),
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(
            "--via",
            help="This way into the past (again for each): feed, wordpress, sitemap, wayback; warc, ccnews, pages, "
            "mbox, urls, export. Default: each source's own.",
            metavar="KIND",
        ),
    ] = None,
    file: Annotated[
        list[str] | None,
        typer.Option("--from", help="With --via: a file, folder, glob or address to read.", metavar="ADDRESS"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 when a source fails.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how much there is and how long it would take; change nothing.")
    ] = False,
    engine: Annotated[
        Literal["local", "dask"], typer.Option(help="Who reads files: processes of this machine, or a Dask cluster.")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(help="With --engine dask: the scheduler's address.", metavar="ADDRESS")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="With --engine local: how many (default: one a core).", metavar="N", min=1)
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read again what was read while your topics were other ones.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring in history, once: archives of the sources, and what is kept in files.

    It goes on where it was stopped, asks politely, sends nothing, and what it finds is never today's news. It may run
    beside the daemon.

    \b
    watcher backfill --since 2026-01-01 --dry-run
    watcher backfill --since 2026-01-01 --source wccftech --via wordpress
    watcher backfill --since 2026-01-01 --via warc --from 'crawl/*.warc.gz'
    """
    from watcher.cli.history import Order, backfill_once

    named, ways, files = tuple(source or ()), tuple(via or ()), tuple(file or ())
    order = Order(since, until, named, ways, files, engine, scheduler, processes, again)
    raise typer.Exit(backfill_once(config, order, strict=strict, dry_run=dry_run, as_json=json))


def demo(
    out: Annotated[Path, typer.Option(help="Where the demo's edition, mail and database go.", metavar="DIR")] = Path(
        "demo-out"
    ),
    keep: Annotated[bool, typer.Option("--keep", help="Keep what an earlier demo left in the folder.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the newsroom open instead, to try out commands of your own on it.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="With --serve: where its list of feeds is; the feeds are behind it.")
    ] = 8790,
    config: Ignored = None,
) -> None:
    """The whole job offline: a newsroom on this machine, three days, three editions, three mails."""
    from watcher.cli.output import out as tell
    from watcher.demo.show import show_demo

    del config  # the demo brings its own
    if serve:
        from watcher.app import utc_now
        from watcher.demo.opened import keep_open

        raise typer.Exit(keep_open(port, utc_now, tell))
    raise typer.Exit(show_demo(out, tell, keep=keep))
