"""The many other services through apprise: with the library as it is, and with a stand-in where it would go out."""

import inspect
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.audience import Channel, Links
from monitor.errors import ConfigError, NotifyError
from monitor.notify.apprise import SERVICES, AppriseChannel, calm, check
from tests.notify.examples import delivery, rich

library = pytest.importorskip("apprise", reason="the extra `channels` is not installed")


class Taker(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[dict[str, Any]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Taker

    def do_POST(self) -> None:
        self.server.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def taker() -> Iterator[Taker]:
    with Taker() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def call(url: str) -> Any:
    return delivery(channel=Channel.APPRISE, address=url)


def test_a_message_arrives_with_its_title_its_sentences_and_where_to_read_on(taker: Taker) -> None:
    out = AppriseChannel()
    notice = replace(rich(), links=Links(act="https://monitor.example/acknowledge/abc"))
    message = out.render(notice, call(taker.url))
    assert out.send(call(taker.url), message) == "handed over" and message == out.render(notice, call(taker.url))
    [got] = taker.calls
    assert "Critical" in got["title"] and "Mali" in got["title"] and got["type"] == "warning"
    assert notice.source_url in got["message"] and "https://monitor.example/acknowledge/abc" in got["message"]
    assert "First seen" in got["message"]


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_a_target_that_does_not_take_it_gets_it_again_and_is_not_named(
    taker: Taker, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    taker.status = status
    with pytest.raises(NotifyError, match="sub_5f0c did not take delivery 7") as caught:
        AppriseChannel().send(call(taker.url), AppriseChannel().render(rich(), call(taker.url)))
    assert not caught.value.permanent and "127.0.0.1" not in str(caught.value) + caplog.text


def test_without_the_extra_it_says_what_to_install_and_the_message_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"pip install \"advisory-monitor\[channels\]\""):
        check("json://desk.example/x")
    with pytest.raises(NotifyError, match=r"\[channels\].*delivery 7 waits") as caught:
        AppriseChannel().send(call("json://desk.example/x"), b"{}")
    assert not caught.value.permanent


HERE = ["syslog://", "syslog://local0", "dbus://", "kde://", "gnome://", "glib://", "qt://", "macosx://", "windows://",
        "blink1://", "file:///etc/passwd", "vapid://a@b.example?keyfile=/etc/passwd", "fcm://p/?keyfile=/etc/passwd",
        "exec://x", "SYSLOG://",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]  # fmt: skip


@pytest.mark.parametrize("url", HERE)
def test_what_works_on_this_machine_is_refused_when_subscribing_and_when_sending(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library.Apprise, "instantiate", lambda *_, **__: pytest.fail("it was made"))
    with pytest.raises(ConfigError, match=r"is not taken|expected one address"):
        check(url)
    with pytest.raises(NotifyError, match="was given up") as caught:
        AppriseChannel().send(call(url), b"{}")
    assert caught.value.permanent


def test_no_service_that_is_taken_has_a_plug_in_that_starts_programs_or_touches_devices() -> None:
    from apprise.manager_plugins import NotificationManager

    known = NotificationManager()
    plugins = [known[service] for service in SERVICES if service in known]
    assert len(plugins) > 80
    for plugin in plugins:
        source = inspect.getsource(inspect.getmodule(plugin))  # type: ignore[arg-type]
        assert not re.search(r"subprocess|ctypes|import dbus|AF_UNIX|import syslog|expanduser|os\.system", source)


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?x=1&%74emplate=/etc/passwd",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?TEMPLATE=file:///etc/passwd",
        "mailto://u:p@mail.example?pgp=yes&pgpprv=/root/key",
        "jsons://desk.example/x?verify=no",
        "json://desk.example/x?rto=100000",
        "json://desk.example/x?a=b;store=yes",
    ],
)
def test_an_argument_that_reads_files_or_turns_off_checks_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="argument that is not taken") as caught:
        check(url)
    assert "/etc/passwd" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["json://a.example, syslog://", "json://a.example syslog://", "json://a.example\nsyslog://", "", "json", "json://"]
)
def test_a_list_or_a_ruin_of_an_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        check(url)


def test_one_subscription_has_one_recipient() -> None:
    one = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk"
    assert check(f" {one}\n") == one
    with pytest.raises(ConfigError, match="several recipients"):
        check(f"{one}/#other")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1:8080", "169.254.169.254", "[::1]", "127.1", "2130706433", "0x7f000001",
             "db.internal", "LOCALHOST."]
)  # fmt: skip
def test_a_private_network_is_not_called_unless_the_operator_names_it(host: str) -> None:
    with pytest.raises(ConfigError, match=r"private network|does not understand"):
        check(f"json://{host}/latest/meta-data")


def test_a_server_named_by_the_operator_is_called() -> None:
    assert check("json://127.0.0.1:8080/x", local_hosts=["127.0.0.1:8080"]) == "json://127.0.0.1:8080/x"
    assert check("jsons://desk.example/x") == "jsons://desk.example/x"


def test_the_words_of_a_page_call_nobody_and_form_no_markup() -> None:
    hostile = "<!channel> @everyone <b>x</b> [click](https://evil.example) 3 < 4 a@b"
    quiet = calm(hostile)
    assert quiet.replace("\u200b", "") == hostile
    assert not any(sign in quiet for sign in ("<!", "@everyone", "<b", "](", "://"))
    body = json.loads(AppriseChannel().render(replace(rich(), headline=hostile, sentences=(hostile,), why=hostile),
                                              call("json://a.example")))  # fmt: skip
    assert not any(sign in body["title"] + body["body"] for sign in ("<!", "@everyone", "<b", "](", "://evil"))


def test_what_the_library_is_asked_is_one_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Apprise:
        instantiate = staticmethod(lambda url, **given: asked.append({"url": url} | given) or object())

        def add(self, plugin: object) -> None:
            pass

        def notify(self, **given: object) -> bool:
            asked.append(given)
            return True

    fake = SimpleNamespace(Apprise=Apprise, AppriseAsset=lambda **given: given)
    monkeypatch.setitem(sys.modules, "apprise", fake)  # type: ignore[arg-type]
    out = AppriseChannel()
    out.send(call("tgram://t/c"), out.render(rich(), call("tgram://t/c")))
    made, told = asked
    assert made["url"] == "tgram://t/c" and made["asset"]["storage_mode"] == "memory"
    assert told["body_format"] == "text" and "attach" not in told
