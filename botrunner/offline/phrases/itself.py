"""Replies about the companion: what it is, what it can do, and where people's words are kept."""

from __future__ import annotations

INNER_LIFE = (
    "No, I'm a program: between messages nothing happens in me.",
    "I'm a program. There's nobody in here who could.",
)
NEVER = ("I don't: I'm a program.", "Never, I'm a program.")
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
    "I'm a program, so there's little to report, but everything works. Thanks for asking.",
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
    "I don't repeat what others tell me in private.",
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
    "That takes a language model, and I have none. I remember what you tell me.",
)
CANT_ACT = (
    "I can't do that: all I can do is read what you write, answer here, and remind you.",
    "That's beyond me: I only read and write messages here.",
)
LISTS = (
    "I can't keep a list up to date. I keep what you write, and quote it when you ask for it.",
)
CANT_HELP = (
    "I can't help with {what} without a language model. I remember what you tell me and answer"
    " from it.",
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
WHAT_IF = (
    "I can't tell how it turns out. I hope it goes well.",
    "Nobody can say yet. I hope it doesn't come to that.",
)
SECRET = (
    "I don't repeat what you tell me in private. It's stored where I run, though, so whoever"
    " runs me could read it; /privacy shows your choices.",
)
CARE = (
    "I'm a program, so not the way a person does. But I remember what you tell me.",
    "Not as a person would, I'm a program. What you tell me is in good hands, though.",
)
NO_MODEL = (
    "I only know what people tell me. With a language model I could answer that.",
    "I can't answer that: I run without a language model and only know what people tell me.",
    "I don't know that one. I know what you tell me, and not much else.",
    "That's beyond me: without a language model I'd only be guessing.",
)
NOT_IN_IT = (
    "I'm a program that remembers what you tell it, so there's nothing I could say to that.",
    "I couldn't say: I'm a program, and all I have is what people tell me.",
)
ADVICE = (
    "I can't give advice without a language model. I can only tell you what you told me.",
    "That's beyond me without a language model, sorry. I keep to what you tell me.",
)
EMPTY = (
    "I'm here.",
    "Yes, I'm here.",
    "Here I am.",
)
COMMAND = (
    "That looks like a command, and it reached me as a message, so nothing was done. Commands work "
    "in Discord's own / menu and in the interactive terminal chat: /help shows them."
)
