"""May they? The one place where a route of the table meets who is asking for it. Deny by default.

Whatever is refused is refused before anything is looked up: what exists and what does not look alike.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Request, Response, abort, redirect, url_for
from werkzeug.exceptions import Unauthorized

from monitor.web.access import Access, Who
from monitor.web.roles import By, Roles, Visitor

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenNeeded(Unauthorized):
    """Says in which ways a token can be sent."""

    challenges = ('Basic realm="operators", charset="UTF-8"', "Bearer")


class Guard:
    """Lets in, or says why not."""

    def __init__(self, roles: Roles, base_url: str) -> None:
        self._roles, self._home = roles, _origin(base_url)

    def stop(self, access: Access | None, visitor: Visitor, request: Request, *, near: bool) -> Response | None:
        """None for who may; an answer that leads elsewhere; else aborts."""
        if access is None:
            abort(403)
        safe = request.method in SAFE
        match access.who:
            case Who.ANYBODY | Who.LINK:
                return None
            case Who.PUBLIC if not self._roles.private:
                if not safe and self.foreign(request):
                    abort(403, "This form was sent by another site; nothing was changed.")
                return None
            case Who.MACHINE:
                if not near and not visitor.operator:
                    _ask_for_token()
                return None
            case Who.PUBLIC | Who.OPERATOR:
                if not visitor.operator:
                    return self._turned_away(access, request)
                if visitor.by is By.READING and not safe:
                    _ask_for_token()
            case Who.PERSON:
                if not visitor.person:
                    return self._turned_away(access, request)
        if not safe and visitor.person and not self.meant(request, visitor.csrf):
            abort(403, "This form is no longer valid, or another site sent it; nothing was changed. Go back, load "
                       "the page again and repeat.")  # fmt: skip
        return None

    def foreign(self, request: Request) -> bool:
        """Whether a browser says that another site made it ask."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            return site not in ("same-origin", "none")
        # "null" alone says nothing: browsers send it for our own forms too where a page gives no referrer away.
        return origin not in (None, "null") and not self._ours(origin, request)

    def meant(self, request: Request, csrf: str) -> bool:
        """Whether whoever is at the screen pressed a button of ours: the form's own token, and no other site."""
        sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
        if not csrf or not hmac.compare_digest(sent.encode("utf-8", "replace"), csrf.encode()):
            return False
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is None and origin is None:
            return False  # every browser sends one of them with a form
        return site in (None, "same-origin") and (origin is None or self._ours(origin, request)
                                                  or (origin == "null" and site == "same-origin"))  # fmt: skip

    def _ours(self, origin: str | None, request: Request) -> bool:
        # The name we are asked under was held against the list of our names before.
        return origin in (self._home, f"http://{request.host}", f"https://{request.host}")

    def _turned_away(self, access: Access, request: Request) -> Response:
        if access.who is Who.PERSON and not self._roles.password:
            abort(404)  # known by a proxy only: for everybody else there is nothing here
        if self._roles.password and access.page and request.method in ("GET", "HEAD"):
            target = request.full_path.rstrip("?")
            answer = redirect(url_for("login", next=target if len(target) <= 300 else None), 303)
            assert isinstance(answer, Response)
            return answer
        if access.who is Who.PERSON:
            abort(403)
        _ask_for_token()
        raise AssertionError("unreachable")


def _ask_for_token() -> None:
    raise TokenNeeded


def local(path: str) -> str:
    """The path if it leads to a page of ours, else nothing: a log-in sends nobody to another site."""
    well = path.startswith("/") and path.isascii() and path.isprintable() and "\\" not in path and len(path) <= 300
    if not well or path.startswith("//"):
        return ""
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""
