"""A pack holds all that a change rests on, the same bytes each time."""

import hashlib
import html
import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor import proof, warc
from monitor.audience import Bulletin, Channel, MessageKind
from monitor.errors import StoreError
from monitor.evidence import captures, gather, links, pack, unzip
from monitor.evidence.dossier import Capture, Statement
from monitor.evidence.plain import ReadError
from tests.evidence.conftest import SEAL, Room, furnished
from tests.fakes import START, page

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=alert(1)>",
    "{{ 7*7 }} {% raise %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "javascript:alert(1)", "\u202eno rof evael\u2066", "\x00\x07\x1b[2J",
    "</style></style><style>*{display:none}</style>", "'--></section><script>alert(1)</script>", "\udcff half",
]
"""What a page may hold, as text and as markup."""
BODY = b"<html><script>alert(1)</script>\x00\xff</html>"


def stated(body: bytes = BODY, **changed: object) -> Capture:
    values = {"source_id": "mali-page", "taken_at": START, "url": "https://a.example/x", "status": 200,
              "final_url": "https://a.example/x", "headers": (),
              "sha256": hashlib.sha256(body).hexdigest()}  # fmt: skip
    return Capture(statement=Statement(**(values | changed)), body=body)  # type: ignore[arg-type]


def test_the_same_change_and_head_give_the_same_bytes_and_a_new_capture_other_ones(room: Room) -> None:
    first = pack.packed(room.dossier(), SEAL)
    assert pack.packed(room.dossier(), SEAL) == first
    room.desk.look(page(level=1), 1)
    assert pack.packed(room.dossier(), SEAL) != first


def test_the_mark_moves_whenever_the_pack_does(room: Room) -> None:
    def both() -> tuple[str, bytes]:
        change = gather.found(room.store, room.event)
        assert change is not None
        return gather.mark(room.store, change, program="0.1.0"), pack.packed(room.dossier(), SEAL)

    seen = [both()]
    room.desk.told()
    seen.append(both())
    room.store.announce(Bulletin(id="cor_1", kind=MessageKind.CORRECTION, created_at=START, about=room.event,
                                 remark="It was the other town."))  # fmt: skip
    seen.append(both())
    room.desk.look(page(level=1), 1)
    seen.append(both())
    assert len({mark for mark, _ in seen}) == len({made for _, made in seen}) == 4
    assert both() == seen[-1]


def test_a_pack_counts_messages_and_names_nobody(room: Room) -> None:
    room.desk.told()
    made = unzip.unzipped(pack.packed(room.dossier(), SEAL))
    assert json.loads(made[pack.SENT]) == [{"state": "sent", "channel": "file", "count": 1}]
    (sent,) = room.store.deliveries()
    for data in made.values():
        assert b"sub_1" not in data and sent.message_id.encode() not in data


def test_a_correction_stands_in_the_pack_and_on_its_papers(room: Room) -> None:
    room.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=START, about=room.event,
                                 remark="It was <b>never</b> so."))  # fmt: skip
    made = unzip.unzipped(pack.packed(room.dossier(), SEAL))
    assert json.loads(made[pack.LATER])[0]["kind"] == "withdrawal"
    assert b"WITHDRAWN" in made[pack.README] and b"It was &lt;b&gt;never&lt;/b&gt; so." in made[pack.PAGE]


def test_every_file_is_hashed_as_sha256sum_writes_it(files: dict[str, bytes]) -> None:
    listed = dict(reversed(line.split("  ")) for line in files[pack.SUMS].decode().splitlines())
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != pack.SUMS}


def test_the_links_of_a_pack_follow_to_the_head_that_it_states(room: Room) -> None:
    found = room.dossier()
    (run,) = found.chain
    assert [one.position for one in run.links] == [1, 2, 3, 4] and run.before == proof.START
    assert run.links[-1] == found.head == room.store.chain_head()
    assert [found.place(side).position for side in ("before", "after")] == [1, 3]  # type: ignore[union-attr]


def test_a_chain_too_long_for_a_pack_stops_and_says_so(room: Room) -> None:
    short = room.dossier(most=3)
    assert [one.position for run in short.chain for one in run.links] == [1, 2, 3]
    assert b"stop at position 3" in pack.files(short, *read(short))[pack.README]
    apart = room.dossier(most=2)
    assert [[one.position for one in run.links] for run in apart.chain] == [[1], [3]]
    assert b"lie too far apart" in pack.files(apart, *read(apart))[pack.README]
    assert links.read(links.written(apart.chain)) == apart.chain


