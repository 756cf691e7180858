"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The configuration (default: ./config.toml, then the user's config folder).", metavar="PATH"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]
