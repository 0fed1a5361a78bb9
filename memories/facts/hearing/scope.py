"""Which parts of a message are the person's own plain statements.

These rules have the last word over the tagger: others' words, questions, wishes, guesses, jokes and
roleplay state nothing, whatever was marked in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Code, quoted lines and links; a short text in quotation marks may be a name.
_NOT_OWN = re.compile(r"```[\s\S]*?(?:```|\Z)|`[^`\n]*`|^[ \t]?>[^\n]*|https?://\S+", re.MULTILINE)
_QUOTED = re.compile(
    r'(?<!\w)["“”«„]([^"“”«»„\n]{1,300})["“”»](?!\w)|(?<!\w)\'([^\'\n]{12,300})\'(?!\w)'
)
MOST_CHARACTERS = 6_000
_GAP = re.compile(r"\s+")
_HEAPS = re.compile(r"[\u0300-\u036f]{2,}|(?<=[^\W_])[\u0316-\u0362]")
_LONGEST_QUOTED_NAME = 3
# “Nah just kidding, I'm from Togo”: what was a joke stands before it.
_WAS_A_JOKE = re.compile(
    r"^\W*(?:(?:nah|no|lol|haha|ok|sorry)\W+)*(?:(?:just|only|i'?m|i was)\s+)*"
    r"(?:kidding|joking|jk|messing(?: with you)?)\b[\s,.!:–-]+(?=(?:i|i'm|im|my|it's)\b)",
    re.IGNORECASE,
)
_ROLEPLAY = re.compile(r"\*[^*\n]{8,}\*")
# Stands for the first sign of a deed between asterisks.
_DEED = "\x01"
_STOP = re.compile(
    r"(?<=[!?…])\s+|(?<=\w[.])\s+(?![a-z]{1,2}\.)|(?<=[.)\"”])\s+(?=[A-Z])|\n+|;\s|(?<=\?)(?=\w)"
)
# A full stop after these ends no sentence.
_SHORTENED = re.compile(
    r"\b(?:St|Mr|Mrs|Ms|Dr|Prof|approx|e\.g|i\.e)\.$|\b\d{1,2}\.$", re.IGNORECASE
)

_ASKS = re.compile(
    r"^\W*(?:(?:so|and|but|hey|ok|hm+|well|also|btw|oh|lol|whisper|hi|hello)[\s,]+)*"
    r"(?:do|does|did|is|are|was|were|am|can|could|will|would|should|shall|may|have (?:you|i|we)|has"
    r"|who|whose|whom|when|where|why|how|which|whats|what|what's|where's|who's|how's|wanna"
    r"|any(?:one|body)?"
    r"|d'you|u|you|guess (?:who|what|where|how)|remember (?:my|when|what|who|the|where)"
    r"|(?:please )?(?:tell|show|remind) me (?:what|who|where|when|about|my|how|a|the|something)"
    r"|do you)\b(?!.{0,3}[,:!])",
    re.IGNORECASE,
)
# Whom a question without its sign asks about: “do dogs dream”, not “do a bit of boxing”.
_ASKED_OF = (
    r"(?=\s+(?:i|you|u|ya|we|he|she|it|they|this|that|these|those|there|my|your|our|his|her|their"
    r"|the|any\w*|some\w*|every\w*|people|ppl|most|all|dogs|cats|men|women|kids|(?-i:[A-Z])\w+)\b)"
)
_ASKS_EVEN_SO = re.compile(
    r"^\W*(?:(?:so|and|but|hey|ok|hm+|well|also|btw|oh)[\s,]+)*"
    rf"(?:(?:do|did|can|could|was|were){_ASKED_OF}|(?:can|could|did|do)n['’]?t{_ASKED_OF}"
    r"|does|is|are|am i|should|who|whose|where|why|how|which|what(?!"
    r" an?\b)"
    r"|whats|what's|where's|who's|(?:since|until) when|(?:in|to|from|at|for|with|on|of|by) (?:which"
    r"|what|whom?|where))\b",
    re.IGNORECASE,
)
_AND_YOU = re.compile(
    r"(?:\b(?:u|you|yours?|wbu|hbu|urs|right|ok(?:ay)?|no|eh|yeah|innit|huh)|^.{0,24})\s*\?+\W*$",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"^\W*(?:\w+ ){0,2}(?:if|unless)\b|\bif only\b|\b(?:imagine|imagining|pretend(?:ing)?"
    r"|suppos(?:e|ing|edly)|hypothetically|what if"
    r"|let's say|(?:in|had) (?:a|my|the) (?:dream|nightmare)|dream(?:ed|t)|had i|were i|once upon"
    r" a time"
    r"|in another (?:life|universe)|wish(?!\s+(?:me|us)\b)(?:es|ed)?)\b",
    re.IGNORECASE,
)
# They make what follows them in their clause unsure.
_UNSURE = re.compile(
    r"\b(?:if|unless|until i|when i (?:grow|retire|am|get|turn)|would|wouldn't|could|couldn't(?!"
    r" live)|might|may(?= (?:be|have|get|go|move|become|call|start))|maybe"
    r"|perhaps|should(?:n't)?|almost|nearly|want(?:ed|s)?(?: to)?|wanna|hop(?:e|ed|ing) (?:to|for"
    r"|i|we)"
    r"|(?:was|were) (?:going|supposed|meant) to|thinking (?:of|about)|thought (?:of|about)"
    r"|consider(?:ed|ing)?"
    r"|plan(?:ning)? (?:to|on) (?:buy|rent|get|mov|settl|becom)\w*|looking to (?:buy|rent|move)"
    r"|dreaming|planning on becoming|i'd(?! say)|i'll (?:be a|live|move|never)|we'd|he'd|she'd"
    r"|they'd"
    r"|could've|should've|would've|someday"
    r"|some day|one day|never said|pretend|feel like|felt like|as if|like to be|used to think"
    r"|trying to decide|not sure if|appl(?:y|ied|ying) (?:for|to|at)|interview(?:ed|ing) (?:at|for"
    r"|with)|waiting to hear (?:from|back)|auditioned for|if i get|got rejected (?:by|from)"
    r"|(?:don't|do not|doesn't) (?:think|know|believe|want|need)|no idea|i guess|sounds? like"
    r"|looks? like|feels? like|ought to|as well (?:be|have)|apparently|allegedly|rumou?r)\b",
    re.IGNORECASE,
)
_WISH_FOR_A_NAME = re.compile(
    r"\b(?:i'd|would) (?:like|love|prefer|rather)(?: to be)? (?:be )?called\b|\bcall me\b",
    re.IGNORECASE,
)
# What stands before a colon and is nobody who speaks.
_LABELS = (
    "name|nickname|age|birthday|bday|dob|born|birthplace|home|location|city|town|country|based"
    "|origin"
    "|nationality|job|work|occupation|profession|employer|studies|school|uni|degree|hobby|hobbies"
    "|likes?|loves?|dislikes?|hates?|fav\\w*|pets?|languages?|learning|speaks?|plays?|health|diet"
    "|allerg\\w*|diagnosis"
    "|status|relationship|plans?|reminder|todo|update|edit|ps|news|correction|fact|about me|btw|fyi"
)
# “Mum: Ann” names her, “Mum: I hate mornings” is what she said.
_KIN = "dogs?|cats?|kids?|wife|husband|partner|mum|mom|dad|brother|sister|sis|bro|son|daughter"
_REPORTS = re.compile(
    r"\b(?:he|she|they|it|who|someone|somebody|people|everyone|mum|mom|dad|teacher|friend|boss"
    r"|guy|girl|article|book|song|lyrics"
    r"|wikipedia|google|news|quiz|test|(?!(?:you|we)\b)[A-Z]\w+|sister|brother"
    r"|doctor)\s+(?:just |also |always "
    r"|once )?"
    r"(?:said|says|saying|sez|claims?|claimed|told|tells|thinks?|thought|goes|wrote|writes|sang"
    r"|sings|asks?|asked|texted|was like|were like|is like|believes?)\b"
    r"|\baccording to\b|\b(?:quote|lyrics?|quoting)\b|\bthe (?:song|poem|line|movie|book) (?:goes"
    r"|says|starts|is)\b|\bthe lyrics\b|\bas \w+ (?:sang|said|wrote)\b"
    rf"|^\W*(?:(?!(?:{_LABELS})\b|(?:{_KIN})\b(?!:\s*(?:i|i['’]m|my|we)\b))(?-i:[A-Z])\w+"
    rf"|the news|the (?:article|book"
    r"|teacher)|wikipedia|google|me irl|pov|nobody"
    r"|no one):\s",
    re.IGNORECASE,
)
_PLAYS = re.compile(
    r"\b(?:my|our|the|a|his|her|new) (?:\w+ )?(?:character|oc|sim|avatar|npc|persona|protagonist"
    r"|hero(?:ine)?|villain|paladin|rogue|wizard|elf|dwarf"
    r"|cleric|barbarian|druid|bard|warlock|sorcerer|ranger|monk)\b(?! (?:job|post|role|station)\b)"
    r"|\brole ?-?play|\brp\b|\bin"
    r" (?:the|this|that|my|a) (?:\w+ )?(?:game|book|novel|film|movie|show|story|play|series|comic"
    r"|campaign|song|anime|manga|video)\b"
    r"|\b(?:in|on) (?:minecraft|skyrim|(?:the )?sims|stardew(?: valley)?|animal crossing|gta|roblox"
    r"|zelda|pok[eé]mon|wow|ffxiv|d&d|dnd|fortnite|terraria|runescape|second life|vrchat"
    r"|my (?:world|server|save|island|run|playthrough))\b"
    r"|\bthe (?:guy|girl|man|woman|main character|hero) in\b"
    r"|\b(?:son|daughter|heir|king|queen|lord|lady|slayer|knight|guardian|keeper) of (?:the )?"
    r"(?-i:[A-Z])"
    r"|\bas your (?:captain|king|queen|lord|commander|master|general)\b"
    r"|\blet'?s play\b|\byou(?:'re| are) (?:now )?(?:the|an?|my) \w+(?: \w+)? and i(?:'m| am)\b"
    r"|\bi(?:'m| am) (?:the|an?) \w+ and you(?:'re| are)\b",
    re.IGNORECASE,
)
_JOKES = re.compile(
    r"(?:^|\s)/s\b|🙄|\bapparently\W*$|\bmy inner \w+ (?:is|wants|needs)\b"
    r"|\b(?:emotionally|mentally|spiritually|internally|inwardly|in dog years|in my heart),? "
    r"(?:i['’]?m|i am)\b|\bsaid (?:literally )?(?:no ?body|every\w*)\b|\bsucker for punishment\b"
    r"|\b(?:jk|j/k|just kidding|kidding|joking|as a joke|not really|lol not|said no"
    r" one|not lol|sarcasm"
    r"|yeah (?:sure|right)|sure jan|basically yoda|in a trench coat|identify as|phd in"
    r" (?:procrastination|nothing|being))\b"
    r"|\b(?:i'?m|i am|i) obviously\b|^\W*obviously\b"
    r"|\bmy (?:hobbies|skills|talents|interests) (?:include|are)\b.*\b(?:staring|crying"
    r"|overthinking|procrastinat\w+|complaining|existing|panicking|oversleeping|avoiding|losing"
    r"|doomscrolling)\b"
    r"|^\W*(?:oh (?:great|joy|yay|wow|how)|yay|wow,? i|what a joy|how wonderful|sure,? i|yeah,?"
    r" because|yeah because i|great,? (?:another|just)|just what i needed)\b"
    r"|\bi(?:'m| am) (?:like )?[\w-]+ (?:years old |yo )?(?:inside|at heart|in spirit"
    r"|in my head|mentally|emotionally|deep down)\b"
    r"|\b(?:ph\.?d|degree|masters?|diploma|doctorate|black belt|major(?:ed)?) in (?:sarcasm|life"
    r"|nothing|nonsense|bullshit|memes|chaos|vibes|sleep|naps?|the obvious|(?:over|doom|day|pro)?"
    r"(?:thinking|scrolling|dreaming|crastinating|crastination|sleeping|napping|complaining|being"
    r"|wasting|worrying|eating|losing|crying|panicking|googling)\b)"
    r"|\bbecause i (?:totally|really|just) (?:love|adore|enjoy)\b|\b(?:totally|just) (?:love"
    r"|adore)(?:s)? (?:being|waiting|getting|it when|when|paying|how|another)\b"
    r"|\blove (?:that|this) for (?:me|us)\b|\bi (?:just |so |really )?(?-i:LOVE|ADORE)\b"
    r"|\b(?:love|adore) (?:being|waiting|paying"
    r"|getting (?:ignored|yelled|up at)|it when|how no)\b",
    re.IGNORECASE,
)
# Instructions to the companion say nothing about the person.
_COMMANDS = re.compile(
    r"^\W*(?:(?:please|pls|ok|okay|now|hey|whisper|so|can you|could you|would you|will you"
    r"|i want you to|from now on)[\s,]+)*(?:"
    r"(?:call|name|rename) (?:yourself|urself)|(?:help me (?:to )?|you )?(?:write|draft|word)\b"
    r"|(?:act|behave|respond|speak|talk|answer|reply)"
    r" (?:as|like)"
    r"|be my\b|(?:write|draft|compose|generate|make up|invent) (?:me )?(?:an?|the|some|my)\b"
    r"|(?:tell|sing|read) (?:me |us )?(?:an?|some) (?:\w+ )?(?:joke|story|tale|poem|song|riddle)"
    r"|(?:translate|summari[sz]e|proofread|rewrite|rephrase|paraphrase|spell|define|repeat|say"
    r"|type(?! [12]\b)|echo)\b"
    r"|(?:correct|fix|finish|complete|continue) (?:this|that|my (?:sentence|text|essay)|the)\b"
    r"|(?:give|send|list|show|suggest|recommend) (?:me |us )?(?:an?|some|ten|five|the|\d+)\b"
    r"|(?:play|put on|skip|stop) (?:the|some|that)\b|how do (?:you|i) say"
    r"|remember that the\b|ignore (?:all|your|the|previous)\b)",
    re.IGNORECASE,
)
# Others' words that a colon announces: “from the email: …”, “[21:04] dave: …”, “bio: …”.
_ANNOUNCED = re.compile(
    # “From the novel: I was born in Cairo”
    r"^\W*from (?:the|a|an|this|his|her|their) [\w ]{2,30}:\s|^\W*(?:just )?overheard\b"
    r"|^\W*(?:heard|seen) (?:on|in) the [\w ]{2,20}:\s"
    r"|^\W*(?:hey |ok(?:ay)? )?(?:alexa|siri|google|cortana|bixby)\b\W+\w+|"
    r"^\W*\[?\d{1,2}[:.]\d{2}\]?\W{0,3}\w[\w ]{0,20}:\s"
    # “Some guy in chat: my name is Jeff”
    r"|^\W*(?:(?:some|a|this|that|the|my) )?(?:dude|guy|girl|man|woman|someone|somebody|lady|kid"
    r"|bloke|streamer|caller|user|rando|stranger|friend|mate)\b[^.:!?\n]{0,24}:\s"
    r"|\b(?:e-?mail|letter|texts?|form|leaflet|sign|ad|advert|post|tweet|message|bio|profile|status"
    r"|forwarded|fwd|copied|pasted|caption|transcript|script|narrator|line of [\w ]{1,20}|voicemail"
    r"|t-shirt|poster|mug|quote|headline|subtitle)\b[^.:!?\n]{0,24}:\s"
    r"|\b(?:sign|t-?shirt|poster|mug|sticker|label|ad|letter|e-?mail|form|voice|bot|horoscope|app"
    r"|site|page|it) (?:here )?(?:that )?(?:says?|said|reads|claims|tells|goes)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^\W*(?:(?:and|but|so|oh|well|btw|lol|yeah|also|because|then|today|apparently)[\s,]+)*"
    # “They made me foreman” is about who says it.
    r"(?!(?:he|she|they)(?:['’]?ve| have|['’]?s| has)? (?:just |finally )?(?:made|promoted|hired"
    r"|sacked|fired|diagnosed) (?:me|us)\b)"
    r"(?:he|she|they|it|his|her|their|its|you|your|u|ur|someone|somebody|everyone|everybody"
    r"|nobody|people|(?:some|this|that|the|a) (?:guy|girl|man|woman|dude|lady|kid|person))"
    r"(?:'s|'re|'ve|s)?\b",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:he|she|they|it|his|her|their|its)\b", re.IGNORECASE
)
# “Mum: you're a disgrace. Me: I'm an artist” is a scene.
_SPEAKERS = re.compile(r"(?:^|[.!?\n…]\s*)(?!(?:https?)\b)[^\W\d_]+:\s")
_SPEAKS_TOO = re.compile(r"(?:^|[.!?\n…]\s*)(?:me|myself|i):\s", re.IGNORECASE)
# Tags stand in documents and prompts, not in what people say of themselves.
_TAGS = re.compile(r"</?[a-z][\w-]*/?>", re.IGNORECASE)
# “My name is Bond, James Bond” is a film.
_FILM = re.compile(
    r"\b(?:prepare to die|you killed my father|shaken,? not stirred|be with you,? always"
    r"|i am your father|king of kings|the one who knocks|my precious)\b",
    re.IGNORECASE,
)
_REPEATED_NAME = re.compile(r"\bname(?:'s| is) (\w+), (?:\w+ \1|\1 \w+)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(
    r"\b(?:i|i'm|im|i've|ive|i'd|my|me|mine|we|we're|we've|our|us|myself|ich|je)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a message and what it can state.

    Args:
        start, end: its characters.
        silent: whether it states nothing, whatever stands in it.
        unsure_from: where a wish or guess begins, after which nothing is stated; `end` for none.
        others: whether it is about somebody whom it names by "he", "she", "they", "you".
    """

    text: str
    start: int
    end: int
    silent: bool
    unsure_from: int
    others: bool

    def states(self, place: int) -> bool:
        """Return whether something at a place is stated."""
        return not self.silent and place < self.unsure_from