def read(dossier: object) -> tuple[object]:
    from monitor.evidence import papers

    return (papers.reading(dossier),)  # type: ignore[arg-type]


def test_a_capture_that_was_exchanged_in_the_database_is_not_handed_out(room: Room) -> None:
    class Bent:
        def __getattr__(self, name: str) -> object:
            return getattr(room.store, name)

        def chain_place(self, source_id: str, taken_at: object) -> object:
            return room.store.chain_place("embassy", room.store.snapshots("embassy")[0][1])

    change = gather.found(room.store, room.event)
    assert change is not None
    with pytest.raises(StoreError, match="not the one that has its place in the chain"):
        gather.dossier(Bent(), change, (), program="0.1.0")  # type: ignore[arg-type]


# -- WARC -----------------------------------------------------------------------------
@pytest.mark.parametrize("headers", [
    (), (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
    (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "3")),
    (("X-Odd", "é ü \udcff \x00 \r\nInjected: yes"), ("bad name:", "v"), ("", "")),
])  # fmt: skip
@pytest.mark.parametrize("body", [b"", BODY, b"5\r\nhello\r\n0\r\n\r\n", b"\x1f\x8b\x08 not gzip", b"WARC/1.1\r\n\r\n"])
def test_a_capture_comes_back_from_its_warc_file_whatever_the_server_sent(
    headers: tuple[tuple[str, str], ...], body: bytes, tmp_path: Path
) -> None:
    capture = stated(body, headers=headers)
    made = captures.written(capture)
    assert captures.read(made) == capture and captures.written(capture) == made
    record = next(iter(ArchiveIterator(BytesIO(made))))
    assert record.content_stream().read() == body and "Injected" not in dict(record.http_headers.headers)
    (tmp_path / "a.warc").write_bytes(made)
    (back,) = warc.pages(warc.places([tmp_path / "a.warc"]))
    assert (back.url, back.body, back.status, back.taken_at) == ("https://a.example/x", body, 200, START)


def test_a_warc_whose_answer_is_not_the_one_stated_is_refused() -> None:
    made = captures.written(stated(headers=(("ETag", "one"),)))
    for damaged in (made.replace(b"alert(1)", b"alert(2)"), made.replace(b"ETag: one", b"ETag: two"),
                    made.replace(b"200 OK", b"404 OK"), made[:-40], made + made, b"", made.replace(b"1.1", b"0.1")):
        with pytest.raises(ReadError):
            captures.read(damaged)


# -- the printable page ---------------------------------------------------------------
def hidden(words: str) -> str:
    """The words as a page shows them, not as its markup."""
    return html.escape(words.encode("utf-8", "ignore").decode())


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_a_page_says_becomes_markup_on_the_printable_page(words: str) -> None:
    made = furnished(f"On June 9, 2026, soldiers said this: {hidden(words)}")
    try:
        page_ = unzip.unzipped(pack.packed(made.dossier(), SEAL))[pack.PAGE].decode()
    finally:
        made.store.close()
    assert set(re.findall(r"<(\w+)", page_)) <= set(
        "html head meta title style body main p h1 h2 h3 section span del ins dl dt dd code br strong q".split())
    assert "default-src 'none'" in page_ and not re.search(r"<[^>]*\s(?:on\w+|src|href|style)=", page_)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", page_)


def test_the_style_of_the_printable_page_is_the_one_that_its_policy_allows(files: dict[str, bytes]) -> None:
    from base64 import b64encode

    text = files[pack.PAGE].decode()
    style = text.partition("<style>")[2].partition("</style>")[0]
    allowed = re.search(r"sha256-([^']+)'", text)
    assert allowed is not None and b64encode(hashlib.sha256(style.encode()).digest()).decode() == allowed[1]


def test_messages_are_counted_by_state_and_channel(room: Room) -> None:
    change = room.store.change(room.event)
    assert change is not None
    assert [(state.value, channel, count) for state, channel, count in room.store.messages_about(change.id)] == [
        ("waiting", Channel.FILE, 1)]
