"""Whatever a source wrote and an operator remarked: every feed stays valid, as others judge it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.audience import Bulletin, MessageKind
from monitor.feeds import atom, cap, entries, hxl, jsonfeed
from monitor.feeds.entries import Entry, Feed
from monitor.model import Campaign, ChangeState, Member, Outcome, Severity, StoredChange
from tests.feeds import judges

AT = datetime(2026, 6, 9, 4, 12, tzinfo=UTC)
HOME = "https://watch.example"
BAD = ["\x00", "\x0b", "\x1b[31m", "]]>", "<![CDATA[", "</title>", "&", "&#0;", "\ud800", "\udfff", "\ufffe", "\uffff",
       "\U0001ffff", "\u202e", "\u2066", "\r\n", "\u0085", "\u2028", "\ufdd0", '"', "=1+1", "{{x}}", "é", "中",
       "\x7f"]  # fmt: skip
WORDS = st.lists(st.one_of(st.text(st.characters(exclude_categories=()), max_size=30), st.sampled_from(BAD)),
                 max_size=6).map("".join)  # fmt: skip


def change(words: str = "Level 4", name: str = "Mali", **more: object) -> StoredChange:
    made = StoredChange(
        id=1, event_id="evt_3b9a77", source_id="mali-page", url="https://travel.state.gov/mali.html",
        publisher="us-state", destination="mali", destination_name=name, taken_at=AT, outcome=Outcome.CHANGED,
        state=ChangeState.TOLD, confirmed=True, severity=Severity.HIGH, headline=words, sentences=(words,),
        findings=(), note=words, before_sha256="a" * 64, after_sha256="b" * 64, before_snapshot_id=1,
        after_snapshot_id=2, level=words, stated_at=words)  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def spread(words: str, names: list[str]) -> Campaign:
    joined = tuple(Member(change_id=number, source_id=f"s{number}", destination=f"d{number}", destination_name=name,
                          taken_at=AT + timedelta(minutes=number), severity=Severity.MEDIUM)
                   for number, name in enumerate(names))  # fmt: skip
    return Campaign(id="cmp_77", publisher="us-state", severity=Severity.MEDIUM, headline=words, sentences=(words,) * 5,
                    findings=(), first_at=AT + timedelta(hours=1), example=change(words), members=joined)  # fmt: skip


def said(kind: MessageKind, hours: int, remark: str = "It was a test page.") -> Bulletin:
    return Bulletin(id=f"bul_{hours}", kind=kind, created_at=AT + timedelta(hours=hours), about="evt_3b9a77",
                    remark=remark)  # fmt: skip


def judge(*found: Entry, name: str = "Watch") -> None:
    for form, build, court in (("atom", atom.document, judges.atom_feed),
                               ("json", jsonfeed.document, judges.json_feed)):  # fmt: skip
        address = f"{HOME}/feeds/all.{form}"
        court(build(Feed(title=f"{name}: all", address=address, home=f"{HOME}/", author=name or "Watch",
                         entries=found, empty_at=AT)), address)  # fmt: skip
    made = hxl.document(Feed(title=name, address=HOME, home=HOME, author=name, entries=found, empty_at=AT))
    assert [row["#date+detected"] for row in judges.hxl_rows(made)] == ["2026-06-09 04:12"] * len(found)
    rows = list(csv.reader(io.StringIO(made.decode(), newline="")))[2:]
    assert len(rows) == len(found) and all(cell[:1] not in tuple("=+-@\t\r") for row in rows for cell in row if cell)
    for one in found:
        judges.cap_alert(cap.document(one, sender=name, sender_name=name))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(WORDS, WORDS, WORDS)
@example("x" * 10_000, "y" * 10_000, "z" * 10_000)
@example("".join(BAD), "".join(BAD), "".join(BAD))
@example("", "", "")
@example(" \n\t ", "\x00", "\u202e")
def test_no_words_of_a_source_or_an_operator_make_any_feed_invalid(words: str, name: str, remark: str) -> None:
    about = [said(MessageKind.CORRECTION, 1, remark), said(MessageKind.WITHDRAWAL, 2, remark)]
    judge(
        entries.entry(change(words, name), HOME, "United States"),
        entries.entry(change(words, name, event_id="evt_2", url=f"https://x.example/{words}"), HOME, name, about),
        entries.campaign(spread(words, [name, words, "Mali"]), HOME, name or "us"),
        name=f"Watch {name}",
    )


@pytest.mark.parametrize("severity", [one for one in Severity if one is not Severity.NONE])
@pytest.mark.parametrize("confirmed", [True, False])
def test_every_severity_sure_or_not_is_a_valid_alert(severity: Severity, confirmed: bool) -> None:
    judge(entries.entry(change(severity=severity, confirmed=confirmed), HOME, "United States"))


def test_a_correction_keeps_the_id_moves_the_date_and_says_so_first() -> None:
    before = entries.entry(change("Embassy closed"), HOME, "United States")
    after = entries.entry(change("Embassy closed"), HOME, "United States",
                          [said(MessageKind.CORRECTION, 3, "It is open on Mondays.")])  # fmt: skip
    assert after.id == before.id and after.told_at == before.updated_at < after.updated_at
    assert after.title == "Corrected: Embassy closed" and after.standing == "corrected"
    assert atom.body(after).splitlines()[:2] == ["Corrected on 2026-06-09 07:12 UTC. It is open on Mondays.",
                                                  "What was told before:"]  # fmt: skip
    judge(after)


def test_a_cap_update_and_a_cancel_refer_to_every_earlier_message_of_the_event() -> None:
    about = [said(MessageKind.WITHDRAWAL, 5), said(MessageKind.CORRECTION, 3)]
    seen = []
    for known in (about[:0], about[1:], about):
        one = entries.entry(change(), HOME, "United States", known)
        root = judges.cap_alert(cap.document(one, sender="watch.example", sender_name="Watch"))
        seen.append([root.findtext(f"c:{name}", "", {"c": cap.NS})
                     for name in ("msgType", "identifier", "sent", "references", "note")])  # fmt: skip
    alert, update, cancel = seen
    assert alert == ["Alert", "evt_3b9a77", "2026-06-09T04:12:00-00:00", "", ""]
    first = "watch.example,evt_3b9a77,2026-06-09T04:12:00-00:00"
    assert update[:4] == ["Update", "bul_3", "2026-06-09T07:12:00-00:00", first]
    assert cancel[:3] == ["Cancel", "bul_5", "2026-06-09T09:12:00-00:00"] and "test page" in cancel[4]
    assert cancel[3] == f"{first} watch.example,bul_3,2026-06-09T07:12:00-00:00"


def test_what_else_was_said_about_an_event_does_not_correct_it() -> None:
    found = entries.entry(change(), HOME, "United States", [said(MessageKind.BLIND, 3), said(MessageKind.TEST, 4)])
    assert found == entries.entry(change(), HOME, "United States")


def test_a_campaign_is_one_entry_that_names_all_its_destinations() -> None:
    one = entries.campaign(spread("Air is bad", ["Niger", "Mali", "Chad"]), HOME, "United States")
    assert [place.country for place in one.places] == ["TD", "ML", "NE"] and one.kind == "campaign"
    assert one.title == "United States: the same edit on 3 destinations — Air is bad"
    assert one.url == f"{HOME}/changes/cmp_77" and one.updated_at == AT + timedelta(hours=1) and one.seen_at == AT
    root = judges.cap_alert(cap.document(one, sender="watch.example", sender_name="Watch"))
    assert [node.text for node in root.iter(f"{{{cap.NS}}}areaDesc")] == ["Chad", "Mali", "Niger"]
    judge(one)


# -- the judges themselves -------------------------------------------------------------
def feed_bytes() -> bytes:
    return atom.document(Feed(title="t", address=f"{HOME}/f", home=HOME, author="a", empty_at=AT,
                              entries=(entries.entry(change(), HOME, "us"),)))  # fmt: skip


@pytest.mark.parametrize(
    ("good", "bad"),
    [(b"<author>", b"<contributor>"), (b"T04:12:00Z</updated>", b"t04:12:00z</updated>"), (b"urn:uuid:", b""),
     (b'href="https://watch', b'href="watch'), (b'rel="self"', b'rel="alternate"'), (b"<published>", b"<born>"),
     (b' term="', b' label="'), (b"application/cap+xml", b"text/html"), (b"<title>", b'<title type="xhtml">')],
)  # fmt: skip
def test_the_judge_of_atom_refuses_what_the_standard_forbids(good: bytes, bad: bytes) -> None:
    made = feed_bytes()
    judges.atom_feed(made)
    broken = made.replace(good, bad)
    if bad in (b"<contributor>", b"<born>"):
        broken = broken.replace(good.replace(b"<", b"</"), bad.replace(b"<", b"</"))
    assert broken != made
    with pytest.raises((AssertionError, ValueError)):
        judges.atom_feed(broken)


@pytest.mark.parametrize(
    ("good", "bad"),
    [(b"<scope>Public</scope>", b""), (b">Severe<", b">Bad<"), (b"-00:00</sent>", b"Z</sent>"),
     (b"<language>en</language>", b"<areaDesc>Mali</areaDesc>"), (b"<identifier>evt_3b9a77", b"<identifier>evt 3b9a77"),
     (b">Alert<", b">Update<")],
)  # fmt: skip
def test_the_judge_of_cap_refuses_what_the_standard_forbids(good: bytes, bad: bytes) -> None:
    made = cap.document(entries.entry(change(), HOME, "us"), sender="watch.example", sender_name="Watch")
    judges.cap_alert(made)
    assert good in made
    with pytest.raises((AssertionError, judges.etree.DocumentInvalid)):
        judges.cap_alert(made.replace(good, bad))
