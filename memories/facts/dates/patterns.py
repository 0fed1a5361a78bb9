"""The ways to name a date as patterns, each with what reads it."""

from __future__ import annotations

import re

from memories.facts.dates.readers import (
    Reader,
    read_day_and_month,
    read_end_of,
    read_holiday,
    read_in_month,
    read_in_some,
    read_iso,
    read_numeric,
    read_ordinal,
    read_relative,
    read_season,
    read_stretch,
    read_weekday,
    read_year,
)
from memories.facts.dates.words import MONTH, NUMBER, ORDINAL, UNIT, WEEKDAY

_ORDINAL = r"(?:st|nd|rd|th)"
# “3.2 kilos”, “1/2 cup”
_MEASURED = (
    r"(?:k(?:g|m|ilos?|ilomet(?:er|re)s?)?|g|grams?|pounds?|lbs?|stone|oz|miles?|mi|met(?:er|re)s?"
    r"|[cm]?m|feet|ft|inch(?:es)?|lit(?:er|re)s?|ml|cups?|points?|stars?|degrees|percent|hours?|hrs?"
    r"|min(?:ute)?s?|million|billion|gb|mb|tb)"
)
# The first that fits at a place counts, so longer ways of saying a date stand before shorter ones.
READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", read_iso),
        (
            r"(?<![\d.])(?P<first>\d{1,2})(?P<sign>[./])(?P<second>\d{1,2})"
            r"(?:(?P=sign)(?P<year>\d{4}|\d\d)?)?(?![\d%])"
            rf"(?! ?{_MEASURED}\b)",
            read_numeric,
        ),
        (
            rf"\b(?:(?:on )?the )?(?P<day>\d{{1,2}})(?:{_ORDINAL})?(?: of)?[ -]?(?P<month>{MONTH})"
            r"(?:,? ?(?P<year>\d{4}))?",
            read_day_and_month,
        ),
        (
            rf"\b(?:on )?the (?P<day>{ORDINAL}) of (?P<month>{MONTH})(?:,? ?(?P<year>\d{{4}}))?",
            read_day_and_month,
        ),
        (rf"\b(?P<month>{MONTH}) the (?P<day>{ORDINAL})(?P<year>)\b", read_day_and_month),
        (
            rf"\b(?P<month>{MONTH}) ?(?:the )?(?P<day>\d{{1,2}})(?!\d)(?:{_ORDINAL})?"
            r"(?:,? (?P<year>\d{4}))?",
            read_day_and_month,
        ),
        (
            r"\b(?:the )?day (?:after tomorrow|before yesterday)\b|\btomorrow\b|\btomorow\b"
            r"|\btommorr?ow\b|\btmrw?\b|\btmw\b|\b2morrow\b"
            r"|\btoday\b|\btonight\b|\btonite\b|\blast night\b|\byesterday\b"
            r"|\bthis (?:morning|afternoon|evening)\b",
            read_relative,
        ),
        (
            rf"\b(?P<ago>)(?:in|within) (?P<count>{NUMBER}) (?:more )?(?P<unit>{UNIT})(?:'"
            rf" time)?\b",
            read_in_some,
        ),
        (rf"\b(?P<count>{NUMBER}) (?P<unit>{UNIT}) (?P<ago>ago|back)\b", read_in_some),
        (
            r"\b(?:at |by |until )?(?:the )?end of (?:the |this )?(?P<unit>week|month|year)\b",
            read_end_of,
        ),
        (
            r"\b(?P<which>next|this|last|coming|past) (?P<unit>weekend|week|month|year)\b",
            read_stretch,
        ),
        (
            rf"\b(?:on )?(?:(?P<which>this|next|last|coming|past)"
            rf" )?(?P<weekday>{WEEKDAY})s?\b(?!')",
            read_weekday,
        ),
        (
            r"\b(?:in |by |for |before |until |since |during |mid[- ])?"
            r"(?:(?P<which>next|last|this) )?"
            rf"(?<![\w'])(?P<month>{MONTH})(?:,? (?P<year>\d{{4}}))?(?! (?:be|have|i|not)\b)",
            read_in_month,
        ),
        (
            r"\b(?:in |over )?(?:(?P<which>the|this|next|last) )(?P<season>spring|summer|autumn"
            r"|fall"
            r"|winter)\b",
            read_season,
        ),
        (rf"\b(?:on |by )?the (?P<day>\d{{1,2}}){_ORDINAL}\b", read_ordinal),
        (
            r"\b(?:on |at |before |after |for )?(?P<holiday>christmas eve|christmas|xmas"
            r"|new year[’']?s (?:eve|day)|halloween|valentine[’']?s day|leap day|boxing day"
            r"|easter)\b(?! (?:eggs?|bunny|island))",
            read_holiday,
        ),
        (r"\b(?:in|since|until|till|from|of|back in|to) (?P<year>(?:19|20)\d\d)\b", read_year),
    )
)
