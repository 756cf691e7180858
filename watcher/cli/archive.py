"""Commands about what is kept: known documents, stories, the outbox, templates, the database; and how all is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli import completing
from watcher.cli.options import Config, DryRun, Format, Ignored, Json

seeds = typer.Typer(help="Documents that are already known.", no_args_is_help=True)
stories = typer.Typer(help="Articles that tell one thing.", no_args_is_help=True)
outbox = typer.Typer(help="What waits to be delivered.", no_args_is_help=True)
templates = typer.Typer(help="How an edition looks.", no_args_is_help=True)
machine = typer.Typer(help="What puts headlines into your language.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
recipients = typer.Typer(help="Who reads.", no_args_is_help=True)
Rows = Annotated[list[int] | None, typer.Argument(metavar="ID...")]


@seeds.command("list")
def seeds_list(config: Config = None, json: Json = False) -> None:
    """The known documents."""
    from watcher.cli.keeping import list_seeds

    list_seeds(config, as_json=json)


@seeds.command("add")
def seeds_add(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    account: Annotated[
        Path | None,
        typer.Option(help="An account of it in your own words, kept instead of its text.", metavar="TEXT.md"),
    ] = None,
    fingerprint_only: Annotated[bool, typer.Option("--fingerprint-only", help="Keep no text at all.")] = False,
    config: Config = None,
) -> None:
    """Make a document known: its copies are not told as news."""
    from watcher.cli.keeping import add_seed_file

    add_seed_file(file, account, config, fingerprint_only=fingerprint_only)


@seeds.command("check")
def seeds_check(config: Config = None, json: Json = False) -> None:
    """Look for broken, doubled and copied documents."""
    from watcher.cli.keeping import check_seeds

    raise typer.Exit(check_seeds(config, as_json=json))


@seeds.command("remove")
def seeds_remove(seed: Annotated[str, typer.Argument(metavar="ID")], config: Config = None) -> None:
    """Forget a known document."""
    from watcher.cli.keeping import remove_seed_file

    remove_seed_file(seed, config)


@stories.command("list")
def stories_list(
    config: Config = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 50,
    format: Format = None,
    json: Json = False,
) -> None:
    """The newest stories; --format lists their articles."""
    from watcher.cli.keeping import list_stories

    list_stories(config, limit, format, as_json=json)


@stories.command("show")
def stories_show(
    story: Annotated[str, typer.Argument(metavar="ID")],
    config: Config = None,
    format: Format = None,
    json: Json = False,
) -> None:
    """One story and its articles."""
    from watcher.cli.keeping import show_story

    raise typer.Exit(show_story(story, config, format, as_json=json))


Story = Annotated[str, typer.Argument(metavar="STORY")]


@stories.command("merge")
def stories_merge(
    one: Story, other: Annotated[str, typer.Argument(metavar="STORY")], config: Config = None, json: Json = False
) -> None:
    """Two stories become one, and stay so."""
    from watcher.cli.correcting import join_or_part

    join_or_part("merge", one, other, config, as_json=json)


@stories.command("split")
def stories_split(
    story: Story,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Their ids or addresses.")],
    config: Config = None,
    json: Json = False,
) -> None:
    """These articles leave a story and never come back; together they form one of their own."""
    from watcher.cli.correcting import split

    split(story, articles, config, as_json=json)


@stories.command("apart")
def stories_apart(
    one: Story, other: Annotated[str, typer.Argument(metavar="STORY")], config: Config = None, json: Json = False
) -> None:
    """Never make one story of these two."""
    from watcher.cli.correcting import join_or_part

    join_or_part("apart", one, other, config, as_json=json)


@stories.command("corrections")
def stories_corrections(config: Config = None, json: Json = False) -> None:
    """What was corrected by hand."""
    from watcher.cli.correcting import list_corrections

    list_corrections(config, as_json=json)


@stories.command("undo")
def stories_undo(
    correction: Annotated[int, typer.Argument(metavar="CORRECTION")], config: Config = None, json: Json = False
) -> None:
    """Take a correction back."""
    from watcher.cli.correcting import undo

    undo(correction, config, as_json=json)


@stories.command("rebuild")
def stories_rebuild(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    json: Json = False,
) -> None:
    """Group the whole archive anew under today's settings; corrections and what was told stay."""
    from watcher.cli.correcting import rebuild

    rebuild(config, dry_run=dry_run, as_json=json)


@stories.command("export")
def stories_export(config: Config = None) -> None:
    """The corrections as labelled pairs, one JSON object a line."""
    from watcher.cli.correcting import export

    export(config)


@outbox.command("list")
def outbox_list(
    config: Config = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="Only these.", metavar="waiting|sending|delivered|refused|discarded"),
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what was refused or given up.")] = False,
    json: Json = False,
) -> None:
    """Every message, how far it got, and what the other side said."""
    from watcher.cli.sending import list_outbox

    list_outbox(config, state or (), failed=failed, as_json=json)


@outbox.command("retry")
def outbox_retry(
    rows: Rows = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that were refused or given up.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those that wait for their next attempt as well.")] = False,
    config: Config = None,
) -> None:
    """Put messages back into the queue, due now, with their 48 hours before them again."""
    from watcher.cli.sending import move_outbox

    raise typer.Exit(move_outbox(rows or (), config, "waiting", everything=everything, failed=failed))


@outbox.command("discard")
def outbox_discard(
    rows: Rows = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that were refused or given up.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those that wait for their next attempt as well.")] = False,
    config: Config = None,
) -> None:
    """Give messages up."""
    from watcher.cli.sending import move_outbox

    raise typer.Exit(move_outbox(rows or (), config, "discarded", everything=everything, failed=failed))


