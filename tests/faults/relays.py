"""Every word of SMTP x every way to misbehave x first, middle and last recipient: the right state for everybody."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from itertools import pairwise
from pathlib import Path

from monitor.audience import Channel, Delivery, DeliveryState
from monitor.core.backoff import TRIES
from monitor.notify.mail import Site
from monitor.notify.smtp import SmtpChannel
from tests.faults.kills import Say, silent
from tests.faults.scripted import ENVELOPE, Fault, Scripted
from tests.faults.telling import BEGUN, Telling, certificate, story

WORDS = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "END", "RSET", "QUIT")
READERS = 7
PLACES = {"first": 1, "middle": 4, "last": 7}
PATIENCE = 4.0
"""Seconds that each step with the relay may take here; in the service 30, and 120 after the final dot."""
LATE, TOO_LATE = PATIENCE / 8, PATIENCE * 2
NEVER, SLACK = 999.0, 2.0
"""Seconds: of what never came, and what a busy machine may take for a log-in."""
MOODS = ("4xx", "5xx", "drop", "drip", "silence", "late", "too late")
_LOST = ("drop", "drip", "silence", "too late")
"""We never hear its answer."""
_REFUSALS = {
    ("CONNECT", "4xx"): "421 4.3.2 busy", ("CONNECT", "5xx"): "554 5.3.2 go away", ("EHLO", "4xx"): "421 4.3.2 busy",
    ("EHLO", "5xx"): "554 5.5.1 no", ("STARTTLS", "4xx"): "454 4.7.0 not now", ("STARTTLS", "5xx"): "554 5.7.0 no",
    ("AUTH", "4xx"): "454 4.7.0 not now", ("AUTH", "5xx"): "535 5.7.8 no", ("RCPT", "5xx"): "550 5.1.1 nobody",
    ("END", "5xx"): "554 5.6.0 no such content", ("MAIL", "5xx"): "550 5.7.1 not you",
}  # fmt: skip
SITE = Site(name="Advisory monitor", from_address="alerts@monitor.example", base_url="https://monitor.example",
            contact="desk@monitor.example")  # fmt: skip


@dataclass
class Row:
    """What came of one word."""

    runs: int = 0
    right: int = 0
    sent: int = 0
    given_up: int = 0
    waited: int = 0
    repeats: int = 0
    delayed: float = 0.0
    """Seconds in which none of the others had its message, at most."""
    wrong: list[str] = field(default_factory=list)


def address(number: int) -> str:
    return f"r{number}@ngo.example"


def of(one: Delivery) -> str:
    """Whose it is; the address itself is forgotten once a message has gone out."""
    return address(int(one.subscription_id.removeprefix("sub_r")))


@contextmanager
def trusting(folder: Path) -> Iterator[object]:
    """A certificate that this process trusts meanwhile, and the relay's context with it."""
    cert, context = certificate(folder)
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(cert)
    try:
        yield context
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before


def sweep(*, every: int = 1, first: int = 0, at_once: int = 8, say: Say = silent) -> dict[str, Row]:
    """All of them, so many relays at a time; what came of it by word."""
    rows = {word: Row() for word in WORDS}
    points = [(word, mood, place, pipelining) for word in WORDS for mood in MOODS for place in PLACES
              for pipelining in (True, False)][first::every]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="monitor-relays-") as name, trusting(Path(name)) as tls:
        told = story(Path(name), [(Channel.MAIL, address(n)) for n in range(1, READERS + 1)])

        def one(point: tuple[str, str, str, bool]) -> None:
            with tempfile.TemporaryDirectory(dir=name) as folder:
                _one(point, told, Path(folder), tls, rows[point[0]])

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(one, points))
    for word, row in rows.items():
        say(f"{word}: {row.runs} runs, {len(row.wrong)} wrong")
    return {word: row for word, row in rows.items() if row.runs}


def _one(point: tuple[str, str, str, bool], told: Path, folder: Path, tls: object, row: Row) -> None:
    word, mood, place, pipelining = point
    number = PLACES[place]
    # Before a recipient is named, the so-many-th connection stands for the so-many-th recipient.
    counted = word not in ENVELOPE
    fault = Fault(word, _mood(word, mood), address(number), number)
    with Scripted(fault, tls, pipelining=pipelining) as relay:  # type: ignore[arg-type]
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="starttls", user="u", password="p", timeout=PATIENCE,
                          after_dot=PATIENCE, connections=2, most_per_connection=1 if counted else 100,
                          return_path=lambda one: f"bounce-{one.address.split('@')[0]}@monitor.example")  # fmt: skip
        run = Telling(told, folder, {Channel.MAIL: out}, threads=1 if counted else 2)
        begun = time.monotonic()
        run.tick()
        if word == "QUIT":
            out.close()
        after = run.rows()
        arrived = {to: at - begun for to, _, at in reversed(relay.taken)}
        relay.fault, relay.refused = None, ""
        run.later()
        out.close()
        _judge(point, run, relay, after, arrived, row)
        run.store.close()


