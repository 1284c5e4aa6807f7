"""The many other services, through the apprise library (an extra: `pip install "advisory-monitor[channels]"`).

Of its services, those are taken that talk to a server over the network; those that run something here, write
here or read files here are refused when somebody subscribes and again before each message.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import unquote

from monitor.audience import Delivery, Notice
from monitor.errors import ConfigError, NotifyError
from monitor.model import Severity
from monitor.notify import chat, wording

SERVICES = frozenset(
    # at a host that the address names
    "apprise apprises bark barks form forms gotify gotifys hassio hassios json jsons mailto mailtos matrix matrixs"
    " mmost mmosts mqtt mqtts nctalk nctalks ntfy ntfys rocket rockets signal signals synology synologys xml xmls"
    " xmpp xmpps zulip"
    # at a host of the service
    " 46elks atalk bulksms bulkvs burstsms clickatell clicksend d7sms dingtalk discord feishu flock"
    " freemobile gchat guilded httpsms ifttt infobip join kavenegar kumulos lark line mailgun "
    " msgbird msg91 nexmo notica opsgenie pagerduty pagertree plivo postmark pover prowl pbul pushy"
    " resend revolt ryver schan sendgrid ses signl4 sinch slack smtp2go sns sparkpost spush splunk tgram threema"
    " twilio twist victorops voipms vonage webex wecombot whatsapp workflow workflows wxteams".split()
)
"""Their plug-ins start no program, touch no device, and open files only for what `_REFUSED` names. Left out are
syslog, dbus, gnome, kde, macosx, windows, blink1 (this machine) and vapid, fcm, deltachat (key files)."""
_REFUSED = "template keyfile subfile pgp pgpprv pgppub pgpkey attach filename store verify redirect rto cto retry wait"
_ARGUMENT = re.compile(rf"[?&;][^=&;]*(?<![a-z])(?:{'|'.join(_REFUSED.split())})(?![a-z])[^=&;]*(?:=|$|[&;])")
"""What names files of this machine, turns off checks, or makes a call last."""
_ADDRESS = re.compile(r"(?P<service>[a-z0-9]{1,32})://[^\s\x00-\x1f\x7f]+", re.I)


def check(url: str, *, local_hosts: Collection[str] = ()) -> str:
    """The address of one target, ready to be kept; raises ConfigError that says what is wrong, without the address.

    A host is refused if it is named by a private address, except for `local_hosts` ("host:port"). Names are not
    looked up: only an operator should be let choose such targets.
    """
    url = url.strip()
    _look(url)
    plugin = _plugin(url)
    if plugin is None:
        raise ConfigError("apprise does not understand this address; see its page about the service for the form")
    if len(plugin) != 1:
        raise ConfigError("this address names several recipients; make a subscription of each, so that one that "
                          "fails sends nothing twice to the others")  # fmt: skip
    host, port = str(getattr(plugin, "host", "") or ""), getattr(plugin, "port", None)
    if _is_private(host) and f"{host}:{port}" not in local_hosts:
        raise ConfigError("this address leads into a private network; name it in [fetch] local_hosts to allow it")
    return url


def _look(url: str) -> None:
    """Refuses what is no single address of a service that we take."""
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise ConfigError("expected one address of an apprise service, such as tgram://token/chat")
    service = match["service"].casefold()
    if service not in SERVICES:
        raise ConfigError(f"the apprise service {service}:// is not taken: it is unknown, or works on this machine")
    if _ARGUMENT.search(unquote(unquote(url)).casefold()):
        raise ConfigError(f"this address has an argument that is not taken ({_REFUSED.replace(' ', ', ')})")


def _library() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise ConfigError(
            'the channel apprise needs an extra package: pip install "advisory-monitor[channels]"'
        ) from error
    logging.getLogger("apprise").disabled = True  # its warnings name hosts and addresses
    return apprise


def _plugin(url: str) -> Any:
    """The one target of this address; None if the library cannot read it. Not `add`, which takes lists."""
    library = _library()
    asset = library.AppriseAsset(async_mode=False, storage_mode="memory", app_id="Advisory monitor",
                                 app_desc="Advisory monitor", app_url="")  # fmt: skip
    return library.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def _is_private(host: str) -> bool:
    host = host.strip("[]").rstrip(".").casefold()
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    try:  # "127.1", "0x7f000001", "2130706433": what a system takes for an address too
        return not ipaddress.ip_address(socket.inet_aton(host)).is_global
    except (OSError, ValueError):
        return False


class AppriseChannel:
    """Hands a message to the service that a subscription's address names: a title and plain text."""

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        """Equal arguments give equal bytes."""
        text = [calm(one) for one in chat.said(notice)] + ["", calm(chat.times(notice))]
        text += [f"{label}: {url}" for label, url in chat.links(notice)]
        weight = "warning" if notice.severity in (Severity.CRITICAL, Severity.HIGH) else "info"
        made = {"title": calm(wording.title(notice, 250)), "body": "\n".join(text).strip(), "type": weight}
        return json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")

    def send(self, delivery: Delivery, message: bytes) -> str:
        """Raises NotifyError that names the subscription; what exactly went wrong, the library does not say."""
        who = f"the target of subscription {delivery.subscription_id}"
        try:
            _look(delivery.address)
            plugin = _plugin(delivery.address)
        except ConfigError as error:
            missing = isinstance(error.__cause__, ImportError)  # mended by the operator, and the message goes
            fate = "waits" if missing else "was given up"
            raise NotifyError(
                f"{who} cannot be told: {error}; delivery {delivery.id} {fate}", permanent=not missing
            ) from error
        if plugin is None:
            raise NotifyError(f"{who} is no address that apprise understands; delivery {delivery.id} was given up",
                              permanent=True)  # fmt: skip
        told = json.loads(message)
        sender = _library().Apprise()
        sender.add(plugin)
        if not sender.notify(body=told["body"], title=told["title"], notify_type=told["type"], body_format="text"):
            raise NotifyError(f"{who} did not take delivery {delivery.id}; it waits")
        return "handed over"


def calm(words: str) -> str:
    """Words of a page that call nobody and form no tag or link, whatever markup a service reads: an invisible
    space stands after what would begin one."""
    return re.sub(r"(?<=[@<])(?=\S)|(?<=\])(?=\()|(?<=:)(?=//)", "\u200b", words)
