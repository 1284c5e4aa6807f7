"""Whatever is done to a pack is found, and the check says what is proven and what is not."""

import hashlib
import json
import random
import struct
import zipfile
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import proof
from monitor.evidence import captures, links, opening, pack, papers, unzip
from monitor.evidence.check import Noted, check, is_key
from monitor.evidence.dossier import Capture, Dossier, Stretch
from monitor.evidence.plain import ReadError, json_text
from monitor.evidence.report import Report, Verdict
from monitor.evidence.seal import Seal
from monitor.proof import Link
from tests.evidence.conftest import SEAL, Room

FORGER = Seal("the secret of somebody else")
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def zipped(files: dict[str, bytes]) -> bytes:
    return pack.zipped(files)


def wrong(report: Report) -> str:
    return " ".join(one.says for one in report.findings if one.verdict is Verdict.WRONG)


def said(report: Report) -> str:
    return " ".join(one.says for one in report.findings)


def forged(room: Room, seal: Seal | None = FORGER, **changed: Any) -> bytes:
    """A pack of which everything was made anew to fit, by somebody who has this program."""
    return pack.packed(msgspec.structs.replace(room.dossier(), **changed), seal)


def rewritten(found: Dossier, body: bytes) -> Dossier:
    """The dossier with another page after the change, its place and all later links recomputed."""
    old = found.captures["after"]
    statement = msgspec.structs.replace(old.statement, sha256=hashlib.sha256(body).hexdigest())
    after = Capture(statement=statement, body=body)
    (run,) = found.chain
    before, made = run.before, []
    for one in run.links:
        entry = statement.entry if one.entry == old.statement.entry else one.entry
        made.append(Link(one.position, entry, proof.link_hash(before, entry)))
        before = made[-1].link
    return msgspec.structs.replace(found, captures={**found.captures, "after": after}, head=made[-1],
                                   chain=(Stretch(run.before, tuple(made)),))  # fmt: skip


# -- what is sound --------------------------------------------------------------------
def test_an_untouched_pack_is_sound_and_says_what_it_does_not_prove(packed: bytes) -> None:
    report = check(packed)
    assert report.sound and wrong(report) == "" and "TLS session is not recorded" in str(report.to_dict())
    assert len(report.proven) == 3 and not report.anchored and not report.tied


def test_a_noted_link_and_a_known_key_prove_more(room: Room) -> None:
    made = pack.packed(room.dossier(), SEAL)
    head = room.store.chain_head()
    assert head is not None
    report = check(made, heads=[Noted(head.link, None)], key=SEAL.public_key, book=room.store)
    assert report.sound and report.anchored and report.tied and len(report.proven) == 5
    assert "is the one in the pack" in said(report)


def test_a_link_noted_between_the_captures_vouches_for_the_earlier_one_only(room: Room) -> None:
    second = room.store.chain_since(2, 1)[0]
    report = check(pack.packed(room.dossier(), SEAL), heads=[Noted(second.link, 2)])
    assert report.sound and not report.anchored and "after the change came later than that link" in said(report)


def test_a_pack_with_one_capture_or_a_broken_page_is_judged_by_what_is_there(room: Room) -> None:
    found = room.dossier()
    alone = msgspec.structs.replace(found, captures={"after": found.captures["after"]})
    report = check(pack.packed(alone, SEAL))
    assert report.sound and "cannot be made again" in said(report)
    unread = msgspec.structs.replace(found, origin=msgspec.structs.replace(found.origin, kind="no such kind"))
    report = check(pack.packed(unread, SEAL))
    assert "cannot read the capture" in said(report)


def test_a_pack_of_another_version_may_read_otherwise_and_is_no_forgery_for_that(room: Room) -> None:
    found = msgspec.structs.replace(room.dossier(), program="9.0", rules="0" * 16)
    files = pack.files(found, papers.reading(found), None)
    files[pack.TEXTS["after"]] += b"as another adapter reads it\n"
    manifest = json.loads(files[pack.MANIFEST])
    report = check(zipped(refitted(files, manifest)))
    assert report.sound and "made by advisory-monitor 9.0" in said(report) and pack.TEXTS["after"] in said(report)


