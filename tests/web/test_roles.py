"""Who may open what: every route, for every role, in every way; and how somebody becomes an operator."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor import passwords, web
from monitor.audience import Limits
from monitor.links import Signer
from monitor.signup import Desk
from monitor.store import Store
from monitor.web import login
from monitor.web.access import ACCESS, Who
from monitor.web.guard import local
from monitor.wiring import mail_address, new_id
from tests import databases
from tests.fakes import START, Clock, source
from tests.web.desk import BASE, NAMES, SECRET, form, said

PASSWORD = "correct horse battery staple"
KEPT = passwords.hashed(PASSWORD)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HOME = {"Origin": BASE, "Host": "watch.example"}
COOKIE = "__Host-monitor"


class Gate:
    """The whole app, with every door that an installation can have."""

    def __init__(self, folder: Path, *, base: str = BASE, **roles: Any) -> None:
        self.clock = Clock()
        self.store = Store.open(databases.url(folder / 'gate.db'), durable=False, secret=SECRET)
        self.store.sync_sources([source("mali-page")], START)
        self.who = web.Roles(**{"password": KEPT, "secret": SECRET, "trusted_proxies": ("10.0.0.0/8",), **roles})
        desk = Desk(self.store, secret=SECRET, now=self.clock, new_id=new_id, places=lambda: NAMES,
                    check_mail=mail_address, limits=Limits())  # fmt: skip
        self.app: Flask = web.create_app(
            self.store, site=web.SiteView(name="Watch", base_url=base), now=self.clock, last_tick=self.clock, tick=5,
            allowed_hosts={"watch.example"}, counter=web.Counter(desk=desk, signer=Signer(SECRET, base), even=0),
            bounced=web.Returns(token="t", read_report=bool), who=self.who)  # fmt: skip
        self.secure = base.startswith("https")

    def client(self, **cookies: str) -> FlaskClient:
        made = self.app.test_client()
        for name, value in cookies.items():
            made.set_cookie(name, value, domain="watch.example")
        return made

    def token(self, *, days: int | None = None) -> str:
        token = "t" * 43
        ends_at = self.clock() + timedelta(days=days) if days else None
        self.store.issue_pass(token, kind="token", name="desk", now=self.clock(), expires_at=ends_at)
        return token

    def logged_in(self) -> Browser:
        browser = Browser(self)
        assert browser.log_in().status_code == 303
        return browser


class Browser:
    """Somebody at a screen: keeps cookies, and sends what a browser sends with a form."""

    def __init__(self, gate: Gate, **around: Any) -> None:
        self.client = gate.app.test_client()
        self.around = {"base_url": BASE, **around}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, **self.around)

    def post(self, path: str, data: dict[str, str] | None = None, *, csrf: str | None = None,
             headers: dict[str, str] | None = None) -> TestResponse:  # fmt: skip
        csrf = self.csrf() if csrf is None else csrf
        return self.client.post(path, data={"csrf": csrf, **(data or {})},
                                headers={"Origin": BASE} if headers is None else headers, **self.around)  # fmt: skip

    def csrf(self, path: str = "/operators") -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', said(self.get(path)))
        return found[1] if found else ""

    def log_in(self, password: str = PASSWORD, **data: str) -> TestResponse:
        return self.post("/login", {"password": password, **data}, csrf=self.csrf("/login"))


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    made = Gate(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Gate]:
    """An installation whose pages are private."""
    made = Gate(tmp_path, private=True)
    yield made
    made.store.close()


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"feed:{token}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# -- every route -----------------------------------------------------------------------
PLACES = {"event_id": "evt_none", "source_id": "mali-page", "token": "forged", "place": "mali", "form": "atom",
          "filename": "style.css", "delivery_id": "1", "pass_id": "0" * 12}  # fmt: skip
STRANGER, FROM_HERE, WITH_TOKEN, AS_READER, FORGED = ("stranger", "this machine", "token", "feed reader",
                                                      "forged session")  # fmt: skip


def routes(app: Flask) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(endpoint, an address of it, its methods) of each route, with example values in its blanks."""
    for rule in app.url_map.iter_rules():
        values = {name: PLACES.get(name, "1") for name in rule.arguments}
        with app.test_request_context(base_url=BASE):
            yield rule.endpoint, app.url_map.bind("watch.example").build(rule.endpoint, values,
                method=next(iter(rule.methods or {"GET"}))), frozenset(rule.methods or ())  # fmt: skip


