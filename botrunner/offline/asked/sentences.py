"""Which messages and sentences ask something, and what they state beside it."""

from __future__ import annotations

import re

from botrunner.offline.spelling import spelled

LONGEST_MESSAGE = 2000
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")

_ASKS = re.compile(
    r"\?\s*$|^(?:(?:so|and|but|hey|yo|oi|hi|ok|okay|well|now|um|uh|wait|lol|haha|oh|omg|bro|then|actually"
    r"|also|no|yeah|right|hang on|quick question|pls|please|whisper)[:,.!…]* )*"
    r"(?:what(?! an? (?!\w+[^.]*\?))|which|where|when|who|whose|whom|why|how|since when|until when"
    r"|(?:in|to|from|at|for|with|on|of|by) (?:which|what|where|whom?|how)\b|am i|are my|is my|is it"
    r"|was i|was my|were my|do i|do we|did i|did my|did we|did it|does my|do my|are we|were we"
    r"|was it|have i|have we|has my|have you|had i|will my"
    r"|can i|can you|could you|do you|did you|will i|are you|is there"
    r"|are there|(?:does|did|has|had|was|were|do) (?:he|she|they|anyone|anybody|someone)"
    r"|does (?:it|this|that)|did [\w']+ [^.!]*\b(?:anyone|anybody|anything|ever|yet)"
    r"|tell me|remind me (?:what|who|where|when|how|which|of|about)|list(?! of\b|:)"
    r"|name (?:all )?my|sum (?:me )?up\b(?=.*\b(?:me|know)\b)|summari[sz]e (?:me|what you)"
    r"|show me|any idea|any news|describe me|guess my|(?:you )?remember me\W*$)\b"
    r"|^(?:so |and |but |ok )*(?:is|are|does) (?!(?:so|such|not|no|really|very|an?|the|fine|good"
    r"|great|too|just|like|be|that|it|\w+ing)\b|\w+ (?:today|tonight|tomorrow|here|outside|again"
    r"|now)\W*$)[\w']+ \w[^.!]*$"
    # “Will Sam come?”, though not “will call her later”
    r"|^(?:so |and |but |ok )*will (?:he|she|they|we|the|this|there"
    r"|\w+ (?:be|come|go|get|have|do|call|ring|visit|arrive|stay|need|help|win|pass|like))\b"
    # Questions that leave out their verb: “fav game”, “my sister's name”.
    r"|^(?:and |so |ok )*(?:my )?favourite \w+(?: \w+)?\W*$"
    r"|^(?:and |so |ok )*(?:my|his|her|their|the) (?!.*\b(?:just|has|never|again|was) called\b)"
    r"[\w' -]{2,30} (?:called|name|names|age|birthday"
    r"|job)\W*$"
    r"|^(?:and |so |ok )*(?:my|our) (?:\w+ )?(?:name|age|birthday|job|address|city|employer|hobbies"
    r"|nickname|diet|allerg(?:y|ies)|plans|appointments?|languages?|school)"
    r"(?: (?:please|pls|plz|again|now))*\W*$"
    r"|^(?:pet|dog|cat|husband|wife|son|daughter|sister|brother|mum|mom|dad)(?:'?s)? (?:name|age"
    r"|birthday|job)\W*$"
    # “Any food I don't like”
    r"|^(?:and |so |ok )*any(?:thing|one|body|where)? (?:\w+ ){0,3}(?:i|we) [^.!]*$"
    # “Any appointments this week”
    r"|^(?:and |so |ok )*any (?:appointments?|plans|birthdays?|pets|kids|siblings|hobbies"
    r"|allergies)\b(?: (?!i\b|we\b)\w+){0,4}\W*$"
    # “Best film ever for me”
    r"|^(?:and |so |ok )*(?:the )?(?:best|worst|favourite) (?:[\w-]+ ){1,2}(?:ever |of all time )?"
    r"(?:for me|in my (?:book|opinion))\W*$"
    # “My father was working in which department”, “earlier I was working where”
    r"|^(?:\w+ ){0,2}(?:i|we|he|she|they|(?:my|our) \w+) [\w' -]* (?:(?:in|at|for|from|to|on|with"
    r"|by|since|till|until) (?:which|what|whose) \w+|where|when)\W*$",
    re.IGNORECASE,
)
# “When it rains I do jigsaws”, “is it me or are the pigeons fatter”: nothing is asked of us.
_NO_QUESTION = re.compile(
    r"^(?:so |and |but |ok )*when(?:ever)? (?:it|i|we|he|she|they|you|people) (?!born\b)[^?]*[^?,] "
    r"(?:i|we)(?:'\w+)? [^?]*$"
    r"|^(?:so |and |but |ok )*is it (?:just |only )?me\b"
    # “And she said yes???”
    r"|^(?:(?:also|and|so|ok|but|wait|omg|lol|then|like|anyway|well)\W+)*(?:i|we|he|she|they) "
    r"(?!.*\b(?:you|u|who|what|where|when|why|how|which|whose|right|tell|told|said)\b).*\?+$"
    r"|^had i (?:been|known|had|gone|not|only)\b[^?]*$"
    # “Which is nice”, “how typical”, “who knows”: said, not asked
    r"|^which (?:is|was|means|meant|makes|made|i|we|he|she|they)\b[^?]*$"
    r"|^(?:and |so |ok |well )*how (?:typical|rude|lovely|sweet|nice|kind|cute|sad|funny|weird|odd"
    r"|annoying|boring|fun|embarrassing|awful|exciting|convenient)\b[^?]*$"
    r"|^(?:(?:and|so|ok|well|but|ugh|like|lol|idk|tbh)\W+)*(?:who (?:cares|knows?|knew)"
    r"|what (?:can i say|else is new|the (?:hell|heck|fuck|actual)|(?:could|can) (?:possibly )?go"
    r" wrong)|where do i (?:even )?(?:start|begin)|why (?:me|bother)|tell me about it"
    r"|does my head in)\W*$"
    # “I don't know where”, “tell them when”
    r"|^[^?]*\b(?:knows?|knew|remember|forget|forgot|recall|sure|idea|guess|care|decide|told|tell|say"
    r"|said|ask|asked|matter|and|or|out|wonder|see|seen|understand) (?:\w+ )?(?:where|when)\W*$"
    # “Why did you quit, I asked”
    r"|^[^?]*\b[,?\"”] ?(?:i|he|she|they|we|my \w+) (?:asked|said|says|goes|was like)\b[^?]*$"
    # “When we moved here in 1983” says itself when.
    r"|^(?:and |so |that was )*when (?:i|we|he|she|they|my \w+) (?:\w+ed|was|were|got|went|came|had"
    r"|left|met)\b(?: \w+){0,4} (?:in|on) (?:\d{4}|\w+day)[^?]*$"
)


# “I didn't ask about Ann, I asked who is in my team”
_ASKED_INSTEAD = re.compile(
    r"(?i)^\W*(?:(?:no|but|sorry|hey|lol)\W+)*i (?:did not|didn'?t) (?:ask"
    r"|mean)\b.*?\bi (?:asked|meant)"
    r" (?P<asks>(?:you )?(?:who|what|where|when|which|how|why|if|whether)\b.+)"
)


def is_question(text: str) -> bool:
    """Return whether a message asks something, with or without its mark."""
    said = spelled(text)
    return bool(_ASKS.search(said)) and not _NO_QUESTION.search(said)


def sentences(text: str) -> list[str]:
    """Return the sentences of a message, each with its stop."""
    return [one.strip() for one in _SENTENCE.findall(text[:LONGEST_MESSAGE])]


def asking(text: str) -> str:
    """Return the sentence of a message that asks; all of it if no single sentence does."""
    if instead := _ASKED_INSTEAD.match(text.replace("’", "'")):
        return instead["asks"]
    questions = [one for one in sentences(text) if is_question(one)]
    return questions[-1] if questions else text
