"""Mail over SMTP: one conversation, one envelope for each recipient, and a receipt whatever the server does.

What speaks against the message (MAIL, RCPT, DATA answered 5xx) is refused for good. What speaks against us or the
connection - no greeting, no TLS, a wrong password, silence, nonsense - is deferred even when the code is a 5xx:
the operator can mend it, and the edition must not be lost meanwhile (Postfix draws the same line).
"""

from __future__ import annotations

import ipaddress
import platform
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr
from typing import Literal

from pydantic import Field, StrictBool

from watcher.delivery.compose import ascii_address, clean_line
from watcher.delivery.draft import Draft, as_mail, as_notice
from watcher.delivery.outside import Outside
from watcher.delivery.table import ChannelTable
from watcher.errors import DeliveryError
from watcher.keys import values
from watcher.keys.tables import SECRET, Host, Port, Sender, Text
from watcher.types import OutboxRow, Receipt, ReceiptState, Recipient

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LONGEST_REPLY = 300
_EXPECTED = (OSError, smtplib.SMTPException, ValueError)  # what the other side, or the way there, can do
_AUTHENTICATION = (530, 534, 535, 538)  # "log in first", "wrong password": about us, at whatever stage they come


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """The mail server, and how long it is waited for."""

    sender: str
    host: str
    port: int | None = None  # None: the usual one for the kind of security
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    allow_plain: bool = False  # without it, mail in plain text only goes to this machine
    timeout: float = 60.0  # seconds a server may be silent
    deadline: float = 300.0  # seconds one conversation may take: silence of 59 seconds before each letter is no life


