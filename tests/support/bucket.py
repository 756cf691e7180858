"""A small object store on loopback that speaks enough of S3: HEAD, ranged GET, ListObjectsV2 in pages of two."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

_MOMENT = "Wed, 04 Mar 2026 12:00:00 GMT"
_PAGE = 2


class Bucket:
    """`objects` are what there is, by "bucket/key"; `signed` says of each request whether it carried credentials."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects, self.signed, self.ranges = objects, [], []
        self.cuts = 0  # so many answers more break off in the middle
        self.closed_to_strangers = False
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[_Handler]:
        return type("Handler", (_Handler,), {"bucket": self})

    def _listing(self, name: str, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        keys = sorted(key.removeprefix(f"{name}/") for key in self.objects if key.startswith(f"{name}/{prefix}"))
        folders: list[str] = []
        if delimiter:
            inner = {key: key[len(prefix) :] for key in keys}
            folders = sorted({prefix + rest.partition("/")[0] + "/" for rest in inner.values() if "/" in rest})
            keys = [key for key, rest in inner.items() if "/" not in rest]
        keys = [key for key in keys if key > after]
        page, rest = keys[:_PAGE], keys[_PAGE:]
        rows = "".join(
            f'<Contents><Key>{key}</Key><LastModified>2026-03-04T12:00:00.000Z</LastModified><ETag>"e1"</ETag>'
            f"<Size>{len(self.objects[f'{name}/{key}'])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for key in page
        )
        rows += "".join(f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in folders)
        more = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if rest else ""
        return (
            f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{name}</Name>'
            f"<Prefix>{prefix}</Prefix><KeyCount>{len(page)}</KeyCount><MaxKeys>{_PAGE}</MaxKeys>"
            f"<IsTruncated>{'true' if rest else 'false'}</IsTruncated>{more}{rows}</ListBucketResult>"
        ).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        bucket, parts = self.bucket, urlsplit(self.path)
        signed = "AWS4-HMAC-SHA256" in (self.headers.get("Authorization") or "")
        bucket.signed.append(signed)
        if bucket.closed_to_strangers and not signed:
            self._send(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif "list-type" in parse_qs(parts.query):
            self._send(200, bucket._listing(parts.path.strip("/"), parse_qs(parts.query)))
        elif (body := bucket.objects.get(unquote(parts.path).lstrip("/"))) is None:
            self._send(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        else:
            self._object(body)

    def _object(self, body: bytes) -> None:
        asked = self.headers.get("Range")
        if self.command == "GET":
            self.bucket.ranges.append(asked)
        if asked is None:
            self._send(200, body)
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        end = min(int(last) + 1, len(body)) if last else len(body)
        self._send(206, body[int(first) : end], f"bytes {first}-{end - 1}/{len(body)}")

    def _send(self, status: int, body: bytes, content_range: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", _MOMENT)
        self.send_header("ETag", '"e1"')
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        if self.command == "HEAD":
            return
        if status == 206 and self.bucket.cuts:
            self.bucket.cuts -= 1
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)
