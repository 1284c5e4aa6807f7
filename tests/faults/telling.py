"""One change and its readers, ready to be told: a store to copy for each run, and passes over what is due."""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import ssl
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor import deliver
from monitor.audience import Channel, Delivery, DeliveryState, Subscription, Wishes
from monitor.core import notice
from monitor.deliver import Sender
from monitor.model import Severity
from monitor.store import Store
from tests.fakes import START, Clock, page, source
from tests.test_pipeline import ORDER, Desk

BEGUN = START + timedelta(hours=3)
ENDED = (DeliveryState.SENT, DeliveryState.GIVEN_UP)


def story(folder: Path, readers: Sequence[tuple[Channel, str]]) -> Path:
    """A database in which one change waits to be told to all of them."""
    file = folder / "story.db"
    file.write_bytes(tables())
    store = _opened(file)
    desk = Desk(store, source())
    store.remove_subscription("sub_1")
    for number, (channel, address) in enumerate(readers, 1):
        store.add_subscription(Subscription(id=f"sub_r{number}", channel=channel, address=address, created_at=START,
                                            wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
    desk.look(page())
    desk.look(page(words=ORDER))
    assert len(store.deliveries()) == len(readers)
    store.close()
    return file


_ONE = threading.Lock()


def _opened(file: Path) -> Store:
    with _ONE:  # tables are made by one thread at a time
        return Store.open(f"sqlite:///{file}", message_domain="monitor.example", durable=False)


@cache
def tables() -> bytes:
    """A database with its tables and nothing in them, made once."""
    with tempfile.TemporaryDirectory(prefix="monitor-tables-") as folder:
        _opened(Path(folder) / "empty.db").close()
        return (Path(folder) / "empty.db").read_bytes()


class Telling:
    """A copy of the story, and the second half of the service at work on it, with a clock that we move."""

    def __init__(self, story: Path, folder: Path, senders: Mapping[Channel, Sender], threads: int) -> None:
        shutil.copy(story, folder / "run.db")
        self.store = _opened(folder / "run.db")
        self.senders, self.threads = senders, threads
        self.clock = Clock(BEGUN)
        self.bugs: list[str] = []

    def tick(self) -> None:
        """Hands over what is due, as the service does it: several at a time."""
        with ThreadPoolExecutor(self.threads) as pool:
            spread = pool.map if self.threads > 1 else map
            while deliver.due(book=self.store, senders=self.senders, notice_for=notice.notice, owner="w",
                              now=self.clock, jitter=lambda: 0.5, seen=self._seen, spread=spread):  # fmt: skip
                pass

    def _seen(self, delivery: Delivery, error: Exception | None) -> None:
        if error is not None and "a bug stopped" in str(error):
            self.bugs.append(f"{error}: {error.__cause__!r}")

    def rows(self) -> list[Delivery]:
        """In the order of their readers."""
        return sorted(self.store.deliveries(), key=lambda one: one.subscription_id)

    def later(self, ticks: int = 12) -> None:
        """Moves the clock to the next try, again and again, until nothing waits any more."""
        for _ in range(ticks):
            waiting = [one.next_try_at for one in self.rows() if one.state not in ENDED and one.next_try_at]
            if not waiting:
                return
            self.clock.now = max(self.clock.now, min(waiting)) + timedelta(seconds=1)
            self.tick()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that only those trust who are told to, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    return cert, context
