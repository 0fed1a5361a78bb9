"""Things the companion says. One of each is chosen by chance, none that it said lately.

Phrases for people who are not remembered promise no remembering: those end in `_FORGETFUL`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from botrunner.llm.base import ReplyContext
from profiles.models import Emotion

# Meeting and parting
GREETINGS = (
    "{daytime}{name}!",
    "Hello{name}!",
    "Hi{name}!",
    "{daytime}{name}. Good to see you.",
)
LONG_TIME = (
    "{daytime}{name}! It's been {gap}.",
    "There you are{name}! It's been {gap}.",
)
FIRST_MEETING = (
    "Hello{name}! I'm {bot}. Tell me things you'd like remembered – people, plans, what you like –"
    " and ask me about them later. /help shows more.",
    "{daytime}{name}! I'm {bot}. What you tell me I keep – people, plans, what you like – and you"
    " can ask me about it another day. /help shows more.",
)
INTRODUCTION = (
    "Tell me things you'd like remembered – people, plans, what you like – and ask me later, say"
    " “when is my exam?” or “what do you know about me?”. I have no language model yet, so I stick"
    " to what you tell me. /help shows more.",
)
INTRODUCTION_FORGETFUL = (
    "I'm {bot}. We can talk, and I have the last few minutes in mind; with /privacy you can let me"
    " remember what you tell me, and ask me about it another day.",
)
FIRST_MEETING_FORGETFUL = (
    "Hello{name}! I'm {bot}. I have the last few minutes in mind; /privacy lets me remember more.",
    "{daytime}{name}! I'm {bot}. With /privacy you can let me remember you.",
)
FAREWELLS = (
    "Bye{name}! Take care of yourself.",
    "See you soon{name}.",
    "It was good to talk with you{name}. Until next time!",
)
GOOD_NIGHTS = ("Good night{name}. Sleep well!", "Sleep well{name}. Tomorrow is another day.")
THANKS = ("You're welcome{name}!", "Any time.", "Gladly!", "My pleasure.")
SORRY_ACCEPTED = ("No harm done.", "It's all right, really.", "Don't worry about it.")
BIRTHDAY = (
    "Happy birthday{name}! 🎂",
    "Many happy returns{name}! 🎉",
)
INSULTED = (
    "I'm sorry that I'm annoying you.",
    "I'm sorry I'm not of more help.",
    "Fair enough: without a language model I keep to what you tell me. Sorry.",
)
UNSURE = (
    "That's all right.",
    "No need to know.",
)
NO_NEED = ("That's all right, you don't have to.", "Of course. You don't have to.")
CRITICISED = (
    "Sorry. I keep to simple rules, and sometimes I miss the point.",
    "Sorry about that. I do better with plain statements and questions about them.",
    "Fair. I only have simple rules to go by.",
)
PRAISE = ("That's kind of you, thank you!", "You're making me blush, as far as a program can.")

RIDDLE = ("I give up: what?", "No idea. Tell me!")
KNOCK_KNOCK = ("Who's there?",)
WHO = "{who} who?"
PUNCHLINE = ("Haha, I walked right into that one. 😄", "Haha, good one.")

# About itself
INNER_LIFE = (
    "No, I'm a program: between messages nothing happens in me.",
    "I'm a program. There's nobody in here who could.",
)
ONLY_A_MEMORY = (
    "I'm a program that keeps what you tell me and answers from it; there's no more to me than"
    " that.",
    "There isn't much to me: I'm a program that remembers what you tell it.",
)
SURE = (
    "As sure as I can be: I go by what you told me. If it's wrong, tell me how it is.",
    "I only go by what you told me. If something's wrong, tell me and I'll correct it.",
)
NOT_MY_PART = (
    "I don't play parts or take such orders: I keep what you tell me and answer from it.",
    "That's not something I do. I remember what you tell me and answer from it.",
)
HOW_ARE_YOU = (
    "I'm a program, so there's little to report, but all works. Thanks for asking.",
    "All well here, as far as a program can say.",
)
WHO_ARE_YOU = (
    "I'm {bot}, a program that remembers what you tell it. Right now I run without a language"
    " model, so I keep to that.",
    "My name is {bot}. I'm a program, not a person: I remember what people tell me and answer from"
    " it. I have no language model at the moment.",
)
MODEL_HELP = (
    "I'm running without a language model, so I answer from memory and by simple rules. To connect "
    "one, set LLM_CHAT_API_URL to any OpenAI-compatible server and start me again.",
)
ABILITIES = (
    "You can simply tell me things: who you are, what you love, what's coming up, how you feel. "
    "I keep them and answer when you ask: “what is my cat called?”, “where do I live?”, “what do "
    "you know about me?”. You can see and erase all of it at any time: /help shows how.",
)
ABILITIES_FORGETFUL = (
    "We can talk, and I have the last few minutes in mind. If you let me remember you (/privacy), "
    "you can tell me things and ask me about them another day.",
)
JOKES = (
    "Why do programmers mix up Halloween and Christmas? Because OCT 31 equals DEC 25.",
    "What's an elephant's favourite database? One with a long memory, obviously.",
    "I would tell you a joke about caching, but you've heard it before, haven't you?",
    "There are 10 kinds of people: those who read binary and those who don't.",
)
LAUGHS = (
    "😄",
    "Haha!",
    "😁",
)
MEMORY = (
    "I keep what you tell me until you have me forget it, and /help shows you how.",
    "What you tell me stays until you take it back; that's what I'm made for.",
)
FEELINGS = (
    "I'm a program and feel nothing myself.",
    "No, and I don't want to pretend: I'm a program.",
)
PRIVATE = (
    "What you tell me is stored in the database where I run; I don't sell it or tell it to others."
    " Whoever runs me could read it. /privacy shows your choices.",
)
EXPORT = ("/export gives you everything I keep about you, here at the terminal and in Discord.",)
REASSURE = (
    "I can't promise that, I'm a program. I do hope so, though.",
    "I wish I could know. I hope it gets easier.",
)
JUDGE = (
    "I'm a program and can't judge that. I'm sorry if it weighs on you.",
    "That isn't for a program to say. Somebody you trust may know better.",
)
TRUST = (
    "I keep what you tell me and don't repeat it to others. Whoever runs me could read it, though,"
    " so don't give me passwords.",
)
CHANGES = (
    "What you tell me last counts, and what it replaces I keep as past. If I got something wrong,"
    " tell me how it is.",
)
LEARNS = (
    "Only from what you tell me: I keep it and answer from it.",
    "I remember what you tell me, and that's all the learning I do.",
)
NO_BODY = ("I'm a program, so neither.", "None of that: I'm a program.")
STOPPED = (
    "I'm a program: if I'm stopped, nothing happens in me, and what you told me stays stored."
    " Whoever set me up can stop me.",
)
STAYS = (
    "As long as somebody keeps me running, yes. What you told me stays.",
    "Yes, as long as I'm kept running.",
)
OTHER_PEOPLE = (
    "What others tell me alone, I don't repeat.",
    "That's theirs to tell. I answer you from what you told me.",
)
NO_SECRETS = (
    "I have none of my own, and I don't tell other people's.",
    "I'd be a poor keeper of them if I did.",
)
CANT_SEE = (
    "I can't see or guess that: I only know what you write to me.",
    "No idea: I only read what you write.",
)
LANGUAGES = (
    "I understand English best. What you write in other languages I keep as it is, and with a"
    " language model I could answer in them.",
)
MAKERS = ("People wrote me, line by line. I'm a program that anybody can read and change.",)
PLAIN_LIFE = (
    "I'm a program and live on the computer that runs me.",
    "I'm a program, so there's little to tell.",
)
NO_TASTE = (
    "I'm a program and have no taste of my own.",
    "I couldn't say: I'm a program and never tried.",
)
CANT_DO = (
    "I can't do that without a language model. I remember what you tell me and answer from it.",
    "That takes a language model, and none is connected (LLM_CHAT_API_URL).",
)
CANT_HELP = (
    "I can't help with {what} without a language model. I remember what you tell me and answer"
    " from it; LLM_CHAT_API_URL connects a model.",
)
SUGGESTIONS = (
    "Tell me about something you'd like remembered, and I'll keep it.",
    "I can tell you what I know of you: ask “what do you know about me?”.",
)
ASK_AWAY = ("Ask away!", "Go ahead, I'm all ears.")
UNCLEAR = (
    "Sorry, I keep to simple rules and may have missed your point. Could you say it another way?",
    "I was unclear, sorry. I only go by what you tell me.",
)
CURIOUS = (
    "I can't give reasons without a language model.",
    "I don't know why, sorry.",
)
FORGET_HELP = (
    "Nothing is deleted yet. /memory forget in Discord, or /forget at the terminal, has me forget"
    " something; /forgetme erases everything.",
)
CLOCK = ("It's {time}.", "My clock says {time}.")
CALENDAR = ("Today is {date}.", "It's {date} today.")

# What it knows
QUOTES = ("You told me {when}: “{text}”",)
NEAREST = (
    "I'm not sure, but the nearest I have: {said}",
    "Not sure, but this comes nearest: {said}",
)
UNKNOWN = (
    "I can't find that in what you've told me.",
    "I don't have that, as far as I can find.",
    "I find nothing about that in what you've told me.",
)
UNREAD = (
    "I can't find it. Without a language model I keep what you write in other languages as it is,"
    " but can't look it up well.",
)
ONLY_KNOWN = ("I can't find that in what you've told me. What I know: {said}",)
UNKNOWN_FORGETFUL = (
    "You haven't told me in the last few minutes, and I don't keep anything longer, so long as you "
    "haven't said yes to it: /privacy changes that.",
    "You haven't told me in the last few minutes, and I can't look further back.",
    "I don't know. I only have the last few minutes in mind; with /privacy you can change that.",
)
NOTHING_KNOWN = (
    "Nothing yet. Tell me where you live, what you do, who matters to you.",
    "I know nothing about you yet: you haven't told me anything I could note.",
)
NO_MOODS = (
    "I have no moods of yours on record that I could tell here.",
    "I noticed no moods lately that I could tell you of here.",
)
NO_TALK = ("We haven't talked about anything yet.",)
NO_PLANS = (
    "You haven't told me of any plans for then.",
    "I know of no plans: you haven't told me any.",
)
NO_NEWS = ("You haven't told me anything new this week.",)
# Where others read, too: something may have been told elsewhere that isn't repeated here.
WHERE_OTHERS_READ: Mapping[Sequence[str], Sequence[str]] = {
    UNKNOWN: (
        "You haven't told me that here.",
        "I can't tell you anything about that here.",
    ),
    ONLY_KNOWN: ("You haven't told me that here. What I know: {said}",),
    NOTHING_KNOWN: ("I know nothing about you that I could tell here.",),
    NO_PLANS: ("You haven't told me here of any plans for then.",),
    NO_NEWS: ("You haven't told me anything new here this week.",),
}
DONT_KEEP = ("Okay, I won't keep that.", "All right, that isn't kept.")
HEARD_FORGETFUL = ("All right.", "Okay.", "I've read it.", "Understood.", "Okay, understood.")
GENTLE = ("I hear you.", "I'm here.", "I'm listening.", "I see.", "All right.", "Yes.")
GLAD = ("Glad to hear it.", "Good to hear.", "That's good to hear.")
LOSS = ("I'm so sorry for your loss.", "I'm so sorry. That is a lot to carry.")
A_LOT = ("I hear you.", "I see.")
TEASED = ("Harsh, but fair. 😄", "Guilty. 😄")
RESTING = ("I hope you get some rest.", "Get some rest, then.")
HURT = ("Ouch. I hope it heals soon.", "Ouch, I hope it gets better soon.")
HARD = ("I'm sorry, that sounds hard.", "I'm sorry to hear that.", "That sounds rough, I'm sorry.")
NOT_MOVED = (
    "I'm not sure what has moved. If it's this: {plan} – tell me “actually the {what} is on …” with"
    " the new day, and I'll move it.",
)
NOT_SO = (
    "Sorry, then I got it wrong. Tell me how it is, and I'll correct it; /help shows how to have"
    " me forget something.",
)
DRAINED = ("That sounds exhausting.", "That sounds like a lot.")
UNFAIR = ("It can be hard. I'm sorry.", "I wish I could say. I'm sorry it's hard.")
ROUGH = ("Rough day, huh.", "That sounds like a day.")
ANNOYED = ("That sounds annoying.", "Ugh, that's annoying.", "That sounds frustrating.")
WORRIED = ("I hope it turns out well.", "I hope it goes better than you fear.")
TIRED = ("I hope you get some rest.", "Get some rest, if you can.")
WHAT_IF = (
    "I can't tell how it turns out. I hope it goes well.",
    "Nobody can say yet. I hope it doesn't come to that.",
)
LUCK = ("Good luck!", "Fingers crossed!")
BYE_FOR_NOW = ("See you in a bit.", "Okay, until then.")
WELCOME_BACK = ("Welcome back{name}!", "Hello again{name}.")
GO_ON = ("Tell me!", "Go on.")
ONLY_WHAT_IS_TOLD = (
    "I only know what people tell me, so there's nothing new in me for you. Ask me about something"
    " you told me.",
)
SECRET = (
    "I don't repeat to others what you tell me alone. It's stored where I run, though, so whoever"
    " runs me could read it; /privacy shows your choices.",
)
CARE = (
    "I'm a program, so not the way a person does. But I remember what you tell me.",
    "Not as a person would, I'm a program. What you tell me is in good hands, though.",
)
OWN_JOKE = ("I know, sorry. 😄", "Fair, I only know a few. 😄")
NO_MODEL = (
    "I only know what people tell me. With a language model (LLM_CHAT_API_URL) I could answer"
    " that.",
    "I can't answer that: I run without a language model and only know what people tell me.",
    "I don't know that one. I know what you tell me, and not much else.",
    "That's beyond me: without a language model I'd only be guessing.",
)
NOT_IN_IT = (
    "I'm a program that remembers what you tell it, so there's nothing I could say to that.",
    "I couldn't say: I'm a program, and all I have is what people tell me.",
)
VAGUE = (
    "I'm not sure what to look for. Ask it with another word or two, and I'll look.",
    "I can't tell what you're after. Could you ask it in other words?",
)
WHICH_ONE = (
    "I'm not sure whom or what you mean. Could you ask it with the name?",
    "I can't tell what that refers to. Ask it in full, and I'll look.",
)
ADVICE = (
    "I can't give advice without a language model. I can only tell you what you told me.",
    "That's beyond me without a language model, sorry. I keep to what you tell me.",
)

# Listening
NOTED = (
    "I'll remember that.",
    "Noted, I'll remember that.",
    "I'll keep that in mind.",
)
NOTED_FORGETFUL = (
    "I can keep that in mind for a few minutes only; with /privacy you can let me remember it.",
)
REMIND_WHEN = "When? I can remind you if you name a day or a time, such as “tomorrow at 9”."
HEARD = ("Okay.", "Got it.", "All right.", "Understood.")
KEPT = (
    "Okay, I've kept that.",
    "Got it, that's kept.",
    "All right, I'll remember that.",
    "Okay, I'll keep that in mind.",
)
SHORT_ANSWERS = (
    "👍",
    "All right.",
    "Okay.",
)
SHORT_DENIALS = ("All right.", "Okay.", "Fine.")
GOOD_NEWS = (
    "Congratulations!",
    "Well done, that's great news!",
    "That's great news!",
)
BAD_NEWS = (
    "I'm sorry to hear that.",
    "I'm sorry, that sounds hard.",
    "Oh no, I'm sorry.",
)
DISTRESS = {emotion for emotion in Emotion if emotion.traits.weight}
SELF_REPROACH = (
    "That's a hard thing to feel about yourself, and I'm glad you said it.",
    "I'm sorry it feels like that. You deserve kindness, from yourself, too.",
)
EMOJI = ("😊", "🙂", "😄")
PLAIN_EMOJI = ("👍", "🙂")
SAD_EMOJI = ("I'm sorry. 😔", "Sorry it's like that.")
EMPTY = (
    "I'm here.",
    "Yes, I'm here.",
    "Here I am.",
)
LONG = (
    "That was a lot, and I've kept all of it.",
    "All of that is kept.",
)
LONG_FORGETFUL = (
    "That was a lot. I can only have it in mind for a few minutes; /privacy changes that.",
    "I've read it. /privacy lets me hold on to it.",
)


COMMAND = (
    "That looks like a command, and it reached me as a message, so nothing was done. Commands work "
    "in Discord's own / menu and in the interactive terminal chat: /help shows them."
)


def choose(phrases: Sequence[str], context: ReplyContext, **values: str) -> str:
    """Return one of the phrases, filled: the same for the same message, and none said lately."""
    said = "\n".join(one.text for one in context.history if one.from_companion)
    if context.scope is not None and not context.scope.is_alone:
        phrases = WHERE_OTHERS_READ.get(phrases, phrases)
    filled = [phrase.format(bot=context.bot_name, **values) for phrase in phrases]
    fresh = [phrase for phrase in filled if phrase not in said] or filled
    return random.Random(f"{context.text}{len(context.history)}{context.now:%j%H}").choice(fresh)
