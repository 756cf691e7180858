"""Mailboxes: newsletters and alerts, in every shape mail comes in."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.holdings import PlaceError, held, mails, mbox, units
from watcher.types import Capture, Source, Unit, Window
from watcher.urls import canonical

FILES = Path(__file__).parent / "files" / "mbox"
WINDOW = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def planned(path: Path) -> tuple[Unit, ...]:
    return units(Source("mail", str(path), "mbox"), WINDOW)


def read(path: Path) -> list[Capture]:
    return [each for unit in planned(path) for each in held("mbox").captures(unit)]


def titles(found: list[Capture]) -> list[str]:
    return [each.lead.title if each.lead else "?" for each in found]


def message(number: int, body: str = "Some words on Nvidia.") -> bytes:
    head = f"From a@b.example Wed Mar  4 06:00:{number % 60:02} 2026\n"
    return f"{head}Subject: {number}\nMessage-ID: <{number}@b.example>\n\n{body}\n\n".encode()


# --- one message ---


def test_a_newsletter_is_read_with_its_subject_date_list_and_address() -> None:
    first = read(FILES / "newsletters.mbox")[0]
    lead = first.lead
    assert lead is not None
    assert lead.title == "DeepSeek trainiert auf Ascend – die Frühausgabe"
    assert lead.published == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
    assert (lead.outlet, lead.language) == ("Beispielblatt am Morgen", "de")
    assert lead.id == "20260304.1@beispielblatt.example"
    assert first.url == lead.url == "https://beispielblatt.example/newsletter/2026-03-04?r=1&k=2"
    assert first.captured == datetime(2026, 3, 4, 6, 0, 10, tzinfo=UTC)
    assert "für ein neues Modell" in first.body.decode()
    assert first.headers == (("Content-Type", "text/html; charset=utf-8"),)


def test_a_mail_in_plain_text_is_a_page_of_its_paragraphs() -> None:
    found = read(FILES / "newsletters.mbox")
    assert titles(found) == [
        "DeepSeek trainiert auf Ascend – die Frühausgabe",
        "Alert: Nvidia",
        "A forwarded one, signed",
    ]
    text = found[1].body.decode()
    assert "<p>The board said so in a letter. From now on nothing is as it was.</p>" in text
    assert "<p>From the very start a sentence may begin like this, and is no message.</p>" in text


def test_a_mail_without_a_page_on_the_web_has_an_address_that_nobody_can_ask() -> None:
    first, again = (read(FILES / "newsletters.mbox")[1] for _ in range(2))
    assert first.url.startswith("https://mail.invalid/")
    assert first.url == again.url == canonical(first.url)
    assert first.lead is not None
    assert first.lead.link is None


def test_a_forwarded_letter_is_read_and_an_attachment_is_not() -> None:
    third = read(FILES / "newsletters.mbox")[2]
    assert third.url == "https://courier.example/letters/17"
    assert b"The inner letter on Ascend" in third.body


def test_the_messages_of_a_digest_are_documents_of_their_own() -> None:
    found = read(FILES / "digest.eml")
    assert titles(found) == ["First of the digest", "Second of the digest"]
    assert b"The second text on Huawei." in found[1].body


@pytest.mark.parametrize(
    ("words", "is_it"),
    [
        ("View this email in your browser", True),
        ("Read online", False),
        ("Webversion", True),
        ("Voir cet e-mail dans votre navigateur", True),
        ("Ver en tu navegador", True),
        ("Visualizza nel tuo browser", True),
        ("Abrir no navegador", True),
        ("Открыть в браузере", True),
        ("在浏览器中查看", True),
        ("ブラウザで表示する", True),
        ("Unsubscribe in your browser", False),
        ("Nvidia opens a plant", False),
    ],
)
def test_the_link_into_the_browser_is_known_in_many_languages(words: str, is_it: bool) -> None:
    mail = EmailMessage()
    mail["Subject"] = "x"
    mail.set_content("plain")
    mail.add_alternative(f'<p><a href="https://a.example/n/1">{words}</a> and text</p>', subtype="html")
    (found,) = mails.captures(mail.as_bytes())
    assert (found.url == "https://a.example/n/1") is (is_it or words == "Read online")


def test_junk_in_headers_is_read_as_far_as_it_can_be() -> None:
    raw = (
        "Subject: Nvidia kündigt Chips an\r\nFrom: =?iso-8859-15?q?B=F6rse?= <x@y.example>\r\nDate: nonsense\r\n"
        'Message-ID: =?broken\r\nContent-Type: text/plain; charset="no such thing"\r\n\r\nfür alle\r\n'
    ).encode("latin-1")
    (found,) = mails.captures(raw)
    assert found.lead is not None
    assert found.lead.title == "Nvidia kündigt Chips an"
    assert found.lead.outlet == "Börse"
    assert found.lead.published is None
    assert "für alle" in found.body.decode()


def test_a_letter_of_links_without_end_takes_no_time() -> None:
    body = b'<a href="https://a.example/' * 400_000
    begun = datetime.now(UTC)
    (found,) = mails.captures(b"Subject: x\nContent-Type: text/html\n\n" + body)
    assert found.body
    assert (datetime.now(UTC) - begun).total_seconds() < 10


@given(st.binary(max_size=400))
def test_whatever_the_bytes_a_message_is_one_document_or_more(raw: bytes) -> None:
    for each in mails.captures(raw):
        assert canonical(each.url)


@given(st.lists(st.sampled_from([b"Subject: x", b"Content-Type: multipart/mixed; boundary=a", b"--a", b"--a--", b"",
    b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"!!!", b"Content-Type: multipart/digest",
    b"Date: Thu, 99 Foo 20", b"From: <<>>", b"Content-Type: text/html; charset*=x''%ff", b"=?utf-8?b?////?="]),
    max_size=25))  # fmt: skip
def test_messages_put_together_wrongly_end_as_documents(lines: list[bytes]) -> None:
    assert all(each.url for each in mails.captures(b"\n".join(lines)))


# --- parts of a mailbox ---


_BODIES = st.sampled_from(
    [
        "Words.",
        "From now on\nSubject: no header",
        ">From here",
        "",
        "a\n\nFrom x\n\nb",
        "ü" * 40,
        "\n\n\n",
        "x\r\n\r\ny",
    ]
)


@given(st.lists(_BODIES, max_size=12), st.integers(5, 400))
def test_parts_together_give_each_message_once(bodies: list[str], part: int) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(mbox, "PART", part)
        file = Path(folder, "a.mbox")
        file.write_bytes(b"".join(message(number, body) for number, body in enumerate(bodies)) or b"\n")
        assert titles(read(file)) == [str(number) for number in range(len(bodies))]


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(20, 400))
def test_appended_mail_changes_no_part_before_the_last(first: int, more: int, part: int) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(mbox, "PART", part)
        file = Path(folder, "a.mbox")
        file.write_bytes(b"".join(map(message, range(first))))
        before = planned(file)
        kept = {unit.name: titles(list(held("mbox").captures(unit))) for unit in before[:-1]}
        file.write_bytes(b"".join(map(message, range(first + more))))
        after = {unit.name: titles(list(held("mbox").captures(unit))) for unit in planned(file)}
        assert {name: after.get(name) for name in kept} == kept


def test_a_mailbox_may_be_packed_have_blank_lines_before_it_and_line_ends_of_windows(tmp_path: Path) -> None:
    body = b"\n\n" + b"".join(map(message, range(5)))
    (tmp_path / "a.mbox.gz").write_bytes(gzip.compress(body))
    (tmp_path / "b.mbox").write_bytes(body.replace(b"\n", b"\r\n"))
    for name in ("a.mbox.gz", "b.mbox"):
        assert titles(read(tmp_path / name)) == ["0", "1", "2", "3", "4"]


def test_a_mailbox_cut_off_in_the_middle_has_what_there_is(tmp_path: Path) -> None:
    body = b"".join(map(message, range(5)))
    (tmp_path / "a.mbox").write_bytes(body[:-50])
    assert titles(read(tmp_path / "a.mbox")) == ["0", "1", "2", "3", "4"]
    (tmp_path / "b.mbox.gz").write_bytes(gzip.compress(body)[:-12])
    found: list[Capture] = []
    with pytest.raises(PlaceError, match="end too early"):
        found.extend(held("mbox").captures(planned(tmp_path / "b.mbox.gz")[0]))
    assert titles(found)[:4] == ["0", "1", "2", "3"]


def test_what_is_no_mailbox_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"PK\x03\x04 a zip file\n" * 10)
    with pytest.raises(PlaceError, match="not a mailbox"):
        read(tmp_path / "a.mbox")


def test_a_single_message_that_is_called_a_mailbox_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(message(7).partition(b"\n")[2])
    assert titles(read(tmp_path / "a.mbox")) == ["7"]


def test_a_message_of_many_megabytes_is_read_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "LONGEST", 10_000)
    long = message(0, "Nvidia.\n\n" + "x" * 50_000)
    (tmp_path / "a.mbox").write_bytes(long + message(1))
    found = read(tmp_path / "a.mbox")
    assert titles(found) == ["0", "1"]
    assert len(found[0].body) < 12_000


def test_a_maildir_is_read_message_by_message_and_its_other_files_are_not(tmp_path: Path) -> None:
    for number in range(4):
        place = tmp_path / ("cur" if number % 2 else "new") / f"17726256{number:02}.M1P2.host:2,S"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(message(number).partition(b"\n")[2])
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "half").write_bytes(b"Subject: half")
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1")
    assert sorted(titles(read(tmp_path))) == ["0", "1", "2", "3"]
    assert mbox.estimate(planned(tmp_path)[0]).documents == 4


def test_the_estimate_of_a_part_is_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(message(1))
    assert mbox.estimate(planned(tmp_path / "a.mbox")[0]).bytes == len(message(1))


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Type: multipart/alternative; boundary=zzz\n\nNvidia says so.\n",
        b"Content-Type: multipart/mixed; boundary=zzz\n\n--q\nContent-Type: text/plain\n\nNvidia says so.\n--q--\n",
        b"Content-Type: multipart/mixed; boundary=zzz\n\nNvidia says so.\n"
        b"--zzz\nContent-Type: image/png\n\nx\n--zzz--\n",
        b"Content-Type: text/markdown\n\nNvidia says so.\n",
    ],
)
def test_a_letter_whose_parts_cannot_be_told_apart_keeps_its_text(rest: bytes) -> None:
    (found,) = mails.captures(b"Subject: x\nMessage-ID: <1@b.example>\n" + rest)
    assert b"Nvidia says so." in found.body
    assert found.lead is not None
    assert "Nvidia says so." in found.lead.content


def test_two_letters_with_one_message_id_are_two_and_one_letter_twice_is_one() -> None:
    head = b"Subject: x\nMessage-ID: <1@b.example>\n\n"
    (first,) = mails.captures(head + b"One thing.\n")
    (again,) = mails.captures((head + b"One thing.\n").replace(b"\n", b"\r\n"))
    (second,) = mails.captures(head + b"Another thing.\n")
    assert first.url == again.url != second.url


def test_a_look_into_a_mailbox_counts_its_messages(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"".join(message(number) for number in range(30)))
    (unit,) = planned(tmp_path / "a.mbox")
    assert mbox.look(unit).documents == 30
    (tmp_path / "b.mbox").write_bytes(b"<html>no mailbox</html>\n")
    (unit,) = planned(tmp_path / "b.mbox")
    with pytest.raises(PlaceError, match="not a mailbox"):
        mbox.look(unit)
