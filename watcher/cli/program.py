"""The command tree. Only signatures and help stand here; what a command does is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import typer

from watcher.cli import archive, ask, daily, marks, service, sources
from watcher.cli.help import ProgramHelp

program = typer.Typer(
    cls=ProgramHelp,
    help="Each story once: watches news sources and sends a daily edition.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in (
    ("init", daily.init),
    ("run", daily.run),
    ("serve", daily.serve),
    ("poll", daily.poll),
    ("digest", daily.digest),
    ("backfill", daily.backfill),
    ("demo", daily.demo),
    ("extract", ask.extract),
    ("match", ask.match),
    ("why", ask.why),
    ("search", ask.search),
    ("hide", marks.hide),
    ("mute", marks.mute),
    ("follow", marks.follow),
    ("known", marks.known),
    ("off-topic", marks.off_topic),
    ("save", marks.save),
    ("marks", marks.marks),
    ("evaluate", ask.evaluate),
    ("status", archive.status),
    ("doctor", archive.doctor),
    ("token", service.token),
    ("version", archive.version),
):
    program.command(name)(command)
for name, group in (
    ("sources", sources.group),
    ("topics", ask.topics),
    ("seeds", archive.seeds),
    ("stories", archive.stories),
    ("outbox", archive.outbox),
    ("recipients", archive.recipients),
    ("feeds", service.feeds),
    ("templates", archive.templates),
    ("machine", archive.machine),
    ("db", archive.db),
):
    program.add_typer(group, name=name)


@cache
def tree() -> Callable[..., Any]:
    """The commands made of their signatures: 60 ms of work, once for each process."""
    return typer.main.get_command(program)
