"""What the Mali page says at each beat: a small state, and the sentences that follow from it.

Written for these tests in the publisher's plain style. No sentence is taken from a real page; the
events, telephone numbers and casualty figures are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tests.story.countries import ADVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Mali:
    """The facts that move along the story; everything else stands still."""

    level: int = 3
    issued: date = date(2026, 3, 19)
    page_date: date = date(2026, 4, 28)
    health_risk: bool = False
    phone: str = "+223 2070-0140"
    phone_after_hours: str = "+223 6600-0141"
    coup: bool = False
    killed: str = "five"
    rearranged: bool = False
    departure: str = ""
    kayes: int = 4
    air_place: str = "Mali"

    @property
    def risks(self) -> tuple[tuple[str, str], ...]:
        always = (
            ("Crime", "C"),
            ("Terrorism", "T"),
            ("Kidnapping or Hostage Taking", "K"),
            ("Unrest", "U"),
        )
        return (*always, ("Health", "H")) if self.health_risk else always


class Part(NamedTuple):
    """A paragraph (`p`) or list (`ul`); texts may carry inline tags."""

    kind: str
    texts: tuple[str, ...]


class Topic(NamedTuple):
    """A heading with its parts; an empty heading for what stands on top."""

    heading: str
    parts: tuple[Part, ...]


class Area(NamedTuple):
    name: str
    level: int
    parts: tuple[Part, ...]


def p(*texts: str) -> Part:
    return Part("p", texts)


def ul(*texts: str) -> Part:
    return Part("ul", texts)


def advice(mali: Mali) -> str:
    return ADVICE[mali.level]


def reasons(mali: Mali) -> str:
    """The words after "due to", each risk in bold."""
    words = ["crime", "terrorism", "kidnapping", "unrest"] + ["health"] * mali.health_risk
    bold = [f"<b>{word}</b>" for word in words]
    return f"{', '.join(bold[:-1])}, and {bold[-1]}"


def reach(mali: Mali) -> str:
    if mali.level == 4:
        return "Read the entire Travel Advisory."
    return "Some areas have increased risk. Read the entire Travel Advisory."


DEPARTURE = {
    "": "",
    "authorized": (
        "On June 1, 2026, the Department authorized the departure of non-emergency U.S. government "
        "employees and eligible family members from Mali because of the security situation in Bamako."
    ),
    "ordered": (
        "On June 5, 2026, the Department ordered the departure of non-emergency U.S. government "
        "employees and eligible family members from Mali because of the security situation in Bamako."
    ),
    "lifted": (
        "On June 30, 2026, the Department lifted the ordered departure of non-emergency U.S. "
        "government employees and eligible family members."
    ),
}


def coup(mali: Mali) -> tuple[Part, ...]:
    return (
        p(
            "On May 20, 2026, soldiers announced on state television that they had dissolved the "
            "transitional government and suspended the transitional charter."
        ),
        p(
            f"Shots were heard that night near the garrison town of Kati, and {mali.killed} people "
            "were killed."
        ),
        ul(
            "The international airport at Bamako-Sénou is closed to commercial flights until "
            "further notice.",
            "A curfew is in force in the District of Bamako from 9 p.m. to 6 a.m.",
            "All land borders are closed except for trucks that carry food and fuel.",
        ),
    )


CRIME = Topic(
    "Crime",
    (
        p("Armed criminals rob homes, shops, and vehicles in every region, and Bamako is no exception."),
        ul(
            "Carjackers wait at unlit junctions and where the paved road ends.",
            "Thieves on motorbikes snatch telephones and bags from people on foot.",
            "Illegal checkpoints appear after dark; some are manned by people in stolen uniforms.",
            "Robberies become more frequent in the weeks before the large holidays.",
        ),
    ),
)
TERRORISM = Topic(
    "Terrorism",
    (
        p(
            "Extremist groups are active across most of the country and have shown that they can "
            "strike in and around the capital. Attacks come without notice. The State Department "
            "publishes a yearly <a href='https://www.state.gov/country-reports-on-terrorism/' "
            "target='_blank' title='Country Reports on Terrorism'>report on terrorism by country</a>."
        ),
        p("<b>Past targets include:</b>"),
        ul(
            "Army camps, police posts, and convoys",
            "Hotels and restaurants that foreigners use",
            "Places of worship and weekly markets",
            "Fuel trucks on the roads from Senegal and Côte d’Ivoire",
            "Mines, construction sites, and the offices of aid groups",
        ),
    ),
)
KIDNAPPING = Topic(
    "Kidnapping",
    (
        p(
            "Foreigners are taken hostage for money or for political ends. Most were seized on the "
            "road or at their place of work, and some were held for several years."
        ),
        ul("Aid workers, journalists, engineers, and clergy are at particular risk."),
    ),
)
UNREST = Topic(
    "Unrest",
    (
        p(
            "Marches and sit-ins form quickly in Bamako, often around the Independence Monument and "
            "along the bridges. Police may answer with tear gas, and a calm crowd can turn violent "
            "within minutes."
        ),
    ),
)
CONFLICT = Topic(
    "Armed conflict",
    (
        p(
            "The army and several armed groups fight each other in the north and in the center of "
            "the country. Civilians are hurt by air raids, mines, and roadside bombs."
        ),
    ),
)
AIR = Topic(
    "Air travel",
    (
        p(
            "U.S. pilots and airlines are warned about flights below 26,000 feet over Mali. See the "
            "<a href='https://www.faa.gov/air_traffic/publications/us_restrictions/' target='_blank'>"
            "notices of the Federal Aviation Administration</a>."
        ),
    ),
)
CARE = Topic(
    "Health",
    (
        p(
            "Ambulances are few and clinics outside Bamako lack staff, drugs, and power. Hospitals "
            "ask for cash before they treat you."
        ),
    ),
)
STAFF = Topic(
    "U.S. government employee travel restrictions",
    (
        ul(
            "U.S. government employees must stay inside the outer ring of checkpoints around Bamako.",
            "They may not use intercity buses, motorbike taxis, or the ferry across the Niger River.",
            "The U.S. government can offer emergency services to U.S. citizens in Bamako only.",
        ),
    ),
)
IF_YOU_GO = Topic(
    "If you decide to travel to Mali",
    (
        ul(
            "Join the <a href='https://mytravel.state.gov/s/step'>Smart Traveler Enrollment Program</a> "
            "so that the embassy can reach you.",
            "Agree with your family or employer on a code word that proves you are alive and well.",
            "Write a will and name somebody who may act for you.",
            "Carry copies of your passport and visa, and leave the originals in a safe.",
            "Keep food, water, cash, and fuel for at least ten days.",
            "Buy insurance that pays for a medical flight out of the country.",
            "Do not count on the U.S. government to fly you out if commercial flights stop.",
        ),
    ),
)


def _rearranged(topic: Topic) -> Topic:
    """The same words, with every list written as paragraphs."""
    parts: list[Part] = []
    for part in topic.parts:
        parts += [p(text) for text in part.texts]
    return Topic(topic.heading, tuple(parts))


def topics(mali: Mali) -> tuple[Topic, ...]:
    """The advisory summary, in the order of the page."""
    top: list[Part] = []
    if mali.departure:
        top.append(p(DEPARTURE[mali.departure]))
    if mali.coup:
        top += coup(mali)
    head = (Topic("", tuple(top)),) if top else ()
    if mali.rearranged:
        middle = (_rearranged(CRIME), KIDNAPPING, TERRORISM, CONFLICT, UNREST, CARE, AIR)
    else:
        middle = (CRIME, TERRORISM, KIDNAPPING, UNREST, CONFLICT, AIR, CARE)
    return (*head, *middle, STAFF, IF_YOU_GO)


_NORTH = "The region is outside the control of the government in Bamako."


def areas(mali: Mali) -> tuple[Area, ...]:
    kayes = (
        (
            p("<b>Do not travel</b> to the Kayes Region due to <b>terrorism</b> and <b>kidnapping</b>."),
            p("Armed groups stop buses and fuel trucks on the road between Kayes and Diéma."),
        )
        if mali.kayes == 4
        else (
            p("<b>Reconsider travel</b> to the Kayes Region due to <b>terrorism</b> and <b>kidnapping</b>."),
            p("Armed groups stop buses and fuel trucks on the road between Kayes and Diéma."),
        )
    )
    return (
        Area("Gao Region", 4, (
            p("<b>Do not travel</b> to the Gao Region due to <b>terrorism</b>, <b>kidnapping</b>, and "
              "<b>armed conflict</b>."),
            p("Rockets have struck the town of Gao and its airfield. The ferry at Ansongo was attacked "
              "twice last year."))),
        Area("Kayes Region", mali.kayes, kayes),
        Area("Kidal Region", 4, (
            p("<b>Do not travel</b> to the Kidal Region due to <b>terrorism</b> and <b>armed conflict</b>."),
            p(f"{_NORTH} Drones have hit trucks and houses in Kidal town and in Tinzaouaten."))),
        Area("Ménaka Region", 4, (
            p("<b>Do not travel</b> to the Ménaka Region due to <b>terrorism</b> and <b>kidnapping</b>."),
            p("The regional capital is under blockade, and food reaches it only by convoy."))),
        Area("Mopti Region", 4, (
            p("<b>Do not travel</b> to the Mopti Region, including Djenné, Bandiagara, and Sévaré, due "
              "to <b>terrorism</b>, <b>kidnapping</b>, and <b>armed conflict</b>."),
            p("Villages on the plateau have been burned, and mines lie on the tracks to Burkina Faso."))),
        Area("Ségou Region", 4, (
            p("<b>Do not travel</b> to the Ségou Region north of the Niger River due to "
              "<b>terrorism</b> and <b>kidnapping</b>."),
            p("Farmers in the irrigated land around Niono pay armed groups to be left alone."))),
        Area("Sikasso Region", 4, (
            p("<b>Do not travel</b> within 30 miles of the borders with Burkina Faso and Côte d’Ivoire "
              "due to <b>terrorism</b> and <b>kidnapping</b>."),
            p("Gold-digging sites near Kadiolo draw smugglers and armed groups."))),
        Area("Tombouctou Region", 4, (
            p("<b>Do not travel</b> to the Tombouctou Region, including the city of Timbuktu, due to "
              "<b>terrorism</b>, <b>kidnapping</b>, and <b>armed conflict</b>."),
            p("Boats between Mopti and Timbuktu have been shelled, with many dead."))),
    )  # fmt: skip


ABOUT: tuple[Topic, ...] = (
    Topic("About Mali", (
        p("Mali is a landlocked country in West Africa, crossed by the Niger River from the green south "
          "to the edge of the Sahara. Bamako, the capital, has about four million inhabitants."),
        p("French was long the language of government; Bambara is the language of the street. The "
          "rainy season lasts from June to October and cuts many dirt roads."),
        p("Since 2020 the country has been led by the armed forces. Political parties were suspended, "
          "and no date is set for elections."))),
)  # fmt: skip

REQUIREMENTS: tuple[Topic, ...] = (
    Topic("Tourist visa requirements", (
        p("You need a visa before you travel. Visas are not issued on arrival. "
          "Apply at the <a href='https://embassy.example/mali-washington' "
          "class='links_external'>Embassy of Mali in Washington<span class='usa-sr-only'>(opens in a "
          "new tab)</span></a>; allow four weeks."),)),
    Topic("Vaccinations", (
        p("Yellow fever: the international certificate is checked at the airport and at land borders."),
        p("Meningitis, polio booster, hepatitis A, typhoid, and rabies are advised."))),
    Topic("Valid passport requirements", (
        p("Valid for six months after the day you enter, with two blank pages."),)),
    Topic("Currency on entry and exit", (
        p("You must declare more than 1,000,000 CFA francs on entry."),
        p("You may take out no more than 500,000 CFA francs in cash."))),
)  # fmt: skip


def tips(mali: Mali) -> tuple[tuple[str, tuple[Topic, ...]], ...]:
    """The accordion of travel guidance: title, then topics."""
    return (
        ("Entry and exit", (
            Topic("", (
                p("Travelers who arrive by road need an exit stamp of the country they leave. Officers "
                  "at the posts of Kourémalé and Zégoua keep short hours."),
                p("Dual nationals should enter and leave on the same passport."))),
            Topic("Children", (
                p("A child who travels with one parent needs a letter from the other, signed before "
                  "a notary and translated into French."),)),
            Topic("Drones and radios", (
                p("Customs seizes drones, satellite telephones, and two-way radios that the ministry "
                  "has not licensed. The licence takes about three weeks."),)),
        )),
        ("Safety and security", (
            Topic("Demonstrations", (
                p("Keep away from crowds, even if they seem peaceful, and do not cross the bridges of "
                  "Bamako while a march is announced."),
                ul("Listen to the radio before you set out.",
                   "Plan a second way home.",
                   "Do not film soldiers, police, or checkpoints."))),
            Topic("Fuel shortages", (
                p("Attacks on tankers lead to shortages that last for weeks. Keep your tank at least "
                  "half full, and expect power cuts of up to 18 hours a day."),)),
            Topic("Scams", (
                p("Sellers offer gold dust at a discount and ask for a fee to export it. The gold is "
                  "brass, or there is none. Losses of more than $50,000 have been reported."),)),
            Topic("Victims of crime", (
                p("Report the crime to the police by dialing 17, and then call the embassy. The police "
                  "may ask you to pay for fuel and paper."),
                ul("We can help you find medical care.",
                   "We can give you a list of lawyers who speak English.",
                   "We can help you reach your family."))),
            Topic("Domestic violence", (
                p("Victims may call the embassy for help. Few shelters exist, and all are in Bamako."),)),
        )),
        ("Local laws and customs", (
            Topic("Detention", (
                p("If you are arrested, ask the police to tell the U.S. embassy at once. Soldiers may "
                  "hold people without charge, and the embassy is not always told."),)),
            Topic("Photography", (
                p("It is against the law to photograph the airport, bridges, government buildings, and "
                  "anyone in uniform."),)),
            Topic("Antiquities", (
                p("You may not take old carvings, manuscripts, or pottery out of Mali without a paper "
                  "from the National Museum."),)),
            Topic("Same-sex relationships", (
                p("A law of December 2024 punishes same-sex relations with up to seven years in "
                  "prison."),)),
            Topic("Mining and residence permits", (
                p("People who work at mines have been held over disputes about permits and taxes. Carry "
                  "proof of your employer’s licence."),)),
            Topic("Faith", (
                p("During Ramadan, do not eat, drink, or smoke in the street by day."),)),
        )),
        ("Health", (
            Topic("Medical care", (
                p("The best clinics are in Bamako, and even they send serious cases abroad. A medical "
                  "flight to Dakar or Paris can cost more than $60,000."),
                ul("Bring all medicines you need, in their boxes, with a prescription.",
                   "Avoid drugs from street stalls; many are fakes.",
                   "Blood supplies are not always tested."))),
            Topic("Malaria and dengue", (
                p("Malaria is found in the whole country and all year round. Take pills as prescribed, "
                  "sleep under a net, and see a doctor at the first sign of fever, even a year after "
                  "your trip."),
                p("Dengue fever is on the rise in Bamako after the rains."))),
            Topic("Food and water", (
                p("Drink bottled or boiled water. Ice is often made from tap water."),)),
            Topic("Air quality", (
                p(f"Dust storms make the air quality in {mali.air_place} poor from December to April. "
                  "People with asthma should bring a mask and their inhaler."),)),
        )),
        ("Travel and transportation", (
            Topic("Roads", (
                p("Outside the cities roads are narrow, unlit, and full of holes. Trucks stop in the "
                  "lane, and animals cross at dusk."),
                ul("Drive in a convoy of at least two vehicles.",
                   "Do not drive after dark outside Bamako.",
                   "Carry two spare wheels, water, and a satellite telephone with a permit."))),
            Topic("Public transport", (
                p("Buses and the green shared taxis are old and overloaded. Use a driver whom your "
                  "hotel knows."),)),
            Topic("Aviation", (
                p("No airline of Mali flies to the United States, and the FAA has not rated the "
                  "country’s oversight of air carriers."),)),
        )),
    )  # fmt: skip


NIGER_TOPICS = (
    Topic("Terrorism", (
        p("Extremist groups cross the borders with Mali and Burkina Faso at will and have attacked "
          "markets and army posts in the Tillabéri Region."),)),
    Topic("Kidnapping", (
        p("Foreigners have been taken in Agadez and in Niamey, some from their homes."),)),
    Topic("U.S. government employee travel restrictions", (
        p("U.S. government employees need a military escort for every trip outside Niamey."),)),
)  # fmt: skip
