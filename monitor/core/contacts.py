"""A table of contacts as an operator keeps it in a spreadsheet, and what is wrong with it, line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.audience import Cadence, Channel, Form, Language, Scope, Wishes
from monitor.core import cells
from monitor.model import Source

COLUMNS = ("address", "channel", "destinations", "severity", "scope", "cadence", "hour", "weekday", "quiet", "zone",
           "language", "form", "turn")  # fmt: skip
"""All but the first may be left out; a cell left empty means what a new subscription has."""
ENDPOINTS = (Channel.WEBHOOK, Channel.SLACK, Channel.MATTERMOST, Channel.TEAMS)
CHANNELS = (Channel.MAIL, *ENDPOINTS)
"""What a table may name: a folder on our own machine and what apprise can reach are for who runs it."""
_FORMULA = ("=", "+", "-", "@")
_CHATS = ((".hooks.slack.com", Channel.SLACK), (".webhook.office.com", Channel.TEAMS),
          (".logic.azure.com", Channel.TEAMS))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One line of the table: where somebody is told, and of what."""

    line: int
    channel: Channel
    address: str
    wishes: Wishes
    turn: int = 0
    """Place in the chain of a group; 0 is told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a line and what would be right; never holds the address."""

    line: int
    column: str
    """Empty if it is about the line or the whole table."""
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.message}"


def read(
    text: str, known: Mapping[str, str], *, valid: Callable[[str], str], channels: Collection[Channel] = CHANNELS
) -> tuple[tuple[Contact, ...], tuple[Trouble, ...]]:
    """The contacts whose lines are right, and all that is wrong with the table, in the order of its lines.

    `known` has the key of a destination for each of its names in small letters (see `names`); `valid` gives an
    e-mail address in its usual spelling, and raises ValueError if it is none. Commas, semicolons or tabs between
    the cells.
    """
    contacts: list[Contact] = []
    troubles: list[Trouble] = []
    lines = _lines(text.lstrip("\ufeff"), troubles)
    at, header = next(lines, (1, []))
    columns = [cell.strip().lower() for cell in header]
    if _headed(at, columns, troubles):
        met: dict[tuple[Channel, str, tuple[str, ...]], int] = {}
        for line, row in lines:
            made = _contact(line, columns, row, known, valid, channels, troubles)
            if made is None:
                continue
            same = made.address.casefold() if made.channel is Channel.MAIL else made.address
            first = met.setdefault((made.channel, same, made.wishes.destinations), line)
            if first != line:
                troubles.append(Trouble(line=line, column="address", message=(
                    f"the same contact for the same destinations stands on line {first}; take one of them out")))
            else:
                contacts.append(made)
    return tuple(contacts), tuple(sorted(troubles, key=lambda one: one.line))


def decoded(raw: bytes) -> str:
    """The file's text: UTF-8, else what a spreadsheet on Windows writes."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def names(sources: Iterable[Source]) -> dict[str, str]:
    """Every way to name the destinations of these sources: name, key and ISO code of three letters."""
    return {name.casefold(): place.key for source in sources for place in (source.destination,)
            for name in (place.key, place.name, place.iso3) if name}  # fmt: skip


def template() -> str:
    """A table to start from."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerow(("officer@example.org", "mail", "Mali; Niger", "low", "everything", "immediate", "", "",
                   "22:00-06:00", "Africa/Bamako", "fr", "full", "0"))  # fmt: skip
    rows.writerow(("deputy@example.org", "mail", "all", "high", "posture", "daily", "7", "", "", "Europe/Paris",
                   "en", "thin", "1"))  # fmt: skip
    rows.writerow(("https://desk.example.org/hook", "webhook", "MLI", "medium", "safety; health", "weekly", "7",
                   "Monday", "", "UTC", "en", "", ""))  # fmt: skip
    return out.getvalue()


def channel_of(address: str) -> Channel | None:
    """The channel that an address speaks of by itself; Mattermost stands on hosts of its users."""
    if re.match(r"https?://", address, re.IGNORECASE):
        host = cells.host(address)
        return next((kind for end, kind in _CHATS if f".{host}".endswith(end)), Channel.WEBHOOK)
    return Channel.MAIL if "@" in address and "://" not in address else None


