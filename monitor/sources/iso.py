"""ISO 3166 codes of the destinations that publishers write about, with the name we use."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Country(NamedTuple):
    iso2: str
    iso3: str
    name: str


_TABLE = """
AF AFG Afghanistan|AL ALB Albania|DZ DZA Algeria|AS ASM American Samoa|AD AND Andorra
AO AGO Angola|AI AIA Anguilla|AQ ATA Antarctica|AG ATG Antigua and Barbuda|AR ARG Argentina
AM ARM Armenia|AW ABW Aruba|AU AUS Australia|AT AUT Austria|AZ AZE Azerbaijan|BS BHS The Bahamas
BH BHR Bahrain|BD BGD Bangladesh|BB BRB Barbados|BY BLR Belarus|BE BEL Belgium|BZ BLZ Belize
BJ BEN Benin|BM BMU Bermuda|BT BTN Bhutan|BO BOL Bolivia|BQ BES Bonaire
BA BIH Bosnia and Herzegovina|BW BWA Botswana|BR BRA Brazil|VG VGB British Virgin Islands
BN BRN Brunei|BG BGR Bulgaria|BF BFA Burkina Faso|MM MMR Burma|BI BDI Burundi|CV CPV Cabo Verde
KH KHM Cambodia|CM CMR Cameroon|CA CAN Canada|KY CYM Cayman Islands
CF CAF Central African Republic|TD TCD Chad|CL CHL Chile|CN CHN China|CO COL Colombia
KM COM Comoros|CK COK Cook Islands|CR CRI Costa Rica|CI CIV Côte d'Ivoire|HR HRV Croatia
CU CUB Cuba|CW CUW Curaçao|CY CYP Cyprus|CZ CZE Czech Republic
CD COD Democratic Republic of the Congo|DK DNK Denmark|DJ DJI Djibouti|DM DMA Dominica
DO DOM Dominican Republic|EC ECU Ecuador|EG EGY Egypt|SV SLV El Salvador|GQ GNQ Equatorial Guinea
ER ERI Eritrea|EE EST Estonia|SZ SWZ Eswatini|ET ETH Ethiopia|FK FLK Falkland Islands
FO FRO Faroe Islands|FM FSM Federated States of Micronesia|FJ FJI Fiji|FI FIN Finland
FR FRA France|GF GUF French Guiana|PF PYF French Polynesia|GA GAB Gabon|GM GMB The Gambia
GE GEO Georgia|DE DEU Germany|GH GHA Ghana|GI GIB Gibraltar|GR GRC Greece|GL GRL Greenland
GD GRD Grenada|GP GLP Guadeloupe|GU GUM Guam|GT GTM Guatemala|GN GIN Guinea|GW GNB Guinea-Bissau
GY GUY Guyana|HT HTI Haiti|HN HND Honduras|HK HKG Hong Kong|HU HUN Hungary|IS ISL Iceland
IN IND India|ID IDN Indonesia|IR IRN Iran|IQ IRQ Iraq|IE IRL Ireland|IL ISR Israel|IT ITA Italy
JM JAM Jamaica|JP JPN Japan|JO JOR Jordan|KZ KAZ Kazakhstan|KE KEN Kenya|KI KIR Kiribati
XK XKX Kosovo|KW KWT Kuwait|KG KGZ Kyrgyzstan|LA LAO Laos|LV LVA Latvia|LB LBN Lebanon
LS LSO Lesotho|LR LBR Liberia|LY LBY Libya|LI LIE Liechtenstein|LT LTU Lithuania|LU LUX Luxembourg
MO MAC Macau|MG MDG Madagascar|MW MWI Malawi|MY MYS Malaysia|MV MDV Maldives|ML MLI Mali
MT MLT Malta|MH MHL Marshall Islands|MQ MTQ Martinique|MR MRT Mauritania|MU MUS Mauritius
YT MYT Mayotte|MX MEX Mexico|MD MDA Moldova|MC MCO Monaco|MN MNG Mongolia|ME MNE Montenegro
MS MSR Montserrat|MA MAR Morocco|MZ MOZ Mozambique|NA NAM Namibia|NR NRU Nauru|NP NPL Nepal
NL NLD Netherlands|NC NCL New Caledonia|NZ NZL New Zealand|NI NIC Nicaragua|NE NER Niger
NG NGA Nigeria|NU NIU Niue|KP PRK North Korea|MK MKD North Macedonia|NO NOR Norway|OM OMN Oman
PK PAK Pakistan|PW PLW Palau|PS PSE Palestine|PA PAN Panama|PG PNG Papua New Guinea
PY PRY Paraguay|PE PER Peru|PH PHL Philippines|PL POL Poland|PT PRT Portugal|PR PRI Puerto Rico
QA QAT Qatar|CG COG Republic of the Congo|RE REU Réunion|RO ROU Romania|RU RUS Russia
RW RWA Rwanda|BL BLM Saint Barthélemy|KN KNA Saint Kitts and Nevis|LC LCA Saint Lucia
MF MAF Saint Martin|PM SPM Saint Pierre and Miquelon|VC VCT Saint Vincent and the Grenadines
WS WSM Samoa|SM SMR San Marino|ST STP São Tomé and Príncipe|SA SAU Saudi Arabia|SN SEN Senegal
RS SRB Serbia|SC SYC Seychelles|SL SLE Sierra Leone|SG SGP Singapore|SX SXM Sint Maarten
SK SVK Slovakia|SI SVN Slovenia|SB SLB Solomon Islands|SO SOM Somalia|ZA ZAF South Africa
KR KOR South Korea|SS SSD South Sudan|ES ESP Spain|LK LKA Sri Lanka|SD SDN Sudan|SR SUR Suriname
SE SWE Sweden|CH CHE Switzerland|SY SYR Syria|TW TWN Taiwan|TJ TJK Tajikistan|TZ TZA Tanzania
TH THA Thailand|TL TLS Timor-Leste|TG TGO Togo|TK TKL Tokelau|TO TON Tonga
TT TTO Trinidad and Tobago|TN TUN Tunisia|TR TUR Turkey|TM TKM Turkmenistan
TC TCA Turks and Caicos Islands|TV TUV Tuvalu|UG UGA Uganda|UA UKR Ukraine
AE ARE United Arab Emirates|GB GBR United Kingdom|US USA United States|UY URY Uruguay
UZ UZB Uzbekistan|VU VUT Vanuatu|VA VAT Vatican City|VE VEN Venezuela|VN VNM Vietnam
EH ESH Western Sahara|YE YEM Yemen|ZM ZMB Zambia|ZW ZWE Zimbabwe
"""


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    rows = (row.split(" ", 2) for row in _TABLE.strip().replace("\n", "|").split("|"))
    return tuple(Country(*row) for row in rows)


def by_code(code: str) -> Country | None:
    """The country with this ISO code of two or three letters."""
    wanted = code.upper()
    return next((c for c in countries() if wanted and wanted in (c.iso2, c.iso3)), None)
