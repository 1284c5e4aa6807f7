"""Hand-written stand-ins, one per protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.audience import Delivery, Notice
from monitor.errors import FetchError, NotifyError
from monitor.model import Destination, Page, Source

START = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)
MALI = Destination(key="mali", name="Mali", iso3="MLI", region="ML", names=("Republic of Mali",))


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@dataclass
class Web:
    """Answers with whatever was put on it last; an exception is raised, bytes are a page."""

    clock: Clock
    answer: bytes | FetchError | Exception = b""
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        self.asked.append(url)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Page(url=url, body=self.answer, taken_at=self.clock(),
                    headers=(("Content-Type", "text/html; charset=utf-8"),))  # fmt: skip


@dataclass
class Sender:
    """Keeps what it is handed; fails with `error` while there is one."""

    error: NotifyError | None = None
    notices: list[Notice] = field(default_factory=list)
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        self.notices.append(notice)
        return repr((notice, delivery.message_id)).encode()

    def send(self, delivery: Delivery, message: bytes) -> str:
        if self.error is not None:
            raise self.error
        self.sent.append((delivery.message_id, message))
        return "accepted"


def source(source_id: str = "mali-page", **changed: object) -> Source:
    values: dict[str, object] = {
        "id": source_id, "kind": "us-page", "publisher": "us-state", "destination": MALI,
        "url": "https://travel.state.gov/en/international-travel/travel-advisories/mali.html",
    }  # fmt: skip
    return Source(**(values | changed))  # type: ignore[arg-type]


def page(
    level: int = 4, words: str = "", issued: str = "June 8, 2026", name: str = "Republic of Mali",
    phone: str = "+(223) 2021-2223",
) -> bytes:  # fmt: skip
    """A small destination page in the new template; `words` are paragraphs, one a line."""
    level_words = {1: "Exercise normal precautions", 2: "Exercise increased caution",
                   3: "Reconsider travel", 4: "Do not travel"}[level]  # fmt: skip
    standing = (
        "Armed robbery is common on roads at night.\nHospitals outside the capital lack basic supplies.\n"
        "Demonstrations can start without notice.\nKeep copies of your papers in a safe place.\n"
        "Police checkpoints are usual near the river bridges.\nMobile coverage is poor outside towns.\n"
        "Use only taxis that your hotel has called.\nDrink bottled water only."
    )
    paragraphs = "".join(f"<p>{line}</p>" for line in f"{standing}\n{words}".strip().split("\n"))
    return (
        "<!DOCTYPE html><html><head><title>Mali</title></head><body><nav><a href='/x'>menu</a></nav><main>"
        f'<div class="cmp-traveladvisory"><div class="cmp-traveladvisory__header level-{level}">'
        f'<h2 class="travel-advisory">Travel advisory - {name}</h2>'
        f'<h3 class="travel-level">Level {level} - {level_words}</h3>'
        '<div class="cmp-traveladvisory__header-date-issued">'
        f'<span class="date-issued">Date issued: {issued} -</span></div></div>'
        f'<div class="cmp-traveladvisory__body level-{level}"><div class="cmp-traveladvisory__body-container">'
        '<ul class="pill-list"><li class="tsg-utility-risk-pill">Crime (C)</li></ul>'
        '<div class="cmp-traveladvisory__body-container-advisory"><h3 class="section-heading">Advisory summary</h3>'
        f'<div class="summary-text usa-prose">{paragraphs}<p>Embassy telephone: {phone}</p></div></div>'
        '</div></div></div><p id="tsg-page_date">Last Updated: June 9, 2026</p></main></body></html>'
    ).encode()
