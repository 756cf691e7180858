"""Files of this machine, and what an address may look like."""

from __future__ import annotations

import gzip
import pickle
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.holdings import PlaceError, places, whole
from watcher.types import Reason, Source, Window

TEXT = b"".join(b"%06d a line of text\n" % number for number in range(20_000))


def test_a_path_is_taken_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    assert places.address("archive/*.gz", tmp_path) == f"{tmp_path}/archive/*.gz"
    assert places.address("/srv/pages", tmp_path) == "/srv/pages"
    assert places.address("file:///srv/saved%20pages", tmp_path) == "/srv/saved pages"
    assert places.address("s3://bucket/a/*.gz", tmp_path) == "s3://bucket/a/*.gz"


def drain(file: BufferedReader, into: bytearray) -> None:
    """Reads to the end, or to where it cannot be read on."""
    while piece := file.read1(1000):
        into += piece


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected a path"),
        (" a", "expected a path"),
        ("a\nb", "expected a path"),
        ("ftp://a.example/b", "ftp: is none of them"),
        ("https://user:word@a.example/b", "without a user name or password"),
        ("https:///b", "expected a path"),
        ("file://elsewhere/b", "a file of this machine"),
    ],
)
def test_what_is_no_address_of_files_is_refused_with_what_was_expected(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=why):
        places.address(text, tmp_path)


def test_a_file_a_folder_and_a_glob_are_listed_in_order_with_their_sizes(tmp_path: Path) -> None:
    for name in ("b.gz", "a.gz", "deep/er/c.gz", "d.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"12345")
    assert [each.address for each in places.listed(f"{tmp_path}/a.gz")] == [f"{tmp_path}/a.gz"]
    assert [Path(each.address).name for each in places.listed(str(tmp_path))] == ["a.gz", "b.gz", "d.txt", "c.gz"]
    found = places.listed(f"{tmp_path}/**/*.gz")
    assert [(Path(each.address).name, each.size) for each in found] == [("a.gz", 5), ("b.gz", 5), ("c.gz", 5)]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "[Mail].mbox").write_bytes(b"x")
    assert len(places.listed(f"{tmp_path}/[Mail].mbox")) == 1


def test_where_nothing_is_the_trouble_says_so(tmp_path: Path) -> None:
    for nothing in (f"{tmp_path}/none", f"{tmp_path}/*.gz", str(tmp_path)):
        with pytest.raises(PlaceError) as raised:
            places.listed(nothing)
        assert raised.value.trouble.reason is Reason.NAME
        assert "no file there" in str(raised.value)


def test_a_part_of_a_file_is_read_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    with places.opened(f"{tmp_path}/a", 100, 5_000) as file:
        assert file.read() == TEXT[100:5_000]
    with places.opened(f"{tmp_path}/a", len(TEXT) + 5) as file:
        assert file.read() == b""


def test_a_file_may_be_written_as_an_address(tmp_path: Path) -> None:
    (tmp_path / "a b").write_bytes(TEXT)
    assert [each.address for each in places.listed(f"file://{tmp_path}/a%20b")] == [f"{tmp_path}/a b"]
    with places.opened(f"file://{tmp_path}/a%20b") as file:
        assert file.read(10) == TEXT[:10]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="none: cannot be read: No such file"):
        places.opened(f"{tmp_path}/none")


def test_trouble_with_a_file_crosses_from_one_process_to_another(tmp_path: Path) -> None:
    with pytest.raises(PlaceError) as raised:
        places.opened(f"{tmp_path}/none")
    assert pickle.loads(pickle.dumps(raised.value)).trouble == raised.value.trouble  # noqa: S301 -- our own bytes


def test_gzip_is_known_by_its_bytes_and_members_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]) + b"\0" * 512)
    with places.unpacked(f"{tmp_path}/a.txt") as file:
        assert file.read() == TEXT
    (tmp_path / "b.gz").write_bytes(TEXT)
    with places.unpacked(f"{tmp_path}/b.gz") as file:
        assert file.read() == TEXT


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda packed: packed[: len(packed) // 2], "end too early"),
        (lambda packed: packed[:8000] + b"\xff" * 50 + packed[8050:], "damaged"),
        (lambda packed: packed + b"junk behind it", "damaged"),
    ],
    ids=["cut off", "in the middle", "junk behind"],
)
def test_damaged_gzip_is_read_to_the_damage_and_then_told(
    harm: Callable[[bytes], bytes], words: str, tmp_path: Path
) -> None:
    (tmp_path / "a.gz").write_bytes(harm(gzip.compress(TEXT)))
    found = bytearray()
    with places.unpacked(f"{tmp_path}/a.gz") as file, pytest.raises(PlaceError, match=words) as raised:
        drain(file, found)
    assert raised.value.trouble.reason is Reason.INCOMPLETE
    assert TEXT.startswith(bytes(found[:40_000]))
    assert len(found) > 40_000


@given(st.binary(max_size=300), st.binary(max_size=60), st.integers(0, 400))
def test_whatever_follows_a_gzip_mark_ends(body: bytes, junk: bytes, cut: int) -> None:
    from io import BytesIO

    from watcher.holdings.packed import Unpacked

    packed = (gzip.compress(body) + junk)[:cut] or b"\x1f\x8b"
    raw = Unpacked(BytesIO(packed), "it")
    found = b""
    try:
        while piece := raw.read(50):
            found += piece
    except PlaceError:
        pass
    if cut >= len(gzip.compress(body)) and not junk:
        assert found == body
    assert zlib.crc32(found) == zlib.crc32(body[: len(found)])


def test_each_file_is_a_unit_with_its_address_as_its_name(tmp_path: Path, noon: object) -> None:
    (tmp_path / "b.warc.gz").write_bytes(b"12")
    (tmp_path / "a.warc.gz").write_bytes(b"1")
    window = Window(noon, noon)  # type: ignore[arg-type]  # any moments do
    units = whole.units(Source("w", f"{tmp_path}/*.gz", "warc"), window)
    assert [(Path(unit.name).name, unit.url, unit.end) for unit in units] == [
        ("a.warc.gz", f"{tmp_path}/a.warc.gz", 1),
        ("b.warc.gz", f"{tmp_path}/b.warc.gz", 2),
    ]
    assert whole.estimate(units[1]).bytes == 2


def test_a_name_holds_nothing_of_a_signed_address() -> None:
    name = places.named("https://a.example/b.warc.gz?X-Amz-Signature=0123456789abcdef")
    assert name.startswith("https://a.example/b.warc.gz?")
    assert "0123456789abcdef" not in name


def test_local_files_need_the_standard_library_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"https://a.example/1\n")
    code = (
        "import sys\n"
        "for name in ('fsspec', 'aiohttp', 's3fs', 'fastwarc'): sys.modules[name] = None\n"
        "from datetime import UTC, datetime\n"
        "from watcher.holdings import listed, places, units\n"
        "from watcher.types import Source, Window\n"
        "window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))\n"
        f"(unit,) = units(Source('u', {str(tmp_path)!r}, 'urls'), window)\n"
        "print([lead.url for lead in listed('urls').leads(unit)])\n"
        "try: places.listed('https://a.example/b.warc.gz')\n"
        "except Exception as error: print(error)\n"
        "try: places.listed('s3://bucket/b.warc.gz')\n"
        "except Exception as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, second, third = done.stdout.splitlines()
    assert first == "['https://a.example/1']"
    assert second.endswith("needs fsspec, which is not installed: pip install 'toldonce[warc]'")
    assert third.endswith("needs fsspec, which is not installed: pip install 'toldonce[cluster]'")
