"""What an answer's headers say about when to come back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"(?i)(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?([0-9]+)\"?\s*(?=,|$|;)")
_MOST = 10**12  # seconds: a header may hold more digits than a number should
_LONGEST = timedelta(days=366)  # whoever honours it has a ceiling of his own

Headers = tuple[tuple[str, str], ...]


def fresh_for(headers: Headers, received: datetime) -> timedelta:
    """How long an answer may be reused by its own cache headers (max-age, s-maxage, Expires), less the age it has.

    The longest wins: this is about leaving a server alone, not about a cache. Zero where nothing readable is said.
    """
    lifetime = max_age(headers)
    # max-age overrides Expires (RFC 9111, section 5.3); a server that sends both means the first.
    if not lifetime and (expires := http_date(_first(headers, "expires"))) is not None:
        lifetime = expires - (http_date(_first(headers, "date")) or received)
    # Not capped before the age is taken off: a lifetime of centuries stays one, however old the copy.
    return min(max((lifetime or timedelta(0)) - _age(headers), timedelta(0)), _LONGEST)


def max_age(headers: Headers) -> timedelta | None:
    """The longest of max-age and s-maxage, whatever the answer's age; None where Cache-Control names neither."""
    control = ",".join(value for name, value in headers if name.lower() == "cache-control")
    said = [_number(digits) for digits in _SECONDS.findall(control)]
    return timedelta(seconds=max(said)) if said else None


def http_date(text: str) -> datetime | None:
    """Reads the date of a header, in any of the forms HTTP allows; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _age(headers: Headers) -> timedelta:
    age = _first(headers, "age").strip()
    return timedelta(seconds=_number(age)) if age.isascii() and age.isdigit() else timedelta(0)


def _number(digits: str) -> int:
    digits = digits.lstrip("0")
    return _MOST if len(digits) > 12 else int(digits or "0")


def _first(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
