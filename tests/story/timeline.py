"""The story: every capture in the order of time, with what a monitor must make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from tests.story import feeds, old, page, wrecks
from tests.story.chrome import Fetch, bare
from tests.story.chrome import page as dressed
from tests.story.content import Mali
from tests.story.countries import COUNTRIES
from tests.story.old import OldMali

_SITE = "https://travel.state.gov"
PAGE = f"{_SITE}/en/international-travel/travel-advisories/mali.html"
RSS = f"{_SITE}/_res/rss/TAsTWs.xml"
API = "https://cadataapi.state.gov/api/TravelAdvisories"
EMBASSY = "https://ml.usembassy.gov/category/alert/feed/"
COUNTRY = f"{_SITE}/content/travel/en/international-travel/International-Travel-Country-Information-Pages/Mali.html"
ADVISORY = f"{_SITE}/content/travel/en/traveladvisories/traveladvisories/mali-travel-advisory.html"
KINDS = {
    PAGE: "us-page",
    RSS: "us-rss",
    API: "us-api",
    EMBASSY: "us-embassy",
    COUNTRY: "us-country",
    ADVISORY: "us-advisory",
}
SHORT = {PAGE: "page", RSS: "rss", API: "api", EMBASSY: "embassy", COUNTRY: "country", ADVISORY: "advisory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a monitor that watches this one address must make of a capture. See fixtures/README.md."""

    outcome: tuple[str, ...]
    told: bool | None = False
    facts: tuple[str, ...] = ()
    min_severity: str = "none"
    max_severity: str = "critical"
    headline_has: tuple[str, ...] = ()
    second_look: bool = False
    told_by: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "outcome": list(self.outcome),
            "told": self.told,
            "facts": list(self.facts),
            "min_severity": self.min_severity,
            "max_severity": self.max_severity,
            "headline_has": list(self.headline_has),
            "second_look": self.second_look,
            "told_by": stamp(self.told_by) if self.told_by else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer of the web, and what must come of it."""

    id: str
    beat: str
    label: str
    taken_at: datetime
    url: str
    body: bytes
    expect: Expect
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    file: str = ""
    """Name of a readable file with the content of this capture, without the site's chrome."""
    readable: str = field(default="", repr=False)
    witness_of: str = ""
    """Capture of another address that told the same news a little earlier."""

    @property
    def kind(self) -> str:
        return KINDS[self.url]


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


FIRST = Expect(outcome=("first",))
QUIET = Expect(outcome=("unchanged", "changed"), max_severity="none")
SAME = Expect(outcome=("unchanged",), max_severity="none")
REBASED = Expect(outcome=("rebased",), max_severity="none")
BLOCKED = Expect(outcome=("blocked",))
UNAVAILABLE = Expect(outcome=("unavailable",))
UNREADABLE = Expect(outcome=("unreadable",))
IMPLAUSIBLE = Expect(outcome=("implausible",))
DOUBTFUL = Expect(outcome=("implausible", "unreadable"))


def news(
    severity: str,
    *facts: str,
    headline: Sequence[str] = (),
    held_until: datetime | None = None,
) -> Expect:
    return Expect(
        outcome=("changed",),
        told=True,
        facts=facts,
        min_severity=severity,
        headline_has=tuple(headline),
        second_look=held_until is not None,
        told_by=held_until,
    )


# --------------------------------------------------------------------------------------
# How the server answers
# --------------------------------------------------------------------------------------
_HTML = "text/html;charset=utf-8"
_SERVED = {PAGE: _HTML, RSS: "text/xml", API: "application/json; charset=utf-8",
           EMBASSY: "application/rss+xml; charset=UTF-8", COUNTRY: _HTML, ADVISORY: _HTML}  # fmt: skip


def _headers(url: str, at: datetime, length: int, kind: str, server: str) -> list[tuple[str, str]]:
    rng = Fetch(at).random(url)
    fields = [
        ("Date", feeds.rfc_time(at)),
        ("Content-Type", kind),
        ("Content-Length", str(length)),
        ("Server", server),
    ]
    if server == "cloudflare":
        fields.append(("CF-RAY", f"{rng.randbytes(8).hex()}-IAD"))
    else:
        fields += [("X-Vhost", "publish-tsg"), ("X-Request-Id", rng.randbytes(12).hex())]
    return fields


