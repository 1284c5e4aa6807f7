"""Builds the real parts from the Config: store, web client, senders; and gives the pipeline a clock."""

from __future__ import annotations

import os
import random
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import structlog
from email_validator import EmailNotValidError, validate_email

from monitor import channels, deliver, lookout, owner, pipeline
from monitor import sources as adapters
from monitor.audience import Channel, Delivery, Limits, Notice, Subscription, Told
from monitor.config import Config, load
from monitor.core import notice
from monitor.errors import ConfigError, MonitorError, NotifyError, SplitError, StoreError
from monitor.fetch import Client, Manners
from monitor.fetch.shared import Shared
from monitor.glances import Glances
from monitor.links import Signer
from monitor.lists import Lists
from monitor.model import Recorded, Source, SourceState, Visit
from monitor.notify.clean import recipient
from monitor.notify.smtp import SmtpChannel
from monitor.notify.webhook import endpoint_secret
from monitor.register import Register
from monitor.signup import Desk
from monitor.store import Store, Task, quiet
from monitor.watcher import Watcher

log = structlog.get_logger("monitor")

OWNER_PREFIX = "one-machine:"
BATCH = 50
NAMED = 20
"""So many sources are named to whoever asked for one that is not watched."""
LETTERS = 200
"""Messages claimed at a time; a claim lasts five minutes."""
STANDS = 20
"""Stored pages read for their posture at a tick, a few milliseconds each, until all were."""
PULSE = timedelta(seconds=30)
ASLEEP = timedelta(minutes=10)
"""A pause of our own that is longer than this is none of the publishers'."""
SOON = timedelta(minutes=1)
"""After which a source is looked at again whose look could not be written down."""
CALLERS = 8
"""So many endpoints, or connections to the relay, are in use at a time for each channel."""


Clock = Callable[[], datetime]


def now() -> datetime:
    """The only clock of the service; the demo brings one of its own."""
    return datetime.now(UTC)


