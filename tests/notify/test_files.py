"""Messages as files: whole or not there, and the same message is the same file."""

import email
import errno
import os
from email.policy import default
from pathlib import Path

import pytest

from monitor.audience import Channel
from monitor.errors import NotifyError
from monitor.notify.files import FolderChannel
from tests.notify.examples import SITE, delivery, rich


def test_the_same_message_twice_is_one_file(tmp_path: Path) -> None:
    out = FolderChannel(tmp_path / "out", SITE)
    message = out.render(rich(), delivery())
    paths = {out.send(delivery(), message) for _ in range(2)}
    assert len(paths) == 1 and Path(paths.pop()).read_bytes() == message
    assert [p.suffix for p in (tmp_path / "out").iterdir()] == [".eml"]


def test_a_file_subscription_names_its_own_folder(tmp_path: Path) -> None:
    out = FolderChannel(tmp_path / "out", SITE)
    path = out.send(delivery(channel=Channel.FILE, address=str(tmp_path / "mine")), b"x")
    assert Path(path).parent == tmp_path / "mine"


def test_a_folder_that_cannot_be_written_says_so_and_the_message_waits(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be")
    with pytest.raises(NotifyError, match="cannot write into the folder") as caught:
        FolderChannel(tmp_path / "out", SITE).send(delivery(), b"x")
    assert not caught.value.permanent


@pytest.mark.parametrize("held_before", [False, True])
def test_a_full_disk_leaves_the_old_file_or_none_and_the_message_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_before: bool
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = FolderChannel(tmp_path / "out", SITE)
    if held_before:
        out.send(delivery(), b"whole")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotifyError, match="No space left on device") as caught:
        out.send(delivery(), b"half of it")
    assert not caught.value.permanent
    assert [p.read_bytes() for p in (tmp_path / "out").iterdir()] == [b"whole"] * held_before


def test_only_a_file_subscription_chooses_the_folder(tmp_path: Path) -> None:
    out = FolderChannel(tmp_path / "out", SITE)
    for channel, address in ((Channel.MAIL, "a@b.example"), (Channel.WEBHOOK, "https://desk.example/hook"),
                             (Channel.FILE, "")):  # fmt: skip
        assert Path(out.send(delivery(channel=channel, address=address), b"x")).parent == tmp_path / "out"


def test_a_folder_with_an_at_sign_is_a_folder(tmp_path: Path) -> None:
    mine = tmp_path / "team@bamako"
    path = FolderChannel(tmp_path / "out", SITE).send(delivery(channel=Channel.FILE, address=str(mine)), b"x")
    assert Path(path).parent == mine


def test_an_address_that_no_folder_can_have_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(NotifyError, match="sub_5f0c") as caught:
        FolderChannel(tmp_path, SITE).send(delivery(channel=Channel.FILE, address="a\0b"), b"x")
    assert caught.value.permanent


def test_a_file_has_a_proper_message_id_and_does_not_print_the_folder(tmp_path: Path) -> None:
    one = delivery(channel=Channel.FILE, address=str(tmp_path), message_id="msg_evt_3b9a77_5f0c")
    raw = FolderChannel(tmp_path, SITE).render(rich(), one)
    message = email.message_from_bytes(raw, policy=default)
    assert message["Message-ID"] == "<msg_evt_3b9a77_5f0c@monitor.example>"
    assert str(tmp_path).encode() not in raw
