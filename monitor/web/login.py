"""Logging in by password, and out. Every wrong try gets the same answer, and there are few of them."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from flask import Flask, Response, abort, g, make_response, redirect, render_template, request, url_for

from monitor import passwords
from monitor.audience import Pass
from monitor.web import doors
from monitor.web.guard import Guard, local
from monitor.web.roles import ABSOLUTE, SESSION, By, Roles, Visitor, cookies
from monitor.web.sheets import asked_language
from monitor.web.tongues import Tongue

log = structlog.get_logger("monitor")

WINDOW = timedelta(minutes=15)
EACH, ALL = 5, 40
"""Wrong tries in that time: of one sender, and of all. Who was right before does not wait for the others."""
FORM_LASTS = 3600
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Facts(Protocol):
    """What logging in needs from the store."""

    def issue_pass(self, token: str, *, kind: str, name: str, now: datetime, expires_at: datetime | None) -> Pass: ...
    def revoke_pass(self, token_or_id: str) -> bool: ...


class Tries:
    """Counts wrong tries; one that is under way counts as wrong until it was right."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._lock = now, threading.Lock()
        self._tries: deque[tuple[datetime, str]] = deque()
        self._trusted: deque[str] = deque(maxlen=100)

    def begin(self, sender: str) -> bool:
        """Whether this sender may try; the try is counted."""
        with self._lock:
            now = self._now()
            while self._tries and self._tries[0][0] <= now - WINDOW:
                self._tries.popleft()
            mine = sum(who == sender for _, who in self._tries)
            if mine >= EACH or (len(self._tries) >= ALL and sender not in self._trusted):
                return False
            self._tries.append((now, sender))
            return True

    def right(self, sender: str) -> None:
        """It was the password: what this sender tried before is forgiven."""
        with self._lock:
            self._tries = deque(one for one in self._tries if one[1] != sender)
            if sender not in self._trusted:
                self._trusted.append(sender)


def routes(app: Flask, store: Facts, roles: Roles, guard: Guard, now: Callable[[], datetime], base_url: str) -> None:
    """Adds /login where there is a password, and /logout. Raises ValueError if the password's hash is none."""
    names, trusted = cookies(base_url), doors.networks(roles.trusted_proxies)

    @app.post("/logout")
    def log_out() -> Response:
        visitor: Visitor = g.visitor
        if visitor.by is By.SESSION:
            store.revoke_pass(request.cookies.get(names.session, ""))
            log.info("operator logged out", session=visitor.session)
        answer = _to(url_for("overview"))
        answer.delete_cookie(names.session, secure=names.secure, httponly=True, samesite="Strict")
        return answer

    if not roles.password:
        return
    passwords.check(roles.password)
    tries, one_at_a_time = Tries(now), threading.Lock()

    def form(*, wrong: bool = False) -> Response:
        mark = request.cookies.get(names.form, "")
        if not 20 <= len(mark) <= 100:
            mark = secrets.token_urlsafe(32)
        after = local(request.values.get("next", ""))
        answer = make_response(render_template("login.html.j2", csrf=roles.signed(f"form {mark}"), after=after,
                                               wrong=wrong), 403 if wrong else 200)  # fmt: skip
        answer.set_cookie(names.form, mark, max_age=FORM_LASTS, secure=names.secure, httponly=True, samesite="Strict")
        return answer

    def safe_way() -> None:
        """Aborts where the password would cross a network in the clear."""
        if not names.secure and request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK:
            abort(403, Tongue(asked_language())("login.clear"))

    @app.get("/login")
    def login() -> Response:
        safe_way()
        return _to(url_for("operators")) if g.visitor.person else form()

    @app.post("/login")
    def log_in() -> Response:
        safe_way()
        forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
        sender = doors.sender(request.remote_addr or "", forwarded, trusted)
        mark = request.cookies.get(names.form, "")
        if not mark or not guard.meant(request, roles.signed(f"form {mark}")):
            return form(wrong=True)
        if not tries.begin(sender):
            log.warning("log-in refused", sender=sender, reason="too many wrong tries")
            return form(wrong=True)
        with one_at_a_time:  # each takes 32 MiB
            right = passwords.matches(request.form.get("password", ""), roles.password)
        if not right:
            log.warning("log-in refused", sender=sender, reason="wrong password")
            return form(wrong=True)
        tries.right(sender)
        before = request.cookies.get(names.session, "")
        if len(before) > 20:  # a whole token; what is shorter might be the id of somebody else's
            store.revoke_pass(before)
        token, moment = secrets.token_urlsafe(32), now()
        made = store.issue_pass(token, kind=SESSION, name="operator", now=moment, expires_at=moment + ABSOLUTE)
        log.info("operator logged in", sender=sender, session=made.id)
        answer = _to(local(request.form.get("next", "")) or url_for("operators"))
        answer.set_cookie(names.session, token, max_age=int(ABSOLUTE.total_seconds()), secure=names.secure,
                          httponly=True, samesite="Strict")  # fmt: skip
        answer.delete_cookie(names.form, secure=names.secure, httponly=True, samesite="Strict")
        return answer


def _to(path: str) -> Response:
    answer = redirect(path, 303)
    assert isinstance(answer, Response)
    return answer
