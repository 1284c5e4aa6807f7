"""The soak: seven simulated days of the real service with 100,000 readers, and a fault every minute.

The store (SQLite in a file), the pipeline, deliveries, digests, blindness and the audit are the real ones, ticked once
a simulated minute in the order in which the scheduler lists them. The clock, the web and the receivers are ours
(`soak_world.py`). The database does not sync (`durable=False`): kills are of the process, not of the machine.
"""

from __future__ import annotations

import gc
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from monitor import compare, schedule, wiring
from monitor.audience import Cadence, Channel, DeliveryState, Group, MessageKind, Subscription, Wishes
from monitor.errors import StoreError
from monitor.model import Severity
from monitor.wiring import OWNER_PREFIX, Parts
from tests.faults import soak_judge
from tests.faults.soak_judge import Done, Planned
from tests.faults.soak_world import (
    FETCH,
    HAND_OVER,
    NEWS,
    OTHERS,
    PAGES,
    PLACES,
    START,
    STORE,
    Advisory,
    Hands,
    Killed,
    Life,
    Sink,
    Wire,
    World,
    url,
)

DAY = 24 * 60
FIRST = 150
"""Minute of the first real change."""
BETWEEN = 110
"""Minutes from one real change to the next: thirteen a day."""
APART = 12 * 60
"""Minutes between two changes of one page, so that each is one change and not half of another."""
LATEST = 16 * DAY
"""Minutes after which even a weekly digest that met trouble must have come."""
STEP = 30
"""Minutes between two ticks once no more faults come."""
RARELY = 5
"""Minutes between two looks at blindness, and two audits."""
OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.GATHERED)
WEIGHTS = (("fetch", 30), ("page", 20), ("hand-over", 24), ("store", 17), ("other", 9))
WAITING = 3
"""So many faults wait for a look; what is drawn then strikes the database instead."""
Say = Callable[[str], None]


