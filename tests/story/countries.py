"""The other destinations of the feed and of the page's drop-down list; levels are made up.

Country tags are not ISO codes and not even consistent, as on the real feed.
"""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    name: str
    iso3: str
    tag: str
    level: int

    @property
    def slug(self) -> str:
        plain = self.name.lower().replace("’", "").replace(",", "").replace(".", "")
        return "-".join(plain.split())


_LIST = """
Albania ALB AL 2|Algeria DZA AG 2|Andorra AND AN 1|Angola AGO AO 2|Anguilla AIA AV 1
Antigua_and_Barbuda ATG AC 1|Argentina ARG AR 1|Armenia ARM AM 2|Aruba ABW AA 1|Australia AUS AS 1
Austria AUT AU 1|Azerbaijan AZE AJ 3|Bangladesh BGD BG 3|Barbados BRB BB 1|Belgium BEL BE 2
Belize BLZ BH 2|Benin BEN BN 2|Bermuda BMU BD 1|Bhutan BTN BT 1|Bolivia BOL BL 2
Bonaire BES XBN 1|Bosnia_and_Herzegovina BIH BK 2|Botswana BWA BC 2|Brazil BRA BR 2
British_Virgin_Islands VGB VI 1|Brunei BRN BX 1|Bulgaria BGR BU 1|Burkina_Faso BFA UV 4
Burundi BDI BY 3|Cabo_Verde CPV CV 1|Cambodia KHM CB 2|Cameroon CMR CM 2|Canada CAN CA 1
Cayman_Islands CYM CJ 1|Central_African_Republic CAF CT 4|Chad TCD CD 4|Chile CHL CI 2
Colombia COL CO 3|Comoros COM CN 2|Cook_Islands COK CW 1|Costa_Rica CRI CS 2|Côte_d’Ivoire CIV IV 2
Croatia HRV HR 1|Cuba CUB CU 2|Curaçao CUW UC 1|Cyprus CYP CY 2|Czechia CZE EZ 1
Denmark DNK DA 2|Djibouti DJI DJ 2|Dominica DMA DO 1|Dominican_Republic DOM DR 2|Ecuador ECU EC 2
Egypt EGY EG 2|El_Salvador SLV ES 1|Equatorial_Guinea GNQ EK 2|Eritrea ERI ER 2|Estonia EST EN 1
Eswatini SWZ WZ 2|Ethiopia ETH ET 3|Fiji FJI FJ 1|Finland FIN FI 1|France FRA FR 2
French_Guiana GUF FG 1|French_Polynesia PYF FP 1|Gabon GAB GB 2|Georgia GEO GG 1|Germany DEU GM 2
Ghana GHA GH 2|Greece GRC GR 1|Greenland GRL GL 1|Grenada GRD GJ 2|Guatemala GTM GT 3
Guinea GIN GV 2|Guinea-Bissau GNB PU 3|Guyana GUY GY 3|Honduras HND HO 3|Hungary HUN HU 1
Iceland ISL IC 1|India IND IN 2|Indonesia IDN ID 2|Ireland IRL EI 1|Israel ISR IS 3|Italy ITA IT 2
Jamaica JAM JM 2|Japan JPN JA 1|Jordan JOR JO 3|Kazakhstan KAZ KZ 1|Kenya KEN KE 2|Kiribati KIR KR 1
Kosovo XKX KV 2|Kuwait KWT KU 3|Kyrgyzstan KGZ KG 1|Laos LAO LA 2|Latvia LVA LG 1|Lesotho LSO LT 1
Liberia LBR LI 2|Liechtenstein LIE LS 1|Lithuania LTU LH 1|Luxembourg LUX LU 1|Madagascar MDG MA 2
Malawi MWI MI 2|Malaysia MYS MY 1|Maldives MDV MV 2|Malta MLT MT 1|Marshall_Islands MHL RM 1
Mauritania MRT MR 3|Mauritius MUS MP 1|Mexico_Travel_Advisory MEX MX 2|Micronesia FSM FM 1
Moldova MDA MD 2|Mongolia MNG MG 1|Montenegro MNE MJ 1|Montserrat MSR MH 1|Morocco MAR MO 2
Mozambique MOZ MZ 3|Namibia NAM WA 2|Nauru NRU NR 1|Nepal NPL NP 2|Netherlands NLD NL 2
New_Caledonia NCL NC 2|New_Zealand NZL NZ 1|Nicaragua NIC NU 3|Niger NER NG 4|Nigeria NGA NI 3
North_Macedonia MKD MK 1|Norway NOR NO 1|Oman OMN MU 2|Pakistan PAK PK 3|Palau PLW PS 1
Panama PAN PM 2|Papua_New_Guinea PNG PP 3|Paraguay PRY PA 1|Peru PER PE 2|Philippines PHL RP 2
Poland POL PL 1|Portugal PRT PO 1|Qatar QAT QA 2|Romania ROU RO 1|Rwanda RWA RW 3
Saba_and_Sint_Eustatius XQX XQX 1|Saint_Kitts_and_Nevis KNA SC 1|Saint_Lucia LCA ST 1|Samoa WSM WS 1
Saudi_Arabia SAU SA 2|Senegal SEN SG 1|Serbia SRB RI 2|Seychelles SYC SE 1|Sierra_Leone SLE SL 2
Singapore SGP SN 1|Sint_Maarten SXM NN 1|Slovakia SVK LO 1|Slovenia SVN SI 1|Solomon_Islands SLB BP 1
Somalia SOM SO 4|South_Africa ZAF SF 2|South_Korea KOR KS 1|South_Sudan SSD OD 4|Spain ESP SP 2
Sri_Lanka LKA CE 2|Sudan SDN SU 4|Suriname SUR NS 1|Sweden SWE SW 2|Switzerland_ CHE SZ 1
Taiwan TWN TW 1|Tajikistan TJK TI 2|Tanzania TZA TZ 3|Thailand THA TH 2|The_Bahamas BHS BF 2
The_Gambia GMB GA 2|Timor-Leste TLS TT 1|Togo TGO TO 2|Tonga TON TN 1|Trinidad_and_Tobago TTO TD 3
Tunisia TUN TS 2|Turkmenistan TKM TX 1|Turks_and_Caicos_Islands TCA TK 2|Tuvalu TUV TV 1
Türkiye TUR TU 2|Uganda UGA UG 3|United_Arab_Emirates ARE AE 2|United_Kingdom GBR UK 2
Uruguay URY UY 2|Uzbekistan UZB UZ 1|Vanuatu VUT NH 1|Vietnam VNM VM 1|Zambia ZMB ZA 2
Zimbabwe ZWE ZI 2
"""

COUNTRIES: tuple[Country, ...] = tuple(
    Country(name.replace("_", " "), iso3, tag, int(level))
    for name, iso3, tag, level in (
        entry.split() for line in _LIST.split("\n") for entry in line.split("|") if entry
    )
)

ADVICE = {
    1: "Exercise normal precautions",
    2: "Exercise increased caution",
    3: "Reconsider travel",
    4: "Do not travel",
}


def title_case(level: int) -> str:
    """"Level 4: Do Not Travel", as the feeds spell it."""
    return f"Level {level}: {ADVICE[level].title()}"
