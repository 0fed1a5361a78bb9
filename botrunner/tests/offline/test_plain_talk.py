"""Ordinary talk of people who test, tease, grieve and think aloud gets a reply that fits."""

from __future__ import annotations

import pytest

from botrunner.offline.asked import is_question
from botrunner.offline.phrases import hearing, itself, meeting
from botrunner.offline.spelling import spelled
from botrunner.tests.offline.test_offline import dialogue, reply_to, said_before, talk
from profiles.models import Emotion


def fits(reply, phrases_that_fit):
    return reply in {one.format(name=", Ann", bot="Whisper") for one in phrases_that_fit}


@pytest.mark.parametrize(
    ("said", "phrases_that_fit"),
    [
        ("Hello. Is this thing on?", itself.EMPTY),
        ("do you sell my data", itself.PRIVATE),
        ("where are my messages stored", itself.PRIVATE),
        ("can I trust you?", itself.TRUST),
        ("can you learn?", itself.LEARNS),
        ("are you a girl or what", itself.NO_BODY),
        ("who's your creator", itself.MAKERS),
        ("how do I turn you off", itself.STOPPED),
        ("tell me a secret", itself.NO_SECRETS),
        ("what am i thinking right now", itself.CANT_SEE),
        ("do you speak german", itself.LANGUAGES),
        ("what can you actually do", itself.ABILITIES),
        ("but what if i fail", itself.WHAT_IF),
        ("do they?", itself.SURE),
        ("turn off the lights", itself.CANT_DO),
        ("spell chrysanthemum", itself.CANT_DO),
        ("say hello in italian", itself.CANT_DO),
        ("what is stored about me?", itself.PRIVATE),
        ("can my boss read this?", itself.PRIVATE),
        ("can I download my data", itself.EXPORT),
        ("tell me it'll be okay", itself.REASSURE),
        ("what happens if I change my mind?", itself.CHANGES),
        ("how do you store facts", itself.LEARNS),
        ("tell me something I haven't heard", itself.SUGGESTIONS),
        ("you got a husband?", itself.PLAIN_LIFE),
        ("are you married", itself.NO_BODY),
        ("like what do you want from me", hearing.A_LOT),
        ("that's correct", meeting.SHORT_ANSWERS),
        ("You won't tell anyone, will you", itself.SECRET),
        ("am i a bad person?", itself.JUDGE),
        ("you're basically a notepad", itself.ONLY_A_MEMORY),
        ("thats not helpful", meeting.CRITICISED),
        ("ur no fun", meeting.CRITICISED),
        ("how rude", meeting.CRITICISED),
        ("you keep saying that", meeting.CRITICISED),
        ("stop saying okay", meeting.CRITICISED),
        ("is that all you can say?", meeting.CRITICISED),
        ("wow thanks for nothing", meeting.CRITICISED),
        ("get it? lol", meeting.PUNCHLINE),
        ("guess who i saw today", meeting.GO_ON),
        ("can you book a table for me", itself.CANT_ACT),
        ("know any jokes", meeting.JOKES),
        ("you're a stupid piece of junk", meeting.INSULTED),
        ("you are very intelligent robot, congratulations", meeting.PRAISE),
        ("i should sleep", meeting.GOOD_NIGHTS),
        ("k gn", meeting.GOOD_NIGHTS),
        ("I find I'm rather tired now.", hearing.TIRED),
        ("no", meeting.SHORT_DENIALS),
        ("ok", meeting.SHORT_ANSWERS),
    ],
)
def test_what_is_said_to_a_program_is_answered_in_kind(said, phrases_that_fit):
    assert fits(reply_to(talk(said, emotion=Emotion.NEUTRAL)), phrases_that_fit)


@pytest.mark.parametrize(
    "said",
    [
        "book club tonight",
        "check engine light is on again",
        "my mum will help with the move",
        "my instagram got hacked",
        "he made a joke about my hair",
        "she used to be my best friend",
        "my sister can't keep a secret",
        "turn 30 next week",
    ],
)
def test_what_is_told_of_oneself_is_no_order_to_a_program(said):
    lists = (value for value in vars(itself).values() if isinstance(value, tuple))
    answers = {one for phrases in (*lists, meeting.JOKES) for one in phrases}
    reply = reply_to(talk(said, emotion=Emotion.NEUTRAL))
    assert reply not in answers
    assert "language model" not in reply


def test_a_greeting_may_begin_with_an_interjection():
    assert reply_to(talk("omg hiii")).rstrip("!").endswith(("Ann", "Good to see you."))