@dataclass
class Parts:
    """The real service on one machine; close() it when done."""

    config: Config
    store: Store
    client: Client
    senders: dict[Channel, deliver.Sender]
    mail_folder: Path | None
    secret: str = field(repr=False)
    register: Register
    clock: Clock = now
    owner: str = ""
    _turns: dict[tuple[str, str], threading.Lock] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None
    _callers: dict[Channel, ThreadPoolExecutor] = field(default_factory=dict)
    _broken: list[str] = field(default_factory=list)
    """The names of passes that broke off and may have left claims behind."""
    _random: random.Random = field(default_factory=random.Random)
    _unread: deque[str] = field(default_factory=deque)
    """Sources whose stored page was kept by a monitor that read no postures yet."""
    _pulses: dict[str, datetime] = field(default_factory=dict)
    """When each task of this process last came to its end."""
    _passes: Iterator[int] = field(default_factory=count)
    began: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """Since when this process has looked."""
    _looking: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """Since when it has without a pause (a machine that slept, a clock that was set)."""
    _watched: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When it last asked whether it is blind."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.shared = Shared(lambda: self.client, self.clock)
        self.glances = Glances()
        self.lists = Lists(self.register, self.store, self.shared, self.clock)
        self.began = self._looking = self._watched = self.clock()
        alone = f"{OWNER_PREFIX}{socket.gethostname()}:{os.getpid()}"
        self.owner = self.owner or (owner.mine() if self.store.shared else alone)

    # -- looking ----------------------------------------------------------------------
    @property
    def sources(self) -> tuple[Source, ...]:
        """All that is watched: what config.toml names, and what the lists of publishers named so far."""
        return self.register.all

    def source(self, source_id: str) -> Source:
        """The source with this id; raises ConfigError that lists the known ones."""
        found = self.register.get(source_id)
        if found is None:
            ids = [source.id for source in self.sources]
            more = f" and {len(ids) - NAMED} more (monitor sources)" if len(ids) > NAMED else ""
            raise ConfigError(f"no source {source_id}; watched are: {', '.join(ids[:NAMED])}{more}")
        return found

    def known(self, source_id: str | None) -> Source | None:
        return self.source(source_id) if source_id else None

    def named(self, ids: Sequence[str]) -> tuple[Source, ...]:
        """The sources with these ids or destination keys; all of them if none is named."""
        if not ids:
            return self.sources
        found: list[Source] = []
        for wanted in ids:
            by_place = [s for s in self.sources if s.destination.key == wanted.casefold()]
            found += by_place or [self.source(wanted)]
        return tuple(dict.fromkeys(found))

    def check(self, source: Source, since: datetime | None = None, *,
              known: SourceState | None = None) -> tuple[Visit, Recorded]:  # fmt: skip
        """One look at one source, recorded. Where several are read from one address, what was fetched after this one
        fell due, or after `since`, is not fetched again. With `known`, where it stood a moment ago, a visit that
        nothing follows from may be written within a second, together with others."""
        web: pipeline.Web = self.client
        clock, jitter = self.clock, self._random.random
        if self.register.shares(source.url):
            due, start = (known or self.store.state(source.id)).next_due_at, since or self.clock()
            seen = self.shared.since(start if due is None else min(due, start), every=source.every,
                                     spread=source.spread)  # fmt: skip
            web, clock, jitter = seen, seen.now, seen.jitter
        made, recorded = pipeline.check(
            source, book=self.store, web=web, now=clock, jitter=jitter, turn=self._turn(source),
            known=known, record=self.store.record if known is None else self.store.record_soon,
            glances=self.glances,
        )  # fmt: skip
        # A log that is kept elsewhere is a place where the head of the chain is noted down.
        head = self.store.chain_head() if recorded.event_id else None
        log.info("visit", source=source.id, outcome=made.outcome.value, reason=made.reason or None,
                 change=recorded.event_id or None, deliveries=recorded.deliveries or None,
                 chain=f"{head.position}:{head.link}" if head else None)  # fmt: skip
        return made, recorded

    def _turn(self, source: Source) -> AbstractContextManager[object]:
        """Held by one thread of all processes, for what one publisher says of one destination."""
        if self.store.shared:
            return self.store.alone(f"{source.publisher}\n{source.destination.key}")
        return self._turns.setdefault((source.publisher, source.destination.key), threading.Lock())

    def look(self, source_id: str, slot: datetime) -> bool:
        """The look at a source that was due at this moment; False if somebody had it, or nobody watches it any more."""
        source = self.register.find(source_id)
        if source is None or self.store.state(source_id).next_due_at != slot:
            return False
        # The job of one stands for all that are read from its address (`store/slots.py`), and its own look comes last:
        # as long as it is due, no other job is made for them.
        for one in self.register.alike(source):
            if one.id != source_id and self._is_due(one):
                self._check_safely(one)
        self._check_safely(source)
        return True

    def _is_due(self, source: Source) -> bool:
        due = self.store.state(source.id).next_due_at
        return due is not None and due <= self.clock()

    def look_at_lists(self) -> int:
        """Looks at the lists of publishers that are due."""
        return self.lists.look_due()

    def check_due(self) -> int:
        """One pass over the sources that are due, several at a time; a bug in one stops none."""
        self._read_stands()
        found = [self.register.find(one) for one in self.store.due(self.clock(), limit=BATCH)]
        due = [source for source in found if source is not None]
        if not due:
            return 0
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.config.workers, thread_name_prefix="check")
        known = self.store.states([source.id for source in due])
        waiting = {self._pool.submit(self._check_safely, source, known.get(source.id)) for source in due}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=quiet.SECONDS)
                self.store.flush()
                for one in done:
                    one.result()
        finally:
            for one in waiting:
                one.cancel()
        return len(due)

    def _read_stands(self) -> None:
        for _ in range(min(STANDS, len(self._unread))):
            source = self.register.find(self._unread.popleft())
            try:
                if source is not None and not pipeline.read_stand(source, self.store):
                    self._unread.append(source.id)
            except SplitError as error:
                log.warning("the stored page can no longer be read; the next capture will say where it stands",
                            source=source.id if source else None, reason=str(error))  # fmt: skip

    def _check_safely(self, source: Source, known: SourceState | None = None) -> None:
        if self.stopping.is_set():
            return
        try:
            self.check(source, known=known)
        except Exception as error:
            if isinstance(error, StoreError):
                if not error.away:  # the disk is full, or another program has it locked: soon over, and news waits
                    self.store.postpone(source.id, self.clock() + SOON)
                raise
            # A bug, not an operational error: told with its traceback, and this source waits.
            log.exception("the check stopped on a bug; the source waits an hour", source=source.id)
            self.store.postpone(source.id, self.clock() + timedelta(hours=1))

    def catch_up(self) -> None:
        """Lets the ticks read the posture of stored pages that were kept before postures were read."""
        self._unread = deque(self.store.without_stand())

    def spread(self, new: Sequence[Source] | None = None) -> dict[str, datetime]:
        """First looks two seconds apart on average, so that a start is not a burst."""
        return pipeline.first_due(self.sources if new is None else new, self.clock(), self._random.random)

    def watch_also(self, new: Sequence[Source]) -> None:
        """Watch what a list named, whichever process read it."""
        first = self.spread(new)
        for state in self.store.list_states(list(self.register.listings)):
            if state.last_look_at is not None:  # what the feed answered when it was read as a list, serves them too
                first |= {source.id: state.last_look_at for source in new if source.url == state.url}
        self.store.watch_also(new, self.clock(), first)

    # -- telling ----------------------------------------------------------------------
    def channels(self) -> tuple[Channel, ...]:
        """The ways out of this installation; each is served by itself."""
        return tuple(self.senders)

    def deliver_due(self, channel: Channel | None = None, within: tuple[int, int] | None = None) -> int:
        """Hands over every message that is due on this channel, on all if None; gives the number tried.

        With `within`, only those with a number from the first to the second.
        Endpoints are called several at a time: one that hangs keeps the others waiting for nothing.
        """
        owner = f"{self.owner}:{channel.value if channel else 'all'}:{next(self._passes)}."
        self.make_good()
        total = 0
        if channel is not None:
            self._pulses.setdefault(f"deliver-{channel.value}", self.clock())
        spread = self._caller(channel).map if channel in self.senders and channel is not Channel.FILE else map
        try:
            while not self.stopping.is_set():
                tried = deliver.due(
                    book=self.store, senders=self.senders, notice_for=self.notice_for, owner=owner,
                    now=self.clock, jitter=self._random.random, limit=LETTERS, seen=self._log_attempt,
                    channels=None if channel is None else (channel,), spread=spread, within=within,
                    stopping=self.stopping.is_set,
                )  # fmt: skip
                total += tried
                if tried == 0 or (within is not None and tried < LETTERS):
                    break
        except BaseException:
            self._broken.append(owner)
            raise
        return total

    def _caller(self, channel: Channel) -> ThreadPoolExecutor:
        """The threads of one channel: its endpoints that hang hold up no other channel."""
        found = self._callers.get(channel)
        if found is None:
            size = self.config.mail.connections if channel is Channel.MAIL else CALLERS
            made = ThreadPoolExecutor(size, thread_name_prefix=f"call-{channel.value}")
            found = self._callers.setdefault(channel, made)  # of two passes that begin together, one makes it
        return found

    def make_good(self) -> int:
        """Notes what was handed over and could not be noted, and gives back what passes that broke off had claimed.

        Such a pass is over, so whatever still bears its name is in nobody's hand; its lease would keep it back. How
        many were given back.
        """
        self.store.pay()
        freed = 0
        for broken in tuple(self._broken):
            freed += self.store.release(broken)
            with suppress(ValueError):  # another pass was quicker
                self._broken.remove(broken)
        return freed

    def notice_for(self, subject: Told, subscription: Subscription, delivery: Delivery) -> Notice:
        return notice.notice(subject, subscription, delivery, base_url=self.config.site.base_url,
                             links=self.signer.of, names=self.places())  # fmt: skip

    def places(self) -> dict[str, str]:
        """The name of each watched destination, by its key."""
        return {source.destination.key: source.destination.name for source in self.sources}

    @cached_property
    def signer(self) -> Signer:
        """Makes and reads the links of readers."""
        return Signer(self.secret, self.config.site.base_url)

    @cached_property
    def desk(self) -> Desk:
        """Does for readers what they ask."""
        return Desk(self.store, secret=self.secret, now=self.clock, new_id=new_id, places=self.places,
                    check_mail=mail_address, limits=Limits())  # fmt: skip

    def gather_digests(self) -> int:
        """Gathers the digests whose hour has come."""
        return deliver.digests(book=self.store, now=self.clock())

    def watch_blindness(self) -> int:
        """Tells readers of destinations that nobody could see for long, and that they can be seen again."""
        now = self.clock()
        _, since = self.store.last_done(Task.BLINDNESS) if self.store.shared else (None, self._awake(now))
        return deliver.watch(book=self.store, now=now, after=self.config.blind_after,
                             since=since or self.began)  # fmt: skip

    def _awake(self, now: datetime) -> datetime:
        """Since when this process has looked without a pause: asleep, or with another clock, it saw nothing."""
        if abs(now - self._watched) > ASLEEP:
            self._looking = now
        self._watched = now
        return self._looking

    # -- watching the watcher ---------------------------------------------------------
    @cached_property
    def watcher(self) -> Watcher:
        """Audits this service."""
        rounds = ("settle", "digests", "blindness")
        ticks = ("look", *(f"deliver-{one.value}" for one in self.channels()), *rounds)
        return lookout.watcher(
            self.config, self.store, self.client, clock=self.clock, began=self.began, secret=self.secret,
            # Where jobs are given out, looks and deliveries come only when something is due; what is late is seen.
            tasks=rounds if self.store.shared else ticks, folder=data_folder(self.config))  # fmt: skip

    def audit(self) -> int:
        """Raises and ends alarms, and lets the heart beat if all is well; how many alarms stand."""
        return self.watcher.audit()

    def tell_operator(self) -> int:
        """Mails the operator what needs a person, and what is over; how many alarms that were."""
        with self.store.alone("operator"):
            return self.watcher.tell()

    def finished(self, task: str) -> None:
        """Notes, twice a minute at most, that a task has just come to an end."""
        now = self.clock()
        last = self._pulses.setdefault(task, self.began)
        if abs(now - last) >= PULSE:
            self._pulses[task] = now
            self.store.pulse(task, now)

    def _log_attempt(self, delivery: Delivery, error: NotifyError | None) -> None:
        self.finished(f"deliver-{delivery.channel.value}")  # a long pass is well as long as it gets on
        if error is None:
            log.info("delivered", delivery=delivery.id, change=delivery.event_id,
                     subscription=delivery.subscription_id, channel=delivery.channel.value)  # fmt: skip
        else:
            if error.__cause__ is not None and not isinstance(error.__cause__, MonitorError | OSError):
                log.error("a bug stopped a message", delivery=delivery.id, exc_info=error.__cause__)
            log.warning("not delivered", delivery=delivery.id, change=delivery.event_id,
                        subscription=delivery.subscription_id, channel=delivery.channel.value,
                        attempt=delivery.attempts, permanent=error.permanent, reason=str(error))  # fmt: skip

    def settle_held(self) -> int:
        """Tells what waited long enough: for a second look, or for others like it."""
        with self.store.alone("settle"):
            held = pipeline.settle_held(book=self.store, now=self.clock())
            return held + pipeline.settle_gathered(book=self.store, now=self.clock())

    def take_from_dead(self) -> int:
        """Gives back what processes of this machine had claimed that have ended without a word; how many."""
        freed = sum(self.store.release(name) for name in self.store.owners() if owner.gone(name))
        if freed:
            log.info("resumed", deliveries=freed, reason="a process ended while it held them")
        return freed

    def clock_was_set(self) -> int:
        """Brings back what a clock that ran ahead has planned for a time that is far away now; how much that was."""
        moved = self.store.bring_back(self.clock())
        if moved:
            log.warning("planned by a clock that ran ahead, brought back", sources_and_messages=moved)
        return moved

    def prune(self) -> int:
        return self.store.prune(self.clock(), keep_visits=self.config.keep_visits)

    def webhook_secret(self, subscription_id: str) -> str:
        """The secret that an endpoint verifies our calls with, the newest one."""
        found = self.store.subscription(subscription_id)
        return endpoint_secret(self.secret, subscription_id, found.key if found else 0)

    def read_bounce(self, raw: bytes) -> bool:
        """Does what a bounce or complaint asks for; False if this mail is none of ours."""
        return channels.read_bounce(raw, self.config, self.store, self.secret, self.clock())

    def where_mail_goes(self) -> str:
        return f"into {self.mail_folder}" if self.mail_folder else f"to {self.config.mail.host}"

    def close(self) -> None:
        self.stopping.set()
        for pool in (self._pool, *self._callers.values()):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
        for sender in self.senders.values():
            if isinstance(sender, SmtpChannel):
                sender.close()
        self.client.close()
        self.store.close()


