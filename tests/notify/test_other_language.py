"""Signed calls, judged by the Standard Webhooks library of another language: the npm package, run by Node."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from monitor.audience import Channel, Delivery
from monitor.notify.webhook import WebhookChannel, endpoint_secret
from tests import npm
from tests.notify.examples import delivery, rich

HERE = Path(__file__).parent / "verifier"
MASTER = "master"
WORDS = ("Mali", "Côte d’Ivoire", "中文の見出し", "🚨 \U0001f1f2\U0001f1f1", "\u202eright to left", '"}\r\n{{x}}',
         "\x00\x1b[0m", "\u2028\u2029", "é" * 500, "", "e\u0301", "\ufeff", "</script>", "\\u0000", "\ud83d",
         "%20+&=", "a\tb", "𝔘", "ﷺ", "x" * 10_000)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as an endpoint gets it, and what must become of it."""

    name: str
    secret: str
    headers: Mapping[str, str]
    body: bytes
    good: bool
    event: str = ""


WHAT = "SIGNATURES WERE NOT JUDGED by the npm package standardwebhooks"


def installed() -> Path:
    return npm.installed(HERE, WHAT)


def judged(calls: list[Call]) -> list[dict[str, Any]]:
    """What Node says of all of them, in one process."""
    cases = [{"secret": call.secret, "headers": dict(call.headers), "body": base64.b64encode(call.body).decode()}
             for call in calls]  # fmt: skip
    done = subprocess.run([shutil.which("node") or "node", "verify.cjs"], cwd=installed(),
                          input=json.dumps({"cases": cases}), capture_output=True, text=True, timeout=120,
                          check=True)  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == len(calls)
    return found


def sent(number: int, at: datetime) -> tuple[Delivery, bytes, dict[str, str]]:
    """The call that the service makes of the example with these words."""
    words, more = WORDS[number % len(WORDS)], WORDS[(number * 7 + 3) % len(WORDS)]
    one = delivery(channel=Channel.WEBHOOK, address="https://desk.example/hook", message_id=f"msg_evt_{number}_5f0c",
                   subscription_id=f"sub_{number % 9}")  # fmt: skip
    calls: list[tuple[bytes, dict[str, str]]] = []

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        calls.append((body, dict(headers)))
        return 204, {}

    out = WebhookChannel(post, lambda sub: endpoint_secret(MASTER, sub), lambda: at)
    notice = replace(rich(headline=words, note=more), event_id=f"evt_{number}")
    out.send(one, out.render(notice, one))
    [(body, headers)] = calls
    return one, body, headers


def altered(call: Call) -> list[Call]:
    """The call with one thing about it changed, in every way that must be noticed."""
    headers, signature = dict(call.headers), call.headers["webhook-signature"]
    version, _, mark = signature.partition(",")
    other = "A" if mark[5] != "A" else "B"
    stamp = int(headers["webhook-timestamp"])

    def but(name: str, **changed: Any) -> Call:
        return replace(call, name=f"{call.name}: {name}", good=False, **changed)

    def header(name: str, value: str) -> dict[str, Any]:
        return {"headers": headers | {name: value}}

    middle = len(call.body) // 2
    return [
        but("another id", **header("webhook-id", headers["webhook-id"] + "0")),
        but("a second later", **header("webhook-timestamp", str(stamp + 1))),
        but("no number for a time", **header("webhook-timestamp", "soon")),
        but("a bit of the signature", **header("webhook-signature", f"{version},{mark[:5]}{other}{mark[6:]}")),
        but("a shorter signature", **header("webhook-signature", signature[:-4])),
        but("no version", **header("webhook-signature", mark)),
        but("another version", **header("webhook-signature", f"v2,{mark}")),
        but("no signature", **header("webhook-signature", "")),
        but("a byte of the body", body=call.body[:middle] + bytes([call.body[middle] ^ 1]) + call.body[middle + 1 :]),
        but("a byte more", body=call.body + b" "),
        but("a byte less", body=call.body[:-1]),
        but("another endpoint's secret", secret=endpoint_secret(MASTER, "sub_other")),
        but("another installation's secret", secret=endpoint_secret("other", "sub_0")),
    ]


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    now = datetime.now(UTC)
    found = []
    for number in range(200):
        one, body, headers = sent(number, now)
        secret = endpoint_secret(MASTER, one.subscription_id)
        good = Call(name=f"call {number}", secret=secret, headers=headers, body=body, good=True, event=f"evt_{number}")
        found += [good, *altered(good)]
        for name, off in (("six minutes old", -6), ("six minutes ahead", 6)):
            _, body, headers = sent(number, now + timedelta(minutes=off))
            found.append(Call(name=f"call {number}: {name}", secret=secret, headers=headers, body=body, good=False))
    return found


@pytest.fixture(scope="module")
def verdicts(calls: list[Call]) -> list[dict[str, Any]]:
    return judged(calls)


def test_every_signature_of_ours_is_accepted_whatever_the_words(
    calls: list[Call], verdicts: list[dict[str, Any]]
) -> None:
    refused = [(call.name, said["why"]) for call, said in zip(calls, verdicts, strict=True)
               if call.good and not said["accepted"]]  # fmt: skip
    assert refused == [] and sum(call.good for call in calls) == 200
    assert all(said["event"] == call.event for call, said in zip(calls, verdicts, strict=True) if call.good)


def test_every_altered_call_is_refused(calls: list[Call], verdicts: list[dict[str, Any]]) -> None:
    taken = [call.name for call, said in zip(calls, verdicts, strict=True) if not call.good and said["accepted"]]
    assert taken == [] and sum(not call.good for call in calls) == 200 * 15
    # Each for its own reason, not because the verifier was unable to run.
    reasons = {said["why"].split(":")[0] for said in verdicts if not said["accepted"]}
    assert reasons == {"WebhookVerificationError"}


def test_during_a_rotation_either_secret_opens_a_call_with_both_signatures() -> None:
    now = datetime.now(UTC)
    _, body, old = sent(1, now)
    secrets = [endpoint_secret(MASTER, "sub_1"), endpoint_secret(MASTER, "sub_1.1")]
    new = Webhook(secrets[1]).sign(old["webhook-id"], now.replace(microsecond=0), body.decode())
    both = [f"{new} {old['webhook-signature']}", f"{old['webhook-signature']} {new}"]
    made = [Call(name=secret[:12], secret=secret, headers=old | {"webhook-signature": pair}, body=body, good=good)
            for pair in both
            for secret, good in ((secrets[0], True), (secrets[1], True), (endpoint_secret(MASTER, "x"), False))]
    broken = [replace(call, body=call.body + b" ", good=False) for call in made]
    assert [said["accepted"] for said in judged(made + broken)] == [call.good for call in made + broken]
