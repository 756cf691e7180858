"""The mail sink in conversation with the client everybody uses, and with one that knows no manners."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from watcher.demo.sink import MAX_SIZE, Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def client(sink: Sink) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=120) as smtp:
        yield smtp


def test_a_message_arrives_byte_for_byte_with_its_envelope(sink, client):
    data = b"Subject: dots\r\n\r\n.leading dot\r\n..two\r\n.\r\nlast\r\n"
    client.sendmail("watcher@example.org", ["a@example.org", "b@example.org"], data)
    (mail,) = sink.messages
    assert mail.data == data
    assert mail.sender == "watcher@example.org"
    assert mail.recipients == ("a@example.org", "b@example.org")


def test_eight_bit_text_and_addresses_in_any_script_are_taken(sink, client):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "watcher@example.org", "zürich@example.org", "昇腾"
    message.set_content("Größe: 910C\n", cte="8bit")
    client.send_message(message)
    (mail,) = sink.messages
    assert "Größe".encode() in mail.data
    assert mail.recipients == ("zürich@example.org",)
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(mail.parameters)


def test_several_messages_in_one_conversation_are_kept_in_order(sink, client):
    for number in range(3):
        client.sendmail("w@example.org", ["r@example.org"], f"Subject: {number}\r\n\r\n")
    assert [mail.data[:10] for mail in sink.messages] == [b"Subject: 0", b"Subject: 1", b"Subject: 2"]


def test_extensions_are_announced(client):
    client.ehlo()
    assert client.esmtp_features.keys() >= {"size", "8bitmime", "smtputf8"}
    assert int(client.esmtp_features["size"]) == MAX_SIZE


def test_commands_out_of_order_are_refused(sink, client):
    assert client.docmd("MAIL FROM:<w@example.org>")[0] == 503
    client.ehlo()
    assert client.docmd("RCPT TO:<r@example.org>")[0] == 503
    assert client.docmd("DATA")[0] == 503
    assert client.docmd("MAIL w@example.org")[0] == 501
    assert client.docmd("MAIL FROM:<w@example.org>")[0] == 250
    assert client.docmd("MAIL FROM:<w@example.org>")[0] == 503
    assert client.docmd("RCPT TO:<nobody>")[0] == 501
    assert client.docmd("DATA")[0] == 503
    assert client.docmd("TURN")[0] == 500
    assert sink.messages == ()


def test_reset_forgets_the_envelope(sink, client):
    client.ehlo()
    client.mail("w@example.org")
    client.rcpt("first@example.org")
    assert client.rset()[0] == 250
    assert client.noop()[0] == 250
    client.sendmail("w@example.org", ["second@example.org"], "Subject: x\r\n\r\n")
    assert [mail.recipients for mail in sink.messages] == [("second@example.org",)]


def test_a_bounce_has_an_empty_sender(sink, client):
    client.sendmail("", ["r@example.org"], "Subject: returned\r\n\r\n")
    assert sink.messages[0].sender == ""


def test_too_big_is_refused_by_announcement_and_by_fact(sink, client):
    client.ehlo()
    assert client.docmd(f"MAIL FROM:<w@example.org> SIZE={MAX_SIZE + 1}")[0] == 552
    client.mail("w@example.org")
    client.rcpt("r@example.org")
    assert client.data((b"x" * 998 + b"\r\n") * (MAX_SIZE // 1000 + 2))[0] == 552
    assert client.noop()[0] == 250
    assert sink.messages == ()


def test_an_address_beyond_ascii_needs_smtputf8(client):
    client.ehlo()
    client.send("MAIL FROM:<zürich@example.org>\r\n".encode())
    assert client.getreply()[0] == 553


def test_a_client_that_hangs_up_in_the_middle_leaves_no_message(sink):
    with socket.create_connection(("127.0.0.1", sink.port), timeout=120) as connection:
        connection.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: half")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    assert sink.messages == ()


def test_an_endless_line_ends_the_conversation(sink):
    with socket.create_connection(("127.0.0.1", sink.port), timeout=120) as connection:
        connection.sendall(b"x" * 2048)
        heard = b""
        while chunk := connection.recv(4096):
            heard += chunk
    assert b"500 " in heard