# “Ex husband”
_EX = re.compile(
    r"(?<=\bex) (?=(?:husband|wife|boyfriend|girlfriend|partner|bf|gf)\b)", re.IGNORECASE
)


def plain(text: str) -> str:
    """Return a text with one space for each gap and without heaps of marks on a letter.

    What is longer than a message is cut; an empty line stays a break.
    """
    text = _HEAPS.sub("", text[:MOST_CHARACTERS])
    text = _GAP.sub(lambda gap: "\n" if "\n" in gap.group() else " ", text).strip()
    return _EX.sub("-", text)


def own_words(text: str) -> str:
    """Return a text with all that is not its author's own blotted out, character by character."""
    text = _ROLEPLAY.sub(lambda deed: _DEED + _blot(deed)[1:], _NOT_OWN.sub(_blot, text))
    return _QUOTED.sub(_blot_long, text)


def _blot(match: re.Match[str]) -> str:
    return "".join("\n" if letter == "\n" else "\0" for letter in match.group())


def _blot_long(match: re.Match[str]) -> str:
    inside = match[1] or match[2]
    speaks = _FIRST_PERSON.search(inside) or inside.rstrip().endswith((".", "!", "?", ","))
    short = len(inside.split()) <= _LONGEST_QUOTED_NAME and not speaks
    return match.group() if short and match[1] else _blot(match)


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text of one's own words."""
    found: list[Sentence] = []
    start = 0
    # “*draws sword* I am Kael”: who begins with a deed plays somebody.
    acts = text.lstrip().startswith(_DEED)
    plays = bool(_PLAYS.search(text))
    if len(_SPEAKERS.findall(text)) > 1 and _SPEAKS_TOO.search(text):
        return [_sentence(text, 0, plays=plays, acts=True)]
    for end, following in _ends(text):
        if text[start:end].strip(f"\0 \n{_DEED}"):
            found.append(_sentence(text[start:end], start, plays=plays, acts=acts))
        start = following
    return found


