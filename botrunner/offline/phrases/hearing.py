"""Replies to what people tell it: that it was noted, or a short human word."""

from __future__ import annotations

from profiles.models import Emotion

DONT_KEEP = ("Okay, I won't keep that.", "All right, that isn't kept.")
HEARD_FORGETFUL = ("All right.", "Okay.", "I've read it.", "Understood.", "Okay, understood.")
GENTLE = ("I hear you.", "I see.")
GLAD = ("Glad to hear it.", "Good to hear.", "That's good to hear.")
LOSS = ("I'm so sorry for your loss.", "I'm so sorry. That is a lot to carry.")
A_LOT = ("I hear you.", "I see.")
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
NOTED = (
    "I'll remember that.",
    "Noted, I'll remember that.",
    "I'll keep that in mind.",
)
NOTED_FORGETFUL = (
    "I can keep that in mind only for a few minutes; with /privacy you can let me remember it.",
)
REMIND_WHEN = (
    "When? Say it with a day or a time, such as “remind me tomorrow at 9 to …”, and I'll do it."
)
REMIND_ONCE = (
    "I can't repeat a reminder. Say it with one day or time, such as “remind me tomorrow at 9 to"
    " …”, and I'll remind you once."
)
HEARD = ("Okay.", "Got it.", "All right.", "Understood.")
# What somebody says about people may be dear or heavy to them: nothing brisk.
HEARD_OF_PEOPLE = ("I see.", "Okay.")
KEPT = (
    "Okay, I've kept that.",
    "Got it, that's kept.",
    "All right, I'll remember that.",
    "Okay, I'll keep that in mind.",
)
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
LONG = (
    "That was a lot, and I've kept all of it.",
    "All of that is kept.",
)
LONG_FORGETFUL = (
    "That was a lot. I can only have it in mind for a few minutes; /privacy changes that.",
    "I've read it. /privacy lets me hold on to it.",
)
