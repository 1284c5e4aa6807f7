"""Fifty pairs of pages, and what a person who read them says of each: how much it weighs, and which facts moved.

The labels were written before the pages were compared. Where we still say something else, `known_wrong` says why,
and the test holds us to exactly that, so a rule that mends it is noticed.
"""

from __future__ import annotations

from typing import NamedTuple

from monitor.model import Severity

CRITICAL, HIGH, MEDIUM, LOW, NONE = (
    Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.NONE)  # fmt: skip


class Pair(NamedTuple):
    name: str
    shape: str
    section: str
    before: str
    after: str
    severity: Severity
    facts: str = ""
    """Kinds that must be among the facts, by blanks."""
    levels: tuple[int, int] = (3, 3)
    known_wrong: str = ""


def p(*sentences: str) -> str:
    """One paragraph a sentence."""
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def ul(*items: str) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


US, OLD, COUNTRY, RSS = "us-page", "us-advisory", "us-country", "us-rss"
UK, CA, AU, IE = "uk-api", "canada", "australia", "ireland"
SUMMARY, SAFETY, UK_TOP = "Advisory summary", "Safety and security", "Warnings and insurance"

PAIRS: tuple[Pair, ...] = (
    # Levels, as each publisher writes them.
    Pair("level-raised", US, SUMMARY, p("Reconsider travel due to crime."), p("Do not travel due to crime."),
         CRITICAL, "level_change", (3, 4)),
    Pair("level-lowered-feed", RSS, SUMMARY, p("Do not travel due to unrest."), p("Reconsider travel due to unrest."),
         HIGH, "level_change", (4, 3)),
    Pair("status-widened", UK, UK_TOP, p("FCDO advises against all travel to parts of Mali."),
         p("FCDO advises against all travel to Mali."), CRITICAL, "level_change", (3, 4)),
    Pair("level-raised-canada", CA, SAFETY, p("Petty theft occurs."), p("Petty theft occurs."),
         CRITICAL, "level_change", (3, 4)),
    Pair("level-lowered-australia", AU, "Safety", p("Thieves work in markets."), p("Thieves work in markets."),
         HIGH, "level_change", (4, 3)),
    Pair("status-raised-ireland", IE, SAFETY, p("Roads are poor."), p("Roads are poor."),
         CRITICAL, "level_change", (2, 4)),
    # Orders to leave, and their end.
    Pair("families-ordered-out", US, SUMMARY, "", p("On June 7, 2026, the Department ordered family members of U.S. staff"
         " to leave Mali."), CRITICAL, "departure_order"),
    Pair("order-lifted", US, SUMMARY, p("On June 7, 2026, the Department ordered non-emergency U.S. staff to leave Mali."),
         p("The order of June 7 for non-emergency U.S. staff to leave Mali was lifted on July 2, 2026."),
         HIGH, "departure_order"),
    Pair("leave-now", UK, UK_TOP, "", p("If you are in Mali, leave immediately by commercial flight."),
         CRITICAL, "leave_now"),
    Pair("leave-now-gone", AU, "Safety", p("If you're in Mali, leave immediately while commercial flights operate."), "",
         HIGH, "leave_now"),
    Pair("departure-authorized", OLD, "Country Summary", "", p("On May 3, 2026, the Department authorized the departure"
         " of non-emergency U.S. government employees."), CRITICAL, "departure_order"),
    # Areas.
    Pair("area-listed", UK, UK_TOP, p("FCDO advises against all travel to:") + ul("Kidal Region", "Gao Region"),
         p("FCDO advises against all travel to:") + ul("Kidal Region", "Gao Region", "Kayes Region"), HIGH, "area_added"),
    Pair("area-unlisted", UK, UK_TOP, p("FCDO advises against all travel to:") + ul("Kidal Region", "Koutiala Region"),
         p("FCDO advises against all travel to:") + ul("Kidal Region"), HIGH, "area_removed"),
    Pair("area-in-a-sentence", US, SUMMARY, p("Do not travel to Gao or Kidal."), p("Do not travel to Gao, Kidal or Mopti."),
         HIGH, "area_added"),
    Pair("area-spelt-anew", US, SUMMARY, p("Do not travel to Timbuktu for any reason."),
         p("Do not travel to Tombouctou for any reason."), LOW),
    Pair("areas-reordered", UK, UK_TOP, p("FCDO advises against all travel to:") + ul("Gao", "Kidal", "Mopti"),
         p("FCDO advises against all travel to:") + ul("Mopti", "Gao", "Kidal"), NONE),
    # Negation and tense.
    Pair("no-longer-open", COUNTRY, "Travel and Transportation", p("The land border with Niger is open."),
         p("The land border with Niger is no longer open."), HIGH, "border"),
    Pair("airport-closed", CA, SAFETY, "", p("The airport at Bamako is closed until further notice."), HIGH, "air_travel"),
    Pair("airport-open-again", CA, SAFETY, p("The airport at Bamako is closed until further notice."),
         p("The airport at Bamako has reopened."), HIGH, "air_travel"),
    Pair("curfew-imposed", IE, SAFETY, "", p("A curfew is in force in Bamako from 21:00 to 06:00."), HIGH, "curfew"),
    Pair("curfew-over", IE, SAFETY, p("A curfew is in force in Bamako from 21:00 to 06:00."), "", HIGH, "curfew"),
    Pair("emergency-ended", US, SUMMARY, p("A state of emergency is in effect across the country."),
         p("The state of emergency ended on May 30, 2026."), HIGH, "emergency_state"),
    Pair("not-safe", US, SUMMARY, p("It is safe to use the road to the airport at night."),
         p("It is not safe to use the road to the airport at night."), HIGH),
    # Events.
    Pair("coup", UK, SAFETY, "", p("On 9 June 2026, soldiers seized power and dissolved the government."),
         HIGH, "event_added"),
    Pair("attack", US, SUMMARY, "", p("On June 6, 2026, armed men attacked a hotel in Sikasso and killed seven people."),
         HIGH, "event_added"),
    Pair("toll-rose", US, SUMMARY, p("The attack on the hotel in May 2026 killed five people."),
         p("The attack on the hotel in May 2026 killed seven people."), MEDIUM, "number_changed"),
    Pair("protests-planned", CA, SAFETY, "", p("Demonstrations are planned in Bamako on June 12, 2026."),
         MEDIUM, "event_added"),
    Pair("protests-called-off", CA, SAFETY, p("Demonstrations are planned in Bamako on June 12, 2026."), "",
         MEDIUM, "event_removed"),
    Pair("fuel-shortage", UK, SAFETY, "", "<h3>Fuel</h3>" + p("There is currently a shortage of fuel in the whole country.",
         "Queues are long and prices have risen."), HIGH, "event_added"),
    Pair("old-earthquake", AU, "Safety", "", p("An earthquake damaged the old town in 1957."), LOW),
    # Health.
    Pair("outbreak", CA, "Health", "", p("There is an outbreak of cholera in the regions of Mopti and Gao."),
         HIGH, "event_added"),
    Pair("health-lists-turned", CA, "Health", ul("Malaria", "Yellow fever", "Typhoid", "Hepatitis A"),
         ul("Typhoid", "Hepatitis A", "Malaria", "Yellow fever"), NONE),
    # Entry, rules, fees.
    Pair("visa-fee", CA, "Entry and exit requirements", p("A tourist visa costs 100 US dollars."),
         p("A tourist visa costs 150 US dollars."), MEDIUM, "number_changed"),
    Pair("passport-validity", COUNTRY, "Entry, Exit and Visa Requirements",
         p("Your passport must be valid for three months after you arrive."),
         p("Your passport must be valid for six months after you arrive."), MEDIUM, "entry_rule"),
    Pair("visa-now-needed", UK, "Entry requirements", p("You do not need a visa for stays of up to 30 days."),
         p("You must have a visa to enter Mali."), MEDIUM, "entry_rule"),
    Pair("entry-said-plainly", UK, "Entry requirements",
         p("Travellers are required to hold a certificate of vaccination against yellow fever."),
         p("You must have a yellow fever vaccination certificate."), LOW),
    Pair("law-new", UK, "Safety and security", "", p("Same-sex acts are now punishable by up to seven years in prison."),
         MEDIUM),
    # Contacts.
    Pair("telephone", COUNTRY, "Embassies and Consulates", p("Telephone: +(223) 2070-2300"), p("Telephone: +(223) 2070-2500"),
         MEDIUM, "phone_changed"),
    Pair("telephone-regrouped", COUNTRY, "Embassies and Consulates", p("Telephone: +(223) 2070-2300"),
         p("Telephone: +223 20 70 23 00"), NONE),
    Pair("e-mail", IE, "Embassy contact", p("Write to help@example.org in an emergency."),
         p("Write to desk@example.org in an emergency."), MEDIUM, "email_changed"),
    Pair("embassy-suspends", US, SUMMARY, "", p("The U.S. Embassy in Bamako has suspended all consular services."),
         HIGH, "embassy_status"),
    Pair("staff-limits", US, SUMMARY, p("U.S. government employees may travel within Bamako."),
         p("U.S. government employees may not travel outside Bamako without special authorization."),
         MEDIUM, "staff_restriction",
         known_wrong="high: it reads as one sentence that turned from may to may not"),
    # Form alone.
    Pair("list-made-of-paragraphs", AU, "Safety", p("Avoid crowds.", "Follow the news.", "Carry some cash."),
         ul("Avoid crowds.", "Follow the news.", "Carry some cash."), NONE),
    Pair("sentences-joined", COUNTRY, "Health", p("Hospitals are few.", "Bring your own medicine."),
         p("Hospitals are few. Bring your own medicine."), NONE),
    Pair("quotes-and-dashes", US, SUMMARY, p("Don't walk alone - not even by day."), p("Don’t walk alone – not even by day."),
         NONE),
    Pair("link-moved", COUNTRY, "Health", p("See the <a href='https://example.gov/a'>list of doctors</a>."),
         p("See the <a href='https://example.gov/b'>list of doctors</a>."), NONE, "url_changed"),
    Pair("wording", AU, "Safety", p("Be careful when you cross the roads of the capital."),
         p("Take care when you cross the roads of the capital."), LOW),
    # Slips.
    Pair("placeholder", US, SUMMARY, p("Review the security report for Mali before you go."),
         p("Review the security report for [destination] before you go."), NONE),
    Pair("another-country", US, SUMMARY, p("Review the security report for Mali before you go."),
         p("Review the security report for Chad before you go."), LOW),
    # Risks.
    Pair("armed-group-named", US, SUMMARY, p("Armed groups are active in the north."),
         p("Armed groups such as JNIM are active in the north."), MEDIUM, "risk_added"),
    Pair("warning-gone", AU, "Safety", p("Kidnappers target foreigners on the roads near Ségou."), "",
         MEDIUM, "risk_removed"),
)  # fmt: skip