def lets_in(who: Who, role: str, method: str, *, private: bool) -> bool:
    """The table: whether this role passes the guard of such a route."""
    token = role == WITH_TOKEN or (role == AS_READER and method in ("GET", "HEAD"))
    return {Who.ANYBODY: True, Who.LINK: True, Who.PUBLIC: not private or token, Who.OPERATOR: token,
            Who.MACHINE: role == FROM_HERE or role in (WITH_TOKEN, AS_READER), Who.PERSON: False}[who]  # fmt: skip


@pytest.mark.parametrize("role", [STRANGER, FROM_HERE, WITH_TOKEN, AS_READER, FORGED])
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_every_route_lets_in_whom_the_table_names_and_nobody_else(tmp_path: Path, role: str, private: bool) -> None:
    gate = Gate(tmp_path, private=private)
    token = gate.token()
    headers = {WITH_TOKEN: bearer(token), AS_READER: basic(token)}.get(role, {})
    around = {"REMOTE_ADDR": "127.0.0.1" if role == FROM_HERE else "198.51.100.7"}
    client = gate.client(**({COOKIE: "f" * 43} if role == FORGED else {}))
    seen, every = set(), list(routes(gate.app))
    for endpoint, path, methods in every:
        for method in METHODS:
            answer = client.open(path, method=method, headers=headers, base_url=BASE, environ_overrides=around)
            where = f"{role}: {method} {path} ({endpoint}): {answer.status_code}"
            shared = {e for e, p, m in every if p == path and method in m}
            if method not in methods and not shared:
                assert answer.status_code == 405, where
                continue
            for one in shared or {endpoint}:
                access = ACCESS[one]
                if lets_in(access.who, role, method, private=private):
                    assert one in ("bounced", "log_in") or answer.status_code not in (401, 403), where
                elif (private and access.page and method in ("GET", "HEAD")) or (
                        access.who is Who.PERSON and access.page and method in ("GET", "HEAD")):
                    assert answer.status_code == 303 and answer.location.startswith("/login"), where
                else:
                    assert answer.status_code in (401, 403), where
                seen.add(one)
    assert seen == {rule.endpoint for rule in gate.app.url_map.iter_rules()} and len(seen) > 20
    gate.store.close()


def test_every_route_is_in_the_table_and_one_that_is_not_is_closed_to_operators_too(gate: Gate) -> None:
    assert {rule.endpoint for rule in gate.app.url_map.iter_rules()} <= ACCESS.keys()
    late = Gate.__new__(Gate)
    late.__dict__ |= gate.__dict__
    late.app = web.create_app(gate.store, site=web.SiteView(name="W", base_url=BASE), now=gate.clock,
                              last_tick=gate.clock, tick=5, allowed_hosts={"watch.example"}, who=gate.who)  # fmt: skip
    late.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = late.logged_in().get("/forgotten")
    assert answer.status_code == 403 and "secret" not in said(answer)


def test_an_operator_at_a_screen_opens_every_page_and_no_program_opens_the_operators_own(gate: Gate) -> None:
    browser, token = gate.logged_in(), gate.token()
    for path in ("/", "/how", "/operators", "/sources/mali-page", "/metrics", "/feeds/all.atom"):
        assert browser.get(path).status_code == 200, path
    for headers in (bearer(token), basic(token)):
        assert gate.client().get("/operators", headers=headers, base_url=BASE).status_code == 303


def test_without_a_password_or_header_there_is_no_log_in_and_no_operators_page(tmp_path: Path) -> None:
    gate = Gate(tmp_path, password="")
    token = gate.token()
    for path in ("/login", "/logout", "/operators", "/operators/deliveries/1/resend"):
        for method in METHODS:
            answer = gate.client().open(path, method=method, base_url=BASE, headers=bearer(token))
            assert answer.status_code == 404, (method, path)
    gate.store.close()


