"""Intents of small talk: meeting, parting, and questions about the companion itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.jokes import joking
from botrunner.offline.notes import Notes
from botrunner.offline.phrases import choose
from botrunner.offline.tongues import in_other_tongue
from botrunner.offline.when import daytime, gap
from profiles.emotions.care import crisis_reply

LONG_ABSENCE = timedelta(days=2)
SHORT_TEXT, LONGEST_GREETING = 80, 120

# “Goodnightttt”
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_HAS_WORD = re.compile(r"[^\W_]")
_GREETING = re.compile(
    r"^(?:(?:omg|oh|ok(?:ay)?|well|aww+|um+|erm?)\W+)?(?:hi+|he+y+|hello+|heya|hiya|yo+|howdy|sup"
    r"|greetings|good (?:morning|afternoon|evening"
    r"|day)|hallo"
    r"|salut|hola|moin|morning|afternoon|evening|[ae]y up|wagwan|al+ ?right(?= (?:mate|bro|love"
    r"|pal|all"
    r"|there))|(?:is )?(?:any(?:one|body)|some(?:one|body)) (?=there|here|home|around)"
    r")\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_NAMED_TIME = re.compile(r"\W*(?:good )?(?P<time>morning|afternoon|evening)\b", re.IGNORECASE)
_GREETED = re.compile(
    r"^\W*(?:there|again|everyone|all|you|friend|buddy|mate|dear|love|bro|pal"
    r"|to you|here|home|around)?(?:\W*(?:(?:is )?(?:any(?:one|body)|some(?:one|body))|are you)"
    r" (?:there|here|home|around))?\W*$",
    re.I,
)
_BIRTHDAY = re.compile(r"\b(?:it's|it is|its|today(?:'s| is)) my (?:birthday|bday)\b", re.I)
_FINE = re.compile(
    r"^(?:(?:i'm |im |i am |all |pretty |quite |very |doing )*(?:fine|good|great|not bad)"
    r"|(?:i'm |im |i am |all |pretty |quite |very |doing )+(?:ok|okay|well))"
    r"(?:\W+(?:thanks|thank you|and you))*\W*$",
    re.IGNORECASE,
)
_SELF_REPROACH = re.compile(
    r"\bi (?:hate|despise|can't stand) (?:myself|my life|my body)\b|\b(?:nobody|no one) (?:loves"
    r"|likes"
    r"|cares about|needs) me\b|\bi(?:'m| am) (?:so |such |just |all )*(?:a |an )?(?:worthless"
    r"|useless"
    r"|failure|loser|idiot|burden|not good enough)\b(?! (?:at|with|in|on|before|without)\b)",
    re.IGNORECASE,
)
_SAD_SIGNS = re.compile(r"[😔😞😢😭😟🙁☹😩😫💔🥺😣😖😓😥😰]|:'?-?\(")
_TITLE = re.compile(r"(?i)(?:mr|mrs|ms|miss|dr|prof|sir|lady|father|sister)\b")

_LIGHTLY = r"(?:(?:bro|dude|man|mate|nah|no|lol|well|god|ugh|wow|honestly|omg|haha)\W+)*"
# What the whole message looks like, and the answers.
_WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"(?:.{0,40}(?:[,.!…]|\bok|\banyway|\bkk?|\baight)\s*)?(?:good ?night|night|nighty night"
        r"|gn)(?: night)?"
        r"(?: (?:whisper|bot|love|all|x+))?\W*"
        r"|(?:(?:ok(?:ay)?|well|right|anyway|im|i'm|i am|i|aight|k)\W+){0,3}(?:gonna|going to"
        r"|need to|should|imma|must|off to) (?:really |probably |just )*(?:go (?:to )?|get some )?"
        r"(?:sleep|bed)\b.{0,20}"
        r"|(?:(?:ok(?:ay)?|k|right|well)\W+)(?:i'm |im )?(?:sleeping|going to sleep|off to sleep"
        r"|sleep time|bedtime)\b.{0,30}"
        r"|(?:good ?night|night|nighty night|gn|sleep well|off to bed|(?:i'll|ill|i'm going to|im"
        r" gonna|i'm gonna|time to|going to) (?:go to )?(?:sleep|bed))\b.{0,30}",
        phrases.GOOD_NIGHTS,
    ),
    (r".{0,60}\b(?:bye|good ?bye|see you|cya|gtg)\b\W*", phrases.FAREWELLS),
    (
        r"(?:.{0,40}[,.!…]\s*)?(?:ta ?ra|ta-?ta|tata|toodle\w*|cheerio|ttfn|catch (?:you|ya"
        r"|u) later"
        r"|talk (?:to you )?(?:later|soon|tomorrow)|speak (?:later|soon)|laters"
        r"|peace(?: out)?)\b.{0,12}"
        r"|(?:(?:ok(?:ay)?|well|right|anyway|alright)\W+){0,3}(?:back to (?:it|work|the \w+"
        r"|my \w+)|(?:i'?m "
        r"|i am )?(?:off"
        r"|heading (?:out|off)|logging off|signing off|leaving|outta here|out)(?: (?:now|then"
        r"|to (?:the |my "
        r"|a )?\w+(?: \w+)?))?"
        r"|(?:gotta|got to|i have to|i must|need to) (?:dash|run|go|get going"
        r"|get back)\b.{0,25})\W*",
        phrases.FAREWELLS,
    ),
    (
        r"(?:please |but |and )*(?:you|u) (?:won'?t|wouldn'?t|wont|will not) tell (?:anyone"
        r"|anybody|them|him"
        r"|her|my \w+)\b.{0,20}|.{0,12}\b(?:don'?t|do not) tell (?:anyone|anybody|them|him|her"
        r"|my \w+)\b.{0,20}|(?:please |but |and )*(?:don'?t|do not) tell (?!me\b|us\b)\w+\W*",
        phrases.SECRET,
    ),
    (r"knock,? knock\W*", phrases.KNOCK_KNOCK),
    (
        r"what do you (?:call|get when you)\b.*|why did the \w+ .*|what did the"
        r" \w+ say to the\b.*",
        phrases.RIDDLE,
    ),
    (
        r"(?:i said |oh |just |god )*(?:fuck (?:off|you|u)|f off|shut (?:up|the \w+ up)|piss off"
        r"|screw you|get lost|you suck|u suck|i hate you|you(?:'re| are) (?:a )?(?:trash|garbage"
        r"|rubbish|an? \w*(?:hole|idiot|moron)))\b.{0,40}",
        phrases.INSULTED,
    ),
    (
        r"why (?:does|is|do|am|must|has|can'?t) (?!you\b).{0,40}\b(?:so hard|hard|difficult|unfair"
        r"|always me|like this|nothing (?:ever )?(?:work|go)\w*)\b.{0,15}",
        phrases.UNFAIR,
    ),
    (
        r"(?:(?:ok(?:ay)?|thanks|thank you|thx|well|right)\W+)*(?:bye|good ?bye|see you|see ya|cya"
        r"|gtg|g2g|later|ciao(?! \w)|take care|ttyl|(?:i )?(?:have to|gotta|got to|need to|must)"
        r" (?:go|run))\b"
        r".{0,40}",
        phrases.FAREWELLS,
    ),
    (
        r"(?:i'll |ill )?(?:brb|be right back|one (?:sec|moment|minute)|hold on|afk)\b.{0,30}",
        phrases.BYE_FOR_NOW,
    ),
    (
        r"(?:no,? )?(?:(?:that'?s|this is|it'?s) (?:not (?:right|true|correct|what i said)|wrong"
        r"|false)"
        r"|i (?:never|didn'?t) sa(?:id|y) (?:that|so)|you got (?:that|it|me) wrong|not true)\W*",
        phrases.NOT_SO,
    ),
    (
        r"(?:(?:well|ok|wow|lol)\W+)?(?:(?:that|this|it|you)(?:'?s|'?re| is| was| are)?|ur) not"
        r" (?:very |that |so |really )?(?:helpful|useful|funny|clever|smart|an? (?:big "
        r"|great )?help"
        r"|any (?:help|use))\W*"
        r"|(?:(?:well|ok|wow|how|that'?s|that was|so|bit|a|kinda)\W+){0,4}(?:rude|unhelpful)\W*"
        r"|(?:that |this |it )(?:didn'?t|does ?n'?t|did not|does not) (?:really )?(?:help"
        r"|answer (?:my|the) question|make (?:any )?sense)\b.{0,20}"
        r"|(?:you(?:'re| are)|ur|u r) (?:really |just )?not (?:listening|getting it|helping|paying"
        r" attention|making sense)\b.{0,20}|you(?: just)? (?:don'?t|never|aren'?t) (?:listen"
        r"|listening)\b.{0,20}|(?:you(?:'re| are)|ur|u r) (?:so |really |such )*(?:no fun|boring"
        r"|wrong|a letdown)\W*|that'?s not what i (?:asked|meant|wanted)\b.{0,20}"
        r"|i (?:asked|told) you (?:something|that) (?:else|already)\W*|(?:nope,? |no,? )?wrong"
        r"(?: (?:answer|again))?\W*",
        phrases.CRITICISED,
    ),
    (r"what an? (?:day|night|week|mess|nightmare)\W*", phrases.ROUGH),
    (r"(?:ok |and )?(?:i'm |im |i am )?back(?: again| now)?\W*", phrases.WELCOME_BACK),
    (
        r"(?:i (?:want|need|have|wanna|gotta) (?:to )?tell you (?:something|about my \w+)"
        r"|guess what|you know what|so get this|listen)\W*",
        phrases.GO_ON,
    ),
    (r"(?:wish me luck|fingers crossed|pray for me)\W*.{0,20}", phrases.LUCK),
    (
        r"(?:i find |i think )?(?:i'm |im |i am |so+ |very |really |just |super |dead |rather "
        r"|a bit"
        r" |quite |kinda |pretty )*(?:tired|exhausted|sleepy"
        r"|knackered"
        r"|wiped out)(?: today| rn| now| tonight)?\W*",
        phrases.TIRED,
    ),
    (
        r"(?:i'?m |i am )?(?:ok(?:ay)?|fine|good|alright|all right)\W+(?:just |only "
        r"|but )+(?:so |very"
        r" |really )*(?:tired|exhausted|sleepy|knackered)\W*",
        phrases.RESTING,
    ),
    (
        r"(?:not (?:so |too |very )?(?:great|good|well)|bad|meh|awful|terrible|been better|could be"
        r" better)(?: today| tbh| really)?\W*",
        phrases.HARD,
    ),
    (
        r"(?:(?:many|ok(?:ay)?|great|oh|well|right|aw+|cool|nice|haha|lol|anyway|alright|yeah"
        r"|yes|no)"
        r"\W+){0,3}(?:thanks|thank you|thx|ty|tysm|cheers|much appreciated)\b"
        r"(?! (?:m[ou]m|dad|boss|god|universe|life|brain|body|everyone|obama|to (?:him|her|them"
        r"|my))\b)(?!.*\b(?:but|bye)\b).{0,50}",
        phrases.THANKS,
    ),
    (
        r"(?:i'm |im )?(?:so |very )?sorry\W*"
        r"|(?:sorry,? )?(?:for |about )?my english (?:is |isn'?t |it's )?.{0,30}"
        r"|sorry (?:for|about) (?:my|the) .{0,40}",
        phrases.SORRY_ACCEPTED,
    ),
    (
        rf"{_LIGHTLY}(?:you(?:'re| are)?|ur|u r|u) (?:kind of |kinda |so |such |pretty |really "
        rf"|very "
        r"|a bit |an? )*(?:stupid|dumb|useless|bad|boring|annoying|terrible|silly|slow|trash|dense"
        r"|clueless|idiot|weird)(?: \w+)?\W*(?:lo+l|lmf?a+o+|haha+|jk|😂|🤣|💀)\W*",
        phrases.TEASED,
    ),
    (
        r"(?:you(?:'re| are)|ur|u r) (?:just |such |nothing but )*(?:a |an )?(?:\w+ ){0,2}(?:piece"
        r" of \w+|junk|waste of (?:time|space)|joke|toaster|tin can|calculator|failure)\W*|"
        rf"{_LIGHTLY}(?:you(?:'re| are)?|ur|u r|this is|what a) (?:so "
        r"|such |really |very |kind of |kinda |pretty |a bit |an? )*(?:stupid|dumb"
        r"|useless|bad"
        r"|boring|idiot|annoying|terrible|silly|slow|trash)(?: (?:bot|bro|machine|thing))?"
        r"(?:,? (?:you know|ngl|tbh|fr|honestly|though|tho))?\W*"
        r"|you(?:'re| are) not (?:very |so |that"
        r" )?(?:smart|clever|helpful|good|funny)\W*",
        phrases.INSULTED,
    ),
    (
        r"(?:(?:please|well|no|but|and|honestly)\W+)*(?:i )?(?:(?:don'?t|do not|rather not"
        r"|would rather"
        r" not|'?d rather not) (?:really |even )*(?:want to |wanna |feel like )?(?:talk|talking|get"
        r" into|go into)) ?(?:about )?(?:it|this|that|him|her|them)?(?: (?:now|today|anymore"
        r"|right now|any more))?\W*",
        phrases.NO_NEED,
    ),
    (
        r"(?:i don't know"
        r"|i dunno|dunno|idk|not sure|nothing(?: much)?|not much|never mind|nvm)\W*",
        phrases.UNSURE,
    ),
    (
        r"(?:aw+ |lol |jk |haha |oh |wow )*(?:good (?:bot|job|one)|well done|nice one|clever"
        r"|(?:you(?:'re| are)"
        r"|ur|u r) (?:\w+ ){0,3}(?:great|awesome|nice|sweet|the best|kind|good|helpful|funny"
        r"|smart|cute"
        r"|amazing|intelligent|clever|brilliant|growing on me|a (?:good|great) listener|a star"
        r"|a (?:gem|legend|lifesaver))(?: (?:at (?:this|that)|robot|bot|machine|program"
        r"|little \w+))?"
        r"(?:\W+(?:congrat\w*|bravo|well done|thanks?|thank you))*|impressive|i (?:like"
        r"|love) (?:you|this|u)|love (?:you|u))\W*",
        phrases.PRAISE,
    ),
    (
        r"(?:yes,? |yeah,? |yep,? )?(?:that'?s (?:right|it|correct|true)|correct)\W*",
        phrases.SHORT_ANSWERS,
    ),
    (r"legend\W*", phrases.PRAISE),
    (r"(?:(?:no|nope|nah|never|not really|nothing)\W*){1,3}", phrases.SHORT_DENIALS),
    (
        r"(?:(?:ok(?:ay|ie)?|yes|yeah|yep|yup|no|nope|nah|sure|maybe|perhaps|right|true|cool|nice"
        r"|hm+"
        r"|well|i see|oh|ah|really|indeed|exactly|alright|all right|fine|kk?|lo+l|lmf?ao+|haha+"
        r"|fair"
        r"(?: enough)?|same|facts|word|bet|got it|makes sense|im good|i'm good|no worries|np|anyway"
        r"|whatever|wow|damn|omg|bruh|bro|so|here i am|for real|fr|ngl|tbh|then|it is"
        r"|great)\W*){1,4}",
        phrases.SHORT_ANSWERS,
    ),
)
_COURTESIES = tuple(
    (re.compile(rf"^(?:{pattern})$", re.IGNORECASE), said) for pattern, said in _WHOLE
)


def crisis(context: ReplyContext, text: str) -> str | None:
    """Answer somebody in danger, before anything else."""
    return crisis_reply(text) or None


def self_reproach(context: ReplyContext, text: str) -> str | None:
    """Answer gently who speaks badly of themselves: their anger is not one to share."""
    if not _SELF_REPROACH.search(text):
        return None
    return choose(phrases.SELF_REPROACH, context)


def emoji(context: ReplyContext, text: str) -> str | None:
    """Answer silence and emoji."""
    if _HAS_WORD.search(text):
        return None
    if not text:
        return choose(phrases.EMPTY, context)
    if _SAD_SIGNS.search(text):
        return choose(phrases.SAD_EMOJI, context)
    emotion = context.person.emotion
    if emotion in phrases.DISTRESS:
        return choose(phrases.A_LOT, context)
    happy = emotion.traits.valence > 0
    return choose(phrases.EMOJI if happy else phrases.PLAIN_EMOJI, context)


def other_tongue(context: ReplyContext, text: str) -> str | None:
    """Answer people who write in another language with a sentence in it."""
    said = [one.text for one in context.history if one.from_companion]
    return in_other_tongue(text, remembers=context.person.remembers, said=said) or None


def greeting(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Greet back by name, time of day and how long it has been."""
    match = _GREETING.match(text)
    if match is None or not _is_mere_greeting(match["rest"], context, notes):
        return None
    return _greeting(context)


