"""A table of contacts, as spreadsheets write it and people fill it in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.audience import Cadence, Channel, Form, Language, Scope, Wishes
from monitor.core import contacts
from monitor.core.contacts import COLUMNS, Contact, Trouble
from monitor.model import Destination, Severity
from tests.fakes import source

KNOWN = contacts.names([source("a", destination=Destination(key="mali", name="Mali", iso3="MLI")),
                        source("b", destination=Destination(key="niger", name="Niger", iso3="NER")),
                        source("c", destination=Destination(key="cote-divoire", name="Côte d’Ivoire"))])  # fmt: skip
SECRET = "officer@ngo.example"


def valid(address: str) -> str:
    local, at, host = address.rpartition("@")
    if not (at and local and "." in host) or " " in address:
        raise ValueError(f"{address} is none")
    return f"{local}@{host.lower()}"


def read(text: str) -> tuple[tuple[Contact, ...], tuple[Trouble, ...]]:
    return contacts.read(text, KNOWN, valid=valid)


def one(**cells: str) -> Contact:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["address", *cells])
    rows.writerow([SECRET, *cells.values()])
    (made,), troubles = read(out.getvalue())
    assert troubles == ()
    return made


def wrong(**cells: str) -> Trouble:
    out = io.StringIO()
    rows = csv.writer(out)
    given = {"address": SECRET} | cells
    rows.writerow(given)
    rows.writerow(given.values())
    made, (trouble,) = read(out.getvalue())
    assert made == () and trouble.line == 2
    return trouble


def test_the_example_that_we_give_is_read_without_trouble() -> None:
    made, troubles = read(contacts.template())
    assert troubles == () and [contact.line for contact in made] == [2, 3, 4]
    assert made[0].wishes == Wishes(destinations=("mali", "niger"), quiet=(22 * 60, 6 * 60), zone="Africa/Bamako",
                                    language=Language.FR)  # fmt: skip
    assert made[1].wishes == Wishes(scope=Scope.POSTURE, floor=Severity.HIGH, cadence=Cadence.DAILY, hour=7,
                                    zone="Europe/Paris", form=Form.THIN)  # fmt: skip
    assert (made[1].turn, made[2].channel) == (1, Channel.WEBHOOK)
    assert made[2].wishes == Wishes(destinations=("mali",), scope=Scope.SECTIONS, sections=("safety", "health"),
                                    floor=Severity.MEDIUM, cadence=Cadence.WEEKLY)  # fmt: skip
    assert contacts.template().splitlines()[0] == ",".join(COLUMNS)


def test_an_address_alone_is_a_contact_with_what_a_new_subscription_has() -> None:
    assert one() == Contact(line=2, channel=Channel.MAIL, address=SECRET, wishes=Wishes())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("top", ["", "\ufeff", "sep=X\r\n", "\ufeffsep=X\r\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_reads_the_same_in_every_dialect_of_a_spreadsheet(delimiter: str, top: str, end: str) -> None:
    if top and end == "\r":
        top = "\ufeff"
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    rows.writerow(["Address ", "DESTINATIONS", "hour"])
    rows.writerow([f" {SECRET} ", "Mali; ner|Côte d’Ivoire", "07:00"])
    rows.writerow(["", "", ""])
    made, troubles = read(top.replace("X", delimiter) + out.getvalue() + end + delimiter * 2 + end)
    assert troubles == () and [contact.address for contact in made] == [SECRET]
    assert made[0].wishes == Wishes(destinations=("cote-divoire", "mali", "niger"), hour=7)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [("channel", "fax", "mail, webhook, slack, mattermost, teams"), ("channel", "file", "not one of mail"),
     ("destinations", "Mali; Atlantis", "not watched: Atlantis; watched are cote-divoire, mali, niger, or all"),
     ("destinations", ";", "or all"), ("destinations", "all; Mali", "not watched: all"),
     ("severity", "loud", "low, medium, high, critical"), ("severity", "none", "low, medium, high, critical"),
     ("scope", "weather", "everything nor posture"), ("scope", "posture; safety", "everything nor posture"),
     ("cadence", "hourly", "immediate, daily, weekly"), ("hour", "24", "0 to 23"), ("hour", "07:30", "0 to 23"),
     ("hour", "²", "0 to 23"), ("hour", "-1", "0 to 23"), ("weekday", "7", "Monday, Tuesday"),
     ("weekday", "m", "Monday"), ("quiet", "22-6", "like 22:00-06:00"), ("quiet", "22:00", "like 22:00-06:00"),
     ("quiet", "25:00-06:00", "like"), ("quiet", "06:00-06:00", "leave the cell empty"),
     ("zone", "Mars/Base", "Africa/Bamako"), ("zone", "../etc/passwd", "no time zone"), ("language", "de", "en, fr"),
     ("form", "fat", "full, thin, short"), ("turn", "100", "0 (told at once) to 99"), ("turn", "1.5", "to 99")],
)  # fmt: skip
def test_a_cell_that_cannot_be_used_is_named_with_what_is_allowed(column: str, cell: str, said: str) -> None:
    trouble = wrong(**{column: cell})
    assert trouble.column == column and said in trouble.message
    assert str(trouble).startswith(f"line 2, {column}: ")


@pytest.mark.parametrize(
    ("address", "said"),
    [("=HYPERLINK(1)", "formula"), ("+22320212000", "formula"), ("-x@y.example", "formula"), ("@me", "formula"),
     ("nobody", "neither"), ("a b@ngo.example", "not an e-mail address"), ("x@localhost", "not an e-mail address"),
     ("https://?", "begins with https://"), ("https://h.example:99999/x", "begins with https://"),
     ("https://a b.example/", "begins with https://"), ("ftp://h.example/", "neither"), ("a@b.example\nx", "control"),
     ("https://[::1", "begins with https://"), ("javascript:alert(1)", "neither")],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(address: str, said: str) -> None:
    trouble = wrong(address=address, zone="UTC")
    assert trouble.column == "address" and said in trouble.message and address not in trouble.message


def test_an_endpoint_is_known_by_its_host_or_named_by_its_channel() -> None:
    text = ("address,channel\nhttps://hooks.slack.com/services/T/B/x,\nhttps://chat.ngo.example/hooks/x,mattermost\n"
            "https://x.webhook.office.com/y,\nhttps://hooks.slack.com.evil.example/,\n")  # fmt: skip
    made, troubles = read(text)
    assert troubles == ()
    assert [contact.channel for contact in made] == [Channel.SLACK, Channel.MATTERMOST, Channel.TEAMS, Channel.WEBHOOK]


def test_the_same_contact_twice_is_named_with_both_lines() -> None:
    text = f"address,destinations\n{SECRET},Mali\n\n{SECRET.replace('ngo', 'NGO')},MLI\n{SECRET},Niger\n"
    made, (trouble,) = read(text)
    assert [contact.line for contact in made] == [2, 5]
    assert trouble.line == 4 and "stands on line 2" in trouble.message and SECRET not in str(trouble)


def test_lines_are_numbered_as_an_editor_shows_them_also_after_a_cell_of_two_lines() -> None:
    made, (trouble,) = read(f'sep=,\naddress,zone\n"{SECRET}",""\n"x@y\n.example",UTC\nz@ngo.example,Nowhere\n'.replace(
        '"x@y\n.example"', '"x@ngo.example"').replace("UTC\n", '"\n\nUTC"\n'))  # fmt: skip
    assert [contact.line for contact in made] == [3, 4] and (trouble.line, trouble.column) == (7, "zone")


def test_a_column_that_does_not_exist_is_named_and_the_rest_is_read() -> None:
    made, (trouble,) = read(f"address,destination\n{SECRET},Mali\n")
    assert len(made) == 1 and (trouble.line, trouble.column) == (1, "destination") and "destinations" in trouble.message
    _, (twice,) = read(f"address,zone,zone\n{SECRET},UTC,UTC\n")
    assert "twice" in twice.message


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", "who,what\na,b\n", f"{SECRET}\n"])
def test_a_table_without_its_header_is_refused_as_a_whole(text: str) -> None:
    made, (trouble,) = read(text)
    assert made == () and trouble.column == "address" and SECRET not in str(trouble)


def test_an_unquoted_delimiter_inside_a_cell_is_explained() -> None:
    _, (trouble,) = read(f"address;destinations\n{SECRET};Mali;Niger\n")
    assert trouble.line == 2 and "3 cells under 2 columns" in trouble.message and "quotation marks" in trouble.message


def test_a_quotation_mark_left_open_ends_the_table_and_keeps_what_was_before() -> None:
    made, (trouble,) = read(f'address,zone\n{SECRET},UTC\n"b@ngo.example,UTC\n')
    assert len(made) == 1 and trouble.line == 3 and "quotation mark" in trouble.message


def test_an_address_in_the_wrong_column_is_not_repeated() -> None:
    assert SECRET not in str(wrong(zone=SECRET)) and SECRET not in str(wrong(destinations=SECRET))
    assert SECRET not in str(read(f"address,{SECRET}\n")[1])


def test_channels_of_our_own_machine_need_to_be_allowed() -> None:
    text = "address,channel\n/srv/messages,file\n"
    assert read(text)[0] == ()
    (made,), troubles = contacts.read(text, KNOWN, valid=valid, channels=tuple(Channel))
    assert troubles == () and made.channel is Channel.FILE


@given(st.text(st.characters(exclude_categories=())), st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=6))
@example("address\n\x00", [])
@example("address", [['"']])
def test_any_text_gives_contacts_or_troubles_and_each_line_at_most_once(top: str, rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, escapechar="\\").writerows([list(COLUMNS), *rows])
    for text in (top, out.getvalue(), top + out.getvalue(), f"address\n{top}"):
        made, troubles = read(text)
        assert not {contact.line for contact in made} & {trouble.line for trouble in troubles}
        assert all(contact.address.startswith("http") or valid(contact.address) for contact in made)
        assert all(trouble.line >= 1 and trouble.message for trouble in troubles)
