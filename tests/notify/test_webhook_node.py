"""The Standard Webhooks verifier of another language accepts every call that we sign and refuses every altered one.

    npm install --prefix FOLDER standardwebhooks
    NODE_PATH=FOLDER/node_modules python -m pytest tests/notify/test_webhook_node.py
"""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.audience import MessageKind
from monitor.notify.webhook import WebhookChannel, endpoint_secret
from tests.notify.examples import rich
from tests.notify.test_webhook import CALL, Endpoint

VERIFY = """
const { Webhook } = require("standardwebhooks");
const calls = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(calls.map(({ secret, body, headers }) => {
  try { new Webhook(secret).verify(body, headers); return true; } catch (error) { return false; }
})));
"""


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or subprocess.run([found, "-e", 'require("standardwebhooks")'], capture_output=True).returncode:
        pytest.skip("node cannot load the npm package standardwebhooks: the other language's verifier is not asked")
    return found


def verdicts(node: str, calls: list[dict[str, Any]]) -> list[bool]:
    made = subprocess.run([node, "-e", VERIFY], input=json.dumps(calls), capture_output=True, text=True, check=True)
    return list(json.loads(made.stdout))


def signed() -> list[dict[str, Any]]:
    """A call of every kind, with one secret and with two, and words that are hard to quote."""
    out = []
    for kind in MessageKind:
        for keys in ((0,), (3, 2)):
            secrets = [endpoint_secret("master", "sub_5f0c", key) for key in keys]
            channel = WebhookChannel(Endpoint(), lambda _, secrets=secrets: secrets, lambda: datetime.now(UTC))
            body = channel.render(rich(kind=kind, headline='é→"\\ \u2028 \ud800 \x00 😀'), CALL)
            out += [{"secret": secret, "body": body.decode(), "headers": channel.headers(CALL, body)}
                    for secret in secrets]  # fmt: skip
    return out


def test_it_accepts_every_signature_also_while_the_secret_changes(node: str) -> None:
    calls = signed()
    assert verdicts(node, calls) == [True] * len(calls)


def test_it_refuses_every_altered_call(node: str) -> None:
    altered = []
    for call in signed():
        headers, body = call["headers"], call["body"]
        at = len(body) // 2
        altered += [
            call | {"body": body[:at] + chr(ord(body[at]) ^ 1) + body[at + 1 :]},
            call | {"body": body + " "},
            call | {"secret": endpoint_secret("master", "sub_other")},
            call | {"headers": headers | {"webhook-id": "msg_other"}},
            call | {"headers": headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}},
            call | {"headers": headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}},
            call | {"headers": headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")}},
            call | {"headers": {k: v for k, v in headers.items() if k != "webhook-signature"}},
        ]  # fmt: skip
    assert verdicts(node, altered) == [False] * len(altered)