def test_what_exists_and_what_does_not_look_alike_to_whoever_may_see_neither(closed: Gate) -> None:
    known = said(closed.client().get("/sources/mali-page", base_url=BASE))
    unknown = said(closed.client().get("/sources/other-page", base_url=BASE))
    assert known.replace("mali-page", "X") == unknown.replace("other-page", "X")
    for path in ("/feeds/mali.atom", "/feeds/nowhere.atom", "/changes/evt_none.cap"):
        assert closed.client().get(path, base_url=BASE).status_code == 401


# -- private pages ---------------------------------------------------------------------
def test_private_pages_open_with_a_token_and_are_kept_by_nobody_on_the_way(closed: Gate) -> None:
    token = closed.token(days=1)
    for path in ("/", "/feeds/mali.atom", "/subscribe"):
        for headers in (bearer(token), basic(token)):
            answer = closed.client().get(path, headers=headers, base_url=BASE)
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] in ("no-store", "private, no-cache")
            assert {"authorization", "cookie"} <= {name.lower() for name in answer.vary}
    refused = closed.client().get("/feeds/mali.atom", base_url=BASE)
    assert refused.status_code == 401
    assert refused.headers.getlist("WWW-Authenticate") == ['Basic realm="operators", charset="UTF-8"', "Bearer"]
    closed.clock.forward(days=1)
    assert closed.client().get("/", headers=bearer(token), base_url=BASE).status_code == 303


def test_readers_links_styles_and_health_stay_open_where_pages_are_private(closed: Gate) -> None:
    client = closed.client()
    assert client.get("/static/style.css", base_url=BASE).status_code == 200
    health = client.get("/healthz", base_url=BASE)
    assert health.status_code == 200 and health.json == {"ok": True}
    assert client.post("/unsubscribe/forged", base_url=BASE).status_code == 404  # looked at, and not ours


def test_a_token_given_as_a_password_changes_nothing(closed: Gate) -> None:
    token = closed.token()
    answer = closed.client().post("/subscribe", data=form(), headers=basic(token), base_url=BASE)
    assert answer.status_code == 401 and closed.store.subscriptions() == ()
    assert closed.client().post("/subscribe", data=form(), headers=bearer(token), base_url=BASE).status_code == 200


def test_the_form_to_sign_up_works_for_an_operator_where_pages_are_private(closed: Gate) -> None:
    browser = closed.logged_in()
    csrf = browser.csrf("/subscribe")
    assert csrf and browser.post("/subscribe", form(), csrf="").status_code == 403
    assert closed.store.subscriptions() == ()
    assert browser.post("/subscribe", form(), csrf=csrf).status_code == 200
    assert len(closed.store.subscriptions()) == 1


# -- metrics ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("peer", "headers", "opens"),
    [("127.0.0.1", {}, True), ("::1", {}, True), ("::ffff:127.0.0.1", {}, True), ("198.51.100.7", {}, False),
     ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False), ("127.0.0.1", {"Forwarded": "for=x"}, False),
     ("10.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False), ("", {}, False), ("nonsense", {}, False)],
)  # fmt: skip
def test_numbers_are_for_programs_on_this_machine(gate: Gate, peer: str, headers: dict[str, str], opens: bool) -> None:
    answer = gate.client().get("/metrics", base_url=BASE, headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == (200 if opens else 401) and ("monitor_visits" in said(answer)) is opens


def test_a_proxy_on_this_machine_is_not_this_machine(tmp_path: Path) -> None:
    gate = Gate(tmp_path, trusted_proxies=("127.0.0.1",))
    assert gate.client().get("/metrics", base_url=BASE).status_code == 401
    gate.store.close()


# -- the password ----------------------------------------------------------------------
def test_a_hash_is_slow_salted_one_word_and_knows_its_password() -> None:
    made = passwords.hashed(PASSWORD)
    assert made != KEPT and re.fullmatch(r"scrypt:15:8:3:[\w-]{22}:[\w-]{43}", made) and PASSWORD not in made
    assert passwords.matches(PASSWORD, made) and not passwords.matches(PASSWORD + "x", made)
    accents = passwords.hashed("e\u0301te\u0301 a\u0300 Bamako")
    assert passwords.matches("été à Bamako", accents)


@pytest.mark.parametrize("kept", ["", "x", "scrypt", "scrypt:15:8:3:AAAA:AAAA", KEPT[:-4], KEPT + ":1",
                                  KEPT.replace(":15:", ":10:"), KEPT.replace(":15:", ":40:"),
                                  KEPT.replace(":15:", ":²:"), KEPT.replace("scrypt", "plain")],
                         ids=range(10))  # fmt: skip
def test_what_is_no_hash_of_ours_is_refused_at_start(kept: str) -> None:
    with pytest.raises(ValueError, match="`monitor password`"):
        passwords.check(kept)


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_has_a_fair_length(password: str) -> None:
    with pytest.raises(ValueError, match="12 to 1024"):
        passwords.hashed(password)


# -- the log-in ------------------------------------------------------------------------
def test_logging_in_gives_a_session_that_only_this_host_and_no_script_can_read(gate: Gate) -> None:
    browser = Browser(gate)
    answer = browser.log_in(next="/sources/mali-page")
    assert answer.status_code == 303 and answer.location == "/sources/mali-page"
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}=")]
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Domain" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) == 43 and token not in str(gate.store.passes())
    assert [(one.kind, one.name) for one in gate.store.passes()] == [("session", "operator")]
    assert "Log out" in said(browser.get("/"))


