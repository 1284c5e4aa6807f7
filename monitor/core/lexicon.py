"""The words that make a sentence matter, by sign: posture, events, risks.

A sign is something a sentence can say: "a curfew is on". Each has a name, the fact kind that it
moves, a weight that the rule table reads (`classify.RULES`), and a pattern. Patterns are matched
on normalised, casefolded text. docs/rules.md lists them for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from monitor.core import gazetteer


class Weight(StrEnum):
    """How soon a reader has to act when such a sign is new."""

    NOW = "now"
    ACUTE = "acute"
    NATURAL = "natural"
    SLOW = "slow"
    RISK = "risk"


class Sign(NamedTuple):
    name: str
    fact: str
    weight: Weight
    says: str
    pattern: re.Pattern[str]
    named: bool = False
    """Each thing that the pattern can match is news of its own: cholera after dengue."""


def _sign(name: str, fact: str, weight: Weight, says: str, *patterns: str, named: bool = False) -> Sign:
    return Sign(name, fact, weight, says, re.compile("|".join(patterns)), named)


def _either(names: Iterable[str]) -> str:
    """A pattern for any of the names, the longest first, sorted by their first letter because that is faster."""
    by_letter: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


_WORDS_TOO = frozenset({"let", "ji", "fano", "maoists", "new ira"})
"""Names of groups that, in small letters, are also words."""
_STAFF = (
    r"(?:non-?emergency|non-?essential|government|embassy|consulate|mission|diplomatic|consular)"
    r"[\w\s.'/-]{0,60}?(?:employees|personnel|staff|family|families|members|dependants|dependents)"
    r"|(?:eligible )?family members|family of|dependants|dependents"
)

SIGNS: tuple[Sign, ...] = (
    # Posture: what the publisher does with its own people, and tells others to do.
    _sign("ordered departure", "departure_order", Weight.NOW, "staff were ordered to leave",
          r"\border(?:s|ed|ing)?\b(?: the)?(?: mandatory)? departure",
          rf"\border(?:s|ed)\b.{{0,40}}?(?:{_STAFF}).{{0,120}}?\b(?:leave|depart|evacuate)",
          r"\bmandatory (?:departure|evacuation)"),
    _sign("authorized departure", "departure_order", Weight.NOW, "staff may leave",
          r"\bauthori[sz](?:e|es|ed|ing)\b(?: the)?(?: voluntary)? departure",
          rf"\bauthori[sz]ed\b.{{0,40}}?(?:{_STAFF}).{{0,120}}?\b(?:leave|depart)",
          r"\bvoluntary departure of"),
    _sign("staff withdrawn", "departure_order", Weight.NOW, "staff were withdrawn",
          r"\b(?:withdr(?:e|a)wn?|pulled out|evacuat\w+|relocat\w+)\b.{0,60}\b(?:embassy|government|"
          r"fcdo|consular|diplomatic|mission)\b.{0,30}\b(?:staff|personnel|employees|families)",
          r"\b(?:staff|personnel|employees)\b.{0,60}\b(?:have been|were|has been) (?:temporarily )?"
          r"(?:withdrawn|evacuated|relocated)"),
    _sign("leave now", "leave_now", Weight.NOW, "people are told to leave",
          r"\b(?:leave|depart)\b(?: (?:\w+ ){0,4}?)(?:now|immediately|at once|without delay|as soon as"
          r" (?:possible|you can|it is safe))",
          r"\b(?:should|must|strongly (?:urged?|advised?) to|urged? .{0,40} to) (?:leave|depart)\b",
          r"\bconsider (?:leaving|departing)\b",
          r"\b(?:leave|depart)\b.{0,40}\b(?:while|by|using) (?:commercial|it is safe)",
          r"\bat the earliest opportunity while commercial\b"),
    _sign("shelter", "leave_now", Weight.NOW, "people are told to shelter",
          r"\bshelter[- ]in[- ]place\b", r"\b(?:take|seek) shelter (?:now|immediately)",
          r"\b(?:remain|stay) (?:indoors|at home|in your (?:home|hotel|residence))"),
    _sign("departure plans", "other", Weight.SLOW, "people are told to be ready to leave",
          r"\b(?:departure|evacuation|travel|emergency) plans? (?:under (?:\w+ )?review|up to date|ready|in place)",
          r"\breview your (?:departure|travel|security) plans?\b|\btravel documents are up to date\b",
          r"\b(?:do not|don't) (?:rely|depend) on\b.{0,60}\b(?:government|evacuat\w+|help you leave)"),
    _sign("staff limits", "staff_restriction", Weight.SLOW, "staff movements are limited",
          rf"(?:{_STAFF}).{{0,80}}?\b(?:must (?:not|obtain|get|receive|travel|use|have|request)|may not"
          r"|can ?not|(?:are|is) (?:not (?:allowed|permitted)|prohibited|restricted|forbidden|barred"
          r"|required|limited)|need(?:s)? (?:special |prior |advance )?(?:authori[sz]ation|permission"
          r"|approval)|require(?:s|d)? (?:special |prior |advance )?(?:authori[sz]ation|permission"
          r"|approval))",
          r"\btravel (?:by|of|for) (?:u\.?s\.? )?(?:government|embassy)[\w\s.-]{0,40}"
          r"(?:employees|personnel|staff).{0,60}\b(?:restricted|prohibited|limited)",
          r"\b(?:off[- ]limits|restricted) (?:to|for) (?:u\.?s\.? )?(?:government|embassy)"),
    _sign("consular reach", "consular_reach", Weight.ACUTE, "consular help is limited",
          r"\b(?:unable|not able|limited ability|extremely limited|cannot|can not|no ability|limited in"
          r" (?:its|their) ability|severely limited)\b.{0,60}\b(?:provide|offer|help|assist\w*|support|"
          r"services?)\b.{0,60}\b(?:services?|assistance|help|support|citizens|nationals)",
          r"\b(?:consular|emergency|routine) (?:services?|assistance|support|help)\b.{0,50}\b(?:limited|"
          r"not available|unavailable|suspended|restricted)"),
    _sign("embassy operations", "embassy_status", Weight.ACUTE, "embassy operations changed",
          r"\b(?:embassy|consulate(?:[- ]general)?|high commission|consular section|mission)\b.{0,70}?"
          r"\b(?:(?:is|was|are|remains?|has|have|been|temporarily|now|partially) )*(?:closed|suspend\w*|"
          r"resum\w*|re-?open\w*|relocat\w*|ceased?|reduc\w* (?:operations|staff)|limited (?:operations|"
          r"services|staff)|evacuat\w*)",
          r"\b(?:clos(?:ed|ure|ing)|suspen\w+|resum\w+|re-?open\w+|ceas\w+|reduc\w+)\b.{0,40}"
          r"\b(?:operations|services?)?\b.{0,20}\b(?:at|of|by)? ?the\b.{0,30}\b(?:embassy|consulate|"
          r"high commission)\b",
          r"^operations? suspended\b"),
    _sign("no embassy", "embassy_status", Weight.SLOW, "there is no embassy, or another one helps",
          r"\b(?:no|does not have an?|do not have an?|have no|no longer (?:has|have) an?|without an?)\b"
          r"(?: \w+){0,3} (?:embassy|consulate|diplomatic presence|consular presence)",
          r"\bcontact the\b.{0,20}\b(?:embassy|consulate|high commission) in (?!your)\b.{0,40}\b(?:instead|if you need)"),
    # What is going on.
    _sign("air travel", "air_travel", Weight.ACUTE, "air travel is affected",
          r"\b(?:airport|airspace|flights?|air travel|airlines?|air traffic|aviation)\b.{0,70}?\b(?:clos"
          r"(?:ed|ure|es)|suspend\w*|cancel\w*|ground\w*|resum\w*|re-?open\w*|disrupt\w*|divert\w*|"
          r"restrict\w*|banned|halted|stopped|limited|no longer open|not open)",
          r"\b(?:clos(?:ed|ure|ing)|suspend\w*|cancel\w*|disrupt\w*|resum\w*|re-?open\w*|restrict\w*)\b"
          r".{0,40}\b(?:airports?|airspace|flights?|air travel|airlines)\b",
          r"\bnotices? to air(?:men| missions)\b", r"\bnotams?\b|\bsfar\b|special federal aviation"),
    _sign("border", "border", Weight.ACUTE, "a border or crossing is affected",
          r"\b(?:borders?|border crossings?|crossings?|border posts?|ports? of entry|checkpoints?)\b"
          r".{0,60}?\b(?:clos(?:ed|ure|es)|shut|suspend\w*|re-?open\w*|(?:is|are|remains?|now|no longer|not) open\b|"
          r"restrict\w*|sealed|blocked)",
          r"\b(?:clos(?:ed|ure|ing)|shut|re-?open\w*|sealed)\b.{0,30}\b(?:the|its|all|land)\b.{0,30}"
          r"\b(?:borders?|crossings?)\b"),
    _sign("curfew", "curfew", Weight.ACUTE, "a curfew", r"\bcurfews?\b"),
    _sign("state of emergency", "emergency_state", Weight.ACUTE, "a state of emergency",
          r"\bstates? of (?:emergency|siege|war|exception|catastrophe|calamity|national disaster)\b",
          r"\bmartial law\b", r"\bemergency (?:measures|rule|law)\b"),
    _sign("coup", "event", Weight.ACUTE, "a coup",
          r"\bcoups?\b(?! de (?:grace|maitre))", r"\bcoup d'etat\b",
          r"\bmutin(?:y|ies|ied)\b|\bmilitary takeover\b|\bjunta\b",
          r"\b(?:soldiers|military|army)\b.{0,60}\b(?:seized|took|taken|dissolved|overthr\w+|deposed)"
          r"\b.{0,40}\b(?:power|control|government|president)"),
    _sign("armed conflict", "event", Weight.ACUTE, "fighting",
          r"\b(?:hostilities|armed conflict|military (?:action|operations?|offensive)|heavy fighting|"
          r"fighting between|clashes between|invasion|cease-?fire|full-scale war|war between)\b",
          r"\b(?:air ?strikes?|missile (?:strike|attack|launch|fire)\w*|rockets? (?:fire|attack|strike)"
          r"\w*|drone (?:strike|attack|incursion)\w*|shelling|mortar|artillery)\b"),
    _sign("attack", "event", Weight.ACUTE, "an attack",
          r"\b(?:terror(?:ist)? attacks?|attack(?:ed|ers?|s)?|bomb(?:ing|ings|ed|s)?|explosions?|"
          r"explosive devices?|shootings?|gunm[ae]n|ambush\w*|suicide bomb\w*|stabbings?|massacre|"
          r"grenade\w*|car bomb\w*|vehicle ramming|arson attack)\b"),
    _sign("killed", "event", Weight.ACUTE, "people killed or hurt",
          r"\b(?:killed|wounded|casualties|fatalities|death toll|dead|injured|killing)\b"),
    _sign("kidnapping", "event", Weight.ACUTE, "kidnapping",
          r"\b(?:kidnap\w*|abduct\w*|hostages?)\b"),
    _sign("unrest", "event", Weight.ACUTE, "unrest",
          r"\b(?:(?:civil|political|social|violent|widespread) unrest|riots?|rioting|looting|"
          r"violent (?:protests?|demonstrations?|clashes)|clashes|uprising|insurrection|gang violence)\b"),
    _sign("disaster", "event", Weight.NATURAL, "a natural disaster",
          r"\b(?:earthquakes?|tsunamis?|cyclones?|hurricanes?|typhoons?|tropical storms?|storm "
          r"(?:surges?|warnings?)|flood(?:s|ing|ed)?|landslides?|mudslides?|volcan\w+|eruption|"
          r"erupt(?:ed|ing)|wildfires?|bush ?fires?|forest fires?|heatwaves?|heat ?wave|avalanches?|"
          r"drought|lava)\b", named=True),
    _sign("outbreak", "health_notice", Weight.SLOW, "a disease",
          r"\b(?:outbreaks?|epidemic|pandemic|cholera|ebola|marburg|mpox|monkeypox|measles|polio\w*|"
          r"dengue|zika|chikungunya|yellow fever|malaria|meningitis|diphtheria|typhoid|rabies|"
          r"lassa|nipah|mers|avian influenza|bird flu|oropouche|plague|leptospirosis|tuberculosis|"
          r"hepatitis|legionnaires\w*|travel health notice|rift valley fever|schistosomiasis|covid-?19|"
          r"japanese encephalitis|tick-borne encephalitis|west nile|ross river|hantavirus|pertussis|trypanosomiasis|"
          r"leishmaniasis|crimean-congo|sleeping sickness)\b", named=True),
    _sign("armed men", "event", Weight.ACUTE, "armed groups at work",
          r"\b(?:armed|militant|paramilitary|rebel|insurgent) (?:\w+ ){0,2}?(?:groups?|men|militias?|gangs?|"
          r"civilians|individuals|bandits|forces|elements|fighters)\b.{0,40}?\b(?:(?:are|is|were|was|have been|"
          r"has been) \w+ing|(?:has|have|had) \w+(?:ed|en|wn)|control\b|seized|entered|advanced)"),
    _sign("entry ban", "entry_rule", Weight.ACUTE, "entry is barred",
          r"\b(?:impos|announc|introduc|issu|extend|enact|appl)\w*\b.{0,40}\b(?:entry|arrivals?|travel) (?:bans?|"
          r"restrictions?|suspensions?|prohibitions?)",
          r"\b(?:entry|arrivals?)\b.{0,60}\b(?:is|are|has been|have been) (?:temporarily )?(?:banned|suspended|"
          r"barred|closed|prohibited)\b",
          r"\b(?:barred|banned) from enter\w+|\bwill be denied entry if you (?:have|had) been\b"),
    _sign("blockade", "event", Weight.SLOW, "a blockade or shortage",
          r"\b(?:blockad\w*|fuel shortages?|shortages? of|fuel (?:supply|supplies|imports|crisis)|"
          r"power (?:outages?|cuts|blackouts?)|blackouts?|roadblocks?|road ?closures?|water shortages?)\b"),
    _sign("election", "event", Weight.SLOW, "an election",
          r"\b(?:elections?|referendums?|inauguration|polling|run-?off)\b"),
    _sign("protest", "event", Weight.SLOW, "protests",
          r"\b(?:protests?|protesters|demonstrations?|demonstrators|rall(?:y|ies)|general strike|"
          r"marches|sit-ins?)\b"),
    _sign("transport", "event", Weight.SLOW, "transport",
          r"\b(?:industrial action|strike action|(?:rail|train|airport|transport|port|taxi|bus|public "
          r"sector|nationwide) (?:workers' )?strikes?|strikes? (?:is|are|by|on|in)|ferr(?:y|ies) "
          r"(?:sank|accident|disaster)|derail\w*|(?:long|severe|significant|major) (?:delays|queues|disruption))\b"),
    _sign("threat", "event", Weight.SLOW, "an alert of a threat",
          r"\bissued an? (?:\w+ ){0,2}(?:alert|warning)\b|\b(?:alert|warning)s?\b.{0,60}\bthreats?\b",
          r"\b(?:credible|specific|imminent) (?:\w+ )?(?:threats?|information)\b|\bplot(?:s|ting|ted)?\b"),
    _sign("mass event", "event", Weight.SLOW, "a large event",
          r"\b(?:world cup|olympic|olympics|grand prix|carnival|pilgrimage|hajj|festival|summit|games|jubilee|holy year|"
          r"eurovision|coronation|state funeral)\b",
          r"\bwill (?:take place|be held)\b"),
    _sign("detention", "risk", Weight.SLOW, "detention",
          r"\b(?:wrongful(?:ly)? detain\w*|arbitrar(?:y|ily) (?:detain\w*|detention|arrest\w*)|exit bans?|"
          r"detention of (?:foreign|u\.s\.|dual)|arrested or detained)\b"),
    _sign("entry rule", "entry_rule", Weight.SLOW, "an entry rule",
          r"\b(?:visas?(?: on arrival|-free|-exempt)?|e-?visas?|entry (?:permits?|requirements?|ban|"
          r"restrictions?|card|form|visa|stamp|/?exit system)|travel authori[sz]ation|eta\b|esta\b|etias\b|ees\b|entry/exit system|"
          r"passports? (?:must|valid\w*|should|need|with|card)|blank pages?|months'? (?:validity|beyond)|"
          r"valid for (?:at least|a minimum|\w+ months)|arrival (?:card|form)|proof of (?:yellow fever|"
          r"vaccination|onward|return|funds)|onward (?:or return )?ticket|exit (?:permit|tax|fee|visa)|"
          r"border (?:tax|control|checks)|customs (?:declaration|form)|biometric\w*|fingerprint\w*|"
          r"immigration (?:form|officials?|authorit\w+|rules?|requirements?)|overstay\w*|certificate of "
          r"vaccination|vaccination certificate|yellow fever certificate|declare (?:cash|currency)|"
          r"tourist card|residence permit|stay (?:of )?(?:up to )?\d+ days|duty[- ]free)\b"),
    # Risks: lasting conditions.
    _sign("terrorism", "risk", Weight.RISK, "terrorism", r"\bterror(?:ism|ists?)\b"),
    _sign("crime", "risk", Weight.RISK, "crime",
          r"\b(?:crimes?|criminals?|robber\w*|theft|thie(?:f|ves)|burglar\w*|muggings?|carjack\w*|"
          r"pick-?pocket\w*|homicides?|murders?|gangs?|extortion|assaults?)\b"),
    _sign("scams", "risk", Weight.RISK, "scams",
          r"\b(?:scams?|fraud\w*|spoof\w*|phishing|drink spiking|spiked|methanol|date rape|counterfeit)\b"),
    _sign("sexual violence", "risk", Weight.RISK, "sexual violence",
          r"\b(?:sexual (?:assault|violence|harassment)|rape|domestic violence)\b"),
    _sign("landmines", "risk", Weight.RISK, "landmines",
          r"\b(?:land ?mines?|unexploded|ordnance|uxo)\b"),
    _sign("piracy", "risk", Weight.RISK, "piracy", r"\bpira(?:cy|tes?)\b"),
    _sign("armed groups", "risk", Weight.RISK, "armed groups",
          r"\b(?:armed (?:groups?|militias?|bandits?)|militias?|insurgents?|rebels?|separatists?|jihad\w*|"
          r"al[- ]?qa'?[ei]da|al-?shabaab|houthis?|hezbollah|tuareg|"
          rf"{_either(name for name in gazetteer.groups() if name not in _WORDS_TOO)})\b", named=True),
    _sign("cyber and surveillance", "risk", Weight.RISK, "surveillance",
          r"\b(?:surveillance|cyber\w*|device security|electronic devices may)\b"),
    _sign("grave punishment", "other", Weight.RISK, "a grave punishment",
          r"\b(?:death penalty|punishable by death|executed|execution|life (?:imprisonment|in prison)|flogging|lashes|"
          r"caning|stoning|amputation|apostasy|blasphemy)\b", named=True),
    _sign("dual nationality", "other", Weight.RISK, "dual nationality",
          r"\bdual (?:citizen|nation)\w*.{0,60}\b(?:not|recogni\w+)\b"),
    _sign("water", "health_notice", Weight.SLOW, "drinking water",
          r"\b(?:tap|mains|drinking) water\b.{0,60}\b(?:boil\w*|unsafe|not safe|contaminat\w*|not drinkable)"),
    _sign("local law", "other", Weight.RISK, "a local law",
          r"\b(?:illegal|against the law|criminali[sz]ed?|prohibit\w*|banned|penalt(?:y|ies)|imprisonment|"
          r"jail|prison|death penalty|fined?|fines)\b"),
    _sign("health care", "", Weight.RISK, "medical care",
          r"\b(?:medical|health ?care|hospitals?|dental|ambulances?)\b.{0,60}\b(?:limited|substandard|inadequate|poor|below|"
          r"lack(?:s|ing)?|scarce|unavailable|not available|basic|not meet|not approach)\b"),
    _sign("fee", "fee_changed", Weight.RISK, "a fee", r"\b(?:fees?|tax(?:es)?|surcharge|levy)\b"),
)  # fmt: skip
"""In order of weight; a sentence may carry several."""

ENDED = re.compile(
    r"\b(?:lift(?:ed|s|ing)|ended|ends|end of|ceased|expired?|terminat\w+|rescind\w*|revoked|cancell?ed"
    r"|withdrawn|removed|eased|relaxed|subsided|calmed|abated|no longer|has (?:re-?opened|resumed)|have (?:re-?opened|resumed)"
    r"|re-?open(?:ed|s)|resum(?:ed|es|ing)|restored|is (?:now )?open|are (?:now )?open|concluded|"
    r"postponed|dropped|back to normal|may return|can return|(?:is|are) over)\b"
)
"""Words that turn a sign into its end."""

NOT_OPEN = re.compile(
    r"\b(?:no longer|not|never|nor|yet to)(?: yet)?(?: been)? (?:open|operat\w*|re-?open\w*|resum\w*|lift\w*|restor\w*)"
)
"""A closure that goes on, in words of its end: "no longer open", "have not resumed"."""

CONDITIONAL = re.compile(
    r"\b(?:if (?:you are )?(?:instructed|told|asked|advised|ordered|necessary|you (?:are(?! (?:[\w.]+ ){0,4}in "
    r"(?!an?\b|any\b|danger|need|trouble|doubt|the (?!country)))|decide|choose|"
    r"must|plan|wish|need|can|live|hear|feel|think|encounter|find|come|see|get|notice|witness|have)|there|it is(?! (?:still )?safe)|the|an?)|during (?:the|a|an) (?:storm|earthquake|"
    r"emergency)|be (?:prepared|ready) to|prepare to|plan(?:s|ning)? to|able to|how to|in case|in the event"
    r"|have a plan|when(?:ever)? (?:you|it)|before (?:you|leaving)|may (?:be )?(?:asked|required|need)"
    r"|could (?:be|need)|including (?:any |evacuation |shelter )?orders?)\b"
)
"""A condition makes an instruction general advice: "be prepared to leave"."""

POSSIBLE = re.compile(
    r"\b(?:(?<!\d )(?<!in )(?<!since )(?<!until )may(?! \d)|might|could|can|cannot be ruled out|would|likel(?:y|ihood)|possib(?:le|ly|ility)|potential(?:ly)?|"
    r"risks?|threats?|threaten\w*|prone|target(?:s|ed|ing)?|susceptible|expected to|if|in case|should|"
    r"danger(?:s|ous)?|vulnerable|happen without warning|short notice|warnings? (?:for|of|about))\b"
)
"""Words that speak of what may happen, or give a reason for advice, rather than of what did."""

DANGER = re.compile(
    r"\b(?:risks?|threats?|threaten\w*|danger\w*|hazard\w*|unsafe|heightened|tensions?|targets?|targeted|concerns|"
    r"concerned|volatile|unpredictable|deteriorat\w+|escalat\w+|shrapnel|debris|drug use|harass\w*|scams?|"
    r"armed|violen(?:t|ce)|hostil\w+|extremis\w+|poison\w*|drown\w*|rip currents?)\b"
)
"""Words that make a sentence a warning, whatever it warns of."""

CURRENT = re.compile(
    r"\b(?:currently|at present|ongoing|now|today|tonight|imposed|announced|declared|issued an?|in effect"
    r"|in force|until further notice|recent(?:ly)?|since|remains? (?:closed|in (?:place|effect|force))|"
    r"(?:has|have) (?:been )?\w+(?:ed|en|wn)|(?:is|are) (?:being|taking place|under way|scheduled|expected)|"
    r"imminent|this (?:week|weekend|month)|as of|occurr?ing|continues? to|there (?:is|are) (?:currently|now)|"
    r"(?:is|are) \w+ing|have carried out|has carried out|resume at short notice)\b"
)
"""Words that say a thing is going on, as against a standing condition."""

GOING_ON = re.compile(
    r"\b(?:currently|at present|ongoing|under way|underway|until further notice|in effect|in force|occurring|imminent|"
    r"(?:is|are|remains?|been|has) (?:currently |now |temporarily )?(?:closed|suspended|cancell?ed|blocked|grounded|"
    r"in place)|(?:is|are) (?:currently |now |still |being )?(?!include|accord|dur|noth|someth|anyth|everyth|surround|"
    r"lack|border|amaz|exist)\w{2,}ing\b(?! (?:in|of) the)|has been (?:imposed|declared|announced)|have been (?:imposed|"
    r"declared|announced)|there (?:is|are) (?:an? )?(?:\w+ )?outbreaks?|has (?:imposed|declared|announced)|have (?:imposed|declared|announced)|since \d)\b"
)
"""Words that say a thing is so at this very time."""

SEVERE = re.compile(
    r"\b(?:magnitude|evacuat\w*|warnings? (?:is|are|remain\w*)? ?(?:in (?:effect|force))|landfall|"
    r"category [1-5]|state of emergency|killed|dead|major|devastat\w*|destroyed|tsunami)\b"
)

NEGATION = re.compile(
    r"\b(?:no|not|never|none|cannot|can't|don't|doesn't|won't|isn't|aren't|without|nor|neither|unable|"
    r"no longer|un(?:likely|safe|available|restricted)|illegal|prohibited|forbidden|except)\b"
)