class EmailChannel:
    """Delivers rows of the outbox over SMTP. TLS certificates are always verified."""

    name = "email"

    def __init__(self, settings: EmailSettings, context: ssl.SSLContext | None = None) -> None:
        if settings.user and not settings.password:
            raise DeliveryError(
                f"mail: there is a user ({settings.user}) and no password; "
                "set WATCHER_DIGEST__EMAIL__PASSWORD, or WATCHER_DIGEST__EMAIL__PASSWORD_FILE"
            )
        self._settings = settings
        # `smtplib` without a context verifies nothing.
        self._context = context or ssl.create_default_context()
        self._sender = ascii_address(parseaddr(settings.sender)[1])

    def deliver(self, row: OutboxRow) -> Receipt:
        """Hands one payload, unchanged, to the mail server. Never raises for what the other side can do."""
        line = self._server()  # before an envelope is begun, another message would fare no better
        try:
            with self._conversation(self._settings) as smtp:
                # From here on it is this message's own trouble: a server that looks its reader up may hang for them.
                line = ""
                return self._hand_over(smtp, row)
        except _EXPECTED as error:
            return Receipt("deferred", self._said_of(error), line)

    def trouble(self, seconds: float) -> str:
        """What keeps us from handing over a mail: connects, logs in, says goodbye. Empty when nothing does.

        Each answer may take so many seconds, all of it twice as many: else silence would be told as a lost connection.
        """
        patience = replace(self._settings, timeout=min(self._settings.timeout, seconds), deadline=2 * seconds)
        try:
            with self._conversation(patience):
                return ""
        except _EXPECTED as error:
            return self._said_of(error)

    def _said_of(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            why = f" said {_said(error.smtp_code, error.smtp_error)}"
        elif isinstance(error, ssl.SSLCertVerificationError):
            why = f": its certificate is not valid: {error.verify_message}"
        else:
            why = f": {error}" if str(error) else f": {type(error).__name__}"
        return _line(f"{self._server()}{why}")

    def _server(self) -> str:
        return f"{self._settings.host}:{self._port()}"

    def _port(self) -> int:
        return self._settings.port or _PORTS[self._settings.security]

    @contextmanager
    def _conversation(self, settings: EmailSettings) -> Iterator[_Smtp]:
        """A connection that is encrypted and logged in as the settings say; closed in the end, however it went."""
        smtp = _Smtp(settings, self._context if settings.security == "tls" else None)
        try:
            code, words = smtp.connect(settings.host, self._port())
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            smtp.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                code, words = smtp.starttls(context=self._context)
                if code != 220:
                    raise smtplib.SMTPResponseException(code, words)
                smtp.ehlo_or_helo_if_needed()
            if settings.user and settings.password:
                smtp.login(settings.user, settings.password)
            yield smtp
        finally:
            smtp.end()

    def _hand_over(self, smtp: _Smtp, row: OutboxRow) -> Receipt:
        recipient = ascii_address(row.recipient)
        options: list[str] = []
        if not (recipient.isascii() and self._sender.isascii()):
            if not smtp.has_extn("smtputf8"):
                address = self._sender if recipient.isascii() else recipient
                state: ReceiptState = "deferred" if recipient.isascii() else "refused"
                return Receipt(state, _line(f"{self._server()} takes no addresses like {address} (SMTPUTF8)"))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            smtp.command_encoding = "utf-8"
        for code, words in (smtp.mail(self._sender, options), smtp.rcpt(recipient)):
            if code not in (250, 251):
                return self._answer(code, words)
        try:
            return self._answer(*smtp.data(row.payload))
        except smtplib.SMTPDataError as error:
            return self._answer(error.smtp_code, error.smtp_error)

    def _answer(self, code: int, words: bytes | str) -> Receipt:
        said = _line(f"{self._server()} said {_said(code, words)}")
        if code == 250:
            return Receipt("delivered", said)
        permanent = 500 <= code < 600 and code not in _AUTHENTICATION
        return Receipt("refused" if permanent else "deferred", said)


class EmailTable(ChannelTable):
    """`[digest.email]`: the mail server."""

    sender: Sender = Field(alias="from", description='a mail address like "Watcher <watcher@example.org>"')
    host: Host = Field(description='a host name like "smtp.example.org"')
    port: Port | None = None
    user: Text | None = None
    password: str | None = Field(default=None, repr=False, json_schema_extra=SECRET)
    security: Literal["starttls", "tls", "none"] = "starttls"
    allow_plain: StrictBool = False

    def channel(self, outside: Outside) -> EmailChannel:
        del outside
        return EmailChannel(EmailSettings(**self.model_dump()))

    def compose(self, draft: Draft) -> bytes:
        return as_mail(draft, self.sender)

    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        return as_notice(subject, text, self.sender, reader, id, now)

    @classmethod
    def between_keys(cls, data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        try:
            host = values.host(data.get("host"))
        except ValueError:  # the key's own mistake is told anyway, and what stood there may hold a password
            return
        if data.get("security") == "none" and data.get("allow_plain") is not True and not values.is_loopback(host):
            yield (
                "security",
                f'expected "starttls" or "tls", found "none" for "{host}" '
                "(mail in plain text only goes to this machine, or with allow_plain = true)",
            )


class _Smtp(smtplib.SMTP):
    """The standard client with a deadline over the whole conversation, and no word to a stranger in plain text."""

    def __init__(self, settings: EmailSettings, context: ssl.SSLContext | None) -> None:
        # The name is given because the default asks the resolver, which may take as long as it likes.
        node = platform.node()
        super().__init__(
            local_hostname=node if "." in node and node.isascii() else "[127.0.0.1]", timeout=settings.timeout
        )
        self._settings = settings
        self._context = context
        self._host = settings.host  # the name a certificate is checked against
        self._line: socket.socket | None = None
        self._bell = threading.Timer(settings.deadline, self._hang_up)
        self._bell.daemon = True
        self._bell.start()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = socket.create_connection((host, port), timeout)
        try:
            self._line = line.dup()  # wrapping a socket takes it away; the copy can still hang up in mid-handshake
            self._refuse_strangers(line)
            return self._context.wrap_socket(line, server_hostname=host) if self._context else line
        except OSError:  # a server that hangs up at once has no name any more
            line.close()
            raise

    def _refuse_strangers(self, line: socket.socket) -> None:
        if self._settings.security != "none" or self._settings.allow_plain:
            return
        if not ipaddress.ip_address(line.getpeername()[0].partition("%")[0]).is_loopback:
            raise OSError('mail in plain text only goes to this machine; set security = "starttls" or "tls"')

    def _hang_up(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Says goodbye if anyone listens; what was answered before stands."""
        # An error here must not hide the one that ended the conversation: after a failed handshake the socket is gone.
        with suppress(OSError, smtplib.SMTPException, ValueError):
            if self.sock is not None:
                self.sock.settimeout(min(self._settings.timeout, 5.0))
                self.quit()
        self._bell.cancel()
        with suppress(OSError):
            self.close()
        if self._line is not None:
            self._line.close()


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}" if 200 <= code < 600 else f"something that is no answer of a mail server: {text}"


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", clean_line(text))[:_LONGEST_REPLY]
