"""The door is the only one: nothing else of the program opens a connection or imports what could."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import watcher

ROOT = Path(watcher.__file__).parent
# What can reach a network, whatever it is called here.
REACHING = frozenset(
    "socket ssl socketserver asyncio selectors http.client http.server urllib.request urllib3 requests httpx httpx2 "
    "httpcore niquests aiohttp pycurl websockets ftplib smtplib poplib imaplib nntplib telnetlib xmlrpc webbrowser "
    "trafilatura.downloads courlan.network paramiko apprise fsspec s3fs boto3 botocore aiobotocore "
    "psycopg distributed dask multiprocessing.managers".split()
)
# Fetching functions of libraries that are there for something else.
FETCHING = frozenset({"fetch_url", "fetch_response", "urlopen", "urlretrieve", "create_connection", "getaddrinfo"})
DOORS = {
    "http": "the door itself",
    "delivery/email.py": "mail goes to the operator's own server",
    "delivery/push.py": "apprise asks the services that the operator's addresses name, with connections of its own",
    "web/server.py": "listens, and asks nobody",
    "web/listening.py": "opens what the server listens on",
    "web/beside.py": "hands what is listened on to the process that answers",
    "web/warming.py": "runs the pages themselves, without a connection",
    "web/doors.py": "waits for what is sent to it, and no longer than it should",
    "systemd.py": "one datagram to the socket that systemd names: no network",
    "holdings/remote.py": "files of the past, where the operator says that they lie: archives are asked in ranges",
    "store/postgres/connect.py": "the operator's own database",
    "engine/dask.py": "the operator's own cluster",
    "demo": "listens on loopback: the newsroom and the mailbox of `watcher demo`",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not any(name == door or name.startswith(f"{door}/") for door in DOORS):
            yield name, ast.parse(path.read_text("utf-8"))


def reached(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in FETCHING:
            yield node.attr
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (*FETCHING, "__import__")
        ):
            yield node.func.id


def test_nothing_but_the_doors_can_open_a_connection() -> None:
    names = [name for name, _ in modules()]
    assert "poll.py" in names or "poll/__init__.py" in names
    for name, tree in modules():
        for found in reached(tree):
            assert found not in FETCHING, f"{name} calls {found}"
            assert not any(found == one or found.startswith(f"{one}.") for one in REACHING), f"{name} imports {found}"


def test_the_watch_would_notice() -> None:
    for text in (
        "import socket",
        "from urllib.request import urlopen",
        "import urllib3.util",
        "trafilatura.fetch_url(x)",
    ):
        found = set(reached(ast.parse(text)))
        assert found & FETCHING or any(one in REACHING or one.split(".")[0] in REACHING for one in found)