def _greeting(context: ReplyContext) -> str:
    values = {"name": comma_name(context), "daytime": _daytime(context)}
    seen = context.person.last_seen
    if context.person.interaction_count <= 1 and not context.history:
        known, unknown = phrases.FIRST_MEETING, phrases.FIRST_MEETING_FORGETFUL
        return choose(known if context.person.remembers else unknown, context, **values)
    if seen and context.now - seen > LONG_ABSENCE:
        return choose(phrases.LONG_TIME, context, gap=gap(context.now - seen), **values)
    return choose(phrases.GREETINGS, context, **values)


def _daytime(context: ReplyContext) -> str:
    """Return the greeting for the time of day that somebody names, else by the clock."""
    named = _NAMED_TIME.match(context.text)
    return f"Good {named['time'].lower()}" if named else daytime(context.now)


def courtesies(context: ReplyContext, text: str) -> str | None:
    """Answer thanks, goodbyes, laughter and the like."""
    if _BIRTHDAY.search(text) and not text.endswith("?"):
        return choose(phrases.BIRTHDAY, context, name=comma_name(context))
    if len(text) > SHORT_TEXT:
        return None
    if _FINE.match(text):
        return choose(phrases.GLAD, context)
    if joked := joking(context, text):
        return joked
    squeezed = (_DRAWN_OUT.sub(kept, text) for kept in (r"\1\1", r"\1"))
    fitting = (
        first_that_fits(_COURTESIES, context, one) for one in dict.fromkeys([text, *squeezed])
    )
    return next(filter(None, fitting), None)


def comma_name(context: ReplyContext) -> str:
    """Return “, Ann”, or nothing if the name is unknown."""
    name = first_name(context.person.name)
    return f", {name}" if name else ""


def first_name(name: str) -> str:
    """Return what somebody is addressed by: "Ruth" of "Ruth Abernathy"; with a title, all of it."""
    first = name if _TITLE.match(name) else name.split(" ")[0]
    return first.capitalize() if first.islower() else first


def first_that_fits(
    table: Sequence[tuple[re.Pattern[str], tuple[str, ...]]], context: ReplyContext, text: str
) -> str | None:
    for pattern, said in table:
        if pattern.search(text):
            return choose(said, context, name=comma_name(context))
    return None


def greeting_and_more(context: ReplyContext, text: str) -> str | None:
    """Greet back where nothing else in a message that begins with a greeting got an answer."""
    match = _GREETING.match(text)
    if match is None or len(text) > LONGEST_GREETING:
        return None
    return _greeting(context)


def _is_mere_greeting(rest: str, context: ReplyContext, notes: Notes) -> bool:
    without_name = re.sub(re.escape(context.bot_name), "", rest, flags=re.IGNORECASE)
    return bool(_GREETED.match(without_name)) and not notes.changes.added
