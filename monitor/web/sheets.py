"""One page for a reader: its headers, its language, and the plain ones that only say something."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from monitor.audience import Language, Subscription
from monitor.web.tongues import Tongue

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""As everywhere, but forms may be sent, to us alone."""


class DeadLink(Exception):
    """The link leads nowhere: `why` names the words for it."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why, self.status = why, status


def asked_language() -> Language:
    """What the address asks for, else the browser."""
    known = [one.value for one in Language]
    said = request.args.get("lang", "")
    return Language(said if said in known else request.accept_languages.best_match(known, Language.EN.value))


def trouble(code: int) -> Response:
    """The plain page for an error, in the reader's language."""
    key = f"error.{code if code in (400, 404, 405, 413, 503) else 500}"
    return word(Tongue(asked_language()), key, f"{key}.lead", status=code)


def word(
    say: Tongue, title: str, *keys: str, status: int = 200, again: bool = False,
    wishes: list[tuple[str, str]] | None = None, also: str = "",
) -> Response:  # fmt: skip
    """A page that only says something; `again` offers to sign up, `also` is a sentence that is in words already."""
    sentences = [say(key) for key in keys] + ([also] if also else [])
    return page("word", say, status, title=say(title), sentences=sentences, again=again, wishes=wishes)


def page(template: str, say: Tongue, status: int = 200, *, public: bool = False, **values: Any) -> Response:
    answer = make_response(render_template(f"{template}.html.j2", say=say, public=public, **values), status)
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Content-Language"] = say.language.value
    if not public:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def tongue_of(subscription: Subscription | None) -> Tongue:
    return Tongue(subscription.wishes.language if subscription else asked_language())