class _Script:
    """Collects captures; each method is one kind of answer."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []
        self.beat = self.label = ""
        self.at = utc(1, 1, 0)
        self.mali = Mali()
        self.build = self.menu = 1

    def scene(self, beat: str, at: datetime, label: str, **moves: Any) -> None:
        """A new beat; `moves` are the facts of the Mali page that change with it."""
        self.beat, self.at, self.label = beat, at, label
        self.mali = replace(self.mali, **moves)

    def answer(
        self,
        url: str,
        body: str | bytes,
        expect: Expect,
        *,
        after: int = 0,
        status: int = 200,
        kind: str = "",
        server: str = "Apache",
        extra: Iterable[tuple[str, str]] = (),
        file: str = "",
        readable: str = "",
        witness_of: str = "",
    ) -> None:
        raw = body.encode() if isinstance(body, str) else body
        at = self.at + timedelta(minutes=after)
        fields = _headers(url, at, len(raw), kind or _SERVED[url], server)
        self.captures.append(
            Capture(
                id=f"{self.beat}/{SHORT[url]}",
                beat=self.beat,
                label=self.label,
                taken_at=at,
                url=url,
                body=raw,
                expect=expect,
                status=status,
                headers=(*fields, *extra),
                file=file,
                readable=readable,
                witness_of=witness_of,
            )
        )

    def page(self, expect: Expect, *, file: str, mali: Mali | None = None) -> None:
        """The page in its usual dress; `file` holds its content, and may serve several captures."""
        inner = page.content(mali or self.mali)
        fetch = Fetch(self.at, self.build, self.menu)
        self.answer(PAGE, dressed(fetch, page.TITLE, inner), expect, file=f"{file}.html",
                    readable=bare(page.TITLE, inner))  # fmt: skip

    def wreck(self, body: str, expect: Expect, **how: Any) -> None:
        name = f"{self.beat}.html"
        self.answer(PAGE, body, expect, file=name, readable=body, **how)

    def rss(self, expect: Expect, *, legacy: bool = False, note: str = "", witness_of: str = "") -> None:
        item = feeds.mali_item(self.mali, legacy=legacy, note=note)
        on = self.at.date()
        still_old = () if not legacy else _LATE_MOVERS
        items = [*feeds.others(on, still_old), item]
        name = f"{self.beat}-item.xml" if expect.told or expect.outcome == ("rebased",) else ""
        built = self.at - timedelta(minutes=self.at.minute % 30, seconds=58)
        self.answer(RSS, feeds.rss(built, items), expect, after=4, file=name,
                    readable=feeds.rss(built, [item]) if name else "",
                    witness_of=witness_of)  # fmt: skip

    def api(self, expect: Expect, *, mali: Mali | None = None, witness_of: str = "") -> None:
        items = [*feeds.others(self.at.date()), feeds.mali_item(mali or self.mali)]
        self.answer(API, feeds.api(items), expect, after=8, witness_of=witness_of)

    def embassy(self, expect: Expect, *, witness_of: str = "") -> None:
        body = feeds.embassy(self.at + timedelta(minutes=12), feeds.EMBASSY_PHONE)
        name = f"{self.beat}-alerts.xml"
        self.answer(EMBASSY, body, expect, after=12, file=name, readable=body, witness_of=witness_of)


_LATE_MOVERS = tuple(country.iso3 for country in COUNTRIES[::3])
"""Destinations whose feed item was still in the older rendering in May."""


def _old_pages(s: _Script) -> None:
    first, later = OldMali(), OldMali(issued=date(2026, 2, 2), health=True)
    moved = replace(later, phone="+(223) 2070-0148")
    for beat, at, label, advisory, country, said in (
        ("old-baseline", utc(1, 12, 14, 5), "The old site, first look", first, first, (FIRST, FIRST)),
        ("old-risk-added", utc(2, 3, 14, 10), "Old site: health becomes a named risk", later, first,
         (news("high", "risk_added", headline=("health",)),
          replace(QUIET, outcome=("unchanged",)))),
        ("old-telephone", utc(2, 17, 14, 20), "Old site: the embassy’s telephone number changes",
         later, moved, (SAME, news("medium", "phone_changed", headline=("telephone",)))),
    ):  # fmt: skip
        s.scene(beat, at, label)
        fetch = Fetch(at, 1)
        on_advisory, on_country = said
        text = old.advisory(advisory, fetch)
        s.answer(ADVISORY, text, on_advisory, file=f"{beat}-advisory.html", readable=text)
        text = old.country(country, Fetch(at + timedelta(minutes=4), 1 + at.month))
        s.answer(COUNTRY, text, on_country, after=4, file=f"{beat}-country.html", readable=text)


def _may(s: _Script) -> None:
    s.scene("baseline", utc(5, 4, 13, 10), "The new site, first look")
    s.page(FIRST, file="baseline")
    s.rss(FIRST, legacy=True)
    s.api(FIRST)
    s.embassy(FIRST)

    s.scene("chrome-hour", utc(5, 4, 14, 10), "An hour later: nothing new")
    s.page(SAME, file="baseline")
    s.rss(SAME, legacy=True)

    s.build, s.menu = 2, 2
    s.scene("chrome-days", utc(5, 7, 14, 12), "Three days later: a new menu, nothing new in it")
    s.page(SAME, file="baseline")
    s.rss(SAME, legacy=True)
    s.embassy(SAME)

    s.scene("restamped", utc(5, 11, 13, 5), "The page’s own date moves; the feed is rendered anew",
            page_date=date(2026, 5, 11))  # fmt: skip
    s.page(QUIET, file="restamped")
    s.rss(REBASED)

    s.scene("not-modified", utc(5, 12, 13, 5), "The server says: not modified")
    s.answer(PAGE, b"", SAME, status=304, server="cloudflare")
    s.answer(RSS, b"", SAME, after=4, status=304, server="cloudflare")

    s.scene("telephone", utc(5, 14, 9, 20), "The embassy’s after-hours telephone number changes",
            phone_after_hours="+223 6600-0178", page_date=date(2026, 5, 14))  # fmt: skip
    s.page(news("medium", "phone_changed", headline=("telephone",)), file="telephone")
    s.rss(SAME)

    s.scene("coup", utc(5, 21, 7, 45), "Soldiers take power; the airport and the borders close",
            coup=True, page_date=date(2026, 5, 21))  # fmt: skip
    s.page(news("high", "event_added", "air_travel", "curfew", "border"), file="coup")
    s.rss(news("high", "event_added", "air_travel", "curfew", "border"), witness_of="coup/page")
    s.embassy(news("high", "event_added", "curfew"))

    s.scene("casualties", utc(5, 23, 16, 30), "The number of dead rises from five to seven",
            killed="seven", page_date=date(2026, 5, 23))  # fmt: skip
    s.page(news("medium", "number_changed", headline=("seven",)), file="casualties")
    s.rss(news("medium", "number_changed", headline=("seven",)), witness_of="casualties/page")

    s.build = 3
    s.scene("rearranged", utc(5, 27, 13, 0), "Paragraphs change places; not a word changes",
            rearranged=True)  # fmt: skip
    s.page(QUIET, file="rearranged")
    s.rss(QUIET)


def _june(s: _Script) -> None:
    s.scene("authorized", utc(6, 1, 18, 40), "Embassy families may leave",
            departure="authorized", issued=date(2026, 6, 1), page_date=date(2026, 6, 1))  # fmt: skip
    s.page(news("critical", "departure_order", headline=("departure",)), file="authorized")
    s.rss(news("critical", "departure_order", headline=("departure",)), witness_of="authorized/page")

    s.scene("ordered", utc(6, 5, 20, 15), "Embassy families are ordered to leave",
            departure="ordered", issued=date(2026, 6, 5), page_date=date(2026, 6, 5))  # fmt: skip
    s.page(news("critical", "departure_order", headline=("departure",)), file="ordered")
    s.rss(news("critical", "departure_order", headline=("departure",)), witness_of="ordered/page")
    s.embassy(news("critical", "departure_order", "leave_now"))

    s.scene("level-raised", utc(6, 8, 21, 5), "Level 3 becomes Level 4, and health a named risk",
            level=4, health_risk=True, issued=date(2026, 6, 8), page_date=date(2026, 6, 8))  # fmt: skip
    s.page(news("critical", "level_change", "risk_added", headline=("level",)), file="level-raised")
    s.rss(news("critical", "level_change", headline=("level",)), witness_of="level-raised/page")
    s.api(news("critical", "level_change", headline=("level",)), witness_of="level-raised/page")

    s.scene("level-raised-again", utc(6, 8, 22, 5), "An hour later: still Level 4")
    s.page(SAME, file="level-raised")
    s.rss(SAME)

    s.scene("thin-feeds", utc(6, 9, 13, 0), "The feed shrinks to 21 items; the API serves an old copy")
    s.page(SAME, file="level-raised")
    silent = replace(s.mali, departure="")
    thin = [*feeds.others(s.at.date())[:20], feeds.mali_item(silent)]
    s.answer(RSS, feeds.rss(s.at, thin), IMPLAUSIBLE, after=4)
    s.api(IMPLAUSIBLE, mali=replace(s.mali, level=3, health_risk=False, departure="ordered",
                                    issued=date(2026, 6, 5)))  # fmt: skip

    s.scene("feeds-without-mali", utc(6, 10, 13, 0), "The feed forgets Mali; the API answers with nothing")
    s.answer(RSS, feeds.rss(s.at, feeds.others(s.at.date())), DOUBTFUL, after=4)
    s.answer(API, "[]", DOUBTFUL, after=8)

    s.scene("too-many", utc(6, 11, 13, 0), "The API asks us to wait")
    s.rss(SAME)
    s.answer(API, wrecks.too_many(), BLOCKED, after=8, status=429, extra=[("Retry-After", "60")])


def _walls(s: _Script) -> None:
    s.scene("challenge-403", utc(6, 12, 13, 0), "A challenge page bars the way")
    s.wreck(wrecks.cloudflare(s.at), BLOCKED, status=403, server="cloudflare",
            extra=[("cf-mitigated", "challenge")])  # fmt: skip
    s.rss(SAME)

    s.scene("challenge-200", utc(6, 13, 13, 0), "The challenge page again, with status 200")
    s.wreck(wrecks.cloudflare(s.at), BLOCKED, server="cloudflare")

    s.scene("denied-403", utc(6, 14, 13, 0), "Access denied")
    s.wreck(wrecks.akamai(s.at), BLOCKED, status=403, server="AkamaiGHost", kind="text/html")

    s.scene("denied-200", utc(6, 15, 13, 0), "Access denied, with status 200")
    s.wreck(wrecks.akamai(s.at), BLOCKED, server="AkamaiGHost", kind="text/html")

    s.scene("recovered", utc(6, 16, 13, 0), "The page is back, unchanged")
    s.page(SAME, file="level-raised")
    s.rss(SAME)
    s.api(SAME)

    s.scene("empty", utc(6, 17, 13, 0), "An empty answer")
    s.answer(PAGE, b"", UNREADABLE)

    s.scene("truncated", utc(6, 18, 13, 0), "The page breaks off in the middle")
    s.answer(PAGE, wrecks.truncated(s.mali, Fetch(s.at, 3, 2)), UNREADABLE)
    whole = feeds.rss(s.at, [*feeds.others(s.at.date()), feeds.mali_item(s.mali)])
    s.answer(RSS, whole[: len(whole) // 3], DOUBTFUL, after=4)

    s.scene("other-country", utc(6, 19, 13, 0), "Niger’s page under Mali’s address")
    s.answer(PAGE, wrecks.niger(Fetch(s.at, 3, 2)), UNREADABLE)

    s.scene("stale", utc(6, 20, 13, 0), "A forgotten copy of the page as it was in May")
    s.page(IMPLAUSIBLE, file="telephone",
           mali=Mali(phone_after_hours="+223 6600-0178", page_date=date(2026, 5, 14)))  # fmt: skip

    s.scene("soft-404", utc(6, 21, 13, 0), "“Page not found”, with status 200")
    s.answer(PAGE, wrecks.soft_404(Fetch(s.at, 3, 2)), UNREADABLE)

    s.scene("busy", utc(6, 22, 13, 0), "The server cannot answer")
    s.wreck(wrecks.gateway(), UNAVAILABLE, status=503, kind="text/html", extra=[("Retry-After", "120")])

    s.scene("back", utc(6, 23, 13, 0), "The page is back once more, still unchanged")
    s.page(SAME, file="level-raised")
    s.rss(SAME)


def _summer(s: _Script) -> None:
    s.build = 4
    s.scene("lifted", utc(6, 30, 17, 30), "The order to leave is lifted",
            departure="lifted", issued=date(2026, 6, 30), page_date=date(2026, 6, 30))  # fmt: skip
    s.page(news("high", "departure_order", headline=("departure",)), file="lifted")
    s.rss(news("high", "departure_order", headline=("departure",)), witness_of="lifted/page")

    s.scene("area-lowered", utc(7, 8, 15, 20), "Kayes falls from Level 4 to Level 3",
            kayes=3, issued=date(2026, 7, 8), page_date=date(2026, 7, 8))  # fmt: skip
    again = utc(7, 8, 16, 20)
    kayes = news("high", "area_level_change", headline=("Kayes",), held_until=again)
    s.page(replace(kayes, second_look=False), file="area-lowered")
    s.rss(QUIET)

    s.scene("area-lowered-again", again, "An hour later: Kayes is still at Level 3")
    s.page(SAME, file="area-lowered")

    s.scene("redesign-opaque", utc(7, 20, 13, 0), "A new design with nothing to hold on to")
    s.wreck(page.opaque(s.mali), Expect(outcome=("unreadable", "rebased"), max_severity="none"))
    s.rss(SAME)

    s.scene("redesign-headings", utc(7, 21, 13, 0), "A new design that can be read by its headings")
    s.wreck(page.redesigned(s.mali), Expect(outcome=("rebased", "unreadable"), max_severity="none"))

    s.scene("rollback", utc(7, 27, 13, 0), "The old design is back")
    s.page(Expect(outcome=("rebased", "unchanged"), max_severity="none"), file="area-lowered")
    s.rss(SAME)

    slip = Expect(outcome=("changed",), told=None, max_severity="low")
    s.scene("slip", utc(8, 3, 13, 0), "A placeholder is published by mistake",
            air_place="[destination]", page_date=date(2026, 8, 3))  # fmt: skip
    s.page(slip, file="slip")

    s.scene("slip-repaired", utc(8, 4, 13, 0), "The placeholder is gone",
            air_place="Mali", page_date=date(2026, 8, 4))  # fmt: skip
    s.page(slip, file="slip-repaired")

    s.build = 5
    s.scene("level-lowered", utc(8, 12, 19, 30), "Level 4 becomes Level 3 again",
            level=3, issued=date(2026, 8, 12), page_date=date(2026, 8, 12))  # fmt: skip
    again = utc(8, 12, 20, 30)
    lower = news("high", "level_change", headline=("level",), held_until=again)
    s.page(lower, file="level-lowered")
    s.rss(replace(lower, told_by=again + timedelta(minutes=4)), witness_of="level-lowered/page")
    s.api(replace(lower, told_by=again + timedelta(minutes=8)), witness_of="level-lowered/page")

    s.scene("level-lowered-again", again, "An hour later: still Level 3")
    s.page(SAME, file="level-lowered")
    s.rss(SAME)
    s.api(SAME)

    s.scene("end", utc(8, 20, 13, 0), "The embassy reports the end of the curfew")
    s.page(SAME, file="level-lowered")
    s.rss(SAME)
    s.api(SAME)
    s.embassy(news("medium", "curfew"))


@cache
def captures() -> tuple[Capture, ...]:
    """All captures, oldest first."""
    script = _Script()
    for act in (_old_pages, _may, _june, _walls, _summer):
        act(script)
    return tuple(sorted(script.captures, key=lambda capture: capture.taken_at))


def capture(name: str) -> Capture:
    """The capture with this id, e.g. "coup/page"."""
    return next(c for c in captures() if c.id == name)