def parts(path: Path | None) -> Parts:
    """Opens the store and builds everything; raises ConfigError or StoreError with what to do."""
    return build(configuration(path))


def build(config: Config, clock: Clock = now) -> Parts:
    """The parts that this configuration asks for, with the store open and the sources known to it."""
    _, _, domain = config.mail.from_.rpartition("@")
    secret = kept_secret(config)
    store = Store.open(config.database_url, message_domain=domain or "monitor.invalid", secret=secret,
                       ledger=ledger(config))  # fmt: skip
    try:
        made = _build(config, store, clock, secret)
        made.register.seen = made.watch_also
        made.register.refresh()
        made.store.sync_sources(made.sources, clock(), made.spread())
        made.register.refresh()  # what another process found in this moment, and we just took for no longer watched
        made.catch_up()
    except BaseException:
        store.close()
        raise
    return made


def _build(config: Config, store: Store, clock: Clock, secret: str) -> Parts:
    web = client(config, clock)
    folder = None if config.mail.host else config.mail_folder
    senders = channels.senders(config, web, store, clock, secret)
    store.sync_lists(config.listings, clock())
    return Parts(config=config, store=store, client=web, senders=senders, mail_folder=folder, secret=secret,
                 register=Register(config.sources, config.listings, store), clock=clock)  # fmt: skip


