"""Signed calls after Standard Webhooks, checked with the standard's own verifier."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.audience import Channel, Links, MessageKind, Verified
from monitor.errors import FetchError, NotifyError
from monitor.notify.webhook import TYPES, WebhookChannel, endpoint_secret
from tests.notify.examples import SEEN, delivery, rich

SECRET = endpoint_secret("master", "sub_5f0c")
CALL = delivery(channel=Channel.WEBHOOK, address="https://desk.example/hook", message_id="msg_evt_3b9a77_5f0c")


class Endpoint:
    def __init__(self, status: int = 200, **headers: str) -> None:
        self.status, self.headers = status, headers
        self.calls: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        self.calls.append((url, body, dict(headers)))
        if self.status == 0:
            raise FetchError("desk.example did not answer in time.", retry_after=60)
        return self.status, self.headers


def channel(endpoint: Endpoint) -> WebhookChannel:
    return WebhookChannel(endpoint, lambda i: endpoint_secret("master", i), lambda: datetime.now(UTC))


def test_the_standards_verifier_accepts_what_we_send() -> None:
    endpoint = Endpoint()
    out = channel(endpoint)
    out.send(CALL, out.render(rich(), CALL))
    [(_, body, headers)] = endpoint.calls
    assert Webhook(SECRET).verify(body.decode(), headers)["data"]["event_id"] == "evt_3b9a77"
    assert headers["webhook-id"] == CALL.message_id


def test_the_verifier_refuses_an_altered_body() -> None:
    endpoint = Endpoint()
    out = channel(endpoint)
    out.send(CALL, out.render(rich(), CALL))
    [(_, body, headers)] = endpoint.calls
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.decode().replace("Mali", "Niger"), headers)


def test_every_endpoint_has_a_secret_of_its_own_and_another_after_each_rotation() -> None:
    made = [endpoint_secret("master", "a"), endpoint_secret("master", "b"), endpoint_secret("other", "b"),
            endpoint_secret("master", "a", 1), endpoint_secret("master", "a", 2)]  # fmt: skip
    assert len(set(made)) == 5 and endpoint_secret("master", "a", 0) == made[0]


def test_the_first_secret_of_an_endpoint_stays_what_it_was_before_there_were_rotations() -> None:
    assert endpoint_secret("master", "sub_5f0c") == "whsec_xpOwK2AHYOFbsR1LaAge3cb+ZxfRA44V21ZstxKhXGU="


def test_while_a_secret_changes_the_old_and_the_new_one_both_verify_and_no_other_does() -> None:
    endpoint = Endpoint()
    secrets = [endpoint_secret("master", "sub_5f0c", key) for key in (2, 1, 0)]
    out = WebhookChannel(endpoint, lambda _: secrets[:2], lambda: datetime.now(UTC))
    out.send(CALL, out.render(rich(), CALL))
    [(_, body, headers)] = endpoint.calls
    first, second = headers["webhook-signature"].split(" ")
    for secret in secrets[:2]:
        assert Webhook(secret).verify(body.decode(), headers)["type"] == "advisory.changed"
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[2]).verify(body.decode(), headers)
    assert Webhook(secrets[0]).verify(body.decode(), headers | {"webhook-signature": first})  # newest first
    assert Webhook(secrets[1]).verify(body.decode(), headers | {"webhook-signature": second})


def test_the_body_is_the_same_however_often_it_is_made() -> None:
    out = channel(Endpoint())
    assert out.render(rich(), CALL) == out.render(rich(), CALL)
    data = json.loads(out.render(rich(), CALL))["data"]
    assert data["severity"] == "critical" and data["findings"][0]["facts"]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(410, True), (400, False), (404, False), (429, False), (500, False), (301, False), (0, False)],
)
def test_only_gone_is_for_good(status: int, permanent: bool) -> None:
    with pytest.raises(NotifyError) as caught:
        channel(Endpoint(status)).send(CALL, b"{}")
    assert caught.value.gone is permanent
    assert caught.value.permanent is permanent and "desk.example" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("Tue, 09 Jun 2026 04:14:00 GMT", 120), ("", None), ("²", None), ("soon", None), ("-5", None)],
)
def test_the_wait_that_an_endpoint_asks_for_is_passed_on(value: str, seconds: float | None) -> None:
    endpoint = Endpoint(429, **{"Retry-After": value})
    with pytest.raises(NotifyError) as caught:
        WebhookChannel(endpoint, lambda _: SECRET, lambda: SEEN).send(CALL, b"{}")
    assert caught.value.retry_after == seconds


def test_an_endpoint_that_was_not_reached_is_named_by_its_subscription_only() -> None:
    with pytest.raises(NotifyError, match=r"sub_5f0c was not reached: it did not answer in time") as caught:
        channel(Endpoint(0)).send(CALL, b"{}")
    assert caught.value.retry_after == 60


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_the_verifier_refuses_an_altered_header(part: str) -> None:
    endpoint = Endpoint()
    channel(endpoint).send(CALL, b"{}")
    [(_, body, headers)] = endpoint.calls
    headers[part] = headers[part][:-2] + ("00" if headers[part][-2:] != "00" else "11")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.decode(), headers)


def test_hostile_words_stay_words_in_the_body() -> None:
    body = channel(Endpoint()).render(rich(headline='"}\r\n\ud800{{x}}', note="\x00</script>"), CALL)
    data = json.loads(body)["data"]
    assert data["headline"] == '"}\r\n?{{x}}' and data["note"] == "\x00</script>"


# -- every kind of message -----------------------------------------------------------
ACT = "https://monitor.example/acknowledge/abc"


def told(kind: MessageKind, **changed: object) -> dict[str, Any]:
    notice = rich(kind=kind, links=Links(act=ACT, manage="https://monitor.example/manage/abc"), **changed)
    body: dict[str, Any] = json.loads(channel(Endpoint()).render(notice, CALL))
    return body


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_has_a_type_that_the_readme_explains(kind: MessageKind) -> None:
    body = told(kind)
    assert body["type"] == TYPES[kind] and body["data"]["kind"] == kind.value
    assert f"`{body['type']}`" in (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_a_correction_and_a_withdrawal_bear_the_event_that_they_are_about_and_the_operators_words() -> None:
    for kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
        data = told(kind, remark="The feed was wrong.")["data"]
        assert data["event_id"] == "evt_3b9a77" and data["remark"] == "The feed was wrong."


def test_a_digest_holds_what_each_message_would_have_said_and_where_everything_stands() -> None:
    items = (rich(), rich(kind=MessageKind.BLIND, event_id="bul_1"))
    stands = (Verified(destination="Mali", publisher="us-state", level="Level 4", at=SEEN),
              Verified(destination="Niger", publisher="us-state", level="", at=None))  # fmt: skip
    data = told(MessageKind.DIGEST, items=items, verified=stands, findings=(), event_id="dig_1")["data"]
    alone = json.loads(channel(Endpoint()).render(rich(), CALL))
    assert data["items"][0] == {"type": alone["type"], **alone["data"]}
    assert data["items"][1]["type"] == "advisory.blind"
    assert data["verified"] == [
        {"destination": "Mali", "publisher": "us-state", "level": "Level 4", "at": "2026-06-09T04:12:00Z"},
        {"destination": "Niger", "publisher": "us-state", "level": "", "at": None}]  # fmt: skip


def test_what_asks_to_be_acknowledged_says_where_and_what_asks_for_nothing_says_null() -> None:
    assert told(MessageKind.NOTICE)["data"]["acknowledge_url"] == ACT
    assert told(MessageKind.CONFIRM)["data"]["confirm_url"] == ACT
    assert json.loads(channel(Endpoint()).render(rich(), CALL))["data"]["acknowledge_url"] is None
