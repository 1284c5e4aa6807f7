"""What nobody may do on a reader's pages, and what a hostile or careless visitor gets."""

import html
import logging
import re
import string
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests

from monitor import web
from monitor.audience import Language, Scope, Severity, Wishes
from monitor.core import clock
from monitor.errors import StoreError
from monitor.links import Purpose
from monitor.web import access, doors, forms, tongues
from monitor.web.app import HEADERS
from monitor.web.sheets import CSP
from monitor.web.tongues import Tongue
from tests.web.desk import FORM, TOKEN, House, form, links, said

HOSTILE = {
    "long": "x" * 10_000, "newlines": "a@b.example\r\nBcc: evil@x.example", "nul": "a\x00b@ngo.example",
    "markup": '"><script>alert(1)</script>@x.example', "template": "{{7*7}} {% raise %}",
    "percent": "%s%n{0}{language}",
    "unicode": "\u202eofficer@ngo\u2066.example", "surrogate-like": "\ud7ff\ufffe\U0010ffff", "blank": " ", "empty": "",
    "path": "../../../etc/passwd", "sql": "' or 1=1 --", "number": "99999999999999999999", "negative": "-1",
    "arabic digits": "٧", "list": "['mali']",
}  # fmt: skip
FIELDS = [name for name in FORM if name not in ("critical_at_once", "blindness", "quiet_from", "quiet_to")]


# -- the form -------------------------------------------------------------------------
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("name", [*FIELDS, "quiet_from", "section"])
def test_a_hostile_value_in_any_field_is_refused_beside_it_and_changes_nothing(
    house: House, name: str, words: str
) -> None:
    before = house.everything()
    more = {"section": {"scope": "sections"}, "quiet_from": {"quiet_to": "06:00"}}.get(name, {})
    answer = house.ask(**more | {name: words})
    page = said(answer)
    assert answer.status_code == 422 and house.everything() == before
    shown = {"destination": "destinations", "quiet_from": "quiet", "section": "sections"}.get(name, name)
    assert f'id="{shown}-wrong"' in page and re.search(rf'aria-describedby="[^"]*{shown}-wrong', page)
    assert "<script>" not in page and "49 " not in page and "x" * 300 not in page


@pytest.mark.parametrize("name", [name for name in FORM if name not in ("critical_at_once", "blindness", "quiet_from",
                                                                       "quiet_to")])  # fmt: skip
def test_a_field_that_is_missing_or_comes_twice_is_refused_beside_it(house: House, name: str) -> None:
    for value in (None, ["a", "b"]):
        answer = house.ask(**{name: value})
        shown = {"destination": "destinations"}.get(name, name)
        assert answer.status_code == 422 and f'id="{shown}-wrong"' in said(answer)
    assert house.proposals() == []


def test_what_was_typed_stands_in_the_form_again(house: House) -> None:
    answer = house.ask(
        address="officer at ngo", destination=["niger"], scope="posture", floor="high", cadence="weekly",
        hour="18", weekday="4", quiet_from="21:15", zone="Mars/Olympus", language="fr", form="thin", verified="yes",
        critical_at_once=None, blindness=None)  # fmt: skip
    page = said(answer)
    assert answer.status_code == 422
    for words in ('value="officer at ngo"', 'value="Mars/Olympus"', 'value="21:15"', 'value="18" selected',
                  'value="4" selected', 'value="fr" lang="fr" selected', 'value="high" selected'):  # fmt: skip
        assert words in page
    ticked = re.findall(r'name="(\w+)" value="(\w+)" checked', page)
    assert ticked == [("destination", "niger"), ("scope", "posture"), ("cadence", "weekly"), ("verified", "yes"),
                      ("form", "thin")]  # fmt: skip
    wrong = re.findall(r'<li><a href="#(\w+)">', page)
    assert wrong == ["quiet", "zone"] and 'role="alert"' in page
    assert all(f'id="{name}"' in page for name in wrong)


