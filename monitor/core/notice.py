"""What a delivery is about, and one subscription, to a Notice: what that one reader is told.

The same three always give the same notice, however often it is tried: nothing is read from a clock, and
what became of a change later (confirmed, seen by a witness) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from monitor.audience import (
    Delivery,
    Digest,
    Links,
    MessageKind,
    Notice,
    Proposal,
    Report,
    Scope,
    Subscription,
    Told,
)
from monitor.core import compose, reach, voice
from monitor.model import Campaign, Comparison, Outcome, Severity, StoredChange, worst

_WHO = {
    "us-state": "United States", "us-embassy": "U.S. embassies", "uk-fcdo": "United Kingdom",
    "canada": "Canada", "australia": "Australia", "ireland": "Ireland",
}  # fmt: skip
MOST_NAMES = 25
"""So many destinations of a campaign are named; the rest are counted."""
SENTENCES = 3
"""So many sentences of a campaign quote the edit; what else changed is among its findings."""

Linker = Callable[[Subscription, Delivery], Links]


def notice(
    subject: Told, subscription: Subscription, delivery: Delivery, *, base_url: str = "",
    links: Linker | None = None, names: Mapping[str, str] | None = None,
) -> Notice:  # fmt: skip
    """One reader's message. `names` gives the name of each destination key, for what the reader asked for."""
    match subject:
        case Digest():
            made = _digest(subject, subscription, base_url)
        case Report():
            made = _report(subject, subscription, base_url)
        case Proposal():
            made = _proposal(subject, subscription, names or {})
        case Campaign():
            made = _campaign(subject, subscription, base_url)
        case _:
            made = _change(subject, subscription, delivery, base_url)
    # A confirmation speaks the language that was asked for; nothing else is known of its reader yet.
    wishes = subject.wishes if isinstance(subject, Proposal) else subscription.wishes
    return replace(made, language=wishes.language, form=wishes.form, zone=wishes.zone,
                   links=links(subscription, delivery) if links else Links())  # fmt: skip


def _change(change: StoredChange, subscription: Subscription, delivery: Delivery, base_url: str) -> Notice:
    made = Notice(
        event_id=change.event_id,
        destination=change.destination_name,
        publisher=change.publisher,
        severity=change.severity,
        headline=change.headline,
        sentences=change.sentences,
        findings=change.findings,
        source_url=change.url,
        page_url=_page(change, base_url),
        before_sha256=change.before_sha256,
        after_sha256=change.after_sha256,
        stated_at=change.stated_at,
        seen_at=change.taken_at,
        verified_at=change.taken_at,
        confirmed=delivery.confirmed,
        note=change.note,
        level=change.level,
        why=voice.why(subscription, change.destination_name, subscription.wishes.language),
    )
    return _asked_for(made, subscription)


def _asked_for(made: Notice, subscription: Subscription) -> Notice:
    """The notice with those findings only that this reader asked for, worded anew; the others are counted."""
    if subscription.wishes.scope is Scope.EVERYTHING:
        return made
    told = [f for f in made.findings if f.severity is not Severity.NONE]
    kept = tuple(f for f in told if reach.wanted(f, subscription.wishes))
    if not kept or len(kept) == len(told):
        return made
    rest = compose.worded(Comparison(outcome=Outcome.CHANGED, findings=kept, severity=worst(f.severity for f in kept)),
                          made.destination)  # fmt: skip
    return replace(made, severity=rest.severity, headline=rest.headline, sentences=rest.sentences,
                   findings=rest.findings, left_out=len(told) - len(kept))  # fmt: skip


def _campaign(campaign: Campaign, subscription: Subscription, base_url: str) -> Notice:
    """One edit of many pages, quoted once, with the destinations that this reader watches."""
    names = {member.destination: member.destination_name for member in campaign.members}
    chosen = subscription.wishes.destinations
    mine = sorted(name for key, name in names.items() if not chosen or key in chosen)
    example, count = campaign.example, len(names)
    seen_at = min(member.taken_at for member in campaign.members)
    head = f"{_WHO.get(campaign.publisher, campaign.publisher)}: the same edit on {count} destinations"
    place = mine[0] if len(mine) == 1 else "destinations that this edit reached"
    return Notice(
        event_id=campaign.id,
        kind=MessageKind.CAMPAIGN,
        destination="several destinations",
        destinations=tuple(mine),
        publisher=campaign.publisher,
        severity=campaign.severity,
        headline=compose.headline(f"{head} — {campaign.headline}"),
        sentences=(
            *campaign.sentences[:SENTENCES],
            f"The words are those of {example.destination_name}; the edit appears, whole or in part, on {count}"
            " destinations so far. Others that follow are recorded without another message.",
            f"{'Among them' if chosen else 'They are'}: {_listed(mine)}.",
        ),
        findings=campaign.findings,
        source_url=example.url,
        page_url=_page(example, base_url),
        before_sha256=example.before_sha256,
        after_sha256=example.after_sha256,
        stated_at=example.stated_at,
        seen_at=seen_at,
        verified_at=seen_at,
        confirmed=True,
        why=voice.why(subscription, place, subscription.wishes.language),
    )


