"""What the documentation says is so: commands run and print what is shown, settings load, links lead on."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from doc_blocks import PAGES, ROOT, Block, blocks, fits
from doc_shell import Shell
from doc_stage import Stage, stage

from watcher.config import load_config

ALL = [block for page in PAGES for block in blocks(page)]
COMMANDS = ("console", "sh")
RUN = sorted({block.page for block in ALL if block.language in COMMANDS and block.told("not run:") is None})
# `text` is for reading; what else is shown is checked by whoever ships it (units, proxies, containers).
LANGUAGES = (*COMMANDS, "toml", "json", "text", "ini", "nginx", "caddy", "yaml", "python")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT).with_suffix(""))


def _begins(page: Path) -> str:
    said = re.search(r"^<!-- begins with: (.+?) -->$", page.read_text("utf-8"), re.MULTILINE)
    return said[1] if said else "nothing"


def _walk(page: Path, shell: Shell, scene: Stage) -> None:
    for block in blocks(page):
        if (file := block.told("written to")) or (file := block.told("added to")):
            target = Path(scene.real(file)).expanduser() if file.startswith("~") else scene.folder / file
            if file.startswith("~/"):
                target = scene.home / file[2:]
            target.parent.mkdir(parents=True, exist_ok=True)
            before = target.read_text("utf-8") if block.told("added to") is not None else ""
            target.write_text(f"{before}{scene.real(block.text)}\n", "utf-8")
        elif block.language in COMMANDS and block.told("not run:") is None:
            _run(block, shell, scene)


def _run(block: Block, shell: Shell, scene: Stage) -> None:
    commands = list(block.commands())
    assert commands, f"{block.place}: no command in it"
    for number, (command, shown) in enumerate(commands, start=1):
        if words := block.told("stays until"):
            shell.start(scene.real(command), words.strip('"'))
            continue
        wanted = int(block.told("leaves with") or 0) if number == len(commands) else 0
        code, printed = shell.run(scene.real(command))
        printed = scene.shown(printed)
        assert code == wanted, f"{block.place}: `{command}` left with {code}: {printed}"
        if shown:
            assert fits(shown, printed), (
                f"{block.place}: `{command}` printed\n{printed}\nand the page shows\n" + "\n".join(shown)
            )


def _go_through(page: Path, path: Path, folder: Path, **environment: str) -> None:
    home = folder / "you"
    home.mkdir()
    with stage(home, str(path), ROOT, _begins(page)) as scene:
        shell = Shell(scene.folder, scene.environment | environment)
        try:
            _walk(page, shell, scene)
        finally:
            shell.close()


# What a newcomer meets first, and one of each kind; the others are run by `make check`, the tutorial twice.
FIRST = (
    "README",
    "docs/reference/environment",
    "docs/reference/exit-codes",
)
NEWCOMERS = ("README", "docs/tutorial")


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=name(page), marks=() if name(page) in FIRST else pytest.mark.long) for page in RUN],
)
def test_every_command_of_a_page_does_what_the_page_says(page: Path, forked: Path, tmp_path: Path):
    _go_through(page, forked, tmp_path, WATCHER_STORIES__ENCODER="off")


@pytest.mark.long
@pytest.mark.parametrize("page", NEWCOMERS)
def test_a_stranger_who_follows_the_first_pages_word_for_word_gets_there(page: str, started: Path, tmp_path: Path):
    _go_through(ROOT / f"{page}.md", started, tmp_path)


def test_pages_that_are_run_each_time_are_there():
    assert {*FIRST, *NEWCOMERS} <= {name(page) for page in RUN}


@pytest.mark.parametrize("block", [each for each in ALL if each.language == "toml"], ids=lambda block: block.place)
def test_every_setting_that_a_page_shows_can_be_loaded(block: Block, tmp_path: Path):
    file = tmp_path / "config.toml"
    file.write_text(block.text, "utf-8")
    tomllib.loads(block.text)
    secrets = dict(each.split("=", 1) for said in block.said if said.startswith("with ") for each in said.split()[1:])
    load_config(file, secrets)


@pytest.mark.parametrize("block", [each for each in ALL if each.language == "json"], ids=lambda block: block.place)
def test_every_json_that_a_page_shows_is_json(block: Block):
    for document in block.text.split("\n\n"):
        json.loads(document)


@pytest.mark.parametrize("block", ALL, ids=lambda block: block.place)
def test_a_block_says_what_it_is_and_why_it_is_not_run(block: Block):
    assert block.language in LANGUAGES, f"{block.place}: a block of what?"
    reason = block.told("not run:")
    assert reason is None or len(reason.split()) >= 4, f"{block.place}: not run, and why?"


@pytest.mark.parametrize("page", [*PAGES, *sorted(ROOT.glob("[A-Z]*.md"))], ids=name)
def test_every_link_leads_somewhere(page: Path):
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), f"{target} is not there"
        if anchor and file.suffix == ".md":
            assert anchor in _anchors(file), f"{target}: no such heading"


def _anchors(page: Path) -> set[str]:
    """As the hosts of repositories make them of headings."""
    headings = re.findall(r"(?m)^#+ (.+?)\s*$", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_can_be_reached_from_the_first():
    reached: set[Path] = set()
    waiting = [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            found = re.findall(r"\]\((?!https?:|mailto:)([^)\s#]+)", page.read_text("utf-8"))
            waiting += [(page.parent / target).resolve() for target in found]
    assert not [name(page) for page in PAGES if page not in reached]