@pytest.mark.parametrize(
    "address",
    ["nobody", "@ngo.example", "a@", "a b@ngo.example", "a@ngo", "a@-x.example", "a@b..example",
     "a@ngo.example,b@x.example", "Officer <a@ngo.example>", "a@[127.0.0.1]", "a@" + "b" * 250 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none_in_the_language_of_the_page(house: House, address: str) -> None:
    answer = house.post("/subscribe?lang=fr", form(address=address))
    assert answer.status_code == 422 and "n’est pas une adresse électronique" in said(answer)
    assert house.proposals() == []


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [("22:00", "06:00", (1320, 360)), ("", "", None), ("00:00", "23:59", (0, 1439)), ("22:00", "", ()),
     ("", "06:00", ()), ("06:00", "06:00", ()), ("24:00", "06:00", ()), ("6:00", "07:00", ()),
     ("22:00:00", "06:00", (1320, 360))],
)  # fmt: skip
def test_quiet_hours_have_two_ends_or_none(house: House, first: str, last: str, kept: Any) -> None:
    answer = house.ask(quiet_from=first, quiet_to=last)
    assert answer.status_code == (422 if kept == () else 200)
    if kept != ():
        assert house.store.proposal(house.proposals()[0]).wishes.quiet == kept  # type: ignore[union-attr]


def test_all_destinations_are_asked_for_in_so_many_words_and_never_by_leaving_all_out(house: House) -> None:
    assert house.ask(destination=None).status_code == 422
    assert house.ask(destination=None, every="yes").status_code == 200
    assert house.store.proposal(house.proposals()[0]).wishes.destinations == ()  # type: ignore[union-attr]


def test_the_form_holds_wishes_and_gives_the_same_ones_back() -> None:
    class Sent(dict[str, tuple[str, ...]]):
        def getlist(self, key: str) -> list[str]:
            return list(self.get(key, ()))

    for wishes in (Wishes(), Wishes(destinations=("mali",), scope=Scope.SECTIONS, sections=("health",), verified=True,
                                    floor=Severity.CRITICAL, quiet=(5, 4), critical_at_once=False)):  # fmt: skip
        assert forms.read(Sent(forms.filled(wishes).chosen), ["mali"]).wishes == wishes


def test_a_link_to_the_form_may_name_destinations_that_exist(house: House) -> None:
    page = said(house.client.get("/subscribe?destination=niger&destination=%22%3E%3Cb%3E&lang=<fr>"))
    assert re.findall(r'name="destination" value="(\S+)" checked', page) == ["niger"] and '"><b>' not in page
    assert "/subscribe?destination=niger" in said(house.client.get("/"))


# -- only by pressing -----------------------------------------------------------------
def test_a_scanner_that_follows_every_address_on_every_page_changes_nothing(house: House) -> None:
    sub = house.reader()
    house.clock.forward(days=1)
    house.ask(floor="high")
    todo = ["/", "/subscribe", house.confirmation(),
            *(house.link(purpose, sub.id) for purpose in (Purpose.MANAGE, Purpose.UNSUBSCRIBE))]  # fmt: skip
    before, seen = house.everything(), set[str]()
    while todo:
        path = todo.pop()
        if path in seen or "://" in path:
            continue
        seen.add(path)
        for method in ("GET", "HEAD"):
            answer = house.client.open(path, method=method)
            assert answer.status_code in (200, 405, 404), path
        if answer.mimetype == "text/html":
            todo += [html.unescape(link) for link in links(said(house.client.get(path)))]
    assert len(seen) > 20 and any(path.endswith("/erase") for path in seen)
    assert house.everything() == before


WRONG = ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]


@pytest.mark.parametrize("method", WRONG)
def test_wrong_methods_are_refused_with_the_right_ones(house: House, method: str) -> None:
    sub = house.reader()
    manage = house.link(Purpose.MANAGE, sub.id)
    asked = {path: "GET, HEAD, POST" for path in
             ("/subscribe", manage, house.confirmation(), house.link(Purpose.UNSUBSCRIBE, sub.id))}  # fmt: skip
    # A step that only takes POST says so where it is; what no page of ours takes is refused before it is looked for.
    steps = {f"{manage}/{step}": "POST" for step in ("pause", "resume", "unsubscribe", "erase")} | {"/bounces": "POST"}
    for path, allowed in (asked | steps).items():
        if method in ("GET", "HEAD") and path in asked:
            continue
        answer = house.client.open(path, method=method)
        assert answer.status_code == 405 and answer.headers["Allow"] in (allowed, "GET, HEAD, POST"), path
        assert "POST" in answer.headers["Allow"]
    assert house.store.subscription(sub.id) == sub


