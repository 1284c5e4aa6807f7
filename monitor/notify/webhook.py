"""A Notice as a signed JSON call, after Standard Webhooks 1.0.

An endpoint's secret is made from the installation's secret, the subscription's id and the number of its rotations,
so none is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from monitor.audience import Delivery, MessageKind, Notice
from monitor.core import backoff
from monitor.errors import FetchError, NotifyError

Post = Callable[[str, bytes, Mapping[str, str]], tuple[int, Mapping[str, str]]]

GONE = 410
"""The endpoint asks us never to call again; the standard takes it as unsubscribing."""


TYPES = {
    MessageKind.NOTICE: "advisory.changed", MessageKind.CAMPAIGN: "advisory.changed",
    MessageKind.DIGEST: "advisory.digest", MessageKind.BLIND: "advisory.blind",
    MessageKind.ALL_CLEAR: "advisory.all_clear", MessageKind.CORRECTION: "advisory.corrected",
    MessageKind.WITHDRAWAL: "advisory.withdrawn", MessageKind.TEST: "advisory.test",
    MessageKind.CONFIRM: "advisory.confirm",
}  # fmt: skip
"""The standard's event types by kind of message; README lists them for those who read the calls."""


def endpoint_secret(master: str, subscription_id: str, key: int = 0) -> str:
    """The signing secret of one endpoint, in the form the standard's libraries take ("whsec_...").

    `key` counts the rotations: each gives another secret, and the earlier ones can be made again.
    """
    name = f"webhook:{subscription_id}" + (f"#{key}" if key else "")
    made = hmac.new(master.encode(), name.encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(made).decode()


def payload(notice: Notice, delivery: Delivery) -> bytes:
    """The call's body; equal arguments give equal bytes."""
    return json.dumps(
        {"type": TYPES[notice.kind], "timestamp": _iso(notice.seen_at), "data": _data(notice)},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    ).encode("utf-8", "replace")  # fmt: skip


def _data(notice: Notice) -> dict[str, Any]:
    return {
        "event_id": notice.event_id, "kind": notice.kind, "destination": notice.destination,
        "destinations": list(notice.destinations or (notice.destination,)),
        "publisher": notice.publisher, "severity": notice.severity.value,
        "headline": notice.headline, "sentences": list(notice.sentences), "level": notice.level,
        "confirmed": notice.confirmed, "note": notice.note, "source_url": notice.source_url,
        "page_url": notice.page_url, "before_sha256": notice.before_sha256,
        "after_sha256": notice.after_sha256, "stated_at": notice.stated_at,
        "seen_at": _iso(notice.seen_at), "verified_at": _iso(notice.verified_at), "why": notice.why,
        "language": notice.language, "manage_url": notice.links.manage or None,
        "findings": [finding.to_dict() for finding in notice.findings], **_own(notice),
    }  # fmt: skip


def _own(notice: Notice) -> dict[str, Any]:
    """What only this kind of message says."""
    act = notice.links.act or None
    match notice.kind:
        case MessageKind.DIGEST:
            return {
                "items": [{"type": TYPES[item.kind], **_data(item)} for item in notice.items],
                "verified": [{"destination": one.destination, "publisher": one.publisher, "level": one.level,
                              "at": _iso(one.at) if one.at else None} for one in notice.verified],
            }  # fmt: skip
        case MessageKind.CORRECTION | MessageKind.WITHDRAWAL:
            return {"remark": notice.remark, "references": list(notice.references), "acknowledge_url": act}
        case MessageKind.CONFIRM:
            return {"confirm_url": act}
        case _:
            return {"acknowledge_url": act}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class WebhookChannel:
    """Calls endpoints. 2xx is accepted, 410 ends the subscription, all else is tried again.

    All else includes other 4xx and redirects, which are not followed: the standard retries whatever is
    not 2xx until its schedule (`core.backoff.TRIES`) ends, because an endpoint that is being repaired
    answers 404 and 401 too.
    """

    def __init__(
        self, post: Post, secrets_for: Callable[[str], Sequence[str]], now: Callable[[], datetime]
    ) -> None:  # fmt: skip
        """`secrets_for` gives the secrets of a subscription's endpoint, newest first: more than one while it
        changes from an old one to a new one. A single secret may be given as it is."""
        self._post, self._secrets_for, self._now = post, secrets_for, now

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return payload(notice, delivery)

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The status as words. Raises NotifyError; for good only for 410, and then the endpoint is `gone`."""
        try:
            status, headers = self._post(delivery.address, message, self.headers(delivery, message))
        except FetchError as error:
            raise NotifyError(
                f"the endpoint of subscription {delivery.subscription_id} was not reached: "
                f"{nameless(str(error), delivery.address)}",
                retry_after=error.retry_after,
            ) from error
        if 200 <= status < 300:
            return f"HTTP {status}"
        raise NotifyError(
            f"the endpoint of subscription {delivery.subscription_id} answered HTTP {status}",
            gone=status == GONE,
            retry_after=asked(headers, self._now()),
        )

    def headers(self, delivery: Delivery, message: bytes) -> dict[str, str]:
        """The standard's three headers; the signature covers id, time and body, once with each secret."""
        at = self._now().replace(microsecond=0)
        secrets = self._secrets_for(delivery.subscription_id)
        body = message.decode("utf-8")
        signed = [
            Webhook(secret).sign(delivery.message_id, at, body)
            for secret in ([secrets] if isinstance(secrets, str) else secrets)
        ]
        return {
            "Content-Type": "application/json",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signed),
        }


def asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, in either of its two forms (RFC 9110, 10.2.3)."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return backoff.seconds_asked(value, now)


def nameless(words: str, url: str) -> str:
    """The words without the endpoint's address: who watches what is a secret, also in our own logs."""
    try:
        parts = urlsplit(url)
        names = [url, parts.netloc, parts.hostname or ""]
    except ValueError:  # not an address at all
        names = [url]
    for name in filter(None, names):
        words = re.sub(re.escape(name), "it", words, flags=re.IGNORECASE)
    return words
