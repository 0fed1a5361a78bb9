"""Words for giving something up: “gave up chess for lent”, “cut out bread”."""

from __future__ import annotations

import re

# What somebody gives up follows them.
GIVING_UP = (
    r"(?:quit(?:ting)?|stopped|stopping(?! (?:in|at|with|by|for|over|off)\b)|gave up|given up"
    r"|giving up|packed in|packing in|jacked in|chucked in|kicked|ditched|binned"
    r"|dropp(?:ed|ing)(?! (?:off|by|in|out|over|me|him|her|them|my|our|the)\b)"
    r"|cut(?:ting)? out(?! (?:for|of|to)\b)|(?:swore|sworn|swearing) off"
    r"|abandon(?:ed|ing)|uninstall(?:ed|ing)|shelved|(?:said|saying) goodbye to"
    r"|la(?:id|ying|y) off the"
    r"|weaned (?:myself )?off|abstain(?:ed|ing) from|(?:going|gone|went) without)"
)
# What stands with what is given up: “knocked pilates on the head”.
GIVES_UP = rf"(?:{GIVING_UP}|knock(?:ed|ing) (?:[\w'-]+ ){{1,3}}on the head)"
_KNOCKED = re.compile(r"\bknock(?:ed|ing) (?:[\w'-]+ ){0,2}$", re.IGNORECASE)
_ON_THE_HEAD = re.compile(r"\W*on the head\b", re.IGNORECASE)
# For how long, or why, something is given up: it takes the place of nothing.
OCCASION = (
    r"(?:lent|ramadan|easter|christmas|advent|new year|good|ever|now|a (?:bit|while|time|day|week"
    r"|fortnight|month|year|term|season|bet|dare)|(?:the|this|next) (?:day|week|month|year|summer"
    r"|autumn|fall|winter|spring|term|season|moment|time being|baby|kids?|children|sake)|\w+"
    r" (?:days|weeks|months|years)|(?:dry |stop)?(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december|tober)|health|charity|money|peace|religious"
    r"|medical|lack|my|his|her|our|their)\b"
)


def is_knocked_on_the_head(before: str, after: str) -> bool:
    """Return whether something is given up in these words.

    Args:
        before, after: what stands beside it.
    """
    return bool(_KNOCKED.search(before) and _ON_THE_HEAD.match(after))