@recipients.command("list")
def recipients_list(config: Config = None, json: Json = False) -> None:
    """Who reads, since when and what; and who has unsubscribed."""
    from watcher.cli.sending import list_recipients

    list_recipients(config, as_json=json)


@recipients.command("restore")
def recipients_restore(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", autocompletion=completing.recipients)],
    config: Config = None,
) -> None:
    """Take back that somebody has unsubscribed: they get the next edition again."""
    from watcher.cli.sending import restore_recipient

    raise typer.Exit(restore_recipient(address, config))


@templates.command("list")
def templates_list(config: Config = None, json: Json = False) -> None:
    """The shipped templates, which of them you have overridden, and which of those copies are stale."""
    from watcher.cli.keeping import list_templates

    list_templates(config, as_json=json)


@templates.command("copy")
def templates_copy(
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completing.templates)],
    merged: Annotated[
        bool, typer.Option("--merged", help="Your copy has what changed in the shipped one: warn no more.")
    ] = False,
    config: Config = None,
) -> None:
    """Copy a shipped template beside config.toml, where it overrides the shipped one.

    A later version may ship another one: `templates list`, `doctor` and the daemon say so then.
    """
    from watcher.cli.keeping import copy_template

    raise typer.Exit(copy_template(name, config, merged=merged))


@machine.command("log")
def machine_log(
    config: Config = None, limit: Annotated[int, typer.Option(help="How many.", min=1)] = 50, json: Json = False
) -> None:
    """What the machine of [machine] was sent, where, and what it cost; newest first. `watcher why` shows an article."""
    from watcher.cli.keeping import show_machine_log

    show_machine_log(config, limit, as_json=json)


@db.command("upgrade")
def db_upgrade(config: Config = None) -> None:
    """Bring the database to this version's form (opening it does the same)."""
    from watcher.cli.keeping import upgrade

    upgrade(config)


@db.command("backup")
def db_backup(
    target: Annotated[Path, typer.Argument(metavar="FILE|FOLDER")],
    keep: Annotated[
        int | None, typer.Option(help="With a FOLDER: remove all but the newest N copies in it.", metavar="N", min=1)
    ] = None,
    config: Config = None,
) -> None:
    """Copy the database while it is in use; into a FOLDER under a name with the date and time."""
    from watcher.cli.storing import backup

    backup(target, keep, config)


@db.command("restore")
def db_restore(source: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = None) -> None:
    """Put a copy in the database's place, whole or not at all; only while no daemon runs."""
    from watcher.cli.storing import restore

    restore(source, config)


@db.command("prune")
def db_prune(
    before: Annotated[
        str | None, typer.Option(help="What was found before this date. Default: [archive] keep.", metavar="DATE")
    ] = None,
    dry_run: DryRun = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask, though more than half of the archive would go.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Take away the texts of old articles, except saved ones. Headlines, stories and editions stay.

    The daemon does it every night where [archive] keep says how long texts are kept.
    """
    from watcher.cli.storing import prune

    prune(config, before, dry_run=dry_run, yes=yes, as_json=json)


@db.command("compact")
def db_compact(
    full: Annotated[
        bool, typer.Option("--full", help="On PostgreSQL: write every table anew; nobody can read meanwhile.")
    ] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Give the room of what was removed back to the disk. A file is written anew, only while no daemon runs."""
    from watcher.cli.storing import compact

    compact(config, full=full, as_json=json)


@db.command("copy")
def db_copy(
    target: Annotated[
        str,
        typer.Argument(metavar="TO", help="postgresql+psycopg://user@host/name, or the path of a new SQLite file."),
    ],
    config: Config = None,
) -> None:
    """Copy the archive to another database, from SQLite to PostgreSQL or back.

    Everything or nothing: TO must be empty, and is again if this is interrupted. Stop `watcher run` first; the archive
    can be read meanwhile. Afterwards name TO in [watcher] database: this command changes no configuration.
    A password comes from WATCHER_DATABASE_PASSWORD, PGPASSWORD or ~/.pgpass.
    """
    from watcher.cli.copying import copy_database

    copy_database(target, config)


@db.command("check")
def db_check(config: Config = None, json: Json = False) -> None:
    """Check the database and what must always hold in it."""
    from watcher.cli.keeping import check_database

    raise typer.Exit(check_database(config, as_json=json))


@db.command("export")
def db_export(config: Config = None) -> None:
    """The archive as JSON Lines, sorted by address: equal archives give equal exports."""
    from watcher.cli.keeping import export

    export(config)


def status(config: Config = None, json: Json = False) -> None:
    """How it is doing, at a glance: editions, sources, what waits to be sent or judged, the database."""
    from watcher.cli.glancing import show_status

    show_status(config, as_json=json)


def doctor(
    sources: Annotated[bool, typer.Option("--sources", help="Ask every source once, and say what is wrong.")] = False,
    mail: Annotated[str | None, typer.Option(help="Send a test mail to this address.", metavar="ADDRESS")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Look for what would keep the watcher from working; exit 1 if there is anything to mend.

    Looks at the configuration, the database and its disk, versions, processor, clock, known documents and templates;
    logs in to the mail server without sending anything; asks the encoder for a word, and for the pages as readers do.
    """
    from watcher.cli.examining import examine

    raise typer.Exit(examine(config, sources=sources, mail=mail, as_json=json))


def version(config: Ignored = None, json: Json = False) -> None:
    """The version."""
    from watcher import __version__
    from watcher.cli.output import emit, out

    del config
    emit({"version": __version__}) if json else out(__version__)
