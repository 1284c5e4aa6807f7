"""Hands e-mails to a relay over SMTP (RFC 5321), by a few connections that are kept.

What a relay says of us (greeting, log-in, sender) is for the operator to mend, and the message waits; what it
says of a recipient or a message is for good if it says so. A connection that breaks before a message was begun
is made anew, once; one that breaks after the final dot leaves us unsure, and the message is sent again later,
with the same Message-ID and bytes (RFC 1047).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from urllib3.util.wait import wait_for_read

from monitor.audience import Delivery, Notice
from monitor.errors import NotifyError
from monitor.model import Severity
from monitor.notify import mail
from monitor.notify.clean import line, recipient
from monitor.notify.mail import Site
from monitor.notify.pacing import Pacer
from monitor.notify.session import ACCEPTED, Answer, Nonsense, Session, Tls

AFTER_DOT = 120.0
"""Seconds we wait at least for the answer to a message. Hanging up on a relay that is still checking it
makes a second copy (RFC 1047); RFC 5321 asks for ten minutes, which a claim does not last."""
IDLE = 5.0
"""Seconds after which a kept connection is asked whether it still lives."""
COURTESY = 5.0
"""Seconds at most for what moves no message: NOOP, RSET, QUIT."""
LOG_IN = frozenset({530, 534, 535, 538})
"""Refusals of our log-in, not of the message (RFC 4954): the operator mends them and the message goes."""

_SENDER = re.compile(r"[^\s<>@\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")


@dataclass(frozen=True, slots=True)
class _Letter:
    delivery: Delivery
    sender: str
    to: str
    message: bytes


class _Broken(NotifyError):
    """The connection ended before the message was begun."""


NOBODY = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""Enhanced codes that say that there is no such reader any more (RFC 3463, RFC 7505)."""


