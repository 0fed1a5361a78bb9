"""Things the companion says. One of each is chosen by chance, none that it said lately.

Phrases for people who are not remembered promise no remembering: those end in `_FORGETFUL`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from profiles.models import Emotion

# Meeting and parting
GREETINGS = (
    "{daytime}{name}! Good to see you.",
    "Hello{name}! How are you today?",
    "Hi{name}! What's on your mind?",
    "{daytime}{name}. What's new with you?",
)
LONG_TIME = (
    "{daytime}{name}! It's been {gap}. How have you been?",
    "There you are{name}! It's been {gap}. What happened since?",
)
FIRST_MEETING = (
    "Hello{name}! I'm {bot}. Tell me something about yourself, and ask me about it another day.",
    "{daytime}{name}! I'm {bot}. I like getting to know people: what should I know about you?",
)
FIRST_MEETING_FORGETFUL = (
    "Hello{name}! I'm {bot}. What's on your mind?",
    "{daytime}{name}! I'm {bot}. How is your day going?",
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
    "Happy birthday{name}! 🎂 How are you celebrating?",
    "Many happy returns{name}! 🎉 What would make this a good day?",
)
INSULTED = (
    "I'm sorry I'm not of more help. What did you hope for?",
    "Fair enough, without a language model I'm a simple soul. What would help you?",
)
UNSURE = ("That's all right.", "No need to know.", "Fine, we can talk of anything.")
PRAISE = ("That's kind of you, thank you!", "You're making me blush, as far as a program can.")

# About itself
HOW_ARE_YOU = (
    "I'm well, thank you! I'm a program, so my days are much alike. How is yours going?",
    "All calm over here. And you, how are you really?",
)
WHO_ARE_YOU = (
    "I'm {bot}, a companion: a program, not a person. Right now I run without a language model, so "
    "I answer from what I've been told and by simple rules.",
    "My name is {bot}. I'm a program that listens and remembers those who want it. I have no "
    "language model at the moment, so I keep to simple things.",
)
MODEL_HELP = (
    "I'm running without a language model, so I answer from memory and by simple rules. To connect "
    "one, set LLM_CHAT_API_URL to any OpenAI-compatible server and start me again.",
)
ABILITIES = (
    "You can simply tell me things: who you are, what you love, what's coming up, how you feel. "
    "I keep them and answer when you ask: «what is my cat called?», «where do I live?», «what do "
    "you know about me?». You can see and erase all of it at any time: /help shows how.",
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
LAUGHS = ("😄", "Glad that made you laugh!", "Haha! What's so funny?")
MEMORY = (
    "I keep what you tell me until you have me forget it, and /help shows you how.",
    "What you tell me stays until you take it back; that's what I'm made for.",
)
FEELINGS = (
    "I'm a program, I feel nothing myself. But I do listen. How do you feel?",
    "No, and I don't want to pretend. Your feelings are the real ones here.",
)
MAKERS = ("People wrote me, line by line. I'm a program that anybody can read and change.",)
PLAIN_LIFE = (
    "I live on the computer that runs me, which makes for a quiet life. And you?",
    "I'm a program, so there's little to tell. I'd rather hear about you!",
)
NO_TASTE = (
    "I'm a program and have no taste of my own. What about you?",
    "I couldn't say, I never tried. But tell me, do you?",
)
CANT_DO = (
    "I can't do that without a language model, sorry. I can listen, and answer from what you tell "
    "me.",
    "That takes a language model, and none is connected (LLM_CHAT_API_URL). Shall we talk instead?",
)
SUGGESTIONS = (
    "What was the best moment of your week?",
    "Tell me about somebody you like, and why.",
    "If tomorrow was yours alone, what would you do with it?",
    "What's a small thing that made you smile lately?",
)
ASK_AWAY = ("Ask away!", "Go ahead, I'm all ears.")
UNCLEAR = (
    "Sorry, I keep to simple rules and may have missed your point. Could you say it another way?",
    "I was unclear, sorry. What would you like to talk about?",
)
CURIOUS = ("I was just curious.", "No special reason, I like to hear about you.")
FORGET_HELP = (
    "To have me forget something, use /memory forget in Discord or /forget at the terminal; "
    "/forgetme erases everything.",
)
CLOCK = ("It's {time}.", "My clock says {time}.")
CALENDAR = ("Today is {date}.", "It's {date} today.")

# What it knows
TOLD = ("{fact} You told me {when}.", "{When} you told me: {lower}", "You told me {when}: {lower}")
FORMER = (
    "What was before I can't look up here, I only have what's true now: {lower}",
    "I only have the latest at hand: {lower} Of what came before I can't say more.",
)
FORMER_UNKNOWN = (
    "I only have what's true now at hand, and of what came before I can't say anything for sure.",
)
QUOTES = (
    "You told me {when}: «{text}»",
    "{When} you said: «{text}»",
    "I remember this from {from_when}: «{text}»",
)
REMINDERS = (
    "It reminds me of what you said {when}: «{text}»",
    "Didn't you tell me {when}: «{text}»?",
    "That makes me think of {from_when}, when you said: «{text}»",
)
UNKNOWN = (
    "I don't think you've told me that yet.",
    "I don't know that about you. Will you tell me?",
    "Nothing comes to mind; I believe you haven't told me.",
)
UNKNOWN_FORGETFUL = (
    "You haven't told me in the last few minutes, and I don't keep anything longer, so long as you "
    "haven't said yes to it: /privacy changes that.",
    "You haven't told me in the last few minutes, and I can't look further back.",
    "I don't know. I only have the last few minutes in mind; with /privacy you can change that.",
)
NOTHING_KNOWN = (
    "Not much yet! Tell me where you live, what you do, who matters to you.",
    "We've only just begun: I know nothing about you yet. What should I know first?",
)
ALL_KNOWN = ("This is what I know about you:", "Let me see. From what you've told me:")
NO_MODEL = (
    "That's beyond me right now: I run without a language model, so I only know what people tell "
    "me. With LLM_CHAT_API_URL set I could think about it with you.",
    "I can't answer that honestly, I know nothing of the wide world. What makes you ask?",
    "I don't know that one. I know what you tell me, and not much else.",
    "I'd only be guessing, and I'd rather not. What do you think yourself?",
)
ADVICE = (
    "I can't weigh that for you without a language model. What speaks for it, and what against?",
    "What would you tell a friend who asked you that?",
    "That's yours to decide, but I'm glad to listen. What does your gut say?",
)
REASONS = (
    "I can't tell from here. What do you think it is?",
    "I wish I knew. When did it start?",
    "I don't know, but I'd like to understand. What was it like before?",
)

# Listening
NOTED = ("I'll remember that.", "I'll keep that in mind.", "Noted, and kept.")
NOTED_FORGETFUL = (
    "I can only hold on to it for a few minutes; with /privacy you can let me remember for longer.",
)
PLANS = ("I hope it goes well!", "Are you looking forward to it?", "How do you feel about it?")
ALREADY_KNOWN = ("Yes, I remember: {lower}", "I know! {fact}", "You told me before: {lower}")
CORRECTED = (
    "I had that differently («{old}»); now I know better.",
    "I'll change that: I had «{old}».",
)
HEARD = (
    "I see.",
    "Mm, I hear you.",
    "Thanks for telling me.",
    "Go on, I'm listening.",
    "I'm with you.",
)
SHORT_ANSWERS = ("All right.", "Okay! Tell me more, if you like.", "Mm-hm.", "Good.")
ASKED_BACK = ("I'm glad to hear it!", "Good! What made your day so far?")
FOLLOW_UPS = (
    "How did that come about?",
    "What's that like for you?",
    "And how do you feel about it?",
    "What happens next?",
    "Tell me more about it.",
)
CARING_FOLLOW_UPS = (
    "Do you want to tell me more?",
    "What would do you good right now?",
    "How long has it been like this?",
    "Is there somebody with you?",
)
GOOD_NEWS = ("Congratulations!", "Well done, that's great news!", "Wonderful! You can be proud.")
BAD_NEWS = ("Oh no, I'm sorry.", "That sounds hard.", "I'm sorry to hear that.")
# What is said to a good or a bad mood; the others need no word.
MOODS: dict[str, tuple[str, ...]] = {
    emotion: emotion.traits.phrases for emotion in Emotion if emotion.sign
}
DISTRESS = {emotion for emotion in Emotion if emotion.traits.weight}
SELF_REPROACH = (
    "That's a hard thing to feel about yourself, and I'm glad you said it. What happened?",
    "I'm sorry it feels like that. You deserve kindness, from yourself, too. What brought it on?",
    "That sounds lonely. I'm here, and you can tell me all of it.",
)
DONT_UNDERSTAND = (
    "I'm afraid I only understand English well, as long as no language model is connected.",
    "I can't read that well without a language model. In English I do better.",
)
EMOJI = ("😊", "I like the look of that! What's behind it?", "🙂 What's up?")
EMPTY = ("I'm listening.", "Yes? I'm here.", "Take your time, I'm here.")
LONG = (
    "That was a lot, and I've kept all of it. What matters most to you in there?",
    "Thank you for writing so much. What's at the heart of it?",
)
LONG_FORGETFUL = (
    "That was a lot. What's at the heart of it?",
    "Thank you for writing so much. What matters most to you in there?",
)


COMMAND = (
    "That looks like a command, and it reached me as a message, so nothing was done. Commands work "
    "in Discord's own / menu and in the interactive terminal chat: /help shows them."
)


def choose(phrases: Sequence[str], context: ReplyContext, **values: str) -> str:
    """Return one of the phrases, filled: the same for the same message, and none said lately."""
    said = "\n".join(one.text for one in context.history if one.from_companion)
    filled = [phrase.format(bot=context.bot_name, **values) for phrase in phrases]
    fresh = [phrase for phrase in filled if phrase not in said] or filled
    return random.Random(f"{context.text}{len(context.history)}{context.now:%j%H}").choice(fresh)