def soak(days: int = 7, readers: int = 100_000, *, seed: int = 1, places: int = len(PLACES), in_full: int = 25,
         say: Say = lambda words: None) -> Done:  # fmt: skip
    """Runs it and judges what the receivers got."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        with (Path(folder) / "taken.jsonl").open("w") as taken:
            run = Run(Path(folder), World(Hands(), random.Random(seed), taken), readers, places, days, in_full)
            with run.attached():
                run.furnish()
                say(f"{readers} readers of {places} destinations after {time.monotonic() - begun:.0f} s")
                run.live(say)
                run.drain()
            recorded = soak_judge.recorded(run.parts)
            end = soak_judge.ended(run.parts)
            problems = run.parts.store.check()
            run.end()
        done = soak_judge.judge(Path(folder) / "taken.jsonl", run.planned, recorded, end, run.wishes(), problems)
    done.hit, done.memory, done.lives, done.faults = run.world.hit, run.memory, run.world.life.number, run.faults
    done.seconds = time.monotonic() - begun
    return done


class AtOnce:
    """Does in the thread that asks what a pool does in others: waking threads for nothing takes most of the time."""

    map = staticmethod(map)

    def submit(self, task: Callable[..., object], *given: object) -> Future[object]:
        done: Future[object] = Future()
        try:
            done.set_result(task(*given))
        except BaseException as error:  # Killed too: whoever asks for the result meets it
            done.set_exception(error)
        return done

    def shutdown(self, **_: object) -> None:
        """There is none to wait for."""


class Run:
    """One soak."""

    def __init__(self, folder: Path, world: World, readers: int, places: int, days: int, in_full: int) -> None:
        self.folder, self.world, self.readers, self.days, self.in_full = folder, world, readers, days, in_full
        self.planned: list[Planned] = plan(days, places, world.chance)
        self.memory: list[int] = []
        self.faults = 0
        self._right_again: int | None = None
        self._let_go: dict[Channel, int] = {}
        self._passes: dict[Channel, threading.Thread] = {}
        world.pages = [Advisory(name, 3) for name, _ in PLACES[:places]]
        (folder / "config.toml").write_text(_config(folder, places))
        self.parts = self._born()

    # -- lives ------------------------------------------------------------------------
    def _born(self) -> Parts:
        """A process of the service, from its configuration file."""
        while True:
            self.world.life = life = Life(self.world.life.number + 1)
            config = wiring.load(self.folder / "config.toml", environ={"MONITOR_SECRET": "soak" * 8},
                                 kinds=wiring.adapters.ADAPTERS.keys())  # fmt: skip
            try:
                parts = wiring.build(config, self.world.hands)
                break
            except (StoreError, Killed):
                continue  # its supervisor starts it again
        parts._random = random.Random(life.number)
        parts.client.close()
        parts.client = Wire(self.world, life)  # type: ignore[assignment]
        parts._pool = AtOnce()  # type: ignore[assignment]
        parts._callers = dict.fromkeys((Channel.MAIL, Channel.WEBHOOK), parts._pool)  # type: ignore[arg-type]
        parts.senders = {one: Sink(self.world, life, parts.senders[one], self.in_full)
                         for one in (Channel.MAIL, Channel.WEBHOOK)}  # fmt: skip
        db = parts.store._db
        db._durable, safety = False, db._safety
        db._kept().execute("PRAGMA synchronous=OFF")

        def noting() -> Any:  # notes of hand-overs go to the driver, past the events of the library
            self.world.statement()
            return safety()

        db._safety = noting  # type: ignore[method-assign]
        readers = parts.store.readers

        def whom(ids: Any) -> Any:
            self.world.reading_readers()
            return readers(ids)

        parts.store.readers = whom  # type: ignore[method-assign]
        with suppress(StoreError):
            parts.store.release(OWNER_PREFIX)
        return parts

    def end(self) -> None:
        """Ends the process, orderly or as far as a dead one still has to be cleared away."""
        for channel in tuple(self._passes):
            self._free(channel)
        self._let_go.clear()
        with suppress(Killed):
            self.parts.close()

    def _restart(self) -> None:
        self.end()
        self.world.store = None if self.world.life.dead.is_set() else self.world.store
        self.parts = self._born()

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Every statement of the service passes by the world."""

        def before(*_: object) -> None:
            self.world.statement()

        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "commit", before)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", before)
            event.remove(Engine, "commit", before)

    # -- readers ----------------------------------------------------------------------
    def furnish(self) -> None:
        for start in range(0, self.readers, 5000):
            self.parts.store.enrol(Group(id="grp_soak", name="Everybody", created_at=START), [
                Subscription(id=f"sub_{n:06}", channel=_channel(n), address=_address(n), created_at=START,
                             wishes=_wishes(n, len(self.world.pages)))
                for n in range(start, min(start + 5000, self.readers))])  # fmt: skip

    def wishes(self) -> dict[str, Wishes]:
        return {_address(n): _wishes(n, len(self.world.pages)) for n in range(self.readers)}

    # -- time -------------------------------------------------------------------------
    def live(self, say: Say) -> None:
        """The days with their faults."""
        waiting = {one.minute: one for one in self.planned}
        for minute in range(self.days * DAY):
            self.world.hands.true = START + timedelta(minutes=minute)
            if minute in waiting:
                _write(self.world.pages[waiting[minute].place], waiting[minute])
            if minute >= 60:  # the first looks of all
                self._break()
            self._tick(minute)
            if (minute + 1) % DAY == 0:
                gc.collect()
                self.memory.append(resident())
                say(f"day {(minute + 1) // DAY}: {resident() >> 10} MiB, {self.world.life.number} lives,"
                    f" {sum(self.world.hit.values())} faults hit")  # fmt: skip

    def drain(self) -> None:
        """Without faults, until everybody has had the last digest."""
        world = self.world
        world.fetch.clear()
        world.store, world.broken_pass = None, False
        for queue in world.hand_over.values():
            queue.clear()
        self._set_clock(timedelta())
        self._let_go = dict.fromkeys(world.hung, 0)
        for minute in range(self.days * DAY, self.days * DAY + LATEST, STEP):
            world.hands.true = START + timedelta(minutes=minute)
            self._tick(minute)
            self._resend()
            if not any(self.parts.store.deliveries(state=one, limit=1) for one in OPEN):
                break

    def _tick(self, minute: int) -> None:
        parts = self.parts
        try:
            if self._right_again is not None and minute >= self._right_again:
                self._set_clock(timedelta())
            if minute % DAY == DAY - 30:
                self._safely("operator", self._resend)
            self._safely("look", parts.check_due)
            for channel in parts.channels():
                self._deliver(channel, minute)
            self._safely("settle", parts.settle_held)
            self._safely("digests", parts.gather_digests)
            if minute % RARELY == 0:
                self._safely("blindness", parts.watch_blindness)
                self._safely("audit", parts.audit)
            if minute % DAY == 0:
                self._safely("prune", parts.prune)
        except Killed:
            pass
        if self.world.life.dead.is_set():
            self._restart()

    def _safely(self, name: str, task: Callable[[], int]) -> None:
        schedule._safely(name, task, self.parts.finished)

    def _deliver(self, channel: Channel, minute: int) -> None:
        """One tick of one channel. One that hangs is left behind, as the scheduler does; its next ticks fall away."""
        running = self._passes.get(channel)
        if running is not None:
            if minute < self._let_go.get(channel, 0):
                return
            self._free(channel)
            self.world.life.breathe()
        task = partial(self._safely, f"deliver-{channel.value}", partial(self.parts.deliver_due, channel))
        if "channel hangs" not in self.world.hand_over[channel]:
            task()
            return

        def alone() -> None:
            with suppress(Killed):
                task()

        thread = threading.Thread(target=alone, name=f"hangs-{channel.value}")
        thread.start()
        while thread.is_alive() and channel not in self.world.hung:
            thread.join(0.002)
        if channel in self.world.hung:
            self._passes[channel] = thread
            self._let_go[channel] = minute + self.world.chance.randrange(2, 25)
        self.world.life.breathe()

    def _free(self, channel: Channel) -> None:
        """Lets go of a channel that hangs, and of it again if it is to hang a second time in the same pass."""
        thread = self._passes.pop(channel)
        self._let_go.pop(channel, None)
        while thread.is_alive():
            gate = self.world.hung.pop(channel, None)
            if gate is not None:
                gate.set()
            thread.join(0.002)
        self.world.hung.pop(channel, None)

    def _resend(self) -> int:
        """What an operator does with what was refused for good: reads why, and starts it again."""
        given_up = self.parts.store.deliveries(state=DeliveryState.GIVEN_UP, limit=10_000)
        return sum(self.parts.store.resend(one.id, self.world.hands()) for one in given_up
                   if one.kind is not MessageKind.DIGEST)  # fmt: skip

    # -- faults -----------------------------------------------------------------------
    def _break(self) -> None:
        """One more fault. One that needs a look, a message or a statement waits for it."""
        world, chance = self.world, self.world.chance
        self.faults += 1
        kind = chance.choices([name for name, _ in WEIGHTS], [weight for _, weight in WEIGHTS])[0]
        if kind in ("fetch", "page") and len(world.fetch) >= WAITING:
            kind = "store"  # else every look there is would fail
        if kind == "fetch":
            world.fetch.append(chance.choice(tuple(FETCH)))
        elif kind == "page":
            world.fetch.append(chance.choice(PAGES))
        elif kind == "hand-over":
            world.hand_over[chance.choice(tuple(world.hand_over))].append(chance.choice(HAND_OVER))
        elif kind == "store":
            world.store = chance.choice(STORE), chance.randrange(60), chance.choice((1, 1, 1, 2, 8))
        else:
            self._break_more(chance.choice(OTHERS))

    def _break_more(self, fault: str) -> None:
        world, chance = self.world, self.world.chance
        if fault == "pass broken off":
            world.broken_pass = True
        elif fault == "kill at a statement":
            world.store = fault, chance.randrange(200), 1
        elif fault in ("kill at a hand-over", "channel hangs"):
            queue = world.hand_over[chance.choice(tuple(world.hand_over))]
            if fault not in queue:
                queue.append(fault)
        elif fault == "restart":
            world.hit[fault] += 1
            self._restart()
        elif self._right_again is None:
            world.hit[fault] += 1
            hours = chance.choice((-26, -3, -1, -0.2, 0.2, 1, 3, 7, 26))
            self._right_again = world.hands.minute + chance.randrange(3, 120)
            self._set_clock(timedelta(hours=hours))

    def _set_clock(self, ahead: timedelta) -> None:
        if ahead == timedelta():
            self._right_again = None
        self.world.hands.ahead = ahead
        with suppress(Killed):  # then the next tick finds a dead process
            self._safely("clock", self.parts.clock_was_set)


