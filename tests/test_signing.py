"""Signed addresses: reproducible, bound to what they name, and nobody's address in them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from hypothesis import example, given
from hypothesis import strategies as st

from watcher import signing
from watcher.types import address_key

SECRET = "00" * 31 + "2a"
ANNA, BEN = "anna@desk.example", "ben@desk.example"


def test_an_edition_is_signed_as_agreed_with_the_service():
    raw = hmac.new(bytes.fromhex(SECRET), b"e\x002026-03-10", hashlib.sha256).digest()
    expected = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    assert signing.edition_signature(SECRET, "2026-03-10") == expected
    assert signing.edition_url("https://news.example/w/", SECRET, "2026-03-10") == (
        f"https://news.example/w/e/2026-03-10/{expected}"
    )
    assert signing.is_edition(SECRET, "2026-03-10", expected)


def test_a_signature_belongs_to_one_edition_and_one_secret():
    given_out = signing.edition_signature(SECRET, "2026-03-10")
    assert not signing.is_edition(SECRET, "2026-03-11", given_out)
    assert not signing.is_edition(signing.new_secret(), "2026-03-10", given_out)
    for wrong in ("", given_out[:-1], given_out + "=", "é", "\ud800", given_out.swapcase()):
        assert not signing.is_edition(SECRET, "2026-03-10", wrong)


def test_a_token_finds_its_reader_and_names_nobody():
    url = signing.unsubscribe_url("https://news.example", SECRET, ANNA)
    token = url.removeprefix("https://news.example/u/")
    raw = hmac.new(bytes.fromhex(SECRET), f"u\0{ANNA}\0editions".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(token + "=") == raw
    assert "anna" not in url
    assert signing.reader_of(SECRET, token, [BEN, ANNA]) == ANNA
    assert signing.reader_of(SECRET, token, [BEN]) is None
    assert signing.reader_of(SECRET, token, [BEN, ANNA], "another list") is None


def test_an_editions_signature_unsubscribes_nobody():
    name = f"{ANNA}\0{signing.LIST}"
    assert signing.edition_signature(SECRET, name) != signing.unsubscribe_token(SECRET, ANNA)
    assert signing.unsubscribe_token(SECRET, "a\0b", "c") != signing.unsubscribe_token(SECRET, "a", "b\0c")


def test_secrets_are_long_and_never_the_same():
    first, second = signing.new_secret(), signing.new_secret()
    assert first != second
    assert len(bytes.fromhex(first)) == 32


@given(st.text(), st.text())
@example("A@desk.example", "a@desk.example")
def test_whatever_an_address_holds_its_token_is_safe_in_a_link(address: str, other: str):
    token = signing.unsubscribe_token(SECRET, address)
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    same = address_key(address).replace("\0", "") == address_key(other).replace("\0", "")  # however it is written
    assert (token == signing.unsubscribe_token(SECRET, other)) is same
