"""The error family. Each error carries the decision it implies.

    MonitorError
      ConfigError      the operator can fix it; stop at start
      FetchError       the page did not come; .outcome says which outcome the visit gets
      SplitError       it came without the shape we know; .outcome is unreadable or implausible
      StoreError       our own database; stop, or .away: try again
      NotifyError      the message did not go; .permanent says whether trying again can help
      SignupError      a reader asked for what cannot be had; .field names what to mend
"""

from __future__ import annotations

from monitor.outcome import Outcome


class MonitorError(Exception):
    """Base of every error that is part of life rather than a bug."""


class ConfigError(MonitorError):
    """The configuration cannot be used; the message names the place and the fix."""


class FetchError(MonitorError):
    """The page did not come.

    `outcome` is `blocked` (refused on purpose) or `unavailable` (broken on the way);
    `retry_after` is the number of seconds that the server asked us to wait, if it did;
    `status` is the HTTP status, if one came.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome = Outcome.UNAVAILABLE,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.retry_after = retry_after
        self.status = status


class SplitError(MonitorError):
    """A page came that the adapter cannot read; the old snapshot stays the baseline.

    `outcome` is `unreadable` (no known structure) or `implausible` (known structure, values that
    cannot be true).
    """

    def __init__(self, message: str, *, outcome: Outcome = Outcome.UNREADABLE) -> None:
        super().__init__(message)
        self.outcome = outcome


class StoreError(MonitorError):
    """The database cannot be used; nothing was written.

    `away`: its server does not answer for the moment (a restart, a lost connection), and trying again can help.
    """

    def __init__(self, message: str, *, away: bool = False) -> None:
        super().__init__(message)
        self.away = away


class NotifyError(MonitorError):
    """A message was not accepted. `permanent` means that trying again cannot help.

    `gone`: the address itself asks to be left alone for good (HTTP 410), so its subscription ends too.
    `refused`: the relay knows no such reader, which counts like a message that came back.
    `waits`: nothing was tried; the message has to wait so many seconds for its turn (pacing), which is no attempt.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        gone: bool = False,
        refused: bool = False,
        waits: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent or gone
        self.retry_after = retry_after
        self.gone = gone
        self.refused = refused
        self.waits = waits


class SignupError(MonitorError):
    """A reader asked for what cannot be had; `field` names what to mend, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