def test_what_today_is_judged_differently_is_said_to_be_that_and_not_forged(room: Room) -> None:
    judged = room.dossier().judged
    (row,) = judged.findings
    lighter = msgspec.structs.replace(row, severity="low", rule="wording")
    report = check(forged(room, judged=msgspec.structs.replace(judged, findings=(lighter,))))
    assert report.sound and "Judged differently today" in said(report) and len(report.proven) == 2
    moved = msgspec.structs.replace(row, section="Elsewhere")
    report = check(forged(room, judged=msgspec.structs.replace(judged, findings=(moved,))))
    assert report.sound and "no longer told as such" in said(report) and "1 further difference" in said(report)
    report = check(forged(room, judged=msgspec.structs.replace(judged, headline="Mali is quite safe")))
    assert report.sound and "Worded differently today" in said(report)


def refitted(files: dict[str, bytes], manifest: dict[str, Any]) -> dict[str, bytes]:
    """The files with hashes that fit them."""
    made = {name: data for name, data in files.items() if name not in (pack.SIGNATURE, pack.SUMS, pack.MANIFEST)}
    manifest["files"] = {name: {"sha256": pack.sha256(data), "size": len(data)} for name, data in sorted(made.items())}
    made[pack.MANIFEST] = json_text(manifest)
    return made | {pack.SUMS: pack.sums(made)}


