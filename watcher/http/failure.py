"""The ways an exchange can fail, and one line for each of them.

What a server sent is quoted nowhere: it may hold what it was asked with.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable

from urllib3.exceptions import HTTPError, IncompleteRead, ProtocolError, ReadTimeoutError
from urllib3.exceptions import SSLError as ReadTlsError

from watcher.types import Reason, Trouble


class UnknownNameError(Exception):
    """The host name has no address."""


class ForbiddenAddressError(Exception):
    """The guard refused where this connection would go."""


class ProxyError(Exception):
    """The proxy could not be reached, or did not let us through."""


class TooLargeError(Exception):
    """The answer is larger than what may be read of one, as sent or unpacked."""


class BrokenBodyError(Exception):
    """The body cannot be unpacked, or ends before its end."""


EXPECTED = (
    OSError, http.client.HTTPException, HTTPError, ValueError,
    UnknownNameError, ForbiddenAddressError, ProxyError, TooLargeError, BrokenBodyError,
)  # fmt: skip
"""Everything that a network can do to an exchange."""

# OpenSSL's codes for a certificate that was not believed (x509_vfy.h).
_UNTRUSTED = {
    9: "its certificate is not valid yet (is the clock right?)",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate comes from an authority that is not trusted here",
    20: "its certificate comes from an authority that is not known here",
    21: "it sends its certificate without those between it and an authority",
    23: "its certificate was revoked",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
_OLD = frozenset(
    {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW",
     "BAD_PROTOCOL_VERSION_NUMBER", "UNSUPPORTED_SSL_VERSION", "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED"}
)  # fmt: skip
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"})


def named(error: Exception, where: str, seconds: float, cap: int) -> Trouble:
    """One failure as a Trouble; `where` is the address as it may be shown."""
    if isinstance(error, ProtocolError) and error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]  # urllib3 wraps what happened while a body was read
    reason, words = _reasons(error, seconds, cap)
    return Trouble(reason, words if reason is Reason.FORBIDDEN_ADDRESS else f"{where}{words}")


def _reasons(error: Exception, seconds: float, cap: int) -> tuple[Reason, str]:
    """The order matters, as these classes are related."""
    if isinstance(error, ForbiddenAddressError):
        return Reason.FORBIDDEN_ADDRESS, str(error)
    if isinstance(error, UnknownNameError):
        return Reason.NAME, f": {error}"
    if isinstance(error, ProxyError):
        return Reason.CONNECTION, f": {error}"
    if isinstance(error, TooLargeError):
        return Reason.TOO_LARGE, f" is too large: {error}, the limit is [network] max_bytes = {cap}"
    if isinstance(error, TimeoutError | ReadTimeoutError):
        return Reason.TIMEOUT, f" did not answer completely within {seconds:g} s ([network] deadline)"
    if isinstance(error, ssl.SSLError | ssl.CertificateError | ReadTlsError):
        return Reason.TLS, f": no trustworthy TLS connection: {_tls_words(error)}"
    # Before HTTPException: "closed without an answer" and "closed early" are of both families.
    if isinstance(error, OSError | IncompleteRead | http.client.IncompleteRead):
        return Reason.CONNECTION, f": the connection failed or ended early ({_words(error)})"
    return Reason.PROTOCOL, f" did not answer in proper HTTP ({_words(error)})"


def _tls_words(error: Exception) -> str:
    code, reason = getattr(error, "verify_code", 0), getattr(error, "reason", None) or ""
    if code:
        return _UNTRUSTED.get(code) or str(getattr(error, "verify_message", "its certificate is not to be trusted"))
    if reason in _OLD:
        return "it speaks only versions of TLS before 1.2"
    if reason in _NOT_TLS:
        return "what answers at this port does not speak TLS"
    if "EOF" in reason or isinstance(error, ssl.SSLEOFError):
        return "the connection ended within the handshake"
    return str(reason).lower().replace("_", " ") or str(error) or "the handshake failed"


_SAID: tuple[tuple[type[Exception], Callable[[Exception], str]], ...] = (
    (BrokenBodyError, str),
    (http.client.RemoteDisconnected, lambda _: "closed without an answer"),
    (http.client.BadStatusLine, lambda _: "what came first is no status line"),
    (http.client.LineTooLong, lambda _: "a line of its headers is longer than 65,536 bytes"),
    (http.client.UnknownProtocol, lambda _: "it speaks another version of HTTP"),
    (http.client.IncompleteRead, lambda _: "the body ended before its end"),
    (IncompleteRead, lambda _: "the body ended before its end"),
    (OSError, lambda error: getattr(error, "strerror", None) or type(error).__name__),
)


def _words(error: Exception) -> str:
    words = next((say(error) for kind, say in _SAID if isinstance(error, kind)), None)
    if words is None:  # the standard library's own words: "got more than 100 headers"
        is_plain = type(error) is http.client.HTTPException
        words = str(error) if is_plain else type(error).__name__
    return " ".join(words.split())[:200]
