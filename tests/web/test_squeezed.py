"""What goes out compressed, to whom, and what never does."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from monitor.links import Purpose
from tests.web.desk import House, links, said
from tests.web.test_roles import Gate

READS = {"Accept-Encoding": "gzip, deflate, br"}


def test_public_pages_and_styles_are_compressed_for_whoever_reads_gzip(house: House) -> None:
    style = next(one for one in links(said(house.client.get("/"))) if "style.css" in one)
    for path in ("/", "/how", "/subscribe", style):
        plain, pressed = house.client.get(path), house.client.get(path, headers=READS)
        assert pressed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
        assert gzip.decompress(pressed.data) == plain.data and len(pressed.data) < len(plain.data) / 2
        assert int(pressed.headers["Content-Length"]) == len(pressed.data)
        for answer in (plain, pressed):
            assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("wanted", ["", "br", "identity", "gzip;q=0", "deflate, gzip;q=0.0"])
def test_who_does_not_read_gzip_gets_the_page_as_it_is(house: House, wanted: str) -> None:
    answer = house.client.get("/", headers={"Accept-Encoding": wanted})
    assert "Content-Encoding" not in answer.headers and said(answer).startswith("<!DOCTYPE html>")


def test_what_was_sent_compressed_is_not_sent_again(house: House) -> None:
    style = next(one for one in links(said(house.client.get("/"))) if "style.css" in one)
    for path in ("/", style):
        mark = house.client.get(path, headers=READS).headers["ETag"]
        assert mark.startswith("W/")
        assert house.client.get(path, headers={**READS, "If-None-Match": mark}).status_code == 304


def secret(answer: TestResponse) -> bool:
    return answer.status_code == 200 and len(answer.data) > 1000 and "Content-Encoding" not in answer.headers


def test_a_page_that_holds_a_secret_is_never_compressed(house: House, tmp_path: Path) -> None:
    """The length of what goes out would tell about it, piece by piece."""
    manage = house.link(Purpose.MANAGE, house.reader().id)
    assert secret(house.client.get(manage, headers=READS))
    gate = Gate(tmp_path)
    visitor, operator = gate.logged_in(), gate.logged_in()
    for path in ("/operators", "/"):
        assert secret(operator.client.get(path, headers=READS, **operator.around))
    assert secret(visitor.client.get("/how", headers=READS, **visitor.around))
    stranger = gate.app.test_client().get("/login", headers=READS, base_url=operator.around["base_url"])
    assert "Set-Cookie" in stranger.headers and secret(stranger)
    gate.store.close()
