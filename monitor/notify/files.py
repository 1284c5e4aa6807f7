"""Messages as files in a folder: the way out where no mail server is set up."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from monitor.audience import Channel, Delivery, Notice
from monitor.errors import NotifyError
from monitor.notify import mail
from monitor.notify.mail import Site


class FolderChannel:
    """Writes each message as one .eml file; the same message twice is the same file."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._folder, self._site = folder, site

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return mail.render(notice, delivery, self._site)

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The file's path, once it will outlive a crash. Raises NotifyError if it cannot be written."""
        path = self._place(delivery) / name(delivery)
        try:
            # Our own folder holds addresses, and links that act: it is for its owner's eyes only.
            _write(path, message, private=path.parent == self._folder)
        except OSError as error:
            raise NotifyError(
                f"cannot write into the folder {path.parent}: {error.strerror or error}; make room or allow "
                "writing, the message waits"
            ) from error
        return str(path)

    def _place(self, delivery: Delivery) -> Path:
        """A file subscription may name a folder of its own; every other message goes to ours."""
        if delivery.channel is not Channel.FILE or not delivery.address:
            return self._folder
        if "\0" in delivery.address:
            raise NotifyError(
                f"the address of subscription {delivery.subscription_id} is not a folder", permanent=True
            )
        return Path(delivery.address)


def name(delivery: Delivery) -> str:
    """When and what, in letters that every file system takes."""
    token = re.sub(r"[^A-Za-z0-9]+", "-", delivery.message_id.partition("@")[0]).strip("-")
    return f"{delivery.created_at:%Y-%m-%dT%H%M%SZ}-{token[-48:]}.eml"


def _write(path: Path, message: bytes, *, private: bool) -> None:
    """The whole file under its name, or nothing: readers never see half a message."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    part = path.with_suffix(".part")
    try:
        made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
        with os.fdopen(made, "wb") as out:
            out.write(message)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """The new name is on the disk too; some file systems cannot promise that, then it is as good as it gets."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
