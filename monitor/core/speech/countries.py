"""French names of countries and territories, with their articles, by ISO code of two letters. Reviewed by hand."""

from __future__ import annotations

import re
from functools import cache

from monitor.core import gazetteer

_TABLE = """
AF l’Afghanistan; AL l’Albanie; DZ l’Algérie; AS les Samoa américaines; AD l’Andorre; AO l’Angola; AI Anguilla
AQ l’Antarctique; AG Antigua-et-Barbuda; AR l’Argentine; AM l’Arménie; AW Aruba; AU l’Australie; AT l’Autriche
AZ l’Azerbaïdjan; BS les Bahamas; BH Bahreïn; BD le Bangladesh; BB la Barbade; BY la Biélorussie; BE la Belgique
BZ le Belize; BJ le Bénin; BM les Bermudes; BT le Bhoutan; BO la Bolivie; BQ Bonaire; BA la Bosnie-Herzégovine
BW le Botswana; BR le Brésil; IO le Territoire britannique de l’océan Indien; VG les Îles Vierges britanniques
BN le Brunei; BG la Bulgarie; BF le Burkina Faso; MM la Birmanie; BI le Burundi; CV le Cap-Vert; KH le Cambodge
CM le Cameroun; CA le Canada; KY les Îles Caïmans; CF la République centrafricaine; TD le Tchad; CL le Chili
CN la Chine; CX l’Île Christmas; CC les Îles Cocos; CO la Colombie; KM les Comores; CK les Îles Cook
CR le Costa Rica; CI la Côte d’Ivoire; HR la Croatie; CU Cuba; CW Curaçao; CY Chypre; CZ la Tchéquie
CD la République démocratique du Congo; DK le Danemark; DJ Djibouti; DM la Dominique; DO la République dominicaine
EC l’Équateur; EG l’Égypte; SV le Salvador; GQ la Guinée équatoriale; ER l’Érythrée; EE l’Estonie; SZ l’Eswatini
ET l’Éthiopie; FK les Îles Malouines; FO les Îles Féroé; FM les États fédérés de Micronésie; FJ les Fidji
FI la Finlande; FR la France; GF la Guyane; PF la Polynésie française; GA le Gabon; GM la Gambie; GE la Géorgie
DE l’Allemagne; GH le Ghana; GI Gibraltar; GR la Grèce; GL le Groenland; GD la Grenade; GP la Guadeloupe; GU Guam
GT le Guatemala; GG Guernesey; GN la Guinée; GW la Guinée-Bissau; GY le Guyana; HT Haïti; HN le Honduras
HK Hong Kong; HU la Hongrie; IS l’Islande; IN l’Inde; ID l’Indonésie; IR l’Iran; IQ l’Irak; IE l’Irlande
IM l’Île de Man; IL Israël; IT l’Italie; JM la Jamaïque; JP le Japon; JE Jersey; JO la Jordanie; KZ le Kazakhstan
KE le Kenya; KI les Kiribati; XK le Kosovo; KW le Koweït; KG le Kirghizistan; LA le Laos; LV la Lettonie
LB le Liban; LS le Lesotho; LR le Liberia; LY la Libye; LI le Liechtenstein; LT la Lituanie; LU le Luxembourg
MO Macao; MG Madagascar; MW le Malawi; MY la Malaisie; MV les Maldives; ML le Mali; MT Malte
MH les Îles Marshall; MQ la Martinique; MR la Mauritanie; MU Maurice; YT Mayotte; MX le Mexique; MD la Moldavie
MC Monaco; MN la Mongolie; ME le Monténégro; MS Montserrat; MA le Maroc; MZ le Mozambique; NA la Namibie; NR Nauru
NP le Népal; NL les Pays-Bas; NC la Nouvelle-Calédonie; NZ la Nouvelle-Zélande; NI le Nicaragua; NE le Niger
NG le Nigeria; NU Niue; NF l’Île Norfolk; KP la Corée du Nord; MK la Macédoine du Nord
MP les Îles Mariannes du Nord; NO la Norvège; OM Oman; PK le Pakistan; PW les Palaos; PS la Palestine; PA le Panama
PG la Papouasie-Nouvelle-Guinée; PY le Paraguay; PE le Pérou; PH les Philippines; PN les Îles Pitcairn
PL la Pologne; PT le Portugal; PR Porto Rico; QA le Qatar; CG la République du Congo; RE La Réunion; RO la Roumanie
RU la Russie; RW le Rwanda; BL Saint-Barthélemy; SH Sainte-Hélène; KN Saint-Christophe-et-Niévès; LC Sainte-Lucie
MF Saint-Martin; PM Saint-Pierre-et-Miquelon; VC Saint-Vincent-et-les-Grenadines; WS les Samoa; SM Saint-Marin
ST Sao Tomé-et-Principe; SA l’Arabie saoudite; SN le Sénégal; RS la Serbie; SC les Seychelles; SL la Sierra Leone
SG Singapour; SX Saint-Martin (partie néerlandaise); SK la Slovaquie; SI la Slovénie; SB les Îles Salomon
SO la Somalie; ZA l’Afrique du Sud; GS la Géorgie du Sud et les Îles Sandwich du Sud; KR la Corée du Sud
SS le Soudan du Sud; ES l’Espagne; LK le Sri Lanka; SD le Soudan; SR le Suriname; SJ le Svalbard et Jan Mayen
SE la Suède; CH la Suisse; SY la Syrie; TW Taïwan; TJ le Tadjikistan; TZ la Tanzanie; TH la Thaïlande
TL le Timor oriental; TG le Togo; TK les Tokelau; TO les Tonga; TT Trinité-et-Tobago; TN la Tunisie; TR la Turquie
TM le Turkménistan; TC les Îles Turques-et-Caïques; TV les Tuvalu; VI les Îles Vierges américaines; UG l’Ouganda
UA l’Ukraine; AE les Émirats arabes unis; GB le Royaume-Uni; US les États-Unis; UY l’Uruguay; UZ l’Ouzbékistan
VU le Vanuatu; VA le Vatican; VE le Venezuela; VN le Viêt Nam; WF Wallis-et-Futuna; EH le Sahara occidental
YE le Yémen; ZM la Zambie; ZW le Zimbabwe
"""
_ARTICLE = re.compile(r"^(?:l’|(?:le|la|les) )")


@cache
def table() -> dict[str, str]:
    """Code of a country to its French name with the article ("le Mali")."""
    entries = (entry.strip() for row in _TABLE.strip().splitlines() for entry in row.split(";"))
    return {entry[:2]: entry[3:] for entry in entries}


def french(name: str) -> str:
    """The French name of a destination ("Mali", "Tchad"); its own name where it is no country."""
    return _ARTICLE.sub("", with_article(name)) 


def with_article(name: str) -> str:
    """The French name as it stands in a sentence ("le Mali", "l’Iran", "Cuba")."""
    if name in _TOGETHER:
        return _TOGETHER[name]
    code = gazetteer.country(name) if name else ""
    several = {place.country for place in gazetteer.places(name)} - {code, ""} if code else set()
    return name if several else table().get(code, name)


_TOGETHER = dict.fromkeys(
    ("Israel, the West Bank and Gaza", "Israel, the West Bank, and Gaza", "Israel, West Bank and Gaza",
     "Israel and the Occupied Palestinian Territories", "Israel and Palestine"),
    "Israël, la Cisjordanie et Gaza",
)  # fmt: skip
"""Destinations of several countries, as the publishers name them; others keep their names."""
