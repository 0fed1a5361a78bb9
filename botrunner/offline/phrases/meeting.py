"""Meeting, parting, joking, and the small words between."""

from __future__ import annotations

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
TEASED = ("Harsh, but fair. 😄", "Guilty. 😄")
LEFT_OUT = (
    "Sorry. Ask me about it, and I'll look; if I didn't note it, tell me in a plain sentence.",
    "Then I may not have noted it, sorry. Tell me in a plain sentence, and I will.",
)
LUCK = ("Good luck!", "Fingers crossed!")
BYE_FOR_NOW = ("See you in a bit.", "Okay, until then.")
WELCOME_BACK = ("Welcome back{name}!", "Hello again{name}.")
GO_ON = ("Tell me!", "Go on.")
OWN_JOKE = ("I know, sorry. 😄", "Fair, I only know a few. 😄")
SHORT_ANSWERS = (
    "👍",
    "All right.",
    "Okay.",
)
SHORT_DENIALS = ("All right.", "Okay.", "Fine.")
