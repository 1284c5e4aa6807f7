"""Captures to WARC: one `response` record each, the same bytes on every run."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from http import HTTPStatus

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

from tests.story.timeline import Capture, stamp

BEAT = "Story-Beat"
"""WARC header with the human label of the beat that a record belongs to."""
_NAMESPACE = uuid.UUID("6d1f8a52-6a2e-5c0b-9a53-0f2d7f0c9b11")


def _record_id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, name)}>"


def warc(captures: Iterable[Capture]) -> bytes:
    """A gzipped WARC file with a `warcinfo` record and one response per capture."""
    captures = list(captures)
    writer = BufferWARCWriter(gzip=True)
    info = b"software: tests.story\r\nformat: WARC File Format 1.0\r\ndescription: an invented story\r\n"
    writer.write_record(
        writer.create_warc_record(
            "",
            "warcinfo",
            payload=io.BytesIO(info),
            length=len(info),
            warc_headers_dict={
                "WARC-Record-ID": _record_id("warcinfo"),
                "WARC-Date": stamp(captures[0].taken_at),
                "WARC-Filename": "mali-story.warc.gz",
            },
        )
    )
    for capture in captures:
        status = StatusAndHeaders(
            f"{capture.status} {HTTPStatus(capture.status).phrase}",
            list(capture.headers),
            protocol="HTTP/1.1",
        )
        writer.write_record(
            writer.create_warc_record(
                capture.url,
                "response",
                payload=io.BytesIO(capture.body),
                length=len(capture.body),
                http_headers=status,
                warc_headers_dict={
                    "WARC-Date": stamp(capture.taken_at),
                    "WARC-Record-ID": _record_id(capture.id),
                    BEAT: capture.label,
                },
            )
        )
    return bytes(writer.get_contents())
