"""Every page there is, by the name of its route, and where to open it; what a button leads to; and what is no page.

`test_pages.py` holds these three tables against the routes themselves: a new page that is in none of them is a
failure, so that none goes unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.links import Purpose
from tests.browser.installation import Installation

OPENED = tuple("""
    overview place change source compared how chain api login operators subscribe confirm manage unsubscribe
    acknowledge
""".split())  # fmt: skip
"""Routes that answer GET with a page."""
PRESSED = tuple("""
    ask confirmed save pause resume leave erase one_click acknowledged log_in log_out resend resend_alike revoke
""".split())
"""Routes that answer a button, with a page or by leading to one."""
FILES = tuple("""
    static healthz metrics bounced feed alert evidence capture api_description api_destinations api_destination
    api_stands api_sources api_source api_visits api_changes api_change api_campaign api_chain api_links api_subscribe
    api_subscription api_wish api_pause api_resume api_leave api_deliveries api_resend api_health
""".split())
"""Routes for programs, or for files to save: never HTML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page to open."""

    name: str
    route: str
    path: str
    status: int = 200
    operator: bool = False
    """Whether one has to be logged in."""
    own: bool = False
    """Whether it speaks the language of its reader, and not the one that is asked for."""

    def address(self, language: str) -> str:
        """The path in this language."""
        return self.path if self.own else f"{self.path}{'&' if '?' in self.path else '?'}lang={language}"


def sheets(there: Installation, readers: Mapping[str, str], asked: Mapping[str, str], language: str) -> list[Sheet]:
    """All that can be opened; `readers` and `asked` are subscriptions and sign-ups that wait, by language."""
    raised, quiet = there.change("level raised"), there.change("nothing that matters")
    phone = there.change("telephone changed — +223")
    captures = there.store.captures("mali-us-page", 5)
    mail, seen = readers[language], f"{raised.event_id} {readers[language]}"
    head = there.store.chain_head()
    assert head is not None
    manage = there.link(Purpose.MANAGE, mail)
    return [
        Sheet(name="overview", route="overview", path="/"),
        Sheet(name="overview-nothing-found", route="overview", path="/?q=Atlantis"),
        Sheet(name="place", route="place", path="/destinations/mali"),
        Sheet(name="place-without-a-map", route="place", path="/destinations/niger"),
        Sheet(name="change", route="change", path=f"/changes/{raised.event_id}"),
        Sheet(name="change-side-by-side", route="change", path=f"/changes/{raised.event_id}?view=side"),
        Sheet(name="change-corrected", route="change", path=f"/changes/{phone.event_id}"),
        Sheet(name="change-of-no-meaning", route="change", path=f"/changes/{quiet.event_id}"),
        Sheet(name="source", route="source", path="/sources/mali-us-page"),
        Sheet(name="captures-compared", route="compared",
              path=f"/sources/mali-us-page/diff?old={captures[2].snapshot_id}&new={captures[0].snapshot_id}"),
        Sheet(name="how", route="how", path="/how"),
        Sheet(name="chain", route="chain", path="/chain"),
        Sheet(name="chain-checked", route="chain", path=f"/chain?noted={head.position}:{head.link}"),
        Sheet(name="chain-not-understood", route="chain", path="/chain?noted=twelve", status=400),
        Sheet(name="api", route="api", path="/api"),
        Sheet(name="login", route="login", path="/login"),
        Sheet(name="operators", route="operators", path="/operators", operator=True),
        Sheet(name="subscribe", route="subscribe", path="/subscribe"),
        Sheet(name="confirm", route="confirm", path=there.link(Purpose.CONFIRM, asked[language]), own=True),
        Sheet(name="manage", route="manage", path=f"{manage}?done=saved", own=True),
        Sheet(name="unsubscribe", route="unsubscribe", path=there.link(Purpose.UNSUBSCRIBE, mail), own=True),
        Sheet(name="acknowledge", route="acknowledge", path=there.link(Purpose.ACKNOWLEDGE, seen), own=True),
        Sheet(name="not-found", route="", path="/nothing", status=404),
        Sheet(name="no-such-change", route="change", path="/changes/none", status=404),
        Sheet(name="wrong-question", route="place", path="/destinations/mali?severity=x", status=400),
        Sheet(name="forged-link", route="manage", path="/manage/forged", status=404),
    ]  # fmt: skip
