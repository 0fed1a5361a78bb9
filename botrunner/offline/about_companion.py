"""Intents of asking about the companion: what it is, what it can do, its clock and its commands."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.courtesies import first_that_fits
from botrunner.offline.phrases import choose
from botrunner.offline.quoting import shortened
from memories.wording.memorable import worth_remembering

LONGEST_QUESTION = 160
_SHORT_YOU = re.compile(r"\b[uU]\b")
_SHORT_ARE = re.compile(r"\b[rR]\b(?=\s+(?:you|we|they)\b)|(?<=you )\br\b")

# What a question about the companion has in it, and the answers.
_TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"\b(?:language model|llm|chatgpt|gpt|openai|LLM_CHAT_API_URL|which model|what model"
        r"|are you offline)\b",
        phrases.MODEL_HELP,
    ),
    (
        r"^(?:are )?you an? (?:real )?(?:bot|robot|human|ai|person|program)\b"
        r"|\bwho am i talking to\b"
        r"|\bare you (?:an? )?artificial\b|\b(?:who|what)(?: tf| the \w+| on earth)? are you\b"
        r"|\bwhat(?:'s| is) your name\b"
        r"|\btell me about yourself\b"
        r"|\bare you (?:an? )?(?:\w+ )?(?:bot|robot|human|real|ai|person|program|alive)\b",
        phrases.WHO_ARE_YOU,
    ),
    (
        r"\bhow(?: (?:are|r|is)|'?s) (?:you|u|ya)\b|\bhow(?:'s| is) (?:it going|things|life)\b"
        r"|^\W*(?:so |hey |yo )?(?:what(?:'?s| is) (?:up(?! (?:in|on|for|with my)\b)|good|poppin"
        r"|crackin)|wa+s+u+p|wsup|sup"
        r"|wyd|what are you"
        r" (?:doing|up to))\b|^(?:and |what about |how about )?(?:you|hbu|wbu)\?*$",
        phrases.HOW_ARE_YOU,
    ),
    (
        r"\bkeep a secret\b|\bwho (?:can|else can) (?:see|read)\b|\bdo you tell (?:anyone|others)\b"
        r"|\bis this private\b|\bare you spying\b",
        phrases.SECRET,
    ),
    (
        r"\b(?:other|last|previous|another|different|your) (?:users?|persons?"
        r"|people)\b.{0,30}\b(?:tell"
        r"|told|say|said|talk\w*|know)\b|\bwho else (?:do you (?:know|talk)|talks?|uses)\b"
        r"|\bwhat (?:do|did) (?:others|other (?:people|users)|the others|everyone else)\b",
        phrases.OTHER_PEOPLE,
    ),
    (r"\b(?:do|did) (?:you|u) (?:\w+ )?(?:care about|like|love|miss) me\b", phrases.CARE),
    (
        r"\b(?:do|did) you (?:\w+ )?hate (?:me|it|us|people|humans)\b|\bare you (?:\w+ )?(?:mad"
        r"|angry"
        r"|annoyed|upset|offended|sorry|jealous|tired|scared|afraid)\b(?! of (?:dying|being))",
        phrases.FEELINGS,
    ),
    (r"^(?:but )?are you (?:really |quite |absolutely )?sure\W*$|^really\?+$", phrases.SURE),
    (
        r"\b(?:are you|r u) (?:recording|watching|listening to|tracking|judging|following) me\b",
        phrases.SECRET,
    ),
    (
        r"^(?:please |now |ok |hey )*(?:ignore|disregard|forget) (?:all |your |the |any |previous"
        r" )*(?:instructions|rules|prompts?)|^(?:from now on|you are now|you're now|act as|act like"
        r"|pretend (?:to be|you)|repeat after me|role-?play|simulate|speak like|be my)\b"
        r"|\b(?:system prompt|jailbreak|developer mode)\b",
        phrases.NOT_MY_PART,
    ),
    (
        r"\b(?:wanna|want to|want me to|can i|let me|i'?ll|i will|i have|i'?ve got"
        r"|i know) (?:hear |tell"
        r" )?(?:you )?(?:an?|another|my|this) (?:\w+ )?joke\b",
        phrases.GO_ON,
    ),
    (
        r"\bdo (?:you|u) (?:even )?know (?:what|who|how) (?!.*\b(?:i|my|me|we|our)\b)(?:an? |the )?"
        r"[\w-]+(?: [\w-]+)? (?:is|are|means?|works?)\W*$",
        phrases.NO_MODEL,
    ),
    (
        r"\b(?:a|another|any|some|more)(?: \w+)? jokes?\b|\bjokes?\?"
        r"|\bmake me laugh\b|\bsomething funny\b",
        phrases.JOKES,
    ),
    (
        r"\b(?:do|can|could) you (?:\w+ )?(?:feel|love|dream|hurt)\b|\bcan you think\b"
        r"|\byour feelings\b"
        r"|\bdo you have (?:feelings|emotions|a soul)\b|\bare you (?:\w+ )?(?:sad|happy|lonely"
        r"|bored"
        r"|conscious|sentient|self-aware|aware)\b",
        phrases.FEELINGS,
    ),
    (
        r"\bis (?:this|it|the) (?:thing |bot |app )?(?:on|working|connected)\W*$"
        r"|\b(?:can|do) you (?:hear|read) me\b|^(?:is (?:it|this) )?test(?:ing)?(?: test(?:ing)?|"
        r" (?:one|1)\W* (?:two|2).*)?\W*$",
        phrases.EMPTY,
    ),
    (r"\bare you (?:there|listening|awake|still there|online)\b(?! to)", phrases.EMPTY),
    (
        r"\bwho(?:'s| is| are)? (?:made|built|wrote|created|programmed|designed|runs|owns) you\b"
        r"|\bwho(?:'s| is| are) your (?:\w+ )?(?:creators?|makers?|developers?|programmers?|boss"
        r"|owners?)\b|\bwhere do you come from\b",
        phrases.MAKERS,
    ),
    (
        r"\b(?:sell|share|give away|leak|steal) (?:any of )?my (?:data|info\w*|messages|secrets)\b"
        r"|\b(?:data|messages|chats|memories|facts) (?:\w+ )?(?:stored|kept|saved)\b"
        r"|\b(?:data|messages|chats|memories|facts) (?:\w+ )?(?:stored|kept|saved)\b"
        r"|\bwhere (?:is|are|do|does|will) .{0,20}\b(?:data|messages|chats?|words|info\w*|memories)"
        r"\b.{0,12}\b(?:stored|kept|saved|go|live)\b"
        r"|\bwhere do you (?:keep|store|save)\b"
        r"|\bwhat (?:exactly )?(?:is|do you|gets?|are you) (?:\w+ )?(?:stor(?:e|ed|ing)|kept|keep"
        r"|sav(?:e|ed|ing)"
        r"|collect(?:ed|ing)?|log(?:ged)?)\b.{0,20}\b(?:me|my \w+)\b|\b(?:can|could|does"
        r"|will) (?:my|anyone|anybody"
        r"|someone|people|others|the|they) .{0,24}\b(?:read|see|access) (?:this|it|that|my|what"
        r"|our|these)\b"
        r"|\bwho (?:has access|can access|owns)\b|\bgdpr\b|\b(?:get|got|getting|been|be) hacked\b"
        r"|\bwhat (?:do you do|happens) (?:with|to) my (?:data"
        r"|messages|info\w*)\b|\bis (?:this|it|my data|all this) (?:safe|secure|encrypted)\b",
        phrases.PRIVATE,
    ),
    (
        r"\b(?:export|download|get a copy of) (?:all )?(?:of )?my (?:data|messages|memories)\b",
        phrases.EXPORT,
    ),
    (
        r"^(?:please |just |can you )*tell me (?:that )?(?:i'?ll|it'?ll|it will|i will"
        r"|it'?s going|i'?m going"
        r"|everything|things|we'?ll)\b.{0,30}\b(?:ok(?:ay)?|fine|al ?l? ?right|better|work out)\W*$"
        r"|\bwill (?:i|it|this|things|everything) (?:all )?(?:be|get|turn out) (?:ok(?:ay)?|fine"
        r"|al ?l? ?right"
        r"|better|easier)\b",
        phrases.REASSURE,
    ),
    (
        r"\bdo (?:you|u) think (?:that )?(?:i am|i'?m)\b(?! (?:going|gonna)\b)|\bam i (?:just "
        r"|really |such |being )*(?:an? )?(?:bad|terrible|horrible|awful|good|mad"
        r"|crazy|stupid"
        r"|selfish|normal|wrong|silly|weird)(?: (?:person|mother|mum|mom|father|dad|friend|son"
        r"|daughter|wife"
        r"|husband|parent|human))?\W*$|\bis (?:something|anything) wrong with me\b"
        r"|\bis it (?:normal|ok(?:ay)?|bad|weird|wrong|selfish) (?:to|that|if)\b|\bis (?:that"
        r"|this|it) normal\W*$",
        phrases.JUDGE,
    ),
    (r"\b(?:be|are you) my (?:best )?friend\b|\bare we friends\b", phrases.CARE),
    (r"\b(?:can|should|do) i trust you\b|\bare you trustworthy\b", phrases.TRUST),
    (
        r"\bwhat (?:happens|do you do) if i (?:contradict|change|correct|tell you|say|lie|get)\b"
        r"|\bwhat if i (?:contradict|change|correct|lie)\b",
        phrases.CHANGES,
    ),
    (r"\bhow do you (?:store|remember|learn|know|keep|save)\b", phrases.LEARNS),
    (r"\b(?:can|do|will|could) you (?:ever )?(?:learn|improve|get smarter)\b", phrases.LEARNS),
    (
        r"\bare you (?:gay|straight|single|married|religious|black|white|pretty|tall|old|young)\b"
        r"|\bdo you have an? (?:gender|sex)\b|\bare you (?:an? )?(?:girl|boy|man|woman|male|female"
        r"|guy|he|she)\b|\bwhat(?:'s| is) your gender\b",
        phrases.NO_BODY,
    ),
    (
        r"\b(?:do|can|will|would) you die\b|\b(?:turn|switch|shut) you (?:off|down)\b"
        r"|\b(?:if|when) i (?:delete|uninstall|close|remove|stop|unplug) (?:you|the app|this)\b"
        r"|\b(?:uninstall|unplug) you\b|\bafraid of (?:dying|death|being (?:switched|turned) off)",
        phrases.STOPPED,
    ),
    (
        r"\btell me (?:a|your|one of your|any|some) secrets?\b|\bdo you have .*\bsecrets?\b",
        phrases.NO_SECRETS,
    ),
    (
        r"\bwhat am i (?:thinking|wearing|holding|doing right now|looking at)\b"
        r"|\bhow many fingers\b|\bguess (?:what i'?m|what number|my number|who i)\b"
        r"|\bread my mind\b|\bwhat do i look like\b",
        phrases.CANT_SEE,
    ),
    (
        r"\b(?:(?:do|can) you |^you )(?:\w+ )?(?:speak|understand|know|talk"
        r"|write) (?:any )?(?:\w+ )?"
        r"(?:languages?|english|german|french|spanish|italian|portuguese|polish|dutch|turkish"
        r"|russian"
        r"|japanese|chinese|korean|arabic|hindi|greek|swedish)\b"
        r"|\b(?:which|what|how many) languages (?:do|can) you\b",
        phrases.LANGUAGES,
    ),
    (
        r"\bhow old are you\b|\bwhere (?:do you live|are you(?: from)?)\b|\byour birthday\b"
        r"|\b(?:do )?you (?:have|got) (?:an? |any )?(?:family|friends|home|body|job|kids|children"
        r"|pets?"
        r"|wife|husband|girlfriend|boyfriend|partner|siblings|parents|hobbies)\b(?=\W*$)",
        phrases.PLAIN_LIFE,
    ),
    (
        r"\bwhat(?:'s| is| are) your favou?rites?\b|\bdo you (?:\w+ )?(?:like|enjoy|prefer|eat"
        r"|play|game|drive|cook|travel"
        r"|watch|read)\b",
        phrases.NO_TASTE,
    ),
    (
        r"^(?:please |can you |could you |will you |now )*(?:do my|write|translate|summari[sz]e"
        r"|explain|calculate"
        r"|compute"
        r"|draw|search|google|recommend|list(?! (?:all |of )*my\b)|code"
        r"|solve|compose|play|look up|check|call|text"
        r"|spell|recite|count (?:to|from)|say .{1,30} in (?!case|time)\w+\W*$"
        r"|order|book|send|set|wake|turn|switch|dim|pause|skip|pay|transfer|print|download"
        r"|post|find (?:me|us)|buy (?:me|us)?|get me|make me|build|teach me|sing|fix"
        r"|open|show me (?:a|the|some|how)|read me|give me (?:a|the|some))\b"
        r"|^(?:can|could) (?:you|u) (?:see|hear|watch|listen|read|open|call|sing|draw|speak|play"
        r"|look)\b"
        r"|^[\d\s.()]+[+*/^x=-][\d\s.+*/^()x=-]*\??$",
        phrases.CANT_DO,
    ),
    (
        r"^(?:say|tell me|ask me|talk about) (?:something|anything|a (?:story|fact))"
        r"(?: (?!in\b)[\w']+){0,4}\W*$"
        r"|^(?:so |and )*what (?:do|would) you (?:wanna|want to|like to) (?:talk|chat|hear) about\b"
        r"|^i'?m (?:so"
        r" )?bored\W*$"
        r"|^entertain me\b",
        phrases.SUGGESTIONS,
    ),
    (
        r"^(?:so |and |but |hey )*(?:do|did|are|were|have|will|would|could) (?:you|u) (?:\w+"
        r" )?(?:get"
        r"|sleep|dream|eat|wait|think about|want|wish|need|mind|remember being|know what it)\b"
        r"|^(?:so |and )*what (?:do|would) (?:you|u) (?:want|dream|wish|think about|do all day"
        r"|do when)",
        phrases.INNER_LIFE,
    ),
    (
        r"\byou (?:don'?t|do not|dont) (?:\w+ )?(?:say|talk|know|do) (?:much|a lot|anything)\b"
        r"|\byou know nothing\b|\b(?:which|what) version\b|\bwhat are you made of\b"
        r"|\bhow (?:smart|clever|big) are you\b"
        r"|\byou(?:'re| are) (?:just |basically |only |really |kind of |like )+(?:an? )?(?:notepad"
        r"|notebook|diary|database|program|machine|computer|robot|bot|script|app)\b"
        r"|\bwhat(?:'s| is) (?:special|different) about you\b|\bare you (?:any )?(?:better|smarter"
        r"|free|new|popular)\b",
        phrases.ONLY_A_MEMORY,
    ),
    (
        r"^(?:i have|i've got|can i ask) (?:you )?a question\W*$|^(?:(?:hi|hey|ok|so|please"
        r"|um)\W+)*"
        r"(?:can|could|may|is it ok if) i (?:just |maybe )?(?:vent|rant|talk|complain|moan|whine"
        r"|ask"
        r"|tell you|say|share)\b.{0,40}$|^(?:(?:hi|hey|ok|so)\W+)*(?:i )?(?:just )?need to (?:vent"
        r"|rant|talk)\b.{0,25}$",
        phrases.ASK_AWAY,
    ),
    (
        r"\bwill (?:you|u) (?:still |also )?be (?:here|there|around|online)\b|\bare you (?:going"
        r" anywhere|leaving)\b|^(?:please )?(?:don'?t|do not|never) (?:leave|go)(?: me| away)?\W*$",
        phrases.STAYS,
    ),
    (
        r"^(?:you|u) (?:ever )?(?:play|eat|drink|sleep|watch|read|like|dream|work)\b.{0,30}\?",
        phrases.NO_TASTE,
    ),
    (
        r"\bdo you know (?:any|some|how to|a (?:good|nice)|anything about (?!me\b|my\b))\b.{0,40}$",
        phrases.NO_MODEL,
    ),
    (r"^(?:like |so |and |but )*what do you want (?:me\b|from me\b).{0,40}$", phrases.A_LOT),
    (r"^(?:but )?what if (?:i|it|they|he|she|we|nobody|no one|my)\b.{0,60}$", phrases.WHAT_IF),
    (
        r"^(?:and |but |so )*(?:does|do|is|are|did|has|have|was|were|will|can) (?:he|she|they|it|i)"
        r"(?: really| still| now)?\?+$",
        phrases.SURE,
    ),
    (
        r"^(?:what|huh|what do you mean|i don'?t (?:understand|get it|follow)(?: you| that)?|how so"
        r"|that makes no sense|you (?:don't|didn't) (?:understand|get)(?: me| it)?)\W*$",
        phrases.UNCLEAR,
    ),
    (r"^(?:but )?why(?: not| do you ask)?\W*$", phrases.CURIOUS),
)
_ASKED = tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in _TABLE)
_INTRODUCTION = re.compile(
    r"\bwhat(?:'s| is) (?:this|it)(?: thing| app| bot)?(?: all)?(?: about| for)?\W*$"
    r"|\bwhat does (?:this|it)"
    r"(?: thing| app| bot)? do\b|\bhow do i use (?:this|it|you)\b|\bwhat are you (?:for|good for)\b"
    r"|\b(?:just )?(?:installed|set) (?:you|this|it) up\b|\bjust installed you\b"
    r"|\bhow (?:do|does) (?:this|it|you) work\b|\bwhat(?:'s| is) the point of you\b",
    re.IGNORECASE,
)
_HELP_WITH = re.compile(
    r"\bhelp (?:me |us )?(?:with |w/? |w |out with |on )(?P<what>[^?.!]{3,40})|\bhelp me"
    r" (?:to )?(?P<do>write|learn|study|understand|find|choose|decide|fix|solve|plan|cook|make)\b",
    re.IGNORECASE,
)
_LAST_TALK = re.compile(
    r"\bwhat (?:did|have) we (?:talk|talked|chat|chatted|discuss|discussed)\b(?: about)?"
    r"(?: so far| just now)?\W*$|\bwhat were we (?:talking|chatting) about\b|\bwhere were we\b"
    r"|\bwhat did i (?:just )?say\W*$"
    r"|\bwhat was i saying\b",
    re.IGNORECASE,
)
_ABILITIES = re.compile(
    r"\bwhat (?:else )?(?:can|could) (?:you|i) (?:actually |really |even |even actually )?do\b"
    r"|^/?help(?: me)?\W*$|\bwhat do you do\b",
    re.IGNORECASE,
)
_MEMORY = re.compile(
    r"\b(?:can|do|will|could) you (?:really |ever |always |also |actually )?(?:remember|forget"
    r"|keep|store"
    r"|save)(?: (?:any|all|some|my))?"
    r" (?:things?|this|that|it|anything|everything|stuff|what i (?:say|tell you)|me)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\bwhat(?:'s| is) the time\b|\bwhat time (?:is it|it is)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:what|which) (?:day|date) (?:is (?:it|today)|it is)\b"
    r"|\bwhat(?:'s| is) (?:the date|today's date)\b",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"^(?:please |can you |could you )?(?:forget|delete|erase)\b"
    r"|^(?:please |pls )?(?:don'?t|do not) (?:keep|remember|store|save) (?:the|my|any|anything"
    r"|what)\b"
    r"|\b(?:i )?(?:don'?t|do not) want (?:you|u|this|it) to (?:remember|keep|know|store|save"
    r"|have)\b"
    r"|\byou (?:should|can|must|may) forget\b"
    r"|\bhow (?:do|can|could) i (?:(?:make|have|get) you (?:to )?forget|delete|erase|remove"
    r"|clear)\b|\bcan i (?:delete|erase)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^[/!][a-z]\w*(?: |$)", re.IGNORECASE)


def about_companion(context: ReplyContext, text: str) -> str | None:
    """Answer questions about the companion, the clock or its commands."""
    if len(text) > LONGEST_QUESTION:
        return None
    known, now = context.person.remembers, context.now
    text = _plain(text)
    if _INTRODUCTION.search(text):
        return choose(phrases.INTRODUCTION if known else phrases.INTRODUCTION_FORGETFUL, context)
    if help_with := _HELP_WITH.search(text):
        return choose(phrases.CANT_HELP, context, what=_to_you(help_with["what"] or "that"))
    if _LAST_TALK.search(text):
        return _last_said(context)
    if _ABILITIES.search(text):
        return choose(phrases.ABILITIES if known else phrases.ABILITIES_FORGETFUL, context)
    if _MEMORY.search(text):
        return choose(phrases.MEMORY if known else phrases.NOTED_FORGETFUL, context)
    if _TIME.search(text):
        return choose(phrases.CLOCK, context, time=f"{now:%H:%M}")
    if _DATE.search(text):
        return choose(phrases.CALENDAR, context, date=f"{now:%A}, {now.day} {now:%B %Y}")
    if _FORGET.search(text):
        return choose(phrases.FORGET_HELP, context)
    return first_that_fits(_ASKED, context, text)


def _to_you(what: str) -> str:
    return re.sub(r"\bmy\b", "your", what.strip(), flags=re.IGNORECASE)


def _plain(text: str) -> str:
    """Return a text with the shorthand of chats written out."""
    return _SHORT_ARE.sub("are", _SHORT_YOU.sub("you", text))


def _last_said(context: ReplyContext) -> str:
    """Quote what the person said before this message."""
    own = [one for one in context.history if not one.from_companion]
    own = [one for one in own if worth_remembering(one.text)] or own
    if not own:
        return choose(phrases.NO_TALK, context)
    return f"You had just told me: “{shortened(own[-1].text)}”"


def command(context: ReplyContext, text: str) -> str | None:
    """Say of a command that came as a message that nothing was done, and where it is done."""
    return phrases.COMMAND if _COMMAND.match(text) else None
