"""Foreign exceptions as one plain sentence: what happened, to which host, and what it means."""

from __future__ import annotations

import http.client
import socket
import ssl
import zlib

import requests
from urllib3 import exceptions as urllib3

from monitor.errors import FetchError
from monitor.fetch import head, wire
from monitor.fetch.unpack import UnknownCoding
from monitor.model import Outcome

_LIBRARY = (requests.RequestException, urllib3.HTTPError)
FOREIGN = (
    *_LIBRARY,
    OSError,
    http.client.HTTPException,
    ValueError,
    EOFError,
    zlib.error,
    UnknownCoding,
)
"""All that requests, urllib3, http.client, TLS, sockets and zlib raise on what a network does."""


def root(error: Exception) -> Exception:
    """What the layers of requests and urllib3 wrap, down to what the socket or http.client said.

    requests and urllib3 put the inner exception among the arguments of the outer one, or chain it.
    """
    while isinstance(error, _LIBRARY):
        inner = (*error.args, getattr(error, "reason", None), error.__cause__)
        found = next((it for it in inner if isinstance(it, Exception)), None)
        if found is None:
            break
        error = found
    return error


def failure(error: Exception, host: str, pace: wire.Pace, *, lost: str = "the page could not be seen") -> FetchError:
    """The FetchError that this foreign exception means; chain it with `raise ... from error`.

    `lost` says what that means. All are `unavailable` but those that no patience will mend:
    far too much, or packed in a way we did not offer (`unreadable`).
    """
    inner = root(error)
    if isinstance(inner, TimeoutError | requests.Timeout | urllib3.ReadTimeoutError):
        return FetchError(_late(inner, host, pace, lost))
    if isinstance(inner, wire.TooMuchError | UnknownCoding):
        return FetchError(_unusable(inner, host), outcome=Outcome.UNREADABLE)
    words = next(words for kinds, words in _SENTENCES if isinstance(inner, kinds))
    return FetchError(words.format(host=host, why=_why(inner), lost=lost))


def _late(error: Exception, host: str, pace: wire.Pace, lost: str) -> str:
    if isinstance(error, wire.DeadlineError) or pace.over:
        return f"{host} answered too slowly, we gave up waiting: {lost}."
    return f"{host} did not answer in time: {lost}."


def _unusable(error: Exception, host: str) -> str:
    if isinstance(error, UnknownCoding):
        return f"{host} sent the page packed in a way we did not ask for: it cannot be read."
    return f"{host} sent far more than a page should hold: we stopped reading and did not use it."


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = getattr(error, "verify_message", "")
        return f" ({words})" if words else ""
    if isinstance(error, _LIBRARY):
        return ""
    words = error.strerror if isinstance(error, OSError) else ""
    return f" ({words})" if words and isinstance(words, str) else ""


# The first line that fits; subclasses come before what they derive from.
_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (
        wire.ForbiddenAddressError,
        "The name {host} leads to a private or reserved network address, which we never ask:"
        " {lost}. Check the address, and the name server of this machine.",
    ),
    (
        ssl.SSLCertVerificationError,
        "{host} could not prove who it is{why}: {lost}. Behind an inspecting"
        " proxy, name its certificates in SSL_CERT_FILE.",
    ),
    (
        (ssl.SSLError, urllib3.SSLError, requests.exceptions.SSLError),
        "No secure connection to {host} could be made: {lost}.",
    ),
    (
        (socket.gaierror, urllib3.NameResolutionError),
        "The name {host} could not be resolved: {lost}. Check the network and the name server of this machine.",
    ),
    (
        ConnectionRefusedError,
        "{host} refused the connection, nothing listens there now: {lost}.",
    ),
    (
        (ConnectionError, http.client.IncompleteRead, urllib3.ProtocolError),
        "The connection to {host} broke off before the answer was complete: what came was not used.",
    ),
    (
        (EOFError, zlib.error, urllib3.DecodeError),
        "{host} sent a packed page that is broken or cut off: what came was not used.",
    ),
    (
        (head.HeadError, http.client.LineTooLong),
        "{host} sent far more header lines than any page needs: the answer was not used.",
    ),
    (
        (http.client.InvalidURL, ValueError),  # of requests too: InvalidHeader, InvalidURL
        "The request to {host} could not be written, something in it is not allowed in HTTP: {lost}.",
    ),
    (
        # urllib3's InvalidHeader is about the answer: lengths that contradict each other
        (http.client.HTTPException, urllib3.InvalidHeader),
        "{host} did not answer with proper HTTP: {lost}.",
    ),
    (Exception, "{host} could not be reached{why}: {lost}."),
)