@pytest.mark.parametrize(
    "said",
    [
        "you said I had no cat",
        "no i dont",
        "I didn't say he was nice",
        "i might stay home, maybe",
        "I suppose so, for the cat",
    ],
)
def test_what_is_only_thought_aloud_is_not_promised_to_be_kept(said):
    assert reply_to(talk(said, emotion=Emotion.NEUTRAL)) not in hearing.KEPT


@pytest.mark.parametrize(
    "said",
    [
        "everyone keeps saying he's in a better place",
        "Let me guess, you're here to help me.",
        "that is not what my mum wanted",
    ],
)
def test_a_cheerful_mood_that_is_doubtful_gets_no_cheerful_word(said):
    assert reply_to(talk(said, emotion=Emotion.HAPPY, certainty=0.9)) not in hearing.GLAD


@pytest.mark.parametrize("said", ["stop that now please", "the bus was late because of the snow"])
def test_an_order_or_a_remark_on_others_is_no_feeling_of_the_persons(said):
    reply = reply_to(talk(said, emotion=Emotion.ANGRY, certainty=0.9))
    assert reply not in hearing.A_LOT


def test_after_a_loss_nothing_brisk_is_said_for_a_while():
    _, coat, angry = dialogue(
        "my dad died on tuesday", "he had this old green coat", "i'm so angry at everyone"
    )
    assert coat in hearing.GENTLE
    assert angry in hearing.GENTLE
    assert coat != angry


@pytest.mark.parametrize(
    "said", ["It's quiet since Harold went", "my last pregnancy ended in the tenth week"]
)
def test_a_loss_told_in_passing_is_met(said):
    assert reply_to(talk(said)) in hearing.LOSS


def test_what_may_be_sad_is_not_said_to_be_kept():
    reply = reply_to(talk("I haven't told the children", emotion=Emotion.WORRIED, certainty=0.3))
    assert reply in hearing.A_LOT


def test_what_has_moved_is_not_asked_of_a_task():
    known = ["remind me to send the invoice on Friday"]
    reply = reply_to(talk("Deadline moved from the 12th to the 19th"), known)
    assert "invoice" not in reply


def test_what_was_done_on_a_day_was_on_the_one_before():
    recalled = [said_before("I planted garlic on Sunday")]
    reply = reply_to(talk("When did I plant the garlic?", recalled=recalled))
    assert "27 April" in reply


def test_who_passed_a_test_is_not_mourned():
    assert reply_to(talk("she's unbearable since she passed her test")) not in hearing.LOSS


def test_what_was_talked_about_is_the_last_thing_told():
    replies = dialogue("my car needs new tyres", "what did we talk about")
    assert replies[1] == "You had just told me: “my car needs new tyres”"


def test_dying_of_joy_is_not_mourned():
    assert reply_to(talk("he smiled at me today im dying")) not in hearing.LOSS


def test_advice_that_others_give_is_not_asked_for():
    reply = reply_to(talk("My aunt keeps giving me advice I didn't ask for"))
    assert reply not in itself.ADVICE


def test_a_knock_knock_joke_is_played_to_its_end():
    assert dialogue("Knock knock", "lettuce")[:2] == ["Who's there?", "Lettuce who?"]
    assert dialogue("Knock knock", "lettuce", "lettuce in!")[2] in meeting.PUNCHLINE


def test_who_bets_that_nothing_is_known_is_answered():
    said = "i bet you can't even remember my name"
    assert "Anna" in reply_to(talk(said), ["My name is Anna"])


def test_by_what_others_call_somebody_is_asked_for_the_nickname():
    told = ["my name is Oluwaseun but everyone calls me Shay"]
    assert "Shay" in reply_to(talk("what do people call me"), told)


def test_a_habit_of_forgetting_is_no_question():
    reply = reply_to(talk("I keep forgetting where I put my reading glasses"))
    assert reply in hearing.KEPT + hearing.HEARD


def test_a_plan_that_is_cancelled_is_said_to_be_off():
    reply = reply_to(talk("cancel my dentist appointment"), ["dentist appointment on 23 May"])
    assert reply == "Noted: your dentist appointment is off."


