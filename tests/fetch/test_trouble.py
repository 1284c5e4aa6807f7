"""Everything that can break on the way becomes one FetchError in plain words."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib

import pytest
import requests
import urllib3

from monitor.errors import ConfigError, FetchError
from monitor.fetch import Client, Manners, head, netguard, plain, unpack, wire
from monitor.model import Outcome
from tests.fetch.site import Site, answer
from tests.fetch.test_get import failing

RAISED = [
    TimeoutError("timed out"),
    wire.DeadlineError(),
    ssl.SSLError(1, "[SSL] record layer failure"),
    ssl.SSLEOFError(8, "EOF occurred in violation of protocol"),
    ssl.SSLZeroReturnError(6, "TLS/SSL connection has been closed"),
    ssl.SSLCertVerificationError(1, "certificate verify failed"),
    ssl.CertificateError("hostname mismatch"),
    socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    socket.herror(1, "Unknown host"),
    ConnectionRefusedError(111, "Connection refused"),
    ConnectionResetError(104, "Connection reset by peer"),
    ConnectionAbortedError(103, "aborted"),
    BrokenPipeError(32, "Broken pipe"),
    OSError(113, "No route to host"),
    OSError("odd"),
    wire.ForbiddenAddressError("10.0.0.1"),
    http.client.RemoteDisconnected("Remote end closed connection without response"),
    http.client.BadStatusLine("SMTP ready"),
    http.client.LineTooLong("header line"),
    http.client.IncompleteRead(b"half", 10),
    http.client.UnknownProtocol("HTTP/9"),
    http.client.InvalidURL("URL can't contain control characters"),
    http.client.HTTPException("got more than 100 headers"),
    http.client.CannotSendRequest(),
    http.client.ResponseNotReady(),
    http.client.NotConnected(),
    http.client.ImproperConnectionState(),
    head.HeadError("more"),
    wire.TooMuchError("more"),
    UnicodeError("label empty or too long"),
    UnicodeEncodeError("latin-1", "\u2019", 0, 1, "ordinal not in range"),
    ValueError("Invalid header value"),
    EOFError(),
    zlib.error("Error -3 while decompressing data"),
    unpack.UnknownCoding("br"),
]

POOL = urllib3.HTTPSConnectionPool("travel.example")


def kinds_of(*modules) -> list[type[Exception]]:
    named = [it for module in modules for it in vars(module).items() if it[0][0] != "_"]
    found = [it for _, it in named if isinstance(it, type) and issubclass(it, Exception)]
    return [it for it in found if not issubclass(it, Warning)]


def bare(kind: type[Exception]) -> Exception:
    """One that says and wraps nothing, however its library would have built it."""
    return kind.__new__(kind)


def wrapped(error: Exception) -> list[Exception]:
    """`error` in the layers that requests and urllib3 put around what they meet."""
    new = urllib3.exceptions.NewConnectionError(POOL, "no connection")
    new.__cause__ = error
    read = urllib3.exceptions.ReadTimeoutError(POOL, "/", "Read timed out. (read timeout=9)")
    read.__cause__ = error
    aborted = urllib3.exceptions.ProtocolError("Connection aborted.", error)
    tls = urllib3.exceptions.SSLError(error)
    spent = urllib3.exceptions.MaxRetryError(POOL, "/", error)
    return [
        new, read, aborted, tls, spent,
        requests.ConnectionError(aborted), requests.exceptions.SSLError(tls),
        requests.ReadTimeout(read), requests.ConnectionError(new), requests.ConnectionError(spent),
    ]  # fmt: skip


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_every_foreign_exception_has_a_plain_sentence(error):
    assert isinstance(error, plain.FOREIGN)
    pace = wire.Pace(total=9, silence=9, connect=9, room=9)
    told = plain.failure(error, "travel.example", pace)
    assert told.outcome in (Outcome.UNAVAILABLE, Outcome.UNREADABLE)
    words = str(told)
    assert "travel.example" in words
    assert words.endswith(".")
    assert "\n" not in words
    for foreign in (type(error).__name__, "Error", "Pool", "object at", "Errno", "[SSL"):
        assert foreign not in words


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_what_the_libraries_wrap_is_told_as_what_it_is(error):
    pace = wire.Pace(total=9, silence=9, connect=9, room=9)
    told = plain.failure(error, "travel.example", pace)
    for outer in wrapped(error):
        again = plain.failure(outer, "travel.example", pace)
        assert (str(again), again.outcome) == (str(told), told.outcome)


@pytest.mark.parametrize(
    "kind",
    kinds_of(http.client, socket, ssl, requests.exceptions, urllib3.exceptions),
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_every_exception_of_the_layers_below_is_foreign_and_has_words(kind):
    assert issubclass(kind, plain.FOREIGN)
    pace = wire.Pace(total=9, silence=9, connect=9, room=9)
    words = str(plain.failure(bare(kind), "travel.example", pace))
    assert words.endswith(".")
    assert "travel.example" in words
    for foreign in (kind.__name__, "Error", "Pool", "object at", "Errno", "host="):
        assert foreign not in words


def test_a_refused_connection_is_told_as_such(make):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
    error = failing(make(local_hosts=frozenset({f"127.0.0.1:{port}"})), f"http://127.0.0.1:{port}/")
    assert error.outcome is Outcome.UNAVAILABLE
    assert "refused the connection" in str(error)


def test_a_name_that_does_not_exist_is_told_as_such(make):
    error = failing(make(allowed_hosts=frozenset({"no.invalid"})), "https://no.invalid/")
    assert "could not be resolved" in str(error)


def test_a_name_server_that_does_not_answer_does_not_hold_us(monkeypatch):
    hang = threading.Event()
    monkeypatch.setattr(netguard, "_look_up", lambda host, port: hang.wait(5))
    with pytest.raises(socket.gaierror):
        netguard.resolve("slow.example", 443, seconds=0.1)
    hang.set()


@pytest.mark.parametrize("raw", [b"", b"220 mail ready\r\n", b"HTTP/1.1 99 No\r\n\r\n", b"\0" * 99])
def test_an_answer_that_is_not_http_is_unavailable(client, site, raw):
    site.pages["/"] = lambda connection: connection.sendall(raw)
    assert failing(client, site.url()).outcome is Outcome.UNAVAILABLE


def test_a_reset_connection_is_unavailable(client, site):
    def script(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    site.pages["/"] = script
    assert "broke off" in str(failing(client, site.url()))


@pytest.mark.parametrize(
    "url",
    [
        "", "mali", "ftp://localhost/", "https://", "https://localhost:port/", "https://[::1",
        "https://evil.example/", "http://localhost/", "https://localhost:444/",
        "https://a@localhost/", "https://localhost/\r\nX: y", "https://local host/",
        "https://" + "a" * 300 + "/", "https://\u2024/", "https://.../", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_we_may_not_ask_is_never_asked(client, url):
    error = failing(client, url)
    assert error.outcome is Outcome.UNREADABLE
    assert "Nothing was asked for" in str(error)


def test_unusual_characters_in_an_address_are_quoted(client, site):
    site.pages["/c%C3%B4te%20d"] = answer(b"x")
    assert client.get(site.url("/c\u00f4te d?q=\u00e9")).body == b"x"
    assert site.paths == ["/c%C3%B4te%20d?q=%C3%A9"]


# -- TLS -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("NOT TESTED: certificates are made with openssl, which is not installed here")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1",
         "-addext", "keyUsage=critical,digitalSignature,keyCertSign"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def secure_site(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    site = Site(context)
    yield site
    site.close()


def manners(site, **changes):
    given = {
        "user_agent": "t/1", "allowed_hosts": frozenset(), "local_hosts": frozenset({site.host}),
        "robots": False, "host_gap": 0, "deadline": 3, "read_timeout": 1,
    }  # fmt: skip
    return Manners(**given | changes)


def test_a_self_signed_certificate_is_refused(secure_site):
    error = failing(Client(manners(secure_site)), secure_site.url())
    assert error.outcome is Outcome.UNAVAILABLE
    assert "could not prove who it is" in str(error)
    assert secure_site.requests == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_that_the_operator_named_is_trusted(secure_site, certificate, monkeypatch, variable):
    monkeypatch.setenv(variable, str(certificate[0]))
    secure_site.pages["/"] = answer(b"x")
    client = Client(manners(secure_site))
    for _ in range(3):
        assert client.get(secure_site.url()).body == b"x"
    assert secure_site.connections == 1


def test_no_bundle_but_the_one_named_is_trusted(secure_site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    secure_site.pages["/"] = answer(b"x")
    made = Client(manners(secure_site))
    assert made.get(secure_site.url()).body == b"x"
    assert made.post(secure_site.url(), b"", {})[0] == 200
    assert len(made._tls.get_ca_certs()) == 1


def test_a_certificate_for_another_name_is_refused(secure_site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    host = f"localhost:{secure_site.port}"
    made = Client(manners(secure_site, local_hosts=frozenset({host})))
    assert "could not prove who it is" in str(failing(made, f"https://{host}/"))
    assert secure_site.requests == []


def test_the_deadline_holds_inside_tls(secure_site, certificate, monkeypatch):
    def script(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.03)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    secure_site.pages["/"] = script
    error = failing(Client(manners(secure_site, deadline=0.4)), secure_site.url())
    assert "too slowly" in str(error)


def test_a_ca_bundle_that_is_not_there_stops_the_start(monkeypatch, site, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        Client(manners(site))


def test_a_silent_tls_handshake_ends(site, make):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        client = make(local_hosts=frozenset({host}), connect_timeout=0.2)
        assert "did not answer in time" in str(failing(client, f"https://{host}/"))


# -- webhooks --------------------------------------------------------------------------
def test_a_webhook_hands_over_its_bytes_and_returns_the_answer(client, site):
    site.pages["/hook"] = answer(b"thanks", "202 Accepted", "Retry-After: 7")
    status, headers = client.post(site.url("/hook"), b'{"a":1}', {"webhook-id": "m1"})
    assert (status, headers["retry-after"], headers.get("RETRY-AFTER")) == (202, "7", "7")
    request = site.requests[0]
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert request.endswith(b'\r\n\r\n{"a":1}')
    assert b"webhook-id: m1" in request


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "429 Slow", "500 Broken"])
def test_any_http_answer_to_a_webhook_is_an_answer(client, site, status):
    site.pages["/hook"] = answer(b"", status, "Location: https://evil.example/")
    assert client.post(site.url("/hook"), b"", {})[0] == int(status[:3])
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/x", "without encryption"),
        ("https://127.0.0.1:9/x", "private or reserved"),
        ("https://localhost/x", "private or reserved"),
        ("https://[::ffff:169.254.169.254]/x", "private or reserved"),
        ("https://2130706433/x", "private or reserved"),
    ],
)
def test_a_webhook_never_goes_to_a_private_address_or_in_the_clear(client, url, words):
    with pytest.raises(FetchError, match=words):
        client.post(url, b"", {})


def test_a_webhook_that_finds_nobody_says_that_the_message_did_not_go(make):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        host = f"127.0.0.1:{busy.getsockname()[1]}"
    with pytest.raises(FetchError, match="the message was not delivered"):
        make(local_hosts=frozenset({host})).post(f"http://{host}/", b"", {})


def test_a_header_that_http_forbids_is_told_without_a_traceback(client, site):
    with pytest.raises(FetchError, match="not allowed in HTTP"):
        client.post(site.url(), b"", {"X": "a\r\nb"})
