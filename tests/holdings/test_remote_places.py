"""Files on other machines: ranges, cut connections, redirects, and an object store."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader

import pytest
from bucket import Bucket
from origin import Answer, Asked, Origin

from watcher.holdings import PlaceError, places, remote, units
from watcher.types import Reason, Source, Window

BODY = random.Random(7).randbytes(3_000_000)


def no_pause(_seconds: float) -> None:
    """A server on loopback needs none."""


def ranged(asked: Asked, cut: int | None = None, tag: str = '"1"') -> Answer:
    """A server that takes ranges."""
    wanted = asked.header("Range")
    headers = {"ETag": tag, "Last-Modified": "Wed, 04 Mar 2026 12:00:00 GMT", "Accept-Ranges": "bytes"}
    if wanted is None:
        return Answer(body=BODY, headers=headers)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    end = min(int(last) + 1, len(BODY))
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(BODY)}"
    return Answer(status=206, body=BODY[int(first) : end], headers=headers, cut=cut)


def drain(file: BufferedReader, into: bytearray) -> None:
    """Reads to the end, or to where it cannot be read on."""
    while piece := file.read1(4096):
        into += piece


def read(url: str, first: int = 0, end: int | None = None) -> bytes:
    with remote.opened(url, first, end, no_pause) as file:
        return file.read()


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


# --- http ---


def test_a_web_file_is_known_with_its_size_and_date(origin: Origin) -> None:
    (place,) = places.listed(origin.on("/a.warc.gz", ranged))
    assert (place.size, place.stamp) == (len(BODY), '"1"')
    assert place.modified is not None
    assert place.modified.isoformat() == "2026-03-04T12:00:00+00:00"


def test_a_web_file_is_read_in_ranges_and_never_as_a_whole(origin: Origin) -> None:
    url = origin.on("/a.warc.gz", ranged)
    assert read(url, 10, 2_000_000) == BODY[10:2_000_000]
    asked = [each.header("Range") for each in origin.log if each.method == "GET"]
    assert asked[0] == "bytes=10-65545"
    assert None not in asked
    assert len(asked) == 4


def test_who_looks_at_the_beginning_gets_no_megabytes(origin: Origin) -> None:
    with places.opened(origin.on("/a.warc.gz", ranged)) as file:
        assert file.read(2) == BODY[:2]
    assert [each.header("Range") for each in origin.log if each.method == "GET"] == ["bytes=0-65535"]


def test_a_cut_connection_is_taken_up_where_it_broke(origin: Origin) -> None:
    times = iter([1000, None, 50_000, 0, None])
    url = origin.on("/a.warc.gz", lambda asked: ranged(asked, next(times, None) if asked.method == "GET" else None))
    assert read(url) == BODY


def test_a_connection_that_breaks_every_time_is_a_named_trouble(origin: Origin) -> None:
    def answer(asked: Asked) -> Answer:
        is_late = int((asked.header("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0]) > 0
        return ranged(asked, 1000 if is_late else None)

    url = origin.on("/a.warc.gz", answer)
    with remote.opened(url, wait=no_pause) as file:
        assert file.read(65_536) == BODY[:65_536]
        with pytest.raises(PlaceError, match=r"/a\.warc\.gz: the connection broke at byte 65536") as raised:
            file.read(10)
    assert raised.value.trouble.reason is Reason.CONNECTION


def test_a_server_that_asks_for_patience_is_given_it(origin: Origin) -> None:
    answers = iter([503, 429])
    pauses: list[float] = []

    def answer(asked: Asked) -> Answer:
        status = next(answers, None) if asked.header("Range") else None
        return Answer(status=status) if status else ranged(asked)

    with remote.opened(origin.on("/a.warc.gz", answer), wait=pauses.append) as file:
        assert file.read() == BODY
    assert pauses == list(remote.PAUSES[:2])


def test_a_server_without_ranges_is_read_in_one_go(origin: Origin) -> None:
    url = origin.on("/a.warc.gz", Answer(body=BODY))
    assert read(url, 5, 2_500_000) == BODY[5:2_500_000]


def test_a_server_without_ranges_that_breaks_off_is_a_named_trouble(origin: Origin) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(body=BODY, headers={"Accept-Ranges": "none"}, cut=100_000 if asked.method == "GET" else None)

    found = bytearray()
    with places.opened(origin.on("/a.warc.gz", answer)) as file, pytest.raises(PlaceError) as raised:
        drain(file, found)
    assert raised.value.trouble.reason is Reason.CONNECTION
    assert BODY.startswith(bytes(found))


def test_a_file_that_is_replaced_while_it_is_read_is_not_mixed(origin: Origin) -> None:
    def answer(asked: Asked) -> Answer:
        wanted = asked.header("Range")
        is_late = wanted is not None and not wanted.startswith("bytes=0-")
        return Answer(body=BODY[::-1], headers={"ETag": '"2"'}) if is_late else ranged(asked)

    with (
        remote.opened(origin.on("/a.warc.gz", answer), wait=no_pause) as file,
        pytest.raises(PlaceError, match="changed while it was read"),
    ):
        file.read()
    assert {each.header("If-Range") for each in origin.log if each.header("Range")} == {'"1"'}


def test_a_redirect_on_the_same_host_is_followed_and_to_another_it_is_not(origin: Origin) -> None:
    origin.on("/a.warc.gz", ranged)
    assert read(origin.on("/here", Answer(status=302, headers={"Location": "/a.warc.gz"}))) == BODY
    other = Origin("127.0.0.2")
    try:
        there = other.on("/a.warc.gz", ranged)
        with pytest.raises(PlaceError, match=r"leads to another host \(127\.0\.0\.2\)") as raised:
            read(origin.on("/there", Answer(status=302, headers={"Location": there})))
        assert raised.value.trouble.reason is Reason.REDIRECTS
        assert other.log == []
    finally:
        other.close()


def test_a_redirect_to_another_port_is_another_service(origin: Origin) -> None:
    other = Origin()
    try:
        with pytest.raises(PlaceError, match="leads to another host"):
            read(origin.on("/there", Answer(status=301, headers={"Location": other.url + "/a"})))
        assert other.log == []
    finally:
        other.close()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_error_status_is_named_with_its_number(status: int, origin: Origin) -> None:
    with pytest.raises(PlaceError, match=f"answered {status}") as raised:
        places.listed(origin.on("/a.warc.gz", Answer(status=status)))
    assert raised.value.trouble.status == status
    assert raised.value.trouble.reason is Reason.STATUS


def test_nothing_secret_of_an_address_is_in_an_error(origin: Origin) -> None:
    url = origin.on("/a.warc.gz", Answer(status=404)) + "?X-Amz-Signature=5f3d8c1b9a7e4460b2d1&token=q8w7e6r5t4z3u2i1"
    with pytest.raises(PlaceError) as raised:
        places.opened(url)
    assert "5f3d8c1b9a7e4460b2d1" not in str(raised.value)
    assert "q8w7e6r5t4z3u2i1" not in str(raised.value)


def test_a_host_that_is_not_there_is_a_trouble(origin: Origin) -> None:
    origin.close()
    with pytest.raises(PlaceError) as raised:
        places.listed(origin.url + "/a")
    assert raised.value.trouble.reason is Reason.CONNECTION


def test_a_packed_file_is_not_unpacked_on_the_way(origin: Origin) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/warc"}
    assert read(origin.on("/a.warc.gz", Answer(body=b"\x1f\x8b, as it lies there", headers=headers))) == (
        b"\x1f\x8b, as it lies there"
    )


# --- an object store ---


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    names = ["crawl/a.warc.gz", "crawl/b.warc.gz", "crawl/deep/c.warc.gz", "crawl/readme.txt", "other/d.warc.gz"]
    store = Bucket({f"news/{name}": BODY[:500_000] for name in names})
    monkeypatch.setenv("AWS_ENDPOINT_URL", store.url)
    yield store
    store.close()


def test_a_store_is_listed_over_all_its_pages_by_prefix_and_by_glob(bucket: Bucket) -> None:
    assert [each.address for each in places.listed("s3://news/crawl")] == [
        "s3://news/crawl/a.warc.gz",
        "s3://news/crawl/b.warc.gz",
        "s3://news/crawl/deep/c.warc.gz",
        "s3://news/crawl/readme.txt",
    ]
    found = places.listed("s3://news/crawl/*.warc.gz")
    assert [(each.address, each.size) for each in found] == [
        ("s3://news/crawl/a.warc.gz", 500_000),
        ("s3://news/crawl/b.warc.gz", 500_000),
    ]
    assert [each.address for each in places.listed("s3://news/crawl/a.warc.gz")] == ["s3://news/crawl/a.warc.gz"]
    assert not any(bucket.signed)


def test_an_object_is_read_in_ranges_and_taken_up_where_it_broke(bucket: Bucket) -> None:
    bucket.cuts = 2
    with remote.opened("s3://news/crawl/a.warc.gz", 7, 400_000, no_pause) as file:
        assert file.read() == BODY[7:400_000]
    assert None not in bucket.ranges


def test_credentials_of_the_environment_are_used(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.closed_to_strangers = True
    with pytest.raises(PlaceError) as raised:
        places.opened("s3://news/crawl/a.warc.gz")
    assert raised.value.trouble.reason is Reason.STATUS
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-key")
    with places.opened("s3://news/crawl/a.warc.gz", 0, 100) as file:
        assert file.read() == BODY[:100]
    assert bucket.signed[-1]
    assert "a-secret-key" not in str(raised.value)


def test_ccnews_is_read_from_a_store_where_coming_months_are_not_there(bucket: Bucket) -> None:
    name = "crawl-data/CC-NEWS/2026/03/CC-NEWS-20260330060000-00001.warc.gz"
    bucket.objects["news/crawl-data/CC-NEWS/2026/03/warc.paths.gz"] = gzip.compress(name.encode())
    window = Window(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC))
    (unit,) = units(Source("cc", "s3://news", "ccnews"), window)
    assert unit.url == f"s3://news/{name}"


def test_an_object_that_is_not_there_is_named(bucket: Bucket) -> None:
    with pytest.raises(PlaceError, match=r"s3://news/crawl/none\.gz: "):
        places.opened("s3://news/crawl/none.gz")
    with pytest.raises(PlaceError, match="no file there"):
        places.listed("s3://news/nothing/*.gz")
    assert places.host_of("s3://news/crawl/none.gz") == bucket.url.removeprefix("http://")