def client(config: Config, clock: Clock = now) -> Client:
    """The one web client, with the manners that the configuration asks for."""
    return Client(Manners(
        user_agent=config.user_agent, allowed_hosts=config.hosts, deadline=config.deadline,
        local_hosts=frozenset(config.file.fetch.local_hosts), host_gap=config.host_gap,
        max_body=config.max_body, robots=config.file.fetch.robots), now=clock)  # fmt: skip


def mail_address(words: str) -> str:
    """The address in its usual spelling. Raises ValueError that says what is wrong with it, without repeating it."""
    try:
        made = validate_email(words.strip(), check_deliverability=False, strict=True).normalized
    except EmailNotValidError as error:
        raise ValueError("this is not an e-mail address") from error
    if not recipient(made):  # what no relay would be handed
        raise ValueError("this is not an e-mail address")
    return made


def new_id(prefix: str) -> str:
    """A random id of 128 bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def noticer(config: Config) -> deliver.Tell:
    """Makes notices that link to this installation's pages."""
    return partial(notice.notice, base_url=config.site.base_url)


def data_folder(config: Config) -> Path:
    """Where this installation keeps what it makes: beside the database, or beside the configuration."""
    if config.database_url.startswith("sqlite:///"):
        return Path(config.database_url.removeprefix("sqlite:///")).parent
    return config.path.parent / "var"