@pytest.mark.parametrize("kind", ["password", "csrf", "origin", "no cookie"])
def test_everything_wrong_gets_the_same_answer(gate: Gate, kind: str) -> None:
    def body(answer: TestResponse) -> str:
        return re.sub(r'value="[0-9a-f]{64}"', "", said(answer))

    wrong = Browser(gate).log_in("not this one")
    browser = Browser(gate)
    csrf = browser.csrf("/login")
    data = {"password": "x" if kind == "password" else PASSWORD, "csrf": "0" * 64 if kind == "csrf" else csrf}
    client = gate.app.test_client() if kind == "no cookie" else browser.client
    origin = "https://evil.example" if kind == "origin" else BASE
    answer = client.post("/login", data=data, headers={"Origin": origin}, base_url=BASE)
    assert answer.status_code == wrong.status_code == 403 and body(answer) == body(wrong)
    assert "That did not work" in said(answer) and gate.store.passes() == ()


def test_few_tries_are_given_to_each_sender_and_the_right_password_does_not_help_then(gate: Gate) -> None:
    guesser = Browser(gate, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    for _ in range(login.EACH):
        assert guesser.log_in("a guess of mine").status_code == 403
    refused = guesser.log_in()
    assert refused.status_code == 403 and "That did not work" in said(refused) and gate.store.passes() == ()
    assert Browser(gate, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).log_in().status_code == 303
    gate.clock.forward(minutes=15)
    assert guesser.log_in().status_code == 303


def test_many_senders_together_get_few_tries_and_keep_out_nobody_who_was_right_before() -> None:
    clock = Clock()
    tries = login.Tries(clock)
    assert tries.begin("known")
    tries.right("known")
    assert sum(tries.begin(f"sender {n}") for n in range(500)) == login.ALL
    assert not tries.begin("another") and tries.begin("known")
    clock.forward(minutes=15)
    assert tries.begin("another")


def test_a_try_under_way_counts_so_that_many_at_once_are_not_more() -> None:
    tries = login.Tries(Clock())
    assert [tries.begin("one") for _ in range(7)] == [True] * login.EACH + [False, False]


def test_a_session_ends_after_an_hour_unused_and_after_twelve_whatever_happens(gate: Gate) -> None:
    browser = gate.logged_in()
    gate.clock.forward(minutes=59)
    assert browser.get("/operators").status_code == 200
    gate.clock.forward(minutes=61)
    assert browser.get("/operators").status_code == 303
    assert browser.get("/operators").status_code == 303  # the look that found it over did not wake it
    browser = gate.logged_in()
    for _ in range(23):
        gate.clock.forward(minutes=31)
        assert browser.get("/operators").status_code == 200
    gate.clock.forward(minutes=31)
    assert browser.get("/operators").status_code == 303


def test_logging_in_again_makes_a_new_session_and_ends_the_old_one(gate: Gate) -> None:
    browser = gate.logged_in()
    before = gate.store.passes()[0]
    assert browser.get("/login").status_code == 303
    gate.clock.forward(seconds=1)
    csrf = Browser(gate)
    csrf.client = browser.client
    # A page of the log-in that was opened before, in another tab.
    answer = browser.client.get("/login", base_url=BASE, headers={"Authorization": "Bearer none"})
    found = re.search(r'name="csrf" value="(\w+)"', said(answer))
    assert found
    assert browser.post("/login", {"password": PASSWORD}, csrf=found[1]).status_code == 303
    (after,) = gate.store.passes()
    assert after.id != before.id


def test_logging_out_ends_the_session_for_whoever_kept_its_cookie(gate: Gate) -> None:
    browser = gate.logged_in()
    cookie = browser.client.get_cookie(COOKIE, domain="watch.example")
    assert cookie is not None
    assert browser.post("/logout", csrf="").status_code == 403 and len(gate.store.passes()) == 1
    answer = browser.post("/logout")
    assert answer.status_code == 303 and gate.store.passes() == ()
    thief = gate.client(**{COOKIE: cookie.value})
    assert thief.get("/operators", base_url=BASE).status_code == 303


def test_a_log_in_leads_to_our_own_pages_only(gate: Gate) -> None:
    assert local("/operators?did=sent") == "/operators?did=sent"
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "", "evil", "/a\nb", "/é",
                 "/" + "x" * 400):  # fmt: skip
        assert local(path) == ""
        assert Browser(gate).log_in(next=path).location == "/operators"


