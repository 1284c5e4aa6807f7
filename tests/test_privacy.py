"""That no reader's address stands anywhere in clear, in small; `python -m tests.faults privacy` has a thousand."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile

import pytest

from tests.faults import privacy, traces

ADDRESS = f"reader.{traces.MARK}0001@ngo.example"


def test_a_life_with_refusals_bounces_and_a_kill_leaves_no_address_behind_and_erasure_is_for_good() -> None:
    found = privacy.privacy(60, 6, own_process=False)
    assert found.wrong == []
    assert found.handed_over > 40 and found.refused > 3 and found.bounced > 5 and found.erased == 6


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.json", data)
    return out.getvalue()


RAW = ADDRESS.encode()
WAYS = {
    "clear": RAW, "capitals": RAW.upper(), "hex": RAW.hex().encode(), "UTF-16": ADDRESS.encode("utf-16"),
    "percent": b"".join(b"%%%02X" % one for one in RAW), "quoted": b"".join(b"=%02X" % one for one in RAW),
    "folded": RAW[:10] + b"=\r\n" + RAW[10:], "JSON": b"".join(b"\\u%04x" % one for one in RAW),
    "HTML": b"".join(b"&#%d;" % one for one in RAW), "zip": zipped(RAW), "gzip": gzip.compress(RAW),
} | {f"base64 {n}": base64.b64encode(b"x" * n + RAW) for n in range(3)}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_search_finds_an_address_however_it_is_written(way: str) -> None:
    data = b"\0some other bytes " + WAYS[way] if way not in ("zip", "gzip") else WAYS[way]
    assert any(traces.traces(content) for _, content in traces.opened("file", data))


def test_the_search_finds_nothing_where_nothing_is() -> None:
    assert traces.traces(b"reader@ngo.example " + base64.b64encode(bytes(range(256)))) == []