# -- flips ----------------------------------------------------------------------------
@QUICK
@given(data=st.data())
def test_a_flipped_byte_in_any_file_is_found(files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    bit = data.draw(st.integers(1, 255))
    bent = bytearray(files[name])
    bent[at] ^= bit
    assert wrong(check(zipped({**files, name: bytes(bent)})))


def test_every_byte_of_the_small_files_counts(files: dict[str, bytes]) -> None:
    for name in (pack.SIGNATURE, pack.LATER, pack.SENT):
        for at in range(len(files[name])):
            bent = bytearray(files[name])
            bent[at] ^= 0x01
            assert opening.opened({**files, name: bytes(bent)}).wrong, (name, at)


@QUICK
@given(data=st.data())
def test_a_flipped_byte_of_the_zip_itself_is_found_or_changed_no_file(
    packed: bytes, files: dict[str, bytes], data: st.DataObject
) -> None:
    at, bit = data.draw(st.integers(0, len(packed) - 1)), data.draw(st.integers(1, 255))
    bent = bytearray(packed)
    bent[at] ^= bit
    report = check(bytes(bent))
    if report.sound:
        assert "not as this program writes it" in said(report) and unzip.unzipped(bytes(bent)) == files


@QUICK
@given(st.integers(0, 10**6))
def test_a_truncated_pack_is_found(packed: bytes, cut: int) -> None:
    assert wrong(check(packed[: cut % len(packed)]))


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(packed: bytes, noise: bytes) -> None:
    assert wrong(check(noise))
    spoilt = packed[:200] + noise + packed[200:]
    assert check(spoilt).findings


def test_swapped_missing_and_added_files_are_found(files: dict[str, bytes]) -> None:
    old, new = pack.WARCS["before"], pack.WARCS["after"]
    assert wrong(check(zipped({**files, old: files[new], new: files[old]})))
    for name in files:
        assert wrong(check(zipped({key: data for key, data in files.items() if key != name}))), name
    assert "no pack has: 'notes.txt'" in wrong(check(zipped({**files, "notes.txt": b"trust me"})))


@settings(max_examples=120, deadline=None)
@given(st.integers())
def test_hostile_json_in_a_refitted_pack_gets_an_answer(files: dict[str, bytes], seed: int) -> None:
    dice = random.Random(seed)
    name = dice.choice([pack.FINDINGS, pack.SOURCE, pack.SENT, pack.LATER, pack.MANIFEST])
    value = _bent(json.loads(files[name]), dice)
    made = {**files, name: json_text(value)}
    if name != pack.MANIFEST:
        made = refitted(made, json.loads(files[pack.MANIFEST]))
    check(zipped(made))


_ODD: tuple[Any, ...] = (None, True, -1, 10**30, 1e400, "", "x" * 5000, "\ud800", "\x00", [], {}, [[]] * 50,
                         "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "<script>", ":has(*",
                         "ZZ")  # fmt: skip


def _bent(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        return {**value, key: _bent(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.7:
        at = dice.randrange(len(value))
        return [*value[:at], _bent(value[at], dice), *value[at + 1 :]]
    return dice.choice(_ODD)


@pytest.mark.parametrize("select", ["main", ":has(*", "][", "\x00", "p" * 5000, ":is(" * 200 + "p" + ")" * 200])
def test_a_hostile_selector_is_an_answer_and_no_crash(room: Room, select: str) -> None:
    origin = msgspec.structs.replace(room.dossier().origin, kind="headings", select=select)
    assert check(forged(room, origin=origin)).findings


def test_deep_and_ambiguous_json_is_refused(files: dict[str, bytes]) -> None:
    for text in (b"[" * 100_000, b'{"a":1,"a":2}', b"NaN", b"\xff", b'{"type": 1e999}'):
        made = refitted({**files, pack.FINDINGS: text}, json.loads(files[pack.MANIFEST]))
        assert "findings.json cannot be used" in wrong(check(zipped(made)))


# -- forgeries ------------------------------------------------------------------------
def test_a_forged_pack_agrees_with_itself_and_fails_on_a_link_that_was_noted_down(room: Room) -> None:
    head = room.store.chain_head()
    assert head is not None
    found = room.dossier()
    body = found.captures["after"].body.replace(b"dissolved the government", b"welcomed the government")
    judged = msgspec.structs.replace(found.judged, findings=())
    made = pack.packed(rewritten(msgspec.structs.replace(found, judged=judged), body), FORGER)
    assert check(made).sound, "nothing inside it can show it: that is what a note elsewhere is for"
    report = check(made, heads=[Noted(head.link, head.position)])
    assert "another link than the one that was noted down" in wrong(report) and report.proven == ()
    assert not check(made, heads=[Noted(head.link, None)]).sound
    assert "another key" in wrong(check(made, key=SEAL.public_key))
    assert "another link" in wrong(check(made, book=room.store))


def test_a_page_that_is_not_the_one_in_the_chain_is_found(room: Room) -> None:
    found = room.dossier()
    fake = rewritten(found, b"<html>all is well</html>")
    made = pack.packed(msgspec.structs.replace(found, captures=fake.captures), FORGER)
    assert "has no place in chain.txt" in wrong(check(made))


def test_invented_quotes_texts_and_papers_are_found(room: Room) -> None:
    judged = room.dossier().judged
    (row,) = judged.findings
    lie = msgspec.structs.replace(row, after="On June 9, 2026, all foreigners were invited to stay.")
    report = check(forged(room, judged=msgspec.structs.replace(judged, findings=(lie,))))
    assert "quotes words that do not stand in the capture after" in wrong(report)
    files = unzip.unzipped(forged(room, seal=None))
    for name in (pack.PAGE, pack.DIFFERENCES, pack.README, pack.TEXTS["after"]):
        bent = {**files, name: files[name].replace(b"soldiers", b"dancers").replace(b"EVIDENCE", b"PROOF")}
        made = refitted(bent, json.loads(files[pack.MANIFEST]))
        assert f"not what comes of the captures: {name}" in wrong(check(zipped(made)))


def test_a_chain_that_does_not_hold_or_is_of_other_captures_is_found(room: Room) -> None:
    found = room.dossier()
    (run,) = found.chain
    bent = Link(2, run.links[0].entry, run.links[1].link)
    for chain in (
        (Stretch(run.before, (run.links[0], bent, *run.links[2:])),),
        (Stretch("0" * 64, run.links),),
        (Stretch(run.before, (run.links[0], *run.links[2:])),),
        (Stretch(run.before, run.links[:2]), Stretch(run.before, run.links)),
        (Stretch(run.links[0].link, run.links[1:]),),
    ):
        assert wrong(check(forged(room, chain=chain)))
    other = Link(found.head.position, found.head.entry, "0" * 64)
    assert "do not end at the head" in wrong(check(forged(room, head=other)))


def test_files_of_several_stories_are_found(room: Room) -> None:
    found = room.dossier()
    origin = msgspec.structs.replace(found.origin, id="niger-page")
    assert "several sources" in wrong(check(forged(room, origin=origin)))
    back = {"before": found.captures["after"], "after": found.captures["before"]}
    assert "not the older one" in wrong(check(forged(room, captures=back)))
    files = unzip.unzipped(forged(room, seal=None))
    manifest = json.loads(files[pack.MANIFEST]) | {"event": "evt_other"}
    assert "another change" in wrong(check(zipped(refitted(files, manifest))))


def test_a_signature_that_was_copied_or_dropped_is_found(room: Room, files: dict[str, bytes]) -> None:
    other = unzip.unzipped(forged(room, judged=msgspec.structs.replace(room.dossier().judged, headline="x")))
    copied = {**other, pack.SIGNATURE: files[pack.SIGNATURE]}
    copied[pack.SUMS] = pack.sums(copied)
    assert "not one of this manifest" in wrong(check(zipped(copied)))
    unsigned = pack.packed(room.dossier(), None)
    assert check(unsigned).sound and "not signed" in said(check(unsigned))
    assert "not signed" in wrong(check(unsigned, key=SEAL.public_key))


def test_a_position_outside_the_pack_is_left_open_and_is_no_success(packed: bytes) -> None:
    for noted in (Noted("0" * 64, 999), Noted("0" * 64, None)):
        report = check(packed, heads=[noted])
        assert not report.sound and wrong(report) == ""


def test_a_key_is_of_its_secret_alone() -> None:
    assert Seal("a").public_key == Seal("a").public_key != Seal("b").public_key
    assert is_key(Seal("a").public_key) and not is_key("x" * 64)
    with pytest.raises(ValueError, match="secret"):
        Seal("")
    signed = SEAL.signature(b"m")
    assert signed.holds(b"m") and not signed.holds(b"n")
    assert not msgspec.structs.replace(signed, signature=signed.signature.upper()).holds(b"m")


@pytest.mark.parametrize(("words", "read"), [
    ("AB" * 32, Noted("ab" * 32, None)), (f" 12:{'0' * 64}\n", Noted("0" * 64, 12)),
    (f"12 {'0' * 64}", Noted("0" * 64, 12)),
    ("", None), ("12:", None), ("0" * 63, None), (f"0:{'0' * 64}", None), (f"-1:{'0' * 64}", None), ("٣" * 64, None),
])  # fmt: skip
def test_a_noted_link_is_read_with_and_without_its_position(words: str, read: Noted | None) -> None:
    assert Noted.read(words) == read


# -- the ZIP itself -------------------------------------------------------------------
def odd(name: str, data: bytes = b"x", **attributes: Any) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        for key, value in attributes.items():
            setattr(entry, key, value)
        archive.writestr(entry, data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../b", "C:evil", "a\\b", "folder/", "./a", "a//b"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert "unsafe name" in wrong(check(odd(name)))


def test_links_ciphers_and_other_packings_are_refused() -> None:
    assert "a link or a device" in wrong(check(odd("a", external_attr=0o120777 << 16)))
    assert "packed in a way" in wrong(check(odd("a", compress_type=zipfile.ZIP_BZIP2)))
    locked = bytearray(odd("a"))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "encrypted" in wrong(check(bytes(locked)))


def test_two_files_of_one_name_are_refused() -> None:
    out = BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert "two files called 'a'" in wrong(check(out.getvalue()))


def test_bombs_are_refused_before_they_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unzip, "MOST_FILE", 2**20)
    monkeypatch.setattr(unzip, "MOST_ALL", 2**21)
    bomb = zipped({"a": bytes(2**22)})
    assert "more than any pack holds" in wrong(check(bomb))
    assert "more than any pack holds" in wrong(check(zipped({name: bytes(2**20 - 1) for name in "abcd"})))
    lying = bytearray(bomb)
    at = lying.rindex(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 10)
    assert wrong(check(bytes(lying)))
    assert "holds 65 files" in wrong(check(zipped({str(n): b"" for n in range(65)})))
    monkeypatch.setattr(unzip, "MOST_PACKED", 10)
    assert "larger than any pack" in wrong(check(bomb))


def test_a_pack_that_was_packed_again_elsewhere_is_whole(files: dict[str, bytes]) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    report = check(out.getvalue())
    assert report.sound and "the files in it are whole" in said(report)


def test_a_packed_warc_is_not_unpacked(files: dict[str, bytes]) -> None:
    import gzip

    made = {**files, pack.WARCS["after"]: gzip.compress(files[pack.WARCS["after"]])}
    made = refitted(made, json.loads(files[pack.MANIFEST]))
    assert "not a plain WARC file" in wrong(check(zipped(made)))
    assert captures.read(files[pack.WARCS["after"]]).statement.source_id == "mali-page"


@pytest.mark.parametrize("text", [b"", b"1 x y\n", b"\xff", b"before zz\n"])
def test_lines_that_are_no_links_are_refused(files: dict[str, bytes], text: bytes) -> None:
    head = b"".join(files[pack.CHAIN].splitlines(keepends=True)[:2])
    for data in (text, head + text, files[pack.CHAIN] + text if text else head):
        with pytest.raises(ReadError):
            links.read(data)
