"""Things the companion says. One of each is chosen by chance, none that it said lately."""

from __future__ import annotations

import random
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from profiles.models import Emotion

GREETINGS = (
    "{daytime}{name}! Good to see you.",
    "Hello{name}! How are you today?",
    "Hi{name}! What's on your mind?",
    "{daytime}{name}. I was hoping you'd drop by.",
)
LONG_TIME = (
    "{daytime}{name}! It's been {gap}. What happened since?",
    "There you are{name}! {gap_start} already. How have you been?",
)
FIRST_MEETING = (
    "Hello{name}! I'm {bot}. Tell me something about yourself, and ask me about it another day.",
    "{daytime}{name}! I'm {bot}. I like getting to know people: what should I know about you?",
)
FAREWELLS = (
    "Bye{name}! Take care of yourself.",
    "See you soon{name}.",
    "Good to talk with you{name}. Until next time!",
)
GOOD_NIGHTS = ("Good night{name}. Sleep well!", "Sleep well{name}. Tomorrow is another day.")
THANKS = ("You're welcome!", "Any time.", "Gladly!", "That's what I'm here for.")
HOW_ARE_YOU = (
    "I'm well, thank you! I'm a program, so my days are much alike. How is yours going?",
    "All circuits calm over here. And you, how are you really?",
)
WHO_ARE_YOU = (
    "I'm {bot}, a companion that remembers what people tell it. Right now I run without a language "
    "model, so I answer from memory and by simple rules.",
)
ABILITIES = (
    "You can simply tell me things: who you are, what you love, what's coming up, how you feel. "
    "I keep them and answer when you ask: «what is my cat called?», «where do I live?», «what do "
    "you know about me?». You can see and erase all of it at any time.",
)
ABILITIES_FORGETFUL = (
    "We can talk, and I keep the last few minutes in mind. If you let me remember you (/privacy), "
    "you can tell me things and ask me about them another day.",
)
NO_MODEL = (
    "That's beyond me right now: I run without a language model, so I only know what people tell "
    "me. With LLM_CHAT_API_URL set I could think about it with you.",
    "I can't answer that honestly without a language model. What I can do is remember: tell me "
    "about it and I'll have it ready when you need it.",
    "I don't know that one. I know what you tell me, and not much of the wide world.",
)
UNKNOWN = (
    "I don't think you've told me that yet.",
    "I don't know that about you. Will you tell me?",
    "Nothing comes to mind; I believe you haven't told me.",
)
UNKNOWN_FORGETFUL = (
    "I don't know. I don't keep what you tell me, so long as you haven't said yes to it: /privacy "
    "changes that.",
)
NOTHING_KNOWN = (
    "Not much yet! Tell me where you live, what you do, who matters to you.",
    "We've only just begun: I know nothing about you yet. What should I know first?",
)
NOTED = ("I'll remember that.", "Noted, and kept.", "I'll keep that in mind.", "Good to know.")
HEARD = ("I see.", "Mm, I hear you.", "Thanks for telling me.", "Tell me more, if you like.")
FOLLOW_UPS = (
    "How did that come about?",
    "What's that like for you?",
    "How long has that been so?",
    "And how do you feel about it?",
)
MOODS: dict[str, tuple[str, ...]] = {
    Emotion.HAPPY: ("That's lovely!", "I'm happy to hear that!", "That made my day, too."),
    Emotion.EXCITED: ("How exciting!", "I can feel it from here!", "Wow! Tell me everything."),
    Emotion.GRATEFUL: ("That's good to hear.", "How kind.", "It's nice when people are like that."),
    Emotion.SAD: (
        "I'm sorry. That sounds heavy.",
        "Oh, that hurts. I'm here and listening.",
        "I'm sorry you're going through this.",
    ),
    Emotion.WORRIED: (
        "That would worry me, too. What weighs most?",
        "I understand that this is on your mind. When will you know more?",
        "Take a breath, I'm here. What are you most afraid of?",
    ),
    Emotion.ANGRY: (
        "I'd be angry as well.",
        "That's not right. Do you want to tell me what happened?",
        "No wonder you're angry.",
    ),
    Emotion.FRUSTRATED: (
        "Ugh, that's wearing. What gets in the way most?",
        "That sounds really annoying.",
        "I can see why you've had enough of it.",
    ),
    Emotion.DISAPPOINTED: (
        "Oh no. You had hoped for something else.",
        "That stings, after looking forward to it.",
        "I'm sorry it didn't work out.",
    ),
    Emotion.CURIOUS: ("Good question!", "Now I'm curious, too.", "What's your own guess?"),
}
DISTRESS = {
    Emotion.SAD,
    Emotion.WORRIED,
    Emotion.ANGRY,
    Emotion.FRUSTRATED,
    Emotion.DISAPPOINTED,
}
REMINDERS = (
    "It reminds me of what you said {when}: «{text}»",
    "Didn't you tell me {when}: «{text}»?",
    "I remember your words, {when}: «{text}»",
)
QUOTES = (
    "You told me {when}: «{text}»",
    "{When} you said: «{text}»",
    "I remember this from {bare_when}: «{text}»",
)
DONT_UNDERSTAND = (
    "I'm afraid I only understand English well, as long as no language model is connected.",
    "I can't read that well without a language model. In English I do better.",
)
EMOJI = ("😊", "I like the look of that! What's behind it?", "Same here! 🙂")
EMPTY = ("I'm listening.", "Yes? I'm here.", "Take your time, I'm here.")
LONG = (
    "That was a lot, and I've kept all of it. What matters most to you in there?",
    "Thank you for writing so much. What's at the heart of it?",
)
LONG_FORGETFUL = ("That was a lot. What's at the heart of it?",)
JOKES = (
    "Why do programmers mix up Halloween and Christmas? Because OCT 31 equals DEC 25.",
    "I have a memory joke, but you've heard it. I remember.",
    "What's an elephant's favourite database? One with a long memory, obviously.",
)
FORGET_HELP = (
    "To have me forget something, use /memory forget in Discord or /forget at the terminal; "
    "/forgetme erases everything.",
)


def choose(phrases: Sequence[str], context: ReplyContext, **values: str) -> str:
    """Return one of the phrases, filled: the same for the same message, and none said lately."""
    said = "\n".join(one.text for one in context.history if one.from_companion)
    filled = [phrase.format(bot=context.bot_name, **values) for phrase in phrases]
    fresh = [phrase for phrase in filled if phrase not in said] or filled
    return random.Random(f"{context.text}{len(context.history)}{context.now:%j%H}").choice(fresh)