@pytest.mark.parametrize(
    ("said", "phrases_that_fit"),
    [
        ("hi, can I just vent", itself.ASK_AWAY),
        ("will you still be here tomorrow", itself.STAYS),
        ("what did the last user tell you", itself.OTHER_PEOPLE),
        ("Don't tell Declan", itself.SECRET),
        ("I don't really want to talk about it", meeting.NO_NEED),
        ("Do you think I'm a bad mother", itself.JUDGE),
        ("is it normal to feel jealous", itself.JUDGE),
        ("How is data stored here?", itself.PRIVATE),
        ("you speak turkish?", itself.LANGUAGES),
        ("do u even game", itself.NO_TASTE),
        ("do u have a crush", itself.NOT_IN_IT),
        ("I don't want you to remember what I said about the bike", itself.FORGET_HELP),
        ("i burnt my hand on the stove", hearing.HURT),
        ("Do you know what grief is", itself.NO_MODEL),
        ("wanna hear a joke", meeting.GO_ON),
        ("any wisdom for me", itself.ADVICE),
        ("is there anything I can do", itself.ADVICE),
        ("am i being paranoid", itself.ADVICE),
        ("so can you actualy remember stuff or is that just marketing", itself.MEMORY),
        ("PASSED MY THEORY!!!! 47 out of 50", hearing.GOOD_NEWS),
        ("Astrid had a scan. It is a girl!", hearing.GOOD_NEWS),
        ("It would have been our fortieth anniversary today.", hearing.LOSS),
        ("Please remind me to take my tablets every morning.", (hearing.REMIND_ONCE,)),
        ("is it disloyal to her, do you suppose?", itself.ADVICE),
        ("goodnightttt", meeting.GOOD_NIGHTS),
    ],
)
def test_more_that_is_said_to_a_program_is_answered_in_kind(said, phrases_that_fit):
    assert fits(reply_to(talk(said, emotion=Emotion.NEUTRAL)), phrases_that_fit)


@pytest.mark.parametrize("said", ["exit", "my colleagues are nice but they all have families"])
def test_a_cheerful_mood_without_its_words_gets_no_cheerful_word(said):
    reply = reply_to(talk(said, emotion=Emotion.HAPPY, certainty=0.9))
    assert reply not in hearing.GLAD


@pytest.mark.parametrize(
    "said",
    [
        "why did you quit, I asked",
        "When we moved here in 1983",
        "which is nice of her",
        "how typical",
        "who cares",
        "well, what can I say",
        "tell me about it",
        "will call her tomorrow",
        "is raining again",
        "is cold today",
        "list: eggs, milk",
        "my sister just called",
        "The name of my wife is Olga",
        "Had I been born in Sweden I'd be taller",
    ],
)
def test_what_only_looks_like_a_question_asks_nothing(said):
    assert not is_question(said)


@pytest.mark.parametrize(
    "said",
    [
        "will Sam come on Sunday",
        "is Pip a hen",
        "how old is Sam",
        "which is older?",
        "list my pets",
    ],
)
def test_a_question_needs_no_mark(said):
    assert is_question(said)


def test_thanks_to_somebody_else_are_not_taken():
    assert reply_to(talk("thanks dad", emotion=Emotion.NEUTRAL)) not in meeting.THANKS


def test_emoji_that_may_be_sad_are_not_pitied():
    assert reply_to(talk("🙃🙃🙃", emotion=Emotion.SAD)) in hearing.A_LOT


def test_that_somebody_is_known_does_not_say_what_else_is_asked():
    reply = reply_to(talk("is my cousin pregnant"), ["My cousin is called Bella"])
    assert reply.startswith("I can't find that")


def test_a_time_that_something_lasted_is_no_date():
    recalled = [said_before("I haven't seen them in five weeks")]
    reply = reply_to(talk("how long since I saw them?", recalled=recalled))
    assert reply.endswith("“I haven't seen them in five weeks”")


def test_who_has_been_gone_for_years_is_mourned():
    reply = reply_to(talk("my husband has been gone two years", emotion=Emotion.NEUTRAL))
    assert reply == "I'm so sorry about your husband."


def test_a_van_that_died_is_not_mourned_though_the_dog_has_pups():
    reply = reply_to(talk("the fridge van died, the dog's had pups, six of em"))
    assert reply not in hearing.LOSS


def test_who_lost_the_plot_has_lost_nothing():
    assert "sorry" not in reply_to(talk("mum reckons I've lost the plot"))


@pytest.mark.parametrize("said", ["g'day, whats this thing do", "what does this app do"])
def test_what_this_is_for_is_explained(said):
    assert len(reply_to(talk(said))) > 40


def test_what_is_known_of_somebody_is_asked_in_scots_too():
    assert is_question("whit dae ye ken aboot me")
    assert spelled("whit dae ye ken aboot me") == "what do you know about me"
    assert spelled("dae ah like football?") == "do i like football?"


@pytest.mark.parametrize(
    "said", ["am I being charged twice?", "is it ok if I ask what my dog is called?"]
)
def test_a_question_that_asks_for_no_judgement_is_not_declined_as_one(said):
    assert reply_to(talk(said)) not in itself.ADVICE