# --------------------------------------------------------------------------------------
# Lines
# --------------------------------------------------------------------------------------
def _lines(text: str, troubles: list[Trouble]) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each line with something in it; numbers as an editor shows them."""
    said = re.match(r"sep=([,;\t])\r?\n", text)  # what Excel writes and reads on top
    skipped = 1 if said else 0
    body = text[said.end() :] if said else text
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=said[1] if said else _delimiter(body), strict=True)
    while True:
        line = rows.line_num + skipped + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            troubles.append(Trouble(line=line, column="", message=(
                f"from here on the table cannot be read ({error}); is a quotation mark left open?")))
            return
        if any(cell.strip() for cell in row):
            yield line, row


def _delimiter(text: str) -> str:
    """What stands between the names of the columns most often."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=head.count)


def _headed(line: int, columns: list[str], troubles: list[Trouble]) -> bool:
    """Whether the line names the columns; says which it does not know."""
    if "address" not in columns:
        troubles.append(Trouble(line=line, column="address", message=(
            f"the first line names the columns, and one of them is address; there are {', '.join(COLUMNS)}")))
        return False
    for position, name in enumerate(columns):
        if name and name not in COLUMNS:
            troubles.append(Trouble(line=line, column=cells.shown(name), message=(
                f"there is no such column; there are {', '.join(COLUMNS)}")))
        elif name in columns[:position] and name:
            troubles.append(Trouble(line=line, column=name, message="this column stands here twice"))
    return True


def _contact(
    line: int, columns: list[str], row: list[str], known: Mapping[str, str], valid: Callable[[str], str],
    channels: Collection[Channel], troubles: list[Trouble],
) -> Contact | None:  # fmt: skip
    """The contact of a line; None, and why, if a cell cannot be used."""
    given = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
    bad: list[Trouble] = []
    if any(cell.strip() for cell in row[len(columns) :]):
        bad.append(Trouble(line=line, column="", message=(
            f"there are {len(row)} cells under {len(columns)} columns; put a cell with the delimiter in it into"
            " quotation marks")))

    def cell(column: str, reader: Callable[[str], Any], default: Any) -> Any:
        try:
            return reader(given[column]) if given.get(column) else default
        except cells.Bad as error:
            bad.append(Trouble(line=line, column=column, message=str(error)))
            return default

    address, kind = "", cell("channel", lambda words: cells.channel(words, channels), None)
    try:
        kind, address = _address(given.get("address", ""), kind, channels, valid)
    except cells.Bad as error:
        bad.append(Trouble(line=line, column="address", message=str(error)))
    scope, sections = cell("scope", cells.scope, (Scope.EVERYTHING, ()))
    usual = Wishes()
    wishes = Wishes(
        destinations=cell("destinations", lambda words: cells.destinations(words, known), ()),
        scope=scope, sections=sections,
        floor=cell("severity", lambda words: cells.choice(words, cells.FLOORS), usual.floor),
        cadence=cell("cadence", lambda words: cells.choice(words, Cadence), usual.cadence),
        hour=cell("hour", cells.hour, usual.hour), weekday=cell("weekday", cells.weekday, usual.weekday),
        quiet=cell("quiet", cells.quiet, None), zone=cell("zone", cells.zone, usual.zone),
        language=cell("language", lambda words: cells.choice(words, Language), usual.language),
        form=cell("form", lambda words: cells.choice(words, Form), usual.form),
    )  # fmt: skip
    turn = cell("turn", cells.turn, 0)
    troubles += bad
    return None if bad or kind is None else Contact(line=line, channel=kind, address=address, wishes=wishes, turn=turn)


def _address(
    words: str, channel: Channel | None, channels: Collection[Channel], valid: Callable[[str], str]
) -> tuple[Channel, str]:
    if not words:
        raise cells.Bad("there is none; an e-mail address, or the https:// address of an endpoint")
    if words.startswith(_FORMULA):
        raise cells.Bad("this begins like a spreadsheet formula (= + - @), and no address does")
    kind = channel or channel_of(words)
    if kind is None or kind not in channels:
        raise cells.Bad("this is neither an e-mail address nor an https:// address")
    if re.search(r"[\x00-\x1f\x7f]", words):
        raise cells.Bad("there is a line break or a control character inside")
    if kind is Channel.MAIL:
        try:
            return kind, valid(words)
        except ValueError:  # its words may repeat the address
            raise cells.Bad("this is not an e-mail address") from None
    if kind in ENDPOINTS and (re.search(r"\s", words) or not cells.host(words)):
        raise cells.Bad("an endpoint is an address that begins with https://")
    return kind, words