def test_without_a_counter_the_pages_are_read_only_as_before(house: House) -> None:
    app = web.create_app(house.store, site=web.SiteView(name="Watch"), now=house.clock, last_tick=house.clock, tick=5)
    client = app.test_client()
    for path in ("/subscribe", "/manage/x", "/unsubscribe/x", "/bounces"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert "/subscribe" not in said(client.get("/"))


# -- headers and sizes ----------------------------------------------------------------
def test_every_page_keeps_every_protective_header_and_sets_no_cookie(house: House) -> None:
    sub = house.reader()
    manage = house.link(Purpose.MANAGE, sub.id)
    own = ["/subscribe", "/subscribe?lang=fr", manage, house.link(Purpose.UNSUBSCRIBE, sub.id), house.confirmation(),
           "/manage/forged"]  # fmt: skip
    answers = [house.client.get(path) for path in own]
    answers += [house.ask(), house.ask(zone="x"), house.post(f"{manage}/erase"), house.post(manage, form(hour="x"))]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == CSP
        assert "form-action 'self'" in CSP and "script" not in CSP and "default-src 'none'" in CSP
        for name in HEADERS.keys() - {"Content-Security-Policy"}:
            assert answer.headers[name] == HEADERS[name]
        assert "Set-Cookie" not in answer.headers
        public = answer.request.path == "/subscribe" and "<form" in said(answer)
        assert ("noindex" in answer.headers.get("X-Robots-Tag", "")) is not public
        assert ('content="noindex, nofollow"' in said(answer)) is not public
        assert not re.search(r"<script|javascript:| on\w+=| style=", said(answer))
    assert house.client.get("/").headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    saved = house.post(manage, form())
    assert saved.status_code == 303 and saved.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in saved.headers and saved.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "most"), [("/subscribe", access.FORM), ("/bounces", access.REPORT), ("/", access.NOTHING)]
)
def test_a_body_larger_than_its_address_takes_is_refused(house: House, path: str, most: int) -> None:
    method = "GET" if path == "/" else "POST"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    small = house.client.open(path, method=method, data=b"x" * most, headers=headers)
    large = house.client.open(path, method=method, data=b"x" * (most + 1), headers=headers)
    assert small.status_code in (200, 422) and large.status_code == 413
    assert [len(raw) for raw in house.reports] == ([most] if path == "/bounces" else [])