# --------------------------------------------------------------------------------------
# The plan
# --------------------------------------------------------------------------------------
def plan(days: int, places: int, chance: random.Random) -> list[Planned]:
    """The real changes, and what each weighs by the rules alone, without a service."""
    last: dict[int, int] = {}
    pages = [Advisory(name, 3) for name, _ in PLACES[:places]]
    made: list[Planned] = []
    for number in range((days * DAY - FIRST) // BETWEEN):
        minute = FIRST + number * BETWEEN + chance.randrange(min(20, BETWEEN))
        free = [n for n in range(places) if last.get(n, -APART) <= minute - APART]
        if not free:
            continue
        place = chance.choice(free)
        words = NEWS[number % len(NEWS)].format(day=20 + minute // DAY, name=PLACES[place][0], number=1001 + number)
        if not words and pages[place].level == 4:
            words = NEWS[4].format(number=1001 + number)  # a level moves once a page: back again would be taken back
        before = pages[place].body()
        one = Planned(minute=minute, place=place, destination=PLACES[place][0], words=words)
        _write(pages[place], one)
        one.severity = Severity(compare(before, pages[place].body(), url=url(place)).severity)
        last[place] = minute
        made.append(one)
    return made


def _write(advisory: Advisory, one: Planned) -> None:
    if one.words:
        advisory.words.append(one.words)
    else:
        advisory.level = 4


def _channel(number: int) -> Channel:
    return Channel.WEBHOOK if number % 10 == 9 else Channel.MAIL


def _address(number: int) -> str:
    if _channel(number) is Channel.WEBHOOK:
        return f"https://hook{number % 300}.example/readers/{number}"
    return f"reader{number}@ngo{number % 500}.example"


def _wishes(number: int, places: int) -> Wishes:
    chosen = {number % places, number * 7 % places} if number % 8 == 0 else {number % places}
    cadence = {3: Cadence.DAILY, 7: Cadence.WEEKLY}.get(number // places % 10, Cadence.IMMEDIATE)
    return Wishes(
        destinations=tuple(sorted(PLACES[n][0].casefold() for n in chosen)),
        floor=(Severity.LOW, Severity.LOW, Severity.MEDIUM, Severity.HIGH)[number // places % 4], cadence=cadence,
        hour=number % 24, weekday=number % 7, quiet=(22 * 60, 6 * 60) if number % 9 == 0 else None,
        zone=("UTC", "Europe/Paris", "Africa/Bamako", "Asia/Kathmandu")[number % 4],
    )  # fmt: skip


def _config(folder: Path, places: int) -> str:
    made = [f'[database]\nurl = "sqlite:///{folder}/monitor.db"\n[mail]\nhost = "127.0.0.1"\nport = 9\ntls = "none"\n'
            'from = "monitor@alerts.example"\nconnections = 1\n[site]\nbase_url = "https://alerts.example"\n'
            "[schedule]\nworkers = 1\n"]  # fmt: skip
    for number, (name, iso3) in enumerate(PLACES[:places]):
        made.append(f'[[destinations]]\nname = "{name}"\niso3 = "{iso3}"\n[[destinations.sources]]\n'
                    f'id = "{name.casefold()}"\nkind = "us-page"\npublisher = "us-state"\nevery = "30m"\n'
                    f'url = "{url(number)}"\n')  # fmt: skip
    return "".join(made)


def resident() -> int:
    """KiB of this process that are in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 10


def kinds(hit: Counter[str]) -> dict[str, int]:
    """The faults that hit, by the part that they hit."""
    groups = {"looks": (*FETCH, *PAGES), "hand-overs": (*HAND_OVER, "channel hangs", "pass broken off"),
              "database": STORE, "restarts and kills": [one for one in OTHERS if "kill" in one or one == "restart"],
              "clock": ("clock set",)}  # fmt: skip
    return {name: sum(hit[one] for one in mine) for name, mine in groups.items()}