def ledger(config: Config) -> Path | None:
    """The file that says who was erased; None for the one beside an SQLite database."""
    if config.file.database.erased:
        return config.path.parent / config.file.database.erased
    return None if config.database_url.startswith("sqlite:") else data_folder(config) / "erased.log"


def kept_secret(config: Config) -> str:
    """The secret that this installation has, made if it has none yet. Raises ConfigError if it cannot be kept."""
    return config.secrets.signing or _kept_secret(data_folder(config))


def _kept_secret(folder: Path) -> str:
    """The signing secret made at the first start; MONITOR_SECRET takes its place."""
    path = folder / "secret.key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(32))
        kept = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(
            f"cannot keep the signing secret in {path}: {error.strerror}; allow writing there or set MONITOR_SECRET"
        ) from error
    if not kept:
        raise ConfigError(f"{path} is empty, so stored addresses cannot be opened, and none must be stored: put back a"
                          " copy of it. If there is no database yet, delete the file and start again")  # fmt: skip
    return kept


def _write_once(path: Path, words: str) -> None:
    """Make the file with all of these words, or not at all, whenever we are killed; one that is there is left alone."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(words)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):  # another process was first, and its secret is the one
            os.link(draft, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)


def configuration(path: Path | None) -> Config:
    """The configuration, checked; raises ConfigError that names the place."""
    return load(path, environ=os.environ, kinds=adapters.ADAPTERS.keys())
