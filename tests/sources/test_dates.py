"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.dates import EARLIEST_YEAR, LATEST_YEAR, read_date

READ = {
    "2026-01-31T10:00:00Z": "2026-01-31T10:00",
    "2026-01-31t10:00:00.123456789+05:30": "2026-01-31T04:30",
    "2026-01-31T10:00+01": "2026-01-31T09:00",
    "2026-01-31 10:00:00 +0000 UTC": "2026-01-31T10:00",
    "2026-01-31": "2026-01-31T00:00",
    "2026/1/5 9:05": "2026-01-05T09:05",
    "20260131T100000Z": "2026-01-31T10:00",
    "2026-01-31T24:00:00Z": "2026-02-01T00:00",
    "Sat, 31 Jan 2026 10:00:00 GMT": "2026-01-31T10:00",
    "Sat, 31 Jan 2026 10:00:00 +0100": "2026-01-31T09:00",
    "Sat, 31 Jan 2026 10:00:00": "2026-01-31T10:00",
    "Sat, 31 Jan 26 10:00 EST": "2026-01-31T15:00",
    "31 Jan 1998 10:00 PST": "1998-01-31T18:00",
    "Sat, 31 Jan 2026 10:00:00 CET": "2026-01-31T09:00",
    "Fri, 31 Jul 2026 10:00:00 BST": "2026-07-31T09:00",
    "Sat, 31 Jan 2026 10:00:00 IST": "2026-01-31T04:30",
    "Sat Jan 31 2026 10:00:00 GMT+0100 (Central European Standard Time)": "2026-01-31T09:00",
    "Sat Jan 31 10:00:00 2026": "2026-01-31T10:00",
    "Sat Jan 31 10:00:00 CET 2026": "2026-01-31T09:00",
    "January 31st, 2026 10:00 PM PST": "2026-02-01T06:00",
    "Saturday, January 31, 2026 - 12:00 am": "2026-01-31T00:00",
    "Sa, 31 Jän 2026 10:00:00 +0100": "2026-01-31T09:00",
    "Di, 03 März 2026 10:00:00 +0100": "2026-03-03T09:00",
    "3. Dezember 2026, 10:00 Uhr": "2026-12-03T10:00",
    "mardi 3 février 2026 10:00": "2026-02-03T10:00",
    "3 de agosto de 2026": "2026-08-03T00:00",
    "вт, 3 марта 2026 10:00:00 +0300": "2026-03-03T07:00",
    "31.01.2026 10:00": "2026-01-31T10:00",
    "2026年1月31日": "2026-01-31T00:00",
    "2026年1月31日(土) 15:04": "2026-01-31T15:04",
    "2026年1月31日 下午3:05": "2026-01-31T15:05",
    "2026年01月31日 15時04分": "2026-01-31T15:04",
    "2026년 1월 31일 오전 12:30": "2026-01-31T12:30",
    "1769853600": "2026-01-31T10:00",
    "1769853600000": "2026-01-31T10:00",
}
NONE = (
    """
0000-00-00T00:00:00Z|-0001-11-30T00:00:00Z|0001-01-01T00:00:00Z|9999-12-31T23:59:59Z|1970-01-01T00:00:00Z|0|1|17041032
2026-02-30T10:00:00Z|2026-02-30T25:61:61Z
2026-13-01|2026-00-10
Sat, 32 Jan 2026 10:00:00 GMT|Sat, 31 Foo 2026 10:00:00 GMT
01/02/2026|2026|2026-01|yesterday|vor 3 Stunden|Sat, 31 Jan 2026 10:00:00 XYZ
2026-01-31T10:00:00+99:00|2026-01-31T25:00:00Z
Sat, 31 Jan 2026 10:00:00 +0160|today 10:00|2026-01-31T10:00:00Z or so|99999999999999999999|٢٠٢٦-٠١-٣١
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_date_is_read_as_the_moment_it_means(text: str, expected: str) -> None:
    moment = read_date(text)
    assert moment is not None
    assert moment.isoformat()[:16] == expected
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["", " ", *NONE])
def test_a_date_that_is_none_impossible_or_absurd_is_none(text: str) -> None:
    assert read_date(text) is None


@given(st.text(max_size=80))
def test_no_text_raises_and_every_year_is_plausible(text: str) -> None:
    moment = read_date(text)
    assert moment is None or EARLIEST_YEAR - 1 <= moment.year <= LATEST_YEAR + 1


_PIECES = st.sampled_from(
    "2026 99 00 31 - / : . , T Z + GMT CET Jan 年 月 日 下午 오후 10 0900 am Uhr de 1769853600 \u2212".split(" ")
)


@given(st.lists(_PIECES, max_size=12).map(" ".join) | st.lists(_PIECES, max_size=12).map("".join))
def test_no_heap_of_date_pieces_raises(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.utcoffset() is not None


_ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


@given(st.integers(662_700_000, 4_039_000_000), _ZONES)  # 1991 to 2097
def test_what_a_correct_program_writes_is_read_back(seconds: int, offset: timedelta) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(offset))
    assert read_date(moment.isoformat()) == moment
    assert read_date(format_datetime(moment)) == moment
