"""The page about the chain: where it stands, how to note that down, and what a noted link is worth later."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from flask import Flask, render_template, request

from monitor.evidence.check import Noted
from monitor.proof import Link
from monitor.web.proofs import Proofs


class Facts(Protocol):
    """What this page needs from the store."""

    def chain_head(self) -> Link | None: ...
    def chain_since(self, position: int, limit: int = 1000) -> tuple[Link, ...]: ...


class Answer(NamedTuple):
    """What we say to a link that somebody noted down: our words for it, and how that is to be taken."""

    key: str
    style: str
    position: int = 0


def routes(app: Flask, store: Facts, proofs: Proofs) -> None:
    """Adds /chain."""

    @app.get("/chain")
    def chain() -> tuple[str, int]:
        asked = request.args.get("noted", "").strip()
        head = store.chain_head()
        said = compared(asked, head, store) if asked else None
        page = render_template("chain.html.j2", head=head, key=proofs.seal.public_key if proofs.seal else "",
                               asked=asked[:100], said=said)  # fmt: skip
        return page, 400 if said is not None and said.key == "chain.said.nothing" else 200


def compared(words: str, head: Link | None, store: Facts) -> Answer:
    """What the chain has to say to these words."""
    noted = Noted.read(words)
    if noted is None:
        return Answer("chain.said.nothing", "wrong")
    at = noted.position
    if at is None and head is not None and head.link == noted.link:
        at = head.position
    if at is None:
        return Answer("chain.said.where", "wrong")
    stands = store.chain_since(at, 1)
    if not stands:
        return Answer("chain.said.ahead", "wrong", at)
    if stands[0].position != at or stands[0].link != noted.link:
        return Answer("chain.said.other", "bad", at)
    return Answer("chain.said.same", "good", at)
