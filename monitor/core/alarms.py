"""When the service itself needs a person: what is amiss, what to do about it, and when it is over.

An alarm is raised only where somebody must act; what mends itself is a number on the operators' page. The table is also
`docs/alarms.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.alarm import Alarm, Owing, Raised, Seen
from monitor.backlog import Waiting

PATIENCE = timedelta(minutes=15)
"""So long a message may be on its way to the relay or the endpoint, and a task be silent."""
OVERDUE = timedelta(minutes=30)
"""So late may a look be; many slow sources take minutes."""
HELD, GATHERED = timedelta(minutes=30), timedelta(minutes=60)
"""So long a change may wait to be settled (`pipeline.HOLD`, `pipeline.GATHER`; a test keeps them equal)."""
LOW_SPACE = 500 * 2**20
"""Bytes: below, a full disk is near."""
START = timedelta(minutes=2)
"""After a start, so long the messages that waited for it have to go out."""
CALM = timedelta(minutes=5)
"""An alarm is over when it was not found for so long, so that it does not come and go."""
CANARY_HOUR = 6
"""UTC: from then on, a day's canary is due."""
CANARY = "can_"
"""How the ids of canaries begin."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alarm."""

    name: str
    says: str
    """What is amiss, in one sentence."""
    do: str
    """What a person should do about it."""
    when: str
    """When it is raised."""
    stops: str = ""
    """When it also keeps the heartbeat back; empty: never."""


KINDS = (
    Kind("stopped", "A part of the service has stopped.",
         "Read the log for lines with this tick, then restart `monitor run`. Nothing is lost: the next look finds the"
         " changes, and messages wait in the database.",
         "a task (look, deliver-mail, settle, blindness, ...) came to no end for 15 minutes", "always"),
    Kind("overdue", "A source waits for its look.",
         "See in the log what the looks are waiting for. Raise `workers` in [schedule] if there are many slow sources;"
         " restart `monitor run` if one hangs.",
         "a source was due for 30 minutes and nobody looked", "always"),
    Kind("blind", "We cannot see what a publisher says.",
         "Open the publisher's page yourself: its readers have been told that our silence means nothing now. If it is"
         " there, look at its sources (blocked? moved?) on the operators' page, and mend their addresses.",
         "no route has shown a destination for `blind_after`; destinations that fail together are one alarm",
         "while no source at all is seen"),
    Kind("undelivered", "Messages are not handed over.",
         "Look at the reason: a relay or an endpoint that does not answer, or a refusal of us. Mend it, or tell these"
         " readers another way. The messages go on being tried.",
         "a message about a change was owed to its reader for 15 minutes and no relay or endpoint has taken it",
         "while nobody was told of that event, or messages were not even tried"),
    Kind("given-up", "Messages were given up.",
         "Look at the reason, mend it, and send them again from the operators' page; or tell these readers another way,"
         " and end their subscriptions.",
         "a message was refused for good, or tried for days, and its subscription is active; over after seven days"),
    Kind("unsettled", "Changes wait to be told.",
         "Look at the log for lines with the tick `settle`, and restart `monitor run`.",
         "a change waited 15 minutes longer than its second look (30 minutes) or others like it (an hour) may take",
         "always"),
    Kind("canary", "The daily test message did not get through.",
         "Real changes may not get through either. Send one with `monitor subscribe --test ID`, and follow the reason"
         " that it gives; see that the subscription named in [watch] is active.",
         "the day's canary was not written, or its relay or endpoint did not take it, within 15 minutes", "always"),
    Kind("unanswered", "Nobody of an organisation acknowledged a critical notice.",
         "Call the organisation: all its contacts were told, and none has pressed Acknowledge.",
         "the last contact of a chain was told and its wait is over"),
    Kind("space", "The disk is nearly full.",
         "Make room: a full disk stops recording, and then telling.",
         "less than 500 MiB are free where the database lives"),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}


# --------------------------------------------------------------------------------------
# What is amiss
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What an audit expects of this installation."""

    tasks: Collection[str]
    """The parts that must come to an end again and again."""
    blind_after: timedelta
    began: datetime
    """Since when the service runs: what was before is nobody's fault."""
    canary: str = ""
    """The subscription that a test message goes to every day; empty for none."""


def found(seen: Seen, watched: Watched, now: datetime) -> tuple[Alarm, ...]:
    """Everything that a person must act upon, at this moment."""
    return (
        *_stopped(seen, watched, now), *_overdue(seen, watched, now), *_blind(seen, watched, now),
        *(_undelivered(one) for one in seen.owing if now - watched.began >= START),
        *(_given_up(one) for one in seen.given_up),
        *_unsettled(seen, watched, now), *_canary(seen, watched, now), *_unanswered(seen, now), *_space(seen),
    )  # fmt: skip


def _stopped(seen: Seen, watched: Watched, now: datetime) -> Iterator[Alarm]:
    for task in sorted(watched.tasks):
        since = max(seen.pulses.get(task, watched.began), watched.began)
        if now - since > PATIENCE:
            yield Alarm(name="stopped", about=task, stops=True,
                        detail=f"{task} last came to an end at {_clock(since)}.")  # fmt: skip


def _overdue(seen: Seen, watched: Watched, now: datetime) -> Iterator[Alarm]:
    if seen.most_overdue is not None:
        source, due = seen.most_overdue
        since = max(due, watched.began)
        if now - since > OVERDUE:
            yield Alarm(name="overdue", stops=True,
                        detail=f"{source} waits longest, since {_clock(since)}.")  # fmt: skip


