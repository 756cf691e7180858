"""A loopback origin for the polling benches: many feeds on many ports, conditional answers, nothing slower than needed.

What asks for `/drip` gets a byte a second, on any port; `--drips` opens so many ports more.

Run as a program it prints one line of JSON with its ports when it is ready, and serves until its stdin closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys

_SYLLABLES = (
    "ba be bi bo da de di do fa fe ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se".split()
)
# As many words as a language has in use: of forty, any two texts of two hundred would share all, and every article of
# the bench would be a look-alike of every other.
WORDS = tuple(a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in ("n", "r", "t", "l", "st"))


def feed(number: int, items: int, item_bytes: int, on_topic: float) -> bytes:
    """An RSS 2.0 feed of `items` items of about `item_bytes` each; `on_topic` of them name Nvidia in their title."""
    randomly = random.Random(number)
    parts = [
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {number}</title>'
        f"<link>http://feed{number}.example/</link><description>Sample {number}</description>"
    ]
    for item in range(items):
        text = " ".join(randomly.choices(WORDS, k=item_bytes // 7))
        name = "Nvidia ships " if randomly.random() < on_topic else "Council hears "
        title = name + " ".join(randomly.choices(WORDS, k=6))
        link = f"http://feed{number}.example/{number}/{item}"
        parts.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>Sat, 21 Nov 2026 {item % 24:02}:{number % 60:02}:00 GMT</pubDate>"
            f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )
    return ("".join(parts) + "</channel></rss>").encode()


class Answer(asyncio.Protocol):
    """Reads a request, answers from memory, keeps the connection for the next one."""

    def __init__(self, feeds: dict[bytes, bytes]) -> None:
        self._feeds = feeds
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            head, self._seen = self._seen.split(b"\r\n\r\n", 1)
            path = head.split(b" ", 2)[1].split(b"?")[0]
            if path == b"/drip":
                self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n")  # type: ignore[attr-defined]
                asyncio.get_running_loop().call_later(1, self._drip)
            else:
                self._transport.write(self._answer(path, head.lower()))  # type: ignore[attr-defined]

    def _drip(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"<")  # type: ignore[attr-defined]
            asyncio.get_running_loop().call_later(1, self._drip)

    def _answer(self, path: bytes, head: bytes) -> bytes:
        body = self._feeds.get(path)
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        tag = b'"' + path[1:] + b'"'
        if b"if-none-match: " + tag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        length = str(len(body)).encode()
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\nETag: "
            + tag
            + b"\r\nContent-Length: "
            + length
            + b"\r\n\r\n"
            + body
        )


async def serve(feeds: dict[bytes, bytes], ports: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: Answer(feeds), "127.0.0.1", 0) for _ in range(ports)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    options = argparse.ArgumentParser()
    for name, default in (("feeds", 300), ("items", 30), ("bytes", 1500), ("ports", 60), ("drips", 0)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--on-topic", type=float, default=0.05)
    asked = options.parse_args()
    feeds = {f"/{n}".encode(): feed(n, asked.items, asked.bytes, asked.on_topic) for n in range(asked.feeds)}
    asyncio.run(serve(feeds, asked.ports + asked.drips))


if __name__ == "__main__":
    main()