def test_a_form_of_very_many_fields_is_answered(house: House) -> None:
    body = "&".join(f"destination={n}" for n in range(3500))
    answer = house.client.post("/subscribe", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422 and len(answer.data) < 100_000
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="a{n}"\r\n\r\nx\r\n' for n in range(1050)) + "--b--"
    answer = house.client.post("/subscribe", data=parts, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413 and "larger than any form" in said(answer)


# -- what came back -------------------------------------------------------------------
@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", TOKEN, f"Basic {TOKEN}", f"bearer {TOKEN}x", "Bearer é"])
def test_reports_are_taken_only_with_the_token(house: House, sent: str) -> None:
    answer = house.client.post("/bounces", data=b"ours", headers={"Authorization": sent} if sent else {})
    assert (answer.status_code, house.reports) == (401, [])
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_report_reaches_its_reader_byte_for_byte_and_one_that_is_not_ours_is_taken_too(house: House) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    raw = b"Return-Path: <>\r\n\r\nours \x00\xff\r\n"
    for kind in ("message/rfc822", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert said(house.client.post("/bounces", data=raw, content_type=kind, headers=headers)) == "noted\n"
    assert house.reports == [raw] * 3
    assert house.client.post("/bounces", data=b"spam", headers=headers).status_code == 200
    assert house.client.post("/bounces", data=b" \n", headers=headers).status_code == 400
    assert len(house.reports) == 4


def test_an_empty_token_opens_nothing(house: House) -> None:
    with pytest.raises(ValueError, match="token"):
        web.create_app(house.store, site=web.SiteView(name="W"), now=house.clock, last_tick=house.clock, tick=5,
                       bounced=web.Returns(token="", read_report=lambda raw: True))  # fmt: skip
    assert TOKEN not in repr(web.Returns(token=TOKEN, read_report=bool))


# -- who asks -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("198.51.100.7", "", "198.51.100.7"), ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"), ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"), ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"), ("10.0.0.1", "", "10.0.0.1"), ("", "203.0.113.9", ""),
        ("10.0.0.1", "[2001:db8:1:2::9]:80", "2001:db8:1:2::/64"), ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"), ("fd00::1", "203.0.113.9", "203.0.113.9"),
    ],
)  # fmt: skip
def test_who_asks_is_read_from_the_end_and_only_past_our_own_proxies(peer: str, forwarded: str, who: str) -> None:
    assert doors.sender(peer, forwarded, doors.networks(["10.0.0.0/8", "fd00::/8"])) == who


# -- the log --------------------------------------------------------------------------
def test_a_bug_names_no_link_in_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sub = house.reader()
    token = house.signer.token(Purpose.MANAGE, sub.id, house.clock())

    def broken(subscription_id: str) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(house.desk, "subscription", broken)
    answer = house.client.get(f"/manage/{token}", headers={"Accept-Language": "fr-CA,fr"})
    assert answer.status_code == 500 and "inner detail" not in said(answer) and '<html lang="fr">' in said(answer)
    assert "Exception on /manage/… [GET]" in caplog.text and token not in caplog.text


def test_a_database_that_does_not_answer_is_said_in_the_readers_language(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(house.store, "propose", broken)
    answer = house.post("/subscribe?lang=fr", form())
    assert answer.status_code == 503 and "Réessayez dans une minute" in said(answer)


def test_the_server_masks_links_in_what_it_logs(house: House, caplog: pytest.LogCaptureFixture) -> None:
    web.serve(house.app, "127.0.0.1", 0).close()
    logging.getLogger("waitress").error("Exception while serving %s", "/unsubscribe/WyJzdWIi.sig?x")
    assert "/unsubscribe/…" in caplog.text and "WyJzdWIi" not in caplog.text


# -- over a real connection -----------------------------------------------------------
def test_the_life_of_a_subscription_over_a_real_connection(house: House) -> None:
    server = web.serve(house.app, "127.0.0.1", 0)
    root = server.url.rstrip("/")
    with requests.Session() as browser:
        assert browser.get(f"{root}/subscribe", timeout=5).status_code == 200
        assert browser.post(f"{root}/subscribe", data=form(), timeout=5).status_code == 200
        assert browser.post(root + house.confirmation(), timeout=5).status_code == 200
        (sub,) = house.store.subscriptions()
        manage = root + house.link(Purpose.MANAGE, sub.id)
        saved = browser.post(manage, data=form(floor="critical", quiet_from="22:00", quiet_to="07:00"), timeout=5)
        assert saved.status_code == 200 and saved.url == f"{manage}?done=saved" and "Saved." in saved.text
        assert browser.post(f"{root}/subscribe", data=b"x" * 70_000, timeout=5).status_code == 413
        too_large = browser.post(f"{root}/bounces", data=b"x" * (2**20 + 1), timeout=5)
        assert too_large.status_code == 413 and house.reports == []
        report = b"ours" + b"x" * (2**20 - 4)
        noted = browser.post(f"{root}/bounces", data=report, timeout=5, headers={"Authorization": f"Bearer {TOKEN}"})
        assert noted.text == "noted\n" and house.reports == [report]
        left = requests.post(root + house.link(Purpose.UNSUBSCRIBE, sub.id), timeout=5, allow_redirects=False,
                             files={"List-Unsubscribe": (None, "One-Click")})  # fmt: skip
        assert left.status_code == 200 and left.headers["Content-Type"].startswith("text/html")
        assert not browser.cookies and not left.cookies
        assert house.store.subscriptions() == ()
    server.close()


# -- words and form -------------------------------------------------------------------
def _places(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


ENGLISH, FRENCH = tongues.TABLES[Language.EN], tongues.TABLES[Language.FR]
ALIKE = {"language.en", "language.fr", "destinations", "nav", "span.minute.one", "span.minute.many",
         "overview.places.one", "overview.places.many", "overview.list"}  # fmt: skip
"""Words that are the same in both languages."""
BUILT = re.compile(
    r"(day|floor|scope|section|cadence|form|language|state|wrong|error|link|page|severity|outcome|span)\."
    r"|(delivery|channel|message|how\.after|op\.readers)\."
    r"|manage\.\w+ed$|overview\.(rung|fresh|failing)\."
    r"|change\.(kind|sending)\.|source\.fresh\.|place\.(height|kind|nth|rung|short|wrong)\."
    r"|alarm\.[a-z-]+(\.do)?$"
)
"""Keys that the code puts together."""


def test_both_languages_have_every_word_with_the_same_blanks() -> None:
    assert set(tongues.TABLES) == set(Language)
    assert ENGLISH.keys() == FRENCH.keys()
    for key, words in ENGLISH.items():
        assert words.strip() and FRENCH[key].strip() and _places(words) == _places(FRENCH[key]), key
    assert {key for key, words in ENGLISH.items() if words == FRENCH[key]} == ALIKE


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    folder = Path(web.__file__).parent
    words = folder / "tongues"
    files = [*folder.rglob("*.j2"), *(path for path in folder.rglob("*.py") if words not in path.parents)]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    asked = set(re.findall(r"""say\(["']([a-z_.0-9]+)["'][,)]""", code))
    assert asked <= ENGLISH.keys()
    counted = set(re.findall(r"""say\.counted\(["']([a-z_.0-9]+)["'],""", code))
    assert all(f"{key}.{form}" in ENGLISH for key in counted for form in ("one", "many"))
    used = {f"{key}.{form}" for key in counted for form in ("one", "many")}
    named = {key for key in ENGLISH if f'"{key}"' in code or f"'{key}'" in code}
    assert {key for key in ENGLISH.keys() - used - named if not BUILT.match(key)} == set()


@pytest.mark.parametrize("language", list(Language))
def test_the_pages_speak_the_language_that_was_asked_for(house: House, language: Language) -> None:
    say = Tongue(language)
    for answer in (house.client.get(f"/subscribe?lang={language}"),
                   house.client.get("/subscribe", headers={"Accept-Language": f"{language}-XX;q=0.8, de"}),
                   house.post(f"/subscribe?lang={language}", form(zone="x"))):  # fmt: skip
        page = said(answer)
        assert f'<html lang="{language}">' in page and f"<h1>{say('ask.title')}</h1>" in page
        assert answer.headers["Content-Language"] == language.value
        if answer.status_code == 200:
            assert f'value="{language}" lang="{language}" selected' in page
    house.ask(language=language.value, address=f"{language}@ngo.example")
    answer = house.client.get(house.confirmation(), headers={"Accept-Language": "en" if language == "fr" else "fr"})
    assert say("confirm.title") in said(answer)


class Outline(HTMLParser):
    """What a screen reader needs: every field labelled, every reference there, every tag closed."""

    def __init__(self) -> None:
        super().__init__()
        self.ids, self.fors, self.refs, self.fields = list[str](), set[str](), set[str](), list[dict[str, Any]]()
        self.open = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.fors |= {str(found["for"])} if "for" in found else set()
        self.refs |= set(str(found.get("aria-describedby", "")).split())
        self.refs |= {link[1:] for link in [str(found.get("href", ""))] if link.startswith("#")}
        if tag in ("input", "select") and found.get("type") != "hidden":
            self.fields.append({**found, "wrapped": "label" in self.open})
        if tag not in ("input", "meta", "link", "option", "br"):
            self.open.append(tag)
        if tag == "option" and not found:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "option":
            assert self.open.pop() == tag


def test_every_field_has_a_label_and_every_reference_leads_somewhere(house: House) -> None:
    manage = house.link(Purpose.MANAGE, house.reader().id)
    house.clock.forward(days=1)
    for answer in (house.client.get("/subscribe"), house.ask(address="x", zone="x", hour="x", destination=None),
                   house.client.get(manage), house.post(f"{manage}/erase"),
                   house.ask(scope="sections", cadence="x", form="x", floor="x", quiet_from="1")):  # fmt: skip
        page = Outline()
        page.feed(said(answer))
        assert page.open == [] and len(page.ids) == len(set(page.ids)) and page.refs <= set(page.ids)
        assert all(one["wrapped"] or one["id"] in page.fors for one in page.fields) and len(page.fields) > 20


def test_every_zone_on_offer_exists_and_is_found_however_it_is_written() -> None:
    assert all(clock.known(name) and forms.zone_named(name) == name for name in forms.ZONES)
    assert len(set(forms.ZONES)) == len(forms.ZONES)
    assert forms.zone_named(" america/new york ") == "America/New_York"
    assert forms.zone_named("America") == "" and forms.zone_named("posixrules") == ""
