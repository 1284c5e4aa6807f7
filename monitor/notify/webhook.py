"""A Notice as a signed JSON call, after Standard Webhooks 1.0.

An endpoint's secret is made from the installation's secret and the subscription's id, so none is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from monitor.audience import Delivery, Notice
from monitor.core import backoff
from monitor.errors import FetchError, NotifyError

Post = Callable[[str, bytes, Mapping[str, str]], tuple[int, Mapping[str, str]]]

GONE = 410
"""The endpoint asks us never to call again; the standard takes it as unsubscribing."""


def endpoint_secret(master: str, subscription_id: str) -> str:
    """The signing secret of one endpoint, in the form the standard's libraries take ("whsec_...")."""
    made = hmac.new(master.encode(), f"webhook:{subscription_id}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(made).decode()


def payload(notice: Notice, delivery: Delivery) -> bytes:
    """The call's body; equal arguments give equal bytes."""
    return json.dumps(
        {"type": "advisory.changed", "timestamp": _iso(notice.seen_at), "data": _data(notice)},
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
        "seen_at": _iso(notice.seen_at), "why": notice.why,
        "findings": [finding.to_dict() for finding in notice.findings],
    }  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class WebhookChannel:
    """Calls endpoints. 2xx is accepted, 410 gives the message up, all else is tried again.

    All else includes other 4xx and redirects, which are not followed: the standard retries whatever is
    not 2xx until its schedule (`core.backoff.TRIES`) ends, because an endpoint that is being repaired
    answers 404 and 401 too.
    """

    def __init__(
        self, post: Post, secret_for: Callable[[str], str], now: Callable[[], datetime]
    ) -> None:
        self._post, self._secret_for, self._now = post, secret_for, now

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return payload(notice, delivery)

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The status as words. Raises NotifyError; permanent only for 410."""
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
            permanent=status == GONE,
            retry_after=asked(headers, self._now()),
        )

    def headers(self, delivery: Delivery, message: bytes) -> dict[str, str]:
        """The standard's three headers; the signature covers id, time and body."""
        at = self._now().replace(microsecond=0)
        signer = Webhook(self._secret_for(delivery.subscription_id))
        return {
            "Content-Type": "application/json",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signer.sign(delivery.message_id, at, message.decode("utf-8")),
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
