"""The words of a measure that stands today, rung by rung: what a government did, not what it might do.

Stricter than the signs of `lexicon.py`, which must miss nothing that is new: a ladder that shows what does not stand
is worse than one that leaves out an odd wording. Matched on normalised, casefolded sentences.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.core.zones import Zone
from monitor.posture import Rung


class Measure(NamedTuple):
    """How a rung is said, and what shows that a sentence with these words does not mean it."""

    rung: Rung
    needs: tuple[str, ...]
    """A sentence that holds none of these says nothing of it: a cheap question before an expensive one."""
    says: re.Pattern[str]
    unless: re.Pattern[str]
    zones: frozenset[Zone]


_STAFF = (
    r"(?:government|embassy|consulates?|mission|diplomatic|high commission|consular)"
    r"[\w\s.,'()/-]{0,60}?(?:employees?|personnel|staff|officials|family members|families|dependents)"
)
_OWN = (
    r"(?:u\.s\.|american|british|canadian|australian|irish|our) (?:embassy|high commission)|"
    r"embassy of (?:canada|ireland|australia)|high commission of canada|"
    r"(?<!the )embassy (?!is\b|are\b|has\b|of\b)\w+(?= suspended)"
)
_VERBS = r"(?:(?:is|are|was|has|have|had|been|being|remains?|temporarily|now|currently|also|still|all|both) )+"
_LIMITED = r"(?:\w+ly )*(?:limited|restricted|constrained)"
_PEOPLE = r"(?:citizens|nationals|residents|travell?ers|anyone|everyone|canadians|australians|americans)"

_MAY = r"(?<!\d )(?<!\dst )(?<!\dnd )(?<!\drd )(?<!\dth )may(?! \d)"
"""The verb, not the month."""
_NEVER = rf"\b(?:{_MAY}|might|could|would)\b(?! not\b)|\b(?:if, despite|in the past|previously|in case|in the event)\b"
_LOOSE = (
    rf"\b(?:{_MAY}|might|could|can|would|if|when|whenever|where|while|during|in the event|in case|periodically|"
    r"occasionally|frequent(?:ly)?|regularly|often|sometimes|(?:at|on|with) (?:any time|short notice|little)|without (?:\w+ )?"
    r"(?:notice|warning)|check|monitor|obey|follow|abide|adhere|expect|prepared?|previous(?:ly)?|in the past|"
    r"risk of|possib\w+|likely|potential\w*|daily|at night|overnight|weekends?|holidays?)\b|"
    r"\b(?:not|no|without|never|nor)\b(?! (?:open|re-?opened|longer open|yet))"
)
"""What makes of "a curfew is in force" a thing that happens at times, was so once, or is not so."""
_OVER = (
    r"\b(?:lift(?:ed|s|ing)|terminat\w+|rescind\w*|revoked|remov(?:ed|al)|ended|ends|end of|expired|no longer|cancell?ed "
    r"(?:the )?order|resum(?:ed|es|ing|ption)|(?<!not )(?<!not been )(?<!not yet )re-?open(?:ed|s|ing)|returned|has ceased to)\b"
)
_ELSEWHERE = r"\bin (?:london|ottawa|canberra|dublin|washington|new york|brussels)\b"

_ADVISED = frozenset({Zone.TOP, Zone.SAFETY, Zone.CONTACT, Zone.OTHER})
_REGULATED = _ADVISED | {Zone.ENTRY}


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


MEASURES: tuple[Measure, ...] = (
    Measure(
        Rung.LEAVE_NOW,
        ("leave", "depart"),
        _any(
            rf"\b{_PEOPLE}\b[^;]{{0,90}}?\b(?:should|must|to|needs? to|recommends? that .{{0,60}}?) (?:leave|depart)\b(?: \S+){{0,6}}?"
            r" (?:now|immediately|at once|without delay|as soon as (?:it is )?(?:safely )?(?:possible|safe))\b",
            r"\b(?:recommends|urges|advises) that\b[^;]{0,60}\b(?:leave|depart) (?:\S+ ){0,3}?(?:now|immediately)\b",
            r"\byou(?:'re| are) (?:\w+ ){0,2}?(?:in|there)\b[^;.]{0,60}?, (?:you should |please |you must |we (?:advise|urge|"
            r"encourage|strongly advise) you to )?leave\b(?! (?:an?|your|it|any|some|valuables|the (?!country))\b)",
            r"\bshould (?:leave|depart) the country\b(?! for\b)",
            r"^(?:leave|depart) the country\b[^;]{0,30}\b(?:now|immediately|by commercial|as soon as)",
            r"\b(?:leave|depart) the country (?:now|immediately|at once|as soon as possible)\b",
        ),
        _any(
            r"\b(?:leave|depart)(?:ing)? (?:the|this|that|these|an?|any|affected|restricted) (?:\w+ )?(?:area|scene|region|"
            r"location|place|vicinity|building|premises|zone|site|province)",
            r"\bconsider\b",
            r"\b(?:visa|passport|permit|extension|overstay)\b",
            r"\b(?:prepared?|ready|able|plans?) to\b",
            r"\bif (?:there|you (?:see|notice|hear|feel|encounter|become|find|decide|choose|want)|tensions|the (?:security )?situation)",
            r"\bin (?:an?|any|the|this|these) (?:affected |restricted |border )?(?:areas?|locations?|region|crowd)\b",
            r"\b(?:no longer|previous(?:ly)?)\b",
            r"\bcannot\b.{0,20}\bnow\b",
        ),
        _ADVISED,
    ),
    Measure(
        Rung.EMBASSY,
        ("suspen", "closed", "ceased"),
        _any(
            rf"(?:{_OWN})[^;]{{0,50}}? (?:{_VERBS})?(?:closed|suspended (?:(?:all|its|most|normal|routine|their|consular|"
            r"in-person|and) )*(?:operations|services|work|activities)|ceased (?:\w+ )?operations)",
            r"\b(?:suspended|suspension of|suspending)\b[^;]{0,40}\boperations (?:at|of) (?:the )?(?:u\.s\. |british |canadian |"
            r"australian )?embassy",
            r"\bu\.s\. embassy\b[^;]{0,40}\band suspended operations\b",
            r"^operations suspended\b",
            rf"\b(?:all|routine) (?:routine )?consular services\b[^;]{{0,40}} {_VERBS}suspended\b",
        ),
        _any(
            _OVER,
            _ELSEWHERE,
            r"\b(?:while|when|if|whenever) (?:the )?(?:\w+\.? )?embassy\b",
            r"\bweekends?\b|\bholidays?\b|\bhours\b",
            r"\bwill be closed\b",
            r"\bconsulate[- ]general\b",
            r"\bclosed (?:to|for|on|from|between|at)\b",
            r"\btravel\b",
        ),
        _ADVISED | {Zone.LAWS},
    ),
    Measure(
        Rung.ORDERED,
        ("order", "mandatory", "withdrawn", "evacuated", "relocated", "pulled out"),
        _any(
            r"\border(?:s|ed|ing)\b(?: the)?(?: mandatory)? departure of\b",
            rf"\border(?:s|ed)\b.{{0,40}}?(?:{_STAFF}).{{0,120}}?\b(?:leave|depart|evacuate)",
            r"\bmandatory (?:departure|evacuation) of\b",
            r"\bordered departure (?:status|is|remains|order)",
            r"\b(?:on|under|is in) ordered departure\b",
            r"\bto reflect the (?:\w+ )?ordered departure\b",
            rf"\b(?:have|has) (?:been )?(?:temporarily )?(?:withdrawn|evacuated|relocated|pulled out)\b.{{0,60}}\b(?:{_STAFF}|staff)",
            rf"(?:{_STAFF})[^;]{{0,40}}\b(?:have|has) been (?:temporarily )?(?:withdrawn|evacuated|relocated)",
            r"\b(?:families|family members|dependants|dependents)\b[^;]{0,40}\b(?:have|has) been (?:temporarily )?withdrawn",
        ),
        _any(
            _OVER,
            _NEVER,
            r"\bfrom ordered\b",
            r"\bordered (?:departure )?to authori[sz]ed\b",
            r"\bevacuation orders?\b",
        ),
        _ADVISED,
    ),
    Measure(
        Rung.AUTHORIZED,
        ("authori", "voluntary"),
        _any(
            r"\bauthori[sz](?:e|es|ed|ing)\b(?: the)?(?: voluntary)? departure\b",
            rf"\bauthori[sz]ed\b.{{0,40}}?(?:{_STAFF}|family members).{{0,120}}?\b(?:leave|depart)",
            r"\bvoluntary departure of\b",
            r"\bordered (?:departure )?to authori[sz]ed\b",
        ),
        _any(_OVER, _NEVER),
        _ADVISED,
    ),
    Measure(
        Rung.REACH,
        ("ability", "able to", "cannot", "can't", "consular"),
        _any(
            r"\blimited(?: in (?:its|their|our))? ability\b[^;]{0,30}? to (?:provide|offer|help|assist|support)",
            r"\bno ability to (?:provide|assist|help|offer)",
            r"\b(?:unable|not able|cannot|can't|cannot always)(?: to)? (?:provide|offer|give)\b[^;]{0,40}\b(?:consular|emergency|in[- ]person|"
            r"face[- ]to[- ]face|direct|routine)\b[^;]{0,30}\b(?:services?|assistance|help|support|in person)",
            r"\b(?:unable|cannot|can't)(?: to)? (?:provide|offer|give) (?:\w+ )?(?:support|assistance|help)\b[^;]{0,12}\bin person\b",
            rf"\bability\b[^;]{{0,90}}\bto (?:provide|offer|deliver|assist|help|support)\b[^;]{{0,110}}\b{_VERBS}{_LIMITED}\b",
            rf"\bconsular (?:services?|assistance|support|help)\b[^;]{{0,50}} {_VERBS}(?:{_LIMITED}|not available|unavailable|suspended)\b",
        ),
        _any(
            _NEVER,
            r"\bdual\b|\balso (?:a |an )?(?:\w+ ){0,2}(?:citizen|national)|\bcitizen(?:ship)? of\b|\bnationality\b",
            r"\b(?:arrest\w*|detain\w*|detention|surrogacy|legal|lawyers?|labou?r|disputes?|currency|visas?|overstay|judicial|"
            r"custody|in these circumstances|administrative|police and emergency|seeking)\b",
            r"\bif (?:you|the|despite)\b",
            r"\bconsulate[- ]general\b",
            r"\blimited in the help we can\b",
            r"\bno longer limited\b",
            r"\bmedical (?:care|facilities)\b",
            r"\bin such cases\b",
            r"\bauthorities have\b",
            r"\bnot available at\b|\bonly available\b",
        ),
        _ADVISED,
    ),
    Measure(
        Rung.STAFF,
        ("personnel", "employee", "staff", "officials", "families", "family members", "dependents"),
        _any(
            rf"(?:{_STAFF})[^;]{{0,60}}?\b(?:must (?:not|obtain|get|receive|request|have)|may not|can ?not|(?:are|is) (?:currently |also )?"
            r"(?:not (?:allowed|permitted)|prohibited|restricted|forbidden|barred|limited|required)|needs?|requires?)\b[^;]{0,50}\b"
            r"(?:travel\w*|go|driv(?:e|ing)|leav(?:e|ing)|mov(?:e|ing|ements?)|enter(?:ing)?|visit(?:ing)?|remain overnight|outside|accompany|join)\b",
            rf"(?:{_STAFF}) travel\b[^;]{{0,60}}\b(?:is|are) (?:restricted|prohibited|limited)",
            r"\bfamily members (?:can ?not|may not) (?:join|accompany)",
            rf"\btravel (?:by|of|for) (?:u\.s\. )?(?:{_STAFF})[^;]{{0,60}}\b(?:restricted|prohibited|limited)",
            rf"\bsuspended\b[^;]{{0,40}}\btravel\b[^;]{{0,40}}\b(?:officials|{_STAFF})",
            r"\brestricted travel for (?:embassy|government|diplomatic) (?:personnel|staff|employees)",
        ),
        _any(
            _OVER,
            r"\b(?:travel\w*|go|enter\w*|visit\w*)\b.{0,30}\bmay be restricted\b",
            r"\bno longer\b",
            r"\bvisas?\b|\bpassports?\b",
            r"\b(?:using|use|riding|ride|taking|take) (?:in |public|local|any|these|the white|taxis?|buses|boda|matatus?)",
            r"\bact(?:ing)? as\b|\blegal\b|\binterven|\bwildlife\b",
        ),
        _ADVISED,
    ),
    Measure(
        Rung.EMERGENCY,
        ("state of", "states of", "martial law"),
        _any(
            r"\b(?:states? of (?:emergency|siege|exception|war)|martial law)\b[^;]{0,80}?\b(?:(?:is|are|has been|have been|remains?|continues) "
            r"(?:\w+ ){0,2}?(?:in (?:effect|force|place)|declared|extended|renewed)|"
            r"remains?\b|(?:still )?applies|in force)",
            r"\b(?:has|have|is|are|'s) (?:also )?(?:declared|imposed|extended|renewed|introduced|announced|under|maintaining|in place)\b"
            r"[^;]{0,60}\b(?:states? of (?:emergency|siege|exception|war)|martial law)\b",
            r"(?:\b(?:19|20)\d\d\b|\d+[- ]day\b)[^;]{0,60}\b(?:states? of (?:emergency|siege|exception)|martial law)(?: \(\w+\))? was (?:declared|renewed|extended)",
            r"\b(?:states? of (?:emergency|siege|exception)|martial law)(?: \(\w+\))? was (?:declared|renewed|extended|introduced)\b[^;]{0,30}\b(?:on \d|(?:19|20)\d\d\b)",
            r"\bdeclared an? (?:\w+ ){0,2}[\"']?states? of (?:emergency|siege|exception|war)",
            r"\bstate of (?:emergency|siege|exception) (?:applies|in place|affects)\b|\bunder a state of (?:emergency|siege|exception)\b",
        ),
        _any(_OVER, _LOOSE),
        _REGULATED | {Zone.LAWS},
    ),
    Measure(
        Rung.CURFEW,
        ("curfew",),
        _any(
            r"\bcurfews?\b[^;]{0,80}?\b(?:is|are|has been|have been|remains?) (?:also |now |currently )?(?:in (?:effect|force|place)|imposed|"
            r"declared|extended|introduced)",
            r"\b(?:has|have|is|are) (?:also |been )?(?:imposed|declared|introduced|announced|instituted|extended|imposing|put in place)\b"
            r"[^;]{0,60}\bcurfews?\b",
            r"\b(?:imposed|declared|instituted|introduced) (?:an?|the) (?:[\w:.-]+ ){0,6}curfew",
            r"\bthere(?:'s| is| are) (?:currently |now |several )?(?:an? )?(?:[\w:-]+ ){0,4}curfews?\b",
            r"\bunder (?:an? )?(?:\w+ )?curfew\b",
            r"\bcurfew hours\b[^;]{0,40}\bappl",
        ),
        _any(_OVER, _LOOSE, r"\bcurfew (?:information|finished)\b"),
        _REGULATED | {Zone.LAWS},
    ),
    Measure(
        Rung.AIR,
        ("airport", "airspace", "flight", "air travel", "notice", "notam", "sfar", "aviation"),
        _any(
            rf"\b(?:airports?|airspace|flights?|air travel)\b[^;]{{0,70}}? {_VERBS}(?:closed|suspended|cancell?ed|grounded|halted|banned)\b",
            r"\b(?:has|have) (?:temporarily |also )?(?:suspended|cancell?ed|halted|stopped|closed)\b[^;]{0,50}\b(?:flights|airspace|airports?)\b",
            r"\b(?:has issued|issued)\b[^;]{0,60}\b(?:notices? to air|notam|special federal aviation|sfar)",
        ),
        _any(
            r"\b(?:lifted|resum(?:ed|es|ing|ption)|re-?opened|is now open|no longer)\b",
            _LOOSE,
            r"\bair safety list\b|\bdrones?\b|\bfor the entire day\b",
            r"\b(?:road|access|railway)\b",
            r"\bdelayed or\b",
        ),
        _REGULATED,
    ),
    Measure(
        Rung.BORDER,
        ("border", "crossing"),
        _any(
            r"\b(?:borders?|border crossings?(?: points?)?|border posts?|crossing points?|crossings?)\b[^;]{0,80}? "
            rf"{_VERBS}(?:closed|shut|sealed|suspended)\b",
            r"\b(?:has|have) (?:temporarily )?(?:closed|shut|sealed)\b[^;]{0,40}\bborders?\b",
        ),
        _any(r"\b(?:lifted|re-?opened|no longer|officially)\b", _LOOSE),
        _REGULATED,
    ),
)
"""Gravest first. For `leave_now` the destination's names are written as "the country"."""

NEEDS = tuple(dict.fromkeys(word for one in MEASURES for word in one.needs))

SAFELY = re.compile(
    r",? ?\bif (?:it is|it's|you judge(?: it)?|you can(?: do so)?|possible|it's possible)\b(?: (?:is |and )?(?:safe|safely|possible))*(?: to(?: do so)?)?"
)
"""A condition that takes nothing back: "leave, if you judge it safe to do so"."""
UNTIL = re.compile(
    r"\b(?:until|to|through|till)\b(?: at least)?(?: the (?:morning|evening|night) of)? (?P<when>.{4,40})"
)
ENDS_ORDER = re.compile(
    r"\b(?:lift(?:ed|s|ing)|terminat\w+|rescind\w*|remov(?:ed|al)|ended|end of|revoked)\b[^;]{0,80}?\b(?:(?P<rung>ordered|authori[sz]ed) departure)"
    r"|\bfrom (?P<former>ordered)\b"
)
"""An order that another sentence of the page says is over."""