def test_a_password_does_not_cross_a_network_in_the_clear(tmp_path: Path) -> None:
    gate = Gate(tmp_path, base="http://watch.example")
    for method in ("GET", "POST"):
        answer = gate.client().open("/login", method=method, base_url="http://watch.example")
        assert answer.status_code == 403 and "unprotected" in said(answer)
    here = Browser(gate, base_url="http://127.0.0.1:8080")
    answer = here.post("/login", {"password": PASSWORD}, csrf=here.csrf("/login"),
                       headers={"Origin": "http://127.0.0.1:8080"})  # fmt: skip
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("monitor=")]
    assert answer.status_code == 303 and "Secure" not in cookie and "HttpOnly" in cookie
    assert "Strict-Transport-Security" not in answer.headers
    gate.store.close()


def test_browsers_are_told_to_use_tls_where_our_address_does(gate: Gate) -> None:
    assert gate.client().get("/", base_url=BASE).headers["Strict-Transport-Security"] == "max-age=31536000"


# -- other sites -----------------------------------------------------------------------
FOREIGN = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
           {"Sec-Fetch-Site": "same-site", "Origin": BASE}, {"Sec-Fetch-Site": "none"}, {}]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_other_site_presses_an_operators_button(gate: Gate, headers: dict[str, str]) -> None:
    browser = gate.logged_in()
    (own,) = gate.store.passes()
    csrf = browser.csrf()
    answer = browser.post(f"/operators/passes/{own.id}/revoke", csrf=csrf, headers=headers)
    assert answer.status_code == 403 and gate.store.passes()[0].id == own.id


@pytest.mark.parametrize("headers", [{"Origin": BASE}, {"Sec-Fetch-Site": "same-origin"},
                                     {"Sec-Fetch-Site": "same-origin", "Origin": "null"}], ids=str)  # fmt: skip
def test_a_button_needs_the_token_of_its_own_session(gate: Gate, headers: dict[str, str]) -> None:
    browser, other = gate.logged_in(), gate.logged_in()
    (mine,) = {one.id for one in gate.store.passes()} & set(re.findall(
        r"this session <code>(\w{12})", said(browser.get("/operators"))))  # fmt: skip
    path = f"/operators/passes/{mine}/revoke"
    for csrf in ("", "0" * 64, other.csrf(), "é"):
        assert browser.post(path, csrf=csrf, headers=headers).status_code == 403
    assert browser.post(path, headers=headers).status_code == 303
    assert browser.get("/operators").status_code == 303 and other.get("/operators").status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
