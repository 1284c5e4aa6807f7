"""The parts and fields of a mail that anybody may have sent: bounded, and never decoded further than needed."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from itertools import islice

PARTS = 30
"""Parts that a report may have; a real one has three to seven."""
DEPTH = 10
"""Levels of them; each makes the parser look at each line once more."""
MARKS = 1_000
"""Lines that begin as a border between parts does."""
FIELD = 2_000
"""Letters of one field."""
_CONTENT = re.compile(rb"(?im)^content-(?:type|disposition|transfer-encoding)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*")


def reasonable(raw: bytes) -> bool:
    """Few parts with short types: the parser takes quadratic time, or much memory, over others."""
    sizes = [found.end() - found.start() for found in islice(_CONTENT.finditer(raw), 3 * PARTS + 1)]
    few = len(sizes) <= 3 * PARTS and raw.count(b"\n--") <= MARKS and raw.lower().count(b"boundary=") <= DEPTH
    return bool(raw) and few and max(sizes, default=0) <= FIELD


def by_type(mail: Message) -> dict[str, Message]:
    """The first part of each type; what stands inside an attached message is no part of this one."""
    found: dict[str, Message] = {}
    waiting = [mail]
    for _ in range(PARTS):
        if not waiting:
            break
        part = waiting.pop()
        found.setdefault(part.get_content_type(), part)
        if part.get_content_maintype() == "multipart":
            waiting += reversed(_below(part))
    return found


def originals(found: dict[str, Message]) -> list[dict[str, str]]:
    """The headers of the messages that came back, whole or their heads only."""
    kinds = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
    return [fields(found[kind]) for kind in kinds if kind in found]


def blocks(part: Message) -> list[dict[str, str]]:
    """The blocks of a status part: of the message first, then of each recipient."""
    found = [_named(block) for block in _below(part)[: PARTS * 10]]
    if not any("action" in block or "status" in block for block in found):
        # encoded, which RFC 3464 does not allow and some do
        text = _decoded(part).replace("\r\n", "\n")
        found = [_parsed(block) for block in re.split(r"\n[ \t]*\n", text)[: PARTS * 10]]
    return [block for block in found if block]


def fields(part: Message) -> dict[str, str]:
    """The fields that a part's text consists of."""
    below = _below(part)
    if below:
        return _named(below[0])
    return _parsed(_decoded(part).replace("\r\n", "\n").lstrip("\n").partition("\n\n")[0])


def _below(part: Message) -> list[Message]:
    below = part.get_payload()
    return [one for one in below if isinstance(one, Message)] if isinstance(below, list) else []


def _decoded(part: Message) -> str:
    below = _below(part)
    if below:  # parsed as blocks already, although it is encoded
        whole = Message()
        whole["Content-Transfer-Encoding"] = first(part, "Content-Transfer-Encoding")
        whole.set_payload("\n\n".join(str(block.get_payload()) for block in below))
        part = whole
    made = part.get_payload(decode=True)
    return made.decode("utf-8", "replace") if isinstance(made, bytes) else ""


def _parsed(text: str) -> dict[str, str]:
    return _named(message_from_bytes(text.encode("utf-8", "replace")))


def _named(part: Message) -> dict[str, str]:
    """The first of each field, by its name in small letters."""
    out: dict[str, str] = {}
    for name, value in part.items()[:200]:
        out.setdefault(name.casefold(), " ".join(str(value)[:FIELD].split()))
    return out


def each(mail: Message, name: str) -> list[str]:
    return [str(value)[:FIELD] for value in (mail.get_all(name) or [])[:20]]


def first(mail: Message, name: str) -> str:
    return next(iter(each(mail, name)), "")
