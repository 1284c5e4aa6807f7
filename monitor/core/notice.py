"""What a delivery is about, and one subscription, to a Notice: what that one reader is told.

The same three always give the same notice, however often it is tried: nothing is read from a clock, and
what became of a change later (confirmed, seen by a witness) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

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
from monitor.core import compose, outage, reach, speech
from monitor.model import Campaign, Comparison, Outcome, Severity, StoredChange, worst

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
            made = _proposal(subject, names or {})
        case Campaign():
            made = _campaign(subject, subscription, base_url)
        case _:
            made = _change(subject, subscription, delivery.confirmed, base_url)
    # A confirmation speaks the language that was asked for; nothing else is known of its reader yet.
    wishes = subject.wishes if isinstance(subject, Proposal) else subscription.wishes
    return replace(made, language=wishes.language, form=wishes.form, zone=wishes.zone,
                   links=links(subscription, delivery) if links else Links())  # fmt: skip


def _change(change: StoredChange, subscription: Subscription, confirmed: bool, base_url: str) -> Notice:
    language = subscription.wishes.language
    headline, sentences = speech.retold(
        change.headline, change.sentences, change.findings, change.destination_name, language)  # fmt: skip
    made = Notice(
        event_id=change.event_id,
        destination=change.destination_name,
        publisher=change.publisher,
        severity=change.severity,
        headline=headline,
        sentences=sentences,
        findings=change.findings,
        source_url=change.url,
        page_url=_page(change, base_url),
        before_sha256=change.before_sha256,
        after_sha256=change.after_sha256,
        stated_at=change.stated_at,
        seen_at=change.taken_at,
        verified_at=change.taken_at,
        confirmed=confirmed,
        note=change.note,
        level=change.level,
        why=speech.why(subscription, change.destination_name),
    )
    return _asked_for(made, subscription)


def _asked_for(made: Notice, subscription: Subscription) -> Notice:
    """The notice with those findings only that this reader asked for, worded anew; the others are counted."""
    wishes = subscription.wishes
    if wishes.scope is Scope.EVERYTHING:
        return made
    told = [f for f in made.findings if f.severity is not Severity.NONE]
    kept = tuple(f for f in told if reach.wanted(f, wishes))
    if not kept or len(kept) == len(told):
        return made
    rest = compose.worded(Comparison(outcome=Outcome.CHANGED, findings=kept, severity=worst(f.severity for f in kept)),
                          made.destination)  # fmt: skip
    headline, sentences = speech.retold(
        rest.headline, rest.sentences, rest.findings, made.destination, wishes.language)  # fmt: skip
    return replace(made, severity=rest.severity, headline=headline, sentences=sentences, findings=rest.findings,
                   left_out=len(told) - len(kept))  # fmt: skip


def _campaign(campaign: Campaign, subscription: Subscription, base_url: str) -> Notice:
    """One edit of many pages, quoted once, with the destinations that this reader watches."""
    names = {member.destination: member.destination_name for member in campaign.members}
    chosen = subscription.wishes.destinations
    mine = sorted(name for key, name in names.items() if not chosen or key in chosen)
    headline, sentences = speech.campaign(campaign, mine, bool(chosen), subscription.wishes.language)
    example = campaign.example
    seen_at = min(member.taken_at for member in campaign.members)
    return Notice(
        event_id=campaign.id,
        kind=MessageKind.CAMPAIGN,
        destination="several destinations",
        destinations=tuple(mine),
        publisher=campaign.publisher,
        severity=campaign.severity,
        headline=headline,
        sentences=sentences,
        findings=campaign.findings,
        source_url=example.url,
        page_url=_page(example, base_url),
        before_sha256=example.before_sha256,
        after_sha256=example.after_sha256,
        stated_at=example.stated_at,
        seen_at=seen_at,
        verified_at=seen_at,
        confirmed=True,
        why=speech.why(subscription, mine[0] if len(mine) == 1 else ""),
    )


def _digest(digest: Digest, subscription: Subscription, base_url: str) -> Notice:
    items = tuple(
        notice(subject, subscription, delivery, base_url=base_url) for delivery, subject in digest.items
    )
    places = tuple(dict.fromkeys(name for item in items for name in (item.destinations or (item.destination,))))
    watched = tuple(dict.fromkeys(one.destination for one in digest.verified))
    looked = [one.at for one in digest.verified if one.at is not None]
    return _plain(
        event_id=digest.id,
        kind=MessageKind.DIGEST,
        destination=places[0] if len(places) == 1 else watched[0] if len(watched) == 1 else "several destinations",
        destinations=places,
        severity=worst(item.severity for item in items),
        headline=speech.digest(items, watched, subscription.wishes.language),
        page_url=f"{base_url.rstrip('/')}/" if base_url else "",
        seen_at=digest.until,
        verified_at=min(looked, default=digest.until),
        confirmed=all(item.confirmed for item in items),
        why=speech.why(subscription, ", ".join(watched[:3])),
        items=items,
        verified=digest.verified,
    )


def _report(report: Report, subscription: Subscription, base_url: str) -> Notice:
    """Blindness and its end, a correction, a withdrawal, a test."""
    bulletin, about = report.bulletin, report.about
    if bulletin.places:
        return _outage(report, subscription)
    if about is not None and bulletin.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
        made = (_campaign(about, subscription, base_url) if isinstance(about, Campaign)
                else _change(about, subscription, True, base_url))  # fmt: skip
        return replace(made, kind=bulletin.kind, remark=bulletin.remark, references=report.references, confirmed=True,
                       level=bulletin.level or made.level, verified_at=bulletin.created_at)  # fmt: skip
    headline, sentences = speech.bulletin(bulletin, subscription.wishes.language)
    return _plain(
        event_id=bulletin.id,
        kind=bulletin.kind,
        destination=bulletin.destination_name,
        publisher=bulletin.publisher,
        severity=_BULLETIN.get(bulletin.kind, Severity.NONE),
        headline=headline,
        sentences=sentences,
        source_url=bulletin.url,
        seen_at=bulletin.since or bulletin.created_at,
        verified_at=bulletin.since if bulletin.since and bulletin.kind is MessageKind.BLIND else bulletin.created_at,
        level=bulletin.level,
        why=speech.why(subscription, bulletin.destination_name) if bulletin.destination_name else "",
        references=report.references,
    )


def _outage(report: Report, subscription: Subscription) -> Notice:
    """That several destinations cannot be seen at once, or can be again: those of this reader."""
    language = subscription.wishes.language
    bulletin = outage.narrowed(report.bulletin, subscription.wishes.destinations)
    headline, sentences = speech.bulletin(bulletin, language)
    places = tuple(dict.fromkeys(one.name for one in bulletin.places))
    publishers = tuple(dict.fromkeys(speech.publisher(one.publisher, language) for one in bulletin.places))
    blind = bulletin.kind is MessageKind.BLIND
    since = bulletin.since or bulletin.created_at
    return _plain(
        event_id=bulletin.id,
        kind=bulletin.kind,
        destination=places[0] if len(places) == 1 else "several destinations",
        destinations=places,
        publisher=", ".join(publishers),
        severity=_BULLETIN[bulletin.kind],
        headline=headline,
        sentences=sentences,
        seen_at=since,
        verified_at=since if blind else bulletin.created_at,
        why=speech.why(subscription, ", ".join(places[:3])),
        references=report.references,
    )


_BULLETIN = {MessageKind.BLIND: Severity.HIGH, MessageKind.ALL_CLEAR: Severity.LOW}


def _proposal(proposal: Proposal, names: Mapping[str, str]) -> Notice:
    """The mail that asks the owner of an address whether it was they who signed up."""
    wishes = proposal.wishes
    return _plain(
        event_id=proposal.id,
        kind=MessageKind.CONFIRM,
        headline=speech.confirm(wishes.language),
        sentences=speech.asked(wishes, [names.get(key, key) for key in wishes.destinations]),
        seen_at=proposal.created_at,
        verified_at=proposal.created_at,
    )


def _plain(**said: Any) -> Notice:
    """A message that quotes no page."""
    blank: dict[str, Any] = {
        "destination": "", "publisher": "", "severity": Severity.NONE, "sentences": (), "findings": (),
        "source_url": "", "page_url": "", "before_sha256": "", "after_sha256": "", "stated_at": "", "confirmed": True,
    }  # fmt: skip
    return Notice(**(blank | said))


def _page(change: StoredChange, base_url: str) -> str:
    return f"{base_url.rstrip('/')}/changes/{change.event_id}" if base_url else ""