def test_another_site_signs_nobody_up_and_mail_providers_still_unsubscribe(
    gate: Gate, headers: dict[str, str]
) -> None:
    refused = gate.client().post("/subscribe", data=form(), headers=headers, base_url=BASE)
    assert refused.status_code == 403 and gate.store.subscriptions() == ()
    assert gate.client().post("/subscribe", data=form(), headers={"Origin": "null"}, base_url=BASE).status_code == 200
    assert gate.client().post("/unsubscribe/x", headers=headers, base_url=BASE).status_code == 404


# -- the proxy before us ---------------------------------------------------------------
@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Gate]:
    made = Gate(tmp_path, password="", header="X-Forwarded-User", operators=("alice@ngo.example",))
    yield made
    made.store.close()


@pytest.mark.parametrize(
    ("peer", "said_by_proxy", "opens"),
    [("10.0.0.1", "alice@ngo.example", True), ("10.0.0.1", " Alice@NGO.example ", True),
     ("10.0.0.1", "bob@ngo.example", False), ("10.0.0.1", "", False), ("198.51.100.7", "alice@ngo.example", False),
     ("127.0.0.1", "alice@ngo.example", False), ("10.0.0.1", "evil, alice@ngo.example", False), ("", "alice", False)],
)  # fmt: skip
def test_a_name_is_believed_only_from_our_own_proxy(
    proxied: Gate, peer: str, said_by_proxy: str, opens: bool
) -> None:
    headers = {"X-Forwarded-User": said_by_proxy, "X-Forwarded-For": "127.0.0.1"}
    answer = proxied.client().get("/operators", base_url=BASE, headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == (200 if opens else 404)
    assert ("alice" in said(answer)) is False  # not even to herself: the page shows no address


def test_a_name_said_twice_is_not_believed_and_there_is_no_log_in_beside_the_proxy(proxied: Gate) -> None:
    headers = [("X-Forwarded-User", "alice@ngo.example"), ("X-Forwarded-User", "alice@ngo.example")]
    answer = proxied.client().get("/operators", base_url=BASE, headers=headers,
                                  environ_overrides={"REMOTE_ADDR": "10.0.0.1"})  # fmt: skip
    assert answer.status_code == 404
    assert proxied.client().get("/login", base_url=BASE).status_code == 404


def test_a_button_pressed_behind_the_proxy_needs_a_token_too(proxied: Gate) -> None:
    headers = {"X-Forwarded-User": "alice@ngo.example", "Origin": BASE}
    around: dict[str, Any] = {"base_url": BASE, "environ_overrides": {"REMOTE_ADDR": "10.0.0.1"}}
    proxied.token()
    (kept,) = proxied.store.passes()
    page = said(proxied.client().get("/operators", headers=headers, **around))
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    path = f"/operators/passes/{kept.id}/revoke"
    assert proxied.client().post(path, headers=headers, **around).status_code == 403
    assert proxied.client().post(path, data={"csrf": found[1]}, headers=headers, **around).status_code == 303
    assert proxied.store.passes() == ()


# -- what nobody learns ----------------------------------------------------------------
def test_how_many_readers_a_change_was_told_is_for_operators_only(tmp_path: Path) -> None:
    from tests.fakes import page
    from tests.test_pipeline import COUP
    from tests.test_pipeline import Desk as Watching

    store = Store.open(databases.url(), durable=False)
    watching = Watching(store)
    watching.look(page())
    _, recorded = watching.look(page(words=COUP))
    app = web.create_app(store, site=web.SiteView(name="W", base_url=BASE), now=watching.clock,
                         last_tick=watching.clock, tick=5, who=web.Roles(password=KEPT),
                         allowed_hosts={"watch.example"})  # fmt: skip
    store.issue_pass("t" * 43, kind="token", name="x", now=watching.clock(), expires_at=None)
    path = f"/changes/{recorded.event_id}"
    assert "1 waiting" not in said(app.test_client().get(path, base_url=BASE))
    assert "1 waiting" in said(app.test_client().get(path, base_url=BASE, headers=bearer("t" * 43)))
    store.close()