def _mood(word: str, mood: str) -> str:
    if mood == "late":
        return f"after {LATE}"
    if mood == "too late":
        return f"after {TOO_LATE}"
    if mood in ("4xx", "5xx"):
        usual = "450 4.2.0 later" if mood == "4xx" else "554 5.5.1 no"
        return _REFUSALS.get((word, mood), usual)
    return mood


def _expected(word: str, mood: str) -> DeliveryState:
    """Where the one who was hit stands after the first pass."""
    if word == "RSET":
        return DeliveryState.WAITING  # the refusal before it decides; the clearing up changes nothing
    if word == "QUIT" or mood == "late":
        return DeliveryState.SENT
    if mood == "5xx" and word in ("RCPT", "DATA", "END"):
        return DeliveryState.GIVEN_UP
    return DeliveryState.WAITING


def _judge(point: tuple[str, str, str, bool], run: Telling, relay: Scripted, after: list[Delivery],
           arrived: dict[str, float], row: Row) -> None:  # fmt: skip
    word, mood, place, pipelining = point
    where = f"{word} {mood}, {place}{'' if pipelining else ', no pipelining'}"
    wrong = [f"a bug: {words}" for words in run.bugs]
    expected, ended = _expected(word, mood), run.rows()
    odd = [one for one in after if one.state is not DeliveryState.SENT]
    if expected is DeliveryState.SENT:
        wrong += [f"{of(one)} is {one.state.value}" for one in odd]
    elif len(odd) != 1 or odd[0].state is not expected or (word in ENVELOPE and of(odd[0]) != address(PLACES[place])):
        wrong.append(f"after the first pass {[(of(one), one.state.value) for one in odd]}, not one {expected.value}")
    elif expected is DeliveryState.WAITING:
        wrong += _back_off(odd[0])
    victim = of(odd[0]) if odd else address(PLACES[place])
    unsure = word == "END" and mood in _LOST
    copies = {address(n): [raw for to, raw, _ in relay.taken if to == address(n)] for n in range(1, READERS + 1)}
    for one in ended:
        wanted = 0 if expected is DeliveryState.GIVEN_UP and of(one) == victim else 1
        got = copies[of(one)]
        ids = {message_from_bytes(raw)["Message-ID"] for raw in got}
        if one.state is not (DeliveryState.SENT if wanted else DeliveryState.GIVEN_UP):
            wrong.append(f"in the end {of(one)} is {one.state.value}")
        if len(got) != wanted + (unsure and of(one) == victim):
            wrong.append(f"{of(one)} has {len(got)} copies")
        if len(set(got)) > 1 or (got and ids != {one.message_id}):
            wrong.append(f"the copies of {of(one)} differ, or are not what is noted: {ids}")
        row.repeats += max(0, len(got) - 1)
    times = [0.0, *sorted(arrived.get(of(one), NEVER) for one in after if of(one) != victim)]
    others = max(b - a for a, b in pairwise(times))
    if others > 2 * PATIENCE + SLACK:
        wrong.append(f"the others stood still for {others:.1f} s")
    if relay.clear:
        wrong.append(f"in clear: {relay.clear}")
    if not relay.hits:
        wrong.append("the fault was never met")
    row.runs += 1
    row.right += not wrong
    row.sent += sum(one.state is DeliveryState.SENT for one in ended)
    row.given_up += sum(one.state is DeliveryState.GIVEN_UP for one in ended)
    row.waited += expected is DeliveryState.WAITING
    row.delayed = max(row.delayed, others)
    row.wrong += [f"{where}: {words}" for words in wrong]


def _back_off(one: Delivery) -> list[str]:
    """What is wrong with the pause before the next try."""
    if one.attempts != 1 or one.next_try_at is None or not one.last_error:
        return [f"{one.attempts} attempts, next {one.next_try_at}, {one.last_error!r}"]
    if not TRIES[1] <= (one.next_try_at - BEGUN).total_seconds() <= 2 * TRIES[1]:
        return [f"the next try is at {one.next_try_at}"]
    return ["the address stands in the error"] if of(one) in one.last_error else []