def _digest(digest: Digest, subscription: Subscription, base_url: str) -> Notice:
    items = tuple(
        notice(subject, subscription, delivery, base_url=base_url) for delivery, subject in digest.items
    )
    wishes = subscription.wishes
    places = tuple(dict.fromkeys(name for item in items for name in (item.destinations or (item.destination,))))
    watched = tuple(dict.fromkeys(one.destination for one in digest.verified))
    looked = [one.at for one in digest.verified if one.at is not None]
    return Notice(
        event_id=digest.id,
        kind=MessageKind.DIGEST,
        destination=places[0] if len(places) == 1 else watched[0] if len(watched) == 1 else "several destinations",
        destinations=places,
        publisher="",
        severity=worst(item.severity for item in items),
        headline=voice.digest(len(items), places, wishes.cadence, wishes.language),
        sentences=(),
        findings=(),
        source_url="",
        page_url=f"{base_url.rstrip('/')}/" if base_url else "",
        before_sha256="",
        after_sha256="",
        stated_at="",
        seen_at=digest.until,
        verified_at=min(looked, default=digest.until),
        confirmed=all(item.confirmed for item in items),
        why=voice.why(subscription, ", ".join(watched[:3]) or places[0] if places or watched else "",
                      wishes.language),
        items=items,
        verified=digest.verified,
    )  # fmt: skip


def _report(report: Report, subscription: Subscription, base_url: str) -> Notice:
    """Blindness and its end, a correction, a withdrawal, a test."""
    bulletin, about, language = report.bulletin, report.about, subscription.wishes.language
    before = about.headline if about is not None else ""
    place = bulletin.destination_name or _place(about)
    publisher = bulletin.publisher or (about.publisher if about is not None else "")
    words = voice.bulletin(
        bulletin.kind, place, voice.publisher(publisher, language),
        since=voice.when(bulletin.since, language) if bulletin.since else "",
        reason=bulletin.reason, before=before, language=language)  # fmt: skip
    example = about.example if isinstance(about, Campaign) else about
    return Notice(
        event_id=bulletin.about if bulletin.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL) else bulletin.id,
        kind=bulletin.kind,
        destination=place or "this monitor",
        publisher=publisher,
        severity=about.severity if about is not None else _BULLETIN.get(bulletin.kind, Severity.NONE),
        headline=compose.headline(words.headline),
        sentences=words.sentences,
        findings=(),
        source_url=bulletin.url or (example.url if example else ""),
        page_url=_page(example, base_url) if example else "",
        before_sha256=example.before_sha256 if example else "",
        after_sha256=example.after_sha256 if example else "",
        stated_at=example.stated_at if example else "",
        seen_at=example.taken_at if example else bulletin.created_at,
        verified_at=bulletin.since or bulletin.created_at,
        confirmed=True,
        level=bulletin.level or (example.level if example else ""),
        why=voice.why(subscription, place, language),
        remark=bulletin.remark,
        references=report.references,
    )


_BULLETIN = {MessageKind.BLIND: Severity.HIGH, MessageKind.ALL_CLEAR: Severity.LOW}


def _place(about: StoredChange | Campaign | None) -> str:
    if isinstance(about, Campaign):
        return about.example.destination_name
    return about.destination_name if about is not None else ""


def _proposal(proposal: Proposal, subscription: Subscription, names: Mapping[str, str]) -> Notice:
    """The mail that asks the owner of an address whether it was they who signed up."""
    asked = proposal.wishes
    words = voice.asked(asked, tuple(names.get(key, key) for key in asked.destinations), asked.language)
    return Notice(
        event_id=proposal.id,
        kind=MessageKind.CONFIRM,
        destination="this monitor",
        publisher="",
        severity=Severity.NONE,
        headline=words.headline,
        sentences=words.sentences,
        findings=(),
        source_url="",
        page_url="",
        before_sha256="",
        after_sha256="",
        stated_at="",
        seen_at=proposal.created_at,
        verified_at=proposal.created_at,
        confirmed=True,
        why="",
    )


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _page(change: StoredChange, base_url: str) -> str:
    return f"{base_url.rstrip('/')}/changes/{change.event_id}" if base_url else ""