def _blind(seen: Seen, watched: Watched, now: datetime) -> Iterator[Alarm]:
    everything = now - max(seen.last_good_at or watched.began, watched.began) >= watched.blind_after
    for bulletin in seen.blind:
        places = len(bulletin.places)
        what = f"{places} pages" if places else f"{bulletin.publisher} on {bulletin.destination_name}"
        since = f" since {_clock(bulletin.since)}" if bulletin.since else ""
        why = f" {bulletin.reason}" if bulletin.reason else ""
        yield Alarm(name="blind", about=bulletin.id, stops=everything, detail=f"{what}: not seen{since}.{why}")


def _undelivered(one: Owing) -> Alarm:
    nobody = f"{one.sent} were told" if one.sent else "nobody was told"
    untried = f", {one.untried} of them not even tried" if one.untried else ""
    why = f" One of them: {one.reason}." if one.reason else ""
    return Alarm(name="undelivered", about=one.event_id, stops=not one.sent or one.untried > 0,
                 detail=f"{_messages(one.count)} ({one.kind.value}) owed since {_clock(one.since)}{untried}; "
                        f"{nobody}.{why}")  # fmt: skip


def _given_up(one: Owing) -> Alarm:
    why = f" One of them: {one.reason}." if one.reason else ""
    return Alarm(name="given-up", about=one.event_id,
                 detail=f"{_messages(one.count)} ({one.kind.value}) given up; {one.sent} were told.{why}")  # fmt: skip


def _unsettled(seen: Seen, watched: Watched, now: datetime) -> Iterator[Alarm]:
    kinds: tuple[tuple[str, Waiting, timedelta], ...] = (
        ("held", seen.held, HELD), ("gathering", seen.gathering, GATHERED))  # fmt: skip
    for state, waiting, most in kinds:
        if waiting.oldest_at is None:
            continue
        over = max(waiting.oldest_at + most, watched.began)
        if now - over > PATIENCE:
            yield Alarm(name="unsettled", about=state, stops=True,
                        detail=f"{waiting.count} {state}, the oldest since {_clock(waiting.oldest_at)}.")  # fmt: skip


def _canary(seen: Seen, watched: Watched, now: datetime) -> Iterator[Alarm]:
    if not watched.canary:
        return
    if seen.canary is None:
        since, why = max(slot(now), watched.began), "it could not be written: is the subscription active?"
    elif seen.canary.well:
        return
    else:
        since = max(seen.canary.sent_at or now, watched.began)
        why = seen.canary.trouble or "it waits to be tried"
    if now - since > PATIENCE:
        yield Alarm(name="canary", about=watched.canary, stops=True,
                    detail=f"The test message of {slot(now):%Y-%m-%d} to {watched.canary}: {why}")  # fmt: skip


def _unanswered(seen: Seen, now: datetime) -> Iterator[Alarm]:
    for one in seen.unanswered:
        if one.next_at is None and now - (one.last_at or now) >= timedelta(seconds=one.wait):
            yield Alarm(name="unanswered", about=f"{one.event_id} {one.group_id}"[:100],
                        detail=f"{one.group_id}: {one.event_id}, since {_clock(one.since)}; {one.told} told."
                        )  # fmt: skip


def _space(seen: Seen) -> Iterator[Alarm]:
    if seen.free is not None and seen.free < LOW_SPACE:
        # In steps, so that the words do not change with every page that is kept.
        yield Alarm(name="space", detail=f"Less than {max(1, -(-seen.free // (100 * 2**20))) * 100} MiB are free.")


# --------------------------------------------------------------------------------------
# Once, and its end
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Turn:
    """What an audit does to the alarms that stand."""

    new: tuple[Alarm, ...]
    again: tuple[tuple[int, Alarm], ...]
    """Found again: the id of the one that stands, and how it is now."""
    over: tuple[int, ...]


def turn(standing: Iterable[Raised], now_found: Iterable[Alarm], now: datetime) -> Turn:
    """New ones are raised, those found again go on, and those not found for a while are over."""
    wanted = {(one.name, one.about): one for one in now_found}
    known = {(one.name, one.about): one for one in standing}
    return Turn(
        new=tuple(one for key, one in wanted.items() if key not in known),
        again=tuple((known[key].id, one) for key, one in wanted.items() if key in known),
        # A clock that was set back says nothing about the alarm.
        over=tuple(one.id for key, one in known.items() if key not in wanted and abs(now - one.seen_at) >= CALM),
    )


def silent(now_found: Iterable[Alarm]) -> tuple[str, ...]:
    """Why no heartbeat may go out; empty if looking, delivering and the audit are well."""
    return tuple(dict.fromkeys(one.name for one in now_found if one.stops))


# --------------------------------------------------------------------------------------
# The canary
# --------------------------------------------------------------------------------------
def slot(now: datetime) -> datetime:
    """The hour from which the newest canary is due."""
    today = now.astimezone(UTC).replace(hour=CANARY_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def canary_id(subscription_id: str, now: datetime) -> str:
    """The id of a day's canary to this subscription: whoever asks, the same."""
    return f"{CANARY}{slot(now):%Y%m%d}_{hashlib.sha256(subscription_id.encode()).hexdigest()[:12]}"


def _messages(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
