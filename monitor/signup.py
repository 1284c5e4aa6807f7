"""The life of a subscription: ask, confirm, change, pause, leave, be forgotten, acknowledge.

Nobody is subscribed who did not say so from the address itself. Asking gives the same answer for every
address, known or not; the answer goes to the address.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from monitor.audience import LEFT, Channel, Limits, Proposal, Subscription, SubscriptionState, Wishes
from monitor.core import clock, reach
from monitor.errors import SignupError

BY_READER = "paused by its reader"


class Acknowledged(Protocol):
    @property
    def first(self) -> bool: ...
    @property
    def called_off(self) -> int: ...


class Book(Protocol):
    """What a subscription's life needs from the store."""

    def propose(
        self, proposal_id: str, asked: Subscription, *, sender: str, now: datetime, limits: Limits
    ) -> Proposal | None: ...
    def proposal(self, proposal_id: str) -> Proposal | None: ...
    def confirm(self, proposal_id: str, now: datetime) -> Subscription | None: ...
    def subscription(self, subscription_id: str) -> Subscription | None: ...
    def wish(self, subscription_id: str, wishes: Wishes, now: datetime) -> Subscription | None: ...
    def move(self, subscription_id: str, to: SubscriptionState, reason: str, now: datetime) -> bool: ...
    def remove_subscription(self, subscription_id: str, now: datetime, reason: str) -> bool: ...
    def erase(self, subscription_id: str, now: datetime) -> bool: ...
    def acknowledge(self, event_id: str, subscription_id: str, now: datetime) -> Acknowledged | None: ...


class Desk:
    """Does for readers what they ask. Every method may be called twice, and the second call changes nothing."""

    def __init__(
        self, book: Book, *, secret: str, now: Callable[[], datetime], new_id: Callable[[str], str],
        places: Callable[[], Mapping[str, str]], check_mail: Callable[[str], str], limits: Limits,
    ) -> None:  # fmt: skip
        """`places` gives the name of each destination key; `check_mail` the address in its usual spelling, or raises
        ValueError; `new_id` a random id with that prefix."""
        self._book, self._now, self._new_id = book, now, new_id
        self._places, self._check_mail, self._limits = places, check_mail, limits
        self._key = hmac.new(secret.encode(), b"monitor: who asks", hashlib.sha256).digest()

    def places(self) -> Mapping[str, str]:
        """The name of each destination that can be asked for, by its key."""
        return self._places()

    def ask(self, address: str, wishes: Wishes, *, sender: str = "") -> bool:
        """Sends a mail that asks to confirm these wishes; False if this address or sender has asked too often.

        `sender` is who asks (an IP address), kept as a keyed hash only. Raises SignupError if it cannot be asked for.
        """
        try:
            known = self._check_mail(address)
        except ValueError as error:
            raise SignupError("address", str(error)) from error
        asked = Subscription(
            id=self._new_id("sub"), channel=Channel.MAIL, address=known, wishes=self.checked(wishes),
            state=SubscriptionState.PENDING, created_at=self._now())  # fmt: skip
        made = self._book.propose(self._new_id("ask"), asked, sender=self._hashed(sender), now=self._now(),
                                  limits=self._limits)  # fmt: skip
        return made is not None

    def asked(self, proposal_id: str) -> Proposal | None:
        """What would be confirmed, to be shown beside the button."""
        return self._book.proposal(proposal_id)

    def confirm(self, proposal_id: str) -> Subscription | None:
        """The subscription, active from now on; None if there is nothing to confirm any more."""
        return self._book.confirm(proposal_id, self._now())

    def subscription(self, subscription_id: str) -> Subscription | None:
        """The subscription as it stands, None if it never was or has ended."""
        found = self._book.subscription(subscription_id)
        return found if found is not None and found.state is not SubscriptionState.ENDED else None

    def change(self, subscription_id: str, wishes: Wishes) -> Subscription | None:
        """Takes new wishes; None if the subscription has ended. Raises SignupError if they cannot be had."""
        return self._book.wish(subscription_id, self.checked(wishes), self._now())

    def pause(self, subscription_id: str) -> bool:
        """Sends nothing, and keeps nothing for later, until `resume`."""
        return self._book.move(subscription_id, SubscriptionState.PAUSED, BY_READER, self._now())

    def resume(self, subscription_id: str) -> bool:
        """Goes on after a pause. Who was suspended because mail came back may also do so: this link arrived."""
        return self._book.move(subscription_id, SubscriptionState.ACTIVE, "", self._now())

    def unsubscribe(self, subscription_id: str) -> bool:
        """Ends the subscription; False if it had ended."""
        return self._book.remove_subscription(subscription_id, self._now(), LEFT)

    def erase(self, subscription_id: str) -> bool:
        """Ends the subscription and forgets whose it was; False if there is no such subscription."""
        return self._book.erase(subscription_id, self._now())

    def acknowledge(self, name: str) -> Acknowledged | None:
        """Notes that a reader saw a critical notice, so that the next contact is not called.

        `name` is what the signed link holds: the event's id and the subscription's.
        """
        event_id, _, subscription_id = name.partition(" ")
        return self._book.acknowledge(event_id, subscription_id, self._now())

    def checked(self, wishes: Wishes) -> Wishes:
        """The wishes, if they can be had. Raises SignupError that names the field."""
        unknown = [key for key in wishes.destinations if key not in self._places()]
        if unknown:
            raise SignupError("destinations", "this destination is not watched here")
        _known("sections", wishes.sections, {zone.value for zone in reach.SECTIONS})
        if wishes.scope.value == "sections" and not wishes.sections:
            raise SignupError("sections", "choose at least one section")
        if not clock.known(wishes.zone):
            raise SignupError("zone", "this is no time zone; write one like Africa/Bamako or UTC")
        if not 0 <= wishes.hour <= 23 or not 0 <= wishes.weekday <= 6:
            raise SignupError("hour", "the hour is 0 to 23, the day Monday to Sunday")
        if wishes.quiet is not None and wishes.quiet[0] == wishes.quiet[1]:
            raise SignupError("quiet", "quiet hours begin and end at different times")
        if wishes.quiet is not None and not all(0 <= minute < 24 * 60 for minute in wishes.quiet):
            raise SignupError("quiet", "quiet hours run from one time of the day to another")
        return wishes

    def _hashed(self, sender: str) -> str:
        return hmac.new(self._key, sender.encode(), hashlib.sha256).hexdigest()[:32] if sender else ""


def _known(field: str, found: Collection[str], allowed: Collection[str]) -> None:
    if any(one not in allowed for one in found):
        raise SignupError(field, f"one of: {', '.join(sorted(allowed))}")
