"""Evidence to take away, and the page about the chain."""

import hashlib
import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from monitor import web
from monitor.evidence import captures, check
from monitor.evidence.seal import Seal
from monitor.store import Store
from monitor.web.evidence import SEALED_OFF
from monitor.web.proofs import Busy, Shelf
from tests import databases
from tests.fakes import page, source
from tests.test_pipeline import COUP, Desk

SEAL = Seal("a secret")
EVIL = b"<script>alert(document.domain)</script>"


class Site:
    """Pages over a store in a file, with one change."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.store = Store.open(databases.url(path), durable=False)
        self.desk = Desk(self.store, source())
        self.desk.look(page())
        _, recorded = self.desk.look(page(words=COUP).replace(b"</main>", EVIL + b"</main>"))
        self.event = recorded.event_id
        self.proofs = web.Proofs(self.desk.sources, SEAL)
        app = web.create_app(self.store, site=web.SiteView(name="Watch"), now=self.desk.clock,
                             last_tick=self.desk.clock, tick=5, proofs=self.proofs)  # fmt: skip
        self.client: FlaskClient = app.test_client()


@pytest.fixture
def site(tmp_path: object) -> Iterator[Site]:
    made = Site(f"{tmp_path}/a.db")
    yield made
    made.store.close()


def test_the_pack_of_a_change_is_a_file_that_the_check_finds_sound(site: Site) -> None:
    answer = site.client.get(f"/changes/{site.event}/evidence.zip")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="evidence-{site.event}.zip"'
    report = check.check(answer.data, key=SEAL.public_key)
    assert report.sound and report.tied and report.event == site.event


def test_who_has_the_pack_is_not_sent_it_again_until_the_chain_grows(site: Site) -> None:
    path = f"/changes/{site.event}/evidence.zip"
    mark = site.client.get(path).headers["ETag"]
    assert site.client.get(path, headers={"If-None-Match": mark}).status_code == 304
    site.desk.look(page(level=3))
    again = site.client.get(path, headers={"If-None-Match": mark})
    assert again.status_code == 200 and again.headers["ETag"] != mark


def test_a_capture_is_sent_as_a_file_and_never_as_anything_that_runs(site: Site) -> None:
    number, _, digest = site.store.snapshots("mali-page")[-1]
    for path, kind, name in (
        (f"/captures/{number}", "application/octet-stream", ".bin"),
        (f"/captures/{digest}", "application/octet-stream", ".bin"),
        (f"/captures/{number}?form=warc", "application/warc", ".warc"),
        (f"/captures/{number}?form=headers", "text/plain; charset=us-ascii", ".headers.txt"),
    ):
        answer = site.client.get(path)
        assert (answer.status_code, answer.content_type) == (200, kind)
        said = answer.headers["Content-Disposition"]
        assert said.startswith('attachment; filename="') and said.endswith(f'{name}"') and said.count('"') == 2
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == SEALED_OFF and "sandbox" in SEALED_OFF
    raw = site.client.get(f"/captures/{digest}").data
    assert EVIL in raw and hashlib.sha256(raw).hexdigest() == digest
    kept = captures.read(site.client.get(f"/captures/{number}?form=warc").data)
    assert kept.body == raw and kept.statement.source_id == "mali-page"
    assert "Content-Type: text/html" in site.client.get(f"/captures/{number}?form=headers").get_data(as_text=True)


@pytest.mark.parametrize(("path", "code"), [
    ("/captures/0", 404), ("/captures/-1", 404), ("/captures/999999999999999999", 404), ("/captures/9" + "9" * 40, 404),
    ("/captures/" + "0" * 64, 404), ("/captures/..%2f..%2fetc%2fpasswd", 404), ("/captures/1?form=html", 400),
    ("/captures/<script>", 404), ("/captures/" + "0" * 64 + "?form=warc", 400), ("/changes/evt_none/evidence.zip", 404),
    ("/changes/%00/evidence.zip", 404), ("/changes/1' or 1=1/evidence.zip", 404), ("/captures/٣", 404),
    ("/captures/1?form=%3Cscript%3E", 400),
])  # fmt: skip
def test_what_is_not_there_is_a_plain_page_in_the_readers_language(site: Site, path: str, code: int) -> None:
    answer = site.client.get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code == code and '<html lang="fr">' in answer.get_data(as_text=True)
    assert "<script>" not in answer.get_data(as_text=True)


def test_a_damaged_capture_is_a_plain_error_and_no_bytes(site: Site) -> None:
    number, _, digest = site.store.snapshots("mali-page")[-1]
    with site.store._db.write() as conn:
        conn.execute(text("update bodies set data = :data where sha256 = :name"), {"data": b"junk", "name": digest})
    for path in (f"/captures/{number}", f"/captures/{digest}", f"/changes/{site.event}/evidence.zip"):
        answer = site.client.get(path)
        assert answer.status_code == 503 and "damaged" in answer.get_data(as_text=True) and "attachment" not in str(
            answer.headers)  # fmt: skip


def test_a_second_pack_waits_for_the_first_and_not_for_ever(site: Site) -> None:
    shelf, inside, over = Shelf(patience=0.05), threading.Event(), threading.Event()

    def slow() -> bytes:
        inside.set()
        over.wait(5)
        return b"pack"

    thread = threading.Thread(target=shelf.get, args=("a", slow))
    thread.start()
    assert inside.wait(5)
    with pytest.raises(Busy):
        shelf.get("b", lambda: b"other")
    object.__setattr__(site.proofs, "shelf", shelf)
    answer = site.client.get(f"/changes/{site.event}/evidence.zip")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
    over.set()
    thread.join()
    assert shelf.get("a", lambda: b"never asked") == b"pack"


def test_packs_at_hand_take_bounded_memory() -> None:
    shelf = Shelf(room=10)
    for name in "abc":
        shelf.get(name, lambda: b"12345")
    assert [shelf.get(name, lambda: b"new") for name in ("c", "b")] == [b"12345", b"12345"]
    assert shelf.get("a", lambda: b"new") == b"new" and shelf.get("none", lambda: None) is None
    assert shelf.get("big", lambda: b"x" * 11) == b"x" * 11


# -- the page about the chain ---------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_the_head_and_the_key(site: Site, language: str) -> None:
    head = site.store.chain_head()
    assert head is not None
    got = site.client.get(f"/chain?lang={language}").get_data(as_text=True)
    assert f"{head.position}:{head.link}" in got and SEAL.public_key in got and f'<html lang="{language}">' in got
    assert f'name="lang" value="{language}"' in got


def test_a_noted_link_is_compared_with_the_chain(site: Site) -> None:
    first, head = site.store.chain_since(1)
    asked = {
        f"{first.position}:{first.link}": (200, "still has this link, at position 1"),
        head.link: (200, "still has this link, at position 2"),
        first.link: (200, "Give its position too"),
        f"1:{head.link}": (200, "has another link"),
        f"99:{head.link}": (200, "not come as far as position 99"),
        '"><script>alert(1)</script>': (400, "This is no link"),
    }
    for words, (code, said) in asked.items():
        answer = site.client.get("/chain", query_string={"noted": words})
        assert answer.status_code == code and said in answer.get_data(as_text=True)
        assert "<script>" not in answer.get_data(as_text=True)


def test_an_empty_installation_has_a_page_and_no_key_without_a_seal() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source())
    app = web.create_app(store, site=web.SiteView(name="W"), now=desk.clock, last_tick=desk.clock, tick=5)
    got = app.test_client().get("/chain").get_data(as_text=True)
    assert "Nothing was kept yet" in got
    desk.look(page())
    assert "are not signed" in app.test_client().get("/chain").get_data(as_text=True)
    assert app.test_client().get(f"/chain?noted=5:{'0' * 64}").status_code == 200
    store.close()
