"""A small installation with readers: one store, its pages, and the mails that its readers would get."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from monitor import web
from monitor.audience import DeliveryState, Limits, MessageKind, Subscription
from monitor.links import Purpose, Signer
from monitor.model import Destination
from monitor.signup import Desk
from monitor.store import Store
from monitor.wiring import mail_address, new_id
from tests import databases
from tests.fakes import START, Clock, source
from tests.store.postgres import ENGINE

BASE = "https://watch.example"
SECRET = "a secret for tests only"
NAMES = {"mali": "Mali", "niger": "Niger", "burkina-faso": "Burkina Faso"}
TOKEN = "the token of the mail system"
FORM: dict[str, Any] = {
    "address": "officer@ngo.example", "destination": ["mali"], "scope": "everything", "floor": "low",
    "cadence": "immediate", "hour": "7", "weekday": "0", "quiet_from": "", "quiet_to": "", "critical_at_once": "yes",
    "zone": "UTC", "language": "en", "form": "full", "blindness": "yes",
}  # fmt: skip


def form(**changed: Any) -> dict[str, Any]:
    """A form as a browser sends it; a field that is None is left out."""
    return {key: value for key, value in (FORM | changed).items() if value is not None}


class House:
    """Pages over a real SQLite file."""

    def __init__(self, folder: Path, limits: Limits | None = None, proxies: Iterable[str] = (),
                 even: float = 0.0) -> None:  # fmt: skip
        self.path = folder / "monitor.db"
        self.clock, self.reports = Clock(), list[bytes]()
        self.store = Store.open(databases.url(self.path), durable=False, message_domain="watch.example", secret=SECRET)
        places = [Destination(key=key, name=name) for key, name in NAMES.items()]
        self.store.sync_sources([source(f"{place.key}-page", destination=place) for place in places], START)
        self.signer = Signer(SECRET, BASE)
        self.desk = Desk(self.store, secret=SECRET, now=self.clock, new_id=new_id, places=lambda: NAMES,
                         check_mail=mail_address, limits=limits or Limits())  # fmt: skip
        self.app = web.create_app(
            self.store, site=web.SiteView(name="Watch", base_url=BASE), now=self.clock, last_tick=self.clock, tick=5,
            allowed_hosts={"watch.example"},
            counter=web.Counter(desk=self.desk, signer=self.signer, trusted_proxies=tuple(proxies),
                                even=even),
            bounced=web.Returns(token=TOKEN, read_report=self._read))  # fmt: skip
        self.client: FlaskClient = self.app.test_client()

    def _read(self, raw: bytes) -> bool:
        self.reports.append(raw)
        return b"ours" in raw

    def close(self) -> None:
        self.store.close()

    def post(self, path: str, data: Any = None, **more: Any) -> TestResponse:
        if isinstance(data, dict):
            data = MultiDict(data)
        return self.client.post(path, data=data, **more)

    def ask(self, **changed: Any) -> TestResponse:
        return self.post("/subscribe", form(**changed))

    def proposals(self) -> list[str]:
        """The ids that the confirmation mails so far bear."""
        found = self.store.deliveries(limit=1000)
        return [one.event_id for one in found if one.kind is MessageKind.CONFIRM]

    def link(self, purpose: Purpose, name: str) -> str:
        return urlsplit(self.signer.link(purpose, name, self.clock())).path

    def confirmation(self) -> str:
        """The link in the newest confirmation mail."""
        return self.link(Purpose.CONFIRM, self.proposals()[0])

    def reader(self, **changed: Any) -> Subscription:
        """Somebody who signed up and confirmed."""
        assert self.ask(**changed).status_code == 200
        assert self.post(self.confirmation()).status_code == 200
        (found,) = [one for one in self.store.subscriptions() if one.address == form(**changed)["address"]]
        return found

    def waiting(self) -> int:
        waits = (DeliveryState.WAITING, DeliveryState.GATHERED)
        return sum(one.state in waits for one in self.store.deliveries(limit=1000))

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.store._db.read() as conn:
            names = [name for name in inspect(conn).get_table_names() if not name.startswith(ENGINE)]
            return {name: [tuple(row) for row in conn.execute(text(f'select * from "{name}"'))] for name in names}


def said(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def links(page: str) -> list[str]:
    """Every address on a page: of links, of forms, of files."""
    return re.findall(r'(?:href|action|src)="([^"#]+)', page)
