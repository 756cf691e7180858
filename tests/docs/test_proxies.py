"""The snippets for web servers in front: requests passed on as they tell arrive, and lead back by the same way."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from doc_blocks import ROOT, Block, blocks
from webservice import TOKEN, running

PAGE = ROOT / "docs" / "how-to" / "proxy.md"
# Two that pass on, in each of two languages; the folder of files is no proxy.
SNIPPETS = [block for block in blocks(PAGE) if block.language in ("nginx", "caddy") and "8712" in block.text]


def _passes_on(block: Block) -> tuple[str, bool]:
    """The path under which a snippet takes requests, and whether it takes that path away."""
    if found := re.search(r"handle_path (\S+?)/\*", block.text):
        return found[1], True
    path = re.search(r"location (\S+) {", block.text)
    passed = re.search(r"proxy_pass http://127\.0\.0\.1:8712(/?)", block.text)
    assert block.language == "caddy" or "proxy_set_header Host $host;" in block.text, "the name it was asked by is lost"
    return path[1].rstrip("/") if path else "", bool(passed and passed[1])


@contextmanager
def _proxy(port: int, path: str, takes_away: bool) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            target = self.path.removeprefix(path) if takes_away else self.path
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
                line.request(self.command, target, body, dict(self.headers))
                answer = line.getresponse()
                text = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("date", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 - what the server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(120)


def _ask(port: int, path: str, host: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
    """Status, Location and text, of a browser's request for this name."""
    said = {"Host": host, "Accept": "text/html", **headers}
    if form is not None:
        said |= {"Origin": f"https://{host}", "Content-Type": "application/x-www-form-urlencoded"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        line.request("GET" if form is None else "POST", path, urlencode(form) if form else None, said)
        answer = line.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return answer.status, answer.getheader("Location") or cookie, answer.read().decode()


@pytest.mark.parametrize("block", SNIPPETS, ids=lambda block: f"{block.language}-{block.line}")
def test_a_browser_comes_in_and_finds_its_way_behind_each_proxy_of_the_page(block: Block, tmp_path: Path):
    path, takes_away = _passes_on(block)
    host = "www.example.org" if path else "reader.example.org"
    url = f"https://{host}{path}"
    assert f'public_url = "{url}"' in PAGE.read_text("utf-8")
    with running(tmp_path, public_url=url) as service, _proxy(service.port, path, takes_away) as port:
        status, location, _ = _ask(port, f"{path}/known", host)
        assert (status, location) == (303, f"{path}/sign-in?next=/known")
        status, _, text = _ask(port, f"{path}/sign-in?next=/known", host)
        assert status == 200
        ways = re.findall(r'(?:href|action)="(/[^"]*)"', text)
        assert ways
        assert all(way.startswith(f"{path}/") for way in ways)
        assert _ask(port, f"{path}/sign-in", host, {"token": TOKEN, "next": "/known"})[0] == 303
        assert _ask(port, f"{path}/livez", "other.example.org")[0] == 421


def test_there_is_a_snippet_for_either_server_at_the_root_and_under_a_path():
    found = {(block.language, bool(_passes_on(block)[0])) for block in SNIPPETS}
    assert found == {(language, under) for language in ("nginx", "caddy") for under in (True, False)}
