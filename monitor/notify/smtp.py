"""Hands an e-mail to a relay over SMTP (RFC 5321), reusing the connection.

Permanent and transient refusals are told apart by the reply code. A connection that breaks after the
final dot leaves us unsure: the message is sent again, with the same Message-ID and bytes (RFC 1047).
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import threading
from typing import Literal

from monitor.audience import Delivery, Notice
from monitor.errors import NotifyError
from monitor.notify import mail
from monitor.notify.clean import line, recipient
from monitor.notify.mail import Site

AFTER_DOT = 120.0
"""Seconds we wait at least for the answer to a message. Hanging up on a relay that is still checking it
makes a second copy (RFC 1047); RFC 5321 asks for ten minutes, which a claim does not last."""
LOG_IN = frozenset({530, 534, 535, 538})
"""Refusals of our log-in, not of the message (RFC 4954): the operator mends them and the message goes."""
Tls = Literal["none", "starttls", "tls"]


class SmtpChannel:
    """One relay, one connection, one recipient per message. May be used by several threads."""

    def __init__(
        self, host: str, port: int, site: Site, *, tls: Tls = "starttls", user: str = "",
        password: str = "", timeout: float = 30, most_per_connection: int = 100,
    ) -> None:  # fmt: skip
        self._host, self._port, self._site = host, port, site
        self._tls, self._user, self._password = tls, user, password
        self._timeout, self._most = timeout, most_per_connection
        self._lock = threading.Lock()
        self._relay: smtplib.SMTP | None = None
        self._used = 0

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return mail.render(notice, delivery, self._site)

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The relay's words on accepting it. Raises NotifyError that names the delivery, never the address."""
        to = recipient(delivery.address)
        if not to:
            raise NotifyError(
                f"the address of subscription {delivery.subscription_id} is not an e-mail address", permanent=True
            )
        with self._lock:
            relay = self._connected()
            try:
                return self._hand_over(relay, to, message, delivery)
            except NotifyError:
                raise
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                raise NotifyError(f"the relay {self._host} broke off: {_words(error)}") from error

    def close(self) -> None:
        with self._lock:
            self._leave()

    def _connected(self) -> smtplib.SMTP:
        if self._relay is not None and self._used < self._most and self._alive(self._relay):
            return self._relay
        self._leave()
        try:
            self._relay = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise NotifyError(
                f"the relay {self._host}:{self._port} cannot be used: {_words(error)}; the message waits"
            ) from error
        return self._relay

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls == "tls":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            relay = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._tls == "starttls":
                relay.starttls(context=context)
            if self._user:
                relay.login(self._user, self._password)
        except BaseException:
            relay.close()
            raise
        self._used = 0
        return relay

    @staticmethod
    def _alive(relay: smtplib.SMTP) -> bool:
        try:
            return relay.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _hand_over(self, relay: smtplib.SMTP, to: str, message: bytes, delivery: Delivery) -> str:
        self._used += 1
        relay.ehlo_or_helo_if_needed()
        options = []
        if not to.isascii():  # only then: many relays know no SMTPUTF8 (RFC 6531)
            if not relay.has_extn("smtputf8"):
                raise NotifyError(
                    f"the relay {self._host} takes no addresses beyond ASCII; delivery {delivery.id} needs that",
                    permanent=True,
                )
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        code, words = relay.mail(self._site.from_address, options)
        if code == 250:
            code, words = relay.rcpt(to)
        if code in (250, 251):
            code, words = self._data(relay, message)
        if code not in (250, 251):
            raise self._refused(relay, code, words, delivery)
        return line(f"{code} {words.decode(errors='replace')}", 200)

    def _data(self, relay: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
        assert relay.sock is not None
        relay.sock.settimeout(max(self._timeout, AFTER_DOT))
        try:
            return relay.data(message)
        except smtplib.SMTPDataError as error:  # the relay said no to the word DATA itself
            return error.smtp_code, b""
        finally:
            if relay.sock is not None:
                relay.sock.settimeout(self._timeout)

    def _refused(self, relay: smtplib.SMTP, code: int, words: bytes, delivery: Delivery) -> NotifyError:
        if code == 421:
            self._drop()
        else:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                relay.rset()
        if code in LOG_IN:
            return NotifyError(f"the relay {self._host} cannot be used: {_log_in(code)}; the message waits")
        # The relay's words may repeat the address; only its codes go into the record.
        detail = re.match(rb"[245]\.\d{1,3}\.\d{1,3}\b", words)
        said = f"{code} {detail.group().decode()}" if detail else str(code)
        kind = "for good" if 500 <= code < 600 else "for now"
        return NotifyError(
            f"the relay {self._host} refused delivery {delivery.id} {kind} (SMTP {said})",
            permanent=500 <= code < 600,
        )

    def _leave(self) -> None:
        """Says QUIT, as RFC 5321 (4.1.1.10) wants it; a relay that is gone already needs none."""
        if self._relay is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._relay.quit()
        self._drop()

    def _drop(self) -> None:
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.close()


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