class SmtpChannel:
    """One relay, one recipient per message. Several threads may hand over at the same time, each by its own
    connection; who finds all `connections` taken waits for one.

    `timeout` bounds each step as a whole: connecting up to the log-in, naming sender and recipient, handing over
    the text. `return_path` makes the envelope's sender (`verp`), without it that is our From; `sign` puts a
    signature before the message (`dkim`).
    """

    def __init__(
        self, host: str, port: int, site: Site, *, tls: Tls = "starttls", user: str = "", password: str = "",
        timeout: float = 30, after_dot: float = AFTER_DOT, connections: int = 4, most_per_connection: int = 100,
        pacer: Pacer | None = None, return_path: Callable[[Delivery], str] | None = None,
        sign: Callable[[bytes, datetime], bytes] | None = None,
    ) -> None:  # fmt: skip
        self._host, self._port, self._site = host, port, site
        self._tls, self._user, self._password = tls, user, password
        self._timeout, self._after_dot, self._most = timeout, max(timeout, after_dot), most_per_connection
        self._pacer, self._return_path, self._sign = pacer or Pacer(), return_path, sign
        self._places = threading.BoundedSemaphore(connections)
        self._lock = threading.Lock()
        self._idle: list[Session] = []
        self._ours = ""

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        made = mail.render(notice, delivery, self._site)
        return self._sign(made, delivery.created_at) if self._sign else made

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The relay's words on accepting it. Raises NotifyError that names the delivery, never the address."""
        to = recipient(delivery.address)
        if not to:
            raise NotifyError(
                f"the address of subscription {delivery.subscription_id} is not an e-mail address", permanent=True
            )
        sender = self._return_path(delivery) if self._return_path else self._site.from_address
        if not _SENDER.fullmatch(sender):
            raise NotifyError(f"the return path of delivery {delivery.id} is no address; see bounces in [mail]")
        if waits := self._pacer.wait(to.rpartition("@")[2], urgent=delivery.severity is Severity.CRITICAL):
            raise NotifyError(
                f"delivery {delivery.id} waits its turn: its mail provider gets no more per minute", waits=waits
            )
        with self._places:
            return self._hand_over(_Letter(delivery, sender, to, message))

    def close(self) -> None:
        """Takes leave of the relay; a message sent afterwards opens a new connection."""
        with self._lock:
            kept, self._idle = self._idle, []
        for session in kept:
            self._leave(session)

    # -- connections ------------------------------------------------------------------
    def _hand_over(self, letter: _Letter) -> str:
        kept = self._kept()
        if kept is not None:
            with contextlib.suppress(_Broken):  # it had been closed meanwhile: once more, by a new one
                return self._give(kept, letter)
        return self._give(self._connected(), letter)

    def _kept(self) -> Session | None:
        """A connection that was used before and may be used again."""
        while True:
            with self._lock:
                session = self._idle.pop() if self._idle else None
            if session is None or self._alive(session):
                return session
            self._leave(session)

    def _alive(self, session: Session) -> bool:
        """Nothing came meanwhile (it would be a good-bye); after a pause, it also answers."""
        if session.uses >= self._most or session.sock is None:
            return False
        try:
            if wait_for_read(session.sock, timeout=0):
                return False
            if monotonic() - session.used_at <= IDLE:
                return True
            return self._briefly(session, "NOOP")[0] == 250
        except (OSError, ValueError, smtplib.SMTPException):
            session.close()
            return False

    def _connected(self) -> Session:
        try:
            self._ours = self._ours or socket.getfqdn()  # once: it may ask a slow name server
            session = Session(self._host, self._port, ours=self._ours, timeout=self._timeout, tls=self._tls)
            try:
                session.open(starttls=self._tls == "starttls", user=self._user, password=self._password)
            except BaseException:
                session.close()
                raise
        except (OSError, smtplib.SMTPException) as error:
            raise NotifyError(
                f"the relay {self._host}:{self._port} cannot be used: {_words(error)}; the message waits"
            ) from error
        return session

    def _keep(self, session: Session) -> None:
        session.used_at = monotonic()
        if session.sock is not None:
            with self._lock:
                self._idle.append(session)

    def _leave(self, session: Session) -> None:
        """Says QUIT, as RFC 5321 (4.1.1.10) wants it; a relay that is gone already needs none."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._briefly(session, "QUIT")
        session.close()

    def _briefly(self, session: Session, command: str) -> Answer:
        session.allow(min(self._timeout, COURTESY))
        return session.ask(command)

    # -- one message ------------------------------------------------------------------
    def _give(self, session: Session, letter: _Letter) -> str:
        options = self._options(session, letter)
        session.uses += 1
        begun = False
        try:
            session.allow(self._timeout)
            word, (code, words) = session.envelope(letter.sender, letter.to, options)
            if code in ACCEPTED:
                word, (code, words) = "DATA", session.ask("DATA")
                if code == 354:
                    begun = True
                    session.allow(self._timeout)
                    code, words = session.content(letter.message, checking=self._after_dot)
        except (OSError, smtplib.SMTPException) as error:
            session.close()
            stale = not begun and not isinstance(error, TimeoutError | Nonsense)
            raise (_Broken if stale else NotifyError)(
                f"the relay {self._host} broke off: {_words(error)}; delivery {letter.delivery.id} waits"
            ) from error
        if begun and code in ACCEPTED:
            self._keep(session)
            return line(f"{code} {words.decode(errors='replace')}", 200)
        self._clear(session, code)
        raise self._refusal(word, code, words, letter.delivery, begun)

    def _options(self, session: Session, letter: _Letter) -> list[str]:
        if (letter.to + letter.sender).isascii():
            return []
        if session.has_extn("smtputf8"):  # asked only then: many relays know no SMTPUTF8 (RFC 6531)
            return ["SMTPUTF8", "BODY=8BITMIME"]
        self._keep(session)
        raise NotifyError(
            f"the relay {self._host} takes no addresses beyond ASCII; delivery {letter.delivery.id} needs that",
            permanent=True,
        )

    def _clear(self, session: Session, code: int) -> None:
        """Ends what was refused, so that the next recipient starts anew."""
        try:
            if code == 421 or self._briefly(session, "RSET")[0] != 250:
                session.close()
        except (OSError, smtplib.SMTPException):
            session.close()
        self._keep(session)

    def _refusal(self, word: str, code: int, words: bytes, delivery: Delivery, begun: bool) -> NotifyError:
        # The relay's words may repeat the address; only its codes go into the record.
        detail = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", words)
        said = f"SMTP {code} {detail.group().decode()}" if detail else f"SMTP {code}"
        if code == 421 and not begun:
            return _Broken(f"the relay {self._host} is closing ({said}); delivery {delivery.id} waits")
        if code in LOG_IN:
            return NotifyError(f"the relay {self._host} cannot be used: {_log_in(code)}; the message waits")
        if word == "MAIL" and code >= 500:
            return NotifyError(
                f"the relay {self._host} refuses us as the sender ({said}); see from and bounces in [mail]; "
                f"delivery {delivery.id} waits"
            )
        extended = detail.group().decode() if detail else ""
        if word == "RCPT" and code >= 500 and (extended.startswith("5.7.") or (not extended and code == 554)):
            # Relaying denied, a blocklist: about us, not about the reader (RFC 3463, 3.8). The operator mends it.
            return NotifyError(
                f"the relay {self._host} takes no mail from us for this reader ({said}); delivery {delivery.id} waits"
            )
        final = 500 <= code < 600
        nobody = extended in NOBODY or (not extended and code in (550, 551, 553))
        kind = "for good" if final else "for now"
        return NotifyError(f"the relay {self._host} refused delivery {delivery.id} {kind} ({said})",
                           permanent=final, refused=final and word == "RCPT" and nobody)  # fmt: skip


def _log_in(code: int) -> str:
    return f"it refused our user name and password (SMTP {code}); see MONITOR_SMTP_PASSWORD"


def _words(error: BaseException) -> str:
    """What happened, without addresses or class names."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _log_in(error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered SMTP {error.smtp_code}"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it closed the connection"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it does not offer what we ask for (STARTTLS or log-in); see tls in [mail]"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return str(getattr(error, "strerror", None) or error or "no reason given")