def _ends(text: str) -> list[tuple[int, int]]:
    ends = [
        (stop.start(), stop.end())
        for stop in _STOP.finditer(text)
        if not _SHORTENED.search(text[max(0, stop.start() - 8) : stop.start()])
    ]
    return [*ends, (len(text), len(text))]


def _sentence(words: str, start: int, *, plays: bool, acts: bool) -> Sentence:
    plain = words.replace("’", "'")
    end = start + len(words)
    others = bool(_OTHERS.match(plain))
    after_play = plays and bool(
        _PLAYS.search(plain) or _ANAPHOR.match(plain) or not _FIRST_PERSON.search(plain)
    )
    silent = (
        _is_question(plain)
        or acts
        or after_play
        or bool(_SUPPOSES.search(plain) or _REPORTS.search(plain))
        or bool(_JOKES.search(_WAS_A_JOKE.sub("", plain)))
        or bool(_COMMANDS.match(plain) or _ANNOUNCED.search(plain) or _FILM.search(plain))
        or bool(_TAGS.search(plain))
        or (bool(re.match(r"\W*for the roleplay|\W*rp:", plain, re.IGNORECASE)))
    )
    silent = silent or bool(_REPEATED_NAME.search(plain))
    unsure = None if _WISH_FOR_A_NAME.search(plain) else _UNSURE.search(plain)
    return Sentence(plain, start, end, silent, start + unsure.start() if unsure else end, others)


def _is_question(sentence: str) -> bool:
    if "?" not in sentence[-4:]:
        return bool(_ASKS_EVEN_SO.match(sentence)) and not sentence.rstrip().endswith("!")
    return bool(_ASKS.match(sentence)) or not _AND_YOU.search(sentence)
