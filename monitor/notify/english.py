"""The fixed words of a message in English."""

from __future__ import annotations

from monitor.audience import MessageKind
from monitor.core import classify
from monitor.model import ChangeKind, Severity
from monitor.notify.words import Level, Words

RULES = {rule.name: rule.says for rule in classify.RULES} | {
    "note-only": "the publisher announces a change that the page does not show",
    "link-target": "the same words link elsewhere",
    "told-before": "told already through another route of this publisher",
    "site-wide": "part of a site-wide edit, told once for all destinations",
    "template-switch": "the page was rebuilt",
    "boilerplate": "words that the publisher repeats for many destinations",
    "page-rewritten": "the page was rewritten",
}


def _more(count: int, by: list[tuple[int, str]]) -> str:
    return f"{count} more ({', '.join(f'{n} {word.casefold()}' for n, word in by)})"


SEVERAL = "Several destinations"


def _quiet(count: int) -> str:
    return f"{count} further {'differences change' if count != 1 else 'difference changes'} no meaning."


def _left_out(count: int) -> str:
    return (f"{count} further {'changes' if count != 1 else 'change'} on this page "
            f"{'are' if count != 1 else 'is'} outside what you asked for.")  # fmt: skip


def _blind_do(name: str) -> str:
    if name == SEVERAL:
        return ("Read the publishers’ pages yourself before you decide anything about these destinations. We go on"
                " trying, and write again as soon as we see them.")  # fmt: skip
    return (f"Read the publisher’s page yourself before you decide anything about {name}. We go on trying, and write"
            " again as soon as we see it.")  # fmt: skip


WORDS = Words(
    code="en",
    colon=": ",
    quotes=("“", "”"),
    levels={
        Severity.CRITICAL: Level("▲▲", "Critical", "Act now"),
        Severity.HIGH: Level("▲", "High", "Review today"),
        Severity.MEDIUM: Level("■", "Medium", "Read with the next digest"),
        Severity.LOW: Level("●", "Low", "For the record"),
        Severity.NONE: Level("○", "No change in meaning", "Nothing to do"),
    },
    bands={
        MessageKind.DIGEST: Level("≡", "Digest", "What changed, and where things stand"),
        MessageKind.BLIND: Level("◇", "We cannot see", "Silence now means nothing"),
        MessageKind.ALL_CLEAR: Level("◆", "We see again", "Silence means no change again"),
        MessageKind.CORRECTION: Level("■", "Correction", "Replaces what we told you"),
        MessageKind.WITHDRAWAL: Level("×", "Withdrawn", "Disregard what we told you"),
        MessageKind.TEST: Level("○", "Test", "Nothing to do"),
        MessageKind.CONFIRM: Level("●", "Please confirm", "One step is missing"),
    },
    kinds={
        ChangeKind.ADDED: "new", ChangeKind.REMOVED: "removed", ChangeKind.EDITED: "changed",
        ChangeKind.MOVED: "moved", ChangeKind.SPLIT: "laid out differently",
        ChangeKind.MERGED: "laid out differently", ChangeKind.FORMAT: "laid out differently",
    },
    rules=RULES,
    subjects={
        MessageKind.DIGEST: "Digest: ", MessageKind.BLIND: "[Not visible] ", MessageKind.ALL_CLEAR: "[Visible again] ",
        MessageKind.CORRECTION: "Correction: ", MessageKind.WITHDRAWAL: "Withdrawn: ",
    },
    unconfirmed=" (not yet confirmed)",
    unconfirmed_short=" (unconfirmed)",
    stands="Stands now",
    last_level="Level when we last saw it",
    single="Single source, not yet confirmed by a second look.",
    routes=lambda listed: f" Also seen on {listed}.",
    second_look=lambda at: f"Confirmed by a second look at {at}.",
    first_hand="Read from the publisher’s own page or feed.",
    before_after="Words before and after",
    marks="[-gone-] {+new+}",
    sides=("Gone", "New", "Before", "After"),
    page="Page",
    more=_more,
    more_linked="on the page of this change, linked below",
    more_lost="did not fit; the source has them",
    record="For the record",
    small_edits=lambda count: f"And {count} more of such small edits.",
    quiet=_quiet,
    left_out=_left_out,
    note="The publisher’s own note",
    times="Times",
    proof="Proof",
    times_proof="Times and proof",
    stated="Stated by the source",
    seen="First seen by us",
    verified="Source last verified",
    sent="Sent",
    blind_since="Not visible since",
    not_stated="not stated",
    never="not yet seen",
    source="Source",
    this_change="This change",
    hash_before="SHA-256 before",
    hash_after="SHA-256 after",
    event="Event",
    none="none",
    standing="Where things stand",
    unchanged="Nothing changed of what you asked to be told. This is when we last looked at each source.",
    several=SEVERAL,
    more_changes=lambda count: f"And {count} more {'changes' if count != 1 else 'change'}, on our pages.",
    more_places=lambda count, oldest: f"And {count} more destinations, the one looked at longest ago: {oldest}."
    if count != 1 else f"And one more destination, last looked at: {oldest}.",
    silence="Silence now means nothing.",
    to_do="What to do",
    blind_do=_blind_do,
    seen_again="Not visible from",
    remark="The operator’s remark",
    told_before="What we had told you",
    holds_now="What holds now",
    corrected="The remark above takes the place of our earlier message about this change.",
    withdrawn="Disregard our earlier message about this change. If you acted on it, look at the publisher’s page"
              " again.",
    no_remark="The operator gave no reason.",
    asked_for="What was asked for",
    confirm_button="Confirm",
    confirm_do="Nothing is sent until you follow this link and press the button there. It works for seven days.",
    not_you="If it was not you, do nothing: nothing more is sent.",
    acknowledge="Acknowledge",
    acknowledge_do="Tells your organisation that you have seen this, so that the next contact need not be called.",
    manage="Change what you get",
    unsubscribe="unsubscribe",
    to_stop="To stop these messages",
    stop_write=lambda contact, name: f"To stop these messages, write to {contact} and name {name}.",
    stop_ask=lambda name: f"To stop these messages, tell whoever runs this monitor and name {name}.",
    sent_by=lambda site: f"Sent by {site}; nothing in this message is loaded from elsewhere.",
)
