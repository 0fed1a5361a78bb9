"""Short messages that are one set phrase: thanks, goodbyes, teasing, and the answers to them."""

from __future__ import annotations

from botrunner.offline.phrases import hearing, itself, meeting

_LIGHTLY = r"(?:(?:bro|dude|man|mate|nah|no|lol|well|god|ugh|wow|honestly|omg|haha)\W+)*"
# What the whole message looks like, and the answers.
WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"(?:.{0,40}(?:[,.!…]|\bok|\banyway|\bkk?|\baight)\s*)?(?:good ?night|night|nighty night"
        r"|gn)(?: night)?(?: (?:then|now))?"
        r"(?: (?:whisper|bot|love|all|x+))?\W*"
        r"|(?:(?:ok(?:ay)?|well|right|anyway|im|i'm|i am|i|aight|k)\W+){0,3}(?:gonna|going to"
        r"|need to|should|imma|must|off to) (?:really |probably |just )*(?:go (?:to )?|get some )?"
        r"(?:sleep|bed)\b.{0,20}"
        r"|(?:(?:ok(?:ay)?|k|right|well)\W+)(?:i'm |im )?(?:sleeping|going to sleep|off to sleep"
        r"|sleep time|bedtime)\b.{0,30}"
        r"|(?:(?:i )?(?:best|better|should|must|will|'ll|have to|going to|gonna"
        r"|i'll|time to|off to) )?(?:turn in|hit the"
        r" (?:hay|sack))\b.{0,25}"
        r"|(?:good ?night|nighty night|gn|sleep well|off to bed|(?:i'll|ill|i'm going to|im"
        r" gonna|i'm gonna|time to|going to) (?:go to )?(?:sleep|bed))\b.{0,30}",
        meeting.GOOD_NIGHTS,
    ),
    (
        # “I never got to say goodbye” takes no leave.
        r"(?!.*\b(?:say|says|said|saying|kiss\w*|wav\w+|without|an?|my|our|his|her|last|final)"
        r" (?:\w+ )?(?:good ?bye|bye)\b).{0,60}\b(?:bye|good ?bye|see you|cya|gtg)\b\W*",
        meeting.FAREWELLS,
    ),
    (
        r"(?:.{0,40}[,.!…]\s*)?(?:ta ?ra|ta-?ta|tata|toodle\w*|cheerio|ttfn|catch (?:you|ya"
        r"|u) later"
        r"|talk (?:to you )?(?:later|soon|tomorrow)|speak (?:later|soon)|laters"
        r"|peace(?= out|\W*$)(?: out)?)\b.{0,12}"
        r"|(?:(?:ok(?:ay)?|well|right|anyway|alright)\W+){0,3}(?:back to (?:it|work|the \w+"
        r"|my \w+)|(?:i'?m "
        r"|i am )?(?:off"
        r"|heading (?:out|off)|logging off|signing off|leaving|outta here|out)(?: (?:now|then"
        r"|to (?:the |my "
        r"|a )?\w+(?: \w+)?))?"
        r"|(?:gotta|got to|i have to|i must|need to) (?:dash|run|go|get going|get back(?! to\b))"
        r"(?: (?:now|soon|bye|sorry|mate|thanks?))*(?:\W*|[,.!…–-].{0,25}))\W*",
        meeting.FAREWELLS,
    ),
    (
        r"(?:please |but |and )*(?:you|u) (?:won'?t|wouldn'?t|wont|will not) tell (?:anyone"
        r"|anybody|them|him"
        r"|her|my \w+)\b.{0,20}|.{0,12}\b(?:don'?t|do not) tell (?:anyone|anybody|them|him|her"
        r"|my \w+)\b.{0,20}|(?:please |but |and )*(?:don'?t|do not) tell (?!me\b|us\b)\w+\W*",
        itself.SECRET,
    ),
    (
        r"(?:adieu|au revoir|adi[oó]s|arrivederci|tsch[uü]ss)\b.{0,30}",
        meeting.FAREWELLS,
    ),
    (r"knock,? knock\W*", meeting.KNOCK_KNOCK),
    (
        r"what do you (?:call|get when you)\b.*|why did the \w+ .*|what did the"
        r" \w+ say to the\b.*",
        meeting.RIDDLE,
    ),
    (
        r"(?:i said |oh |just |god )*(?:fuck (?:off|you|u)|f off|shut (?:up|the \w+ up)|piss off"
        r"|screw you|get lost|you suck|u suck|i hate you|you(?:'re| are) (?:a )?(?:trash|garbage"
        r"|rubbish|an? \w*(?:hole|idiot|moron)))\b.{0,40}",
        meeting.INSULTED,
    ),
    (
        r"why (?:does|is|do|am|must|has|can'?t) (?!you\b).{0,40}\b(?:so hard|hard|difficult|unfair"
        r"|always me|like this|nothing (?:ever )?(?:work|go)\w*)\b.{0,15}",
        hearing.UNFAIR,
    ),
    (
        r"(?:(?:ok(?:ay)?|thanks|thank you|thx|well|right)\W+)*(?:(?:bye|good ?bye|see you|see ya"
        r"|cya|gtg|g2g|ciao(?=(?:\W*ciao)*\W*$)|take care(?! of\b)|ttyl)\b.{0,40}"
        r"|later(?: (?:bro|mate|man|dude|all|guys|x+|gator|alligator|whisper|bot))*\W*"
        r"|(?:i )?(?:have to|gotta|got to|need to|must) (?:go|run)"
        r"(?: (?:now|soon|bye|sorry|mate|thanks?))*(?:\W*|[,.!…–-].{0,40}))",
        meeting.FAREWELLS,
    ),
    (
        r"(?:i'll |ill )?(?:(?:brb|be right back|hold on|afk)\b.{0,30}"
        r"|one (?:sec|moment|minute)(?: please)?\W*)",
        meeting.BYE_FOR_NOW,
    ),
    (
        r"(?:no,? )?(?:(?:that'?s|this is|it'?s) (?:not (?:right|true|correct|what i said)|wrong"
        r"|false)"
        r"|i (?:never|didn'?t) sa(?:id|y) (?:that|so)|you got (?:that|it|me) wrong|not true)\W*",
        hearing.NOT_SO,
    ),
    (
        r"(?:(?:well|ok|wow|lol)\W+)?(?:(?:that|this|it|you)(?:'?s|'?re| is| was| are)?|ur) not"
        r" (?:very |that |so |really )?(?:helpful|useful|funny|clever|smart|an? (?:big "
        r"|great )?help"
        r"|any (?:help|use))\W*"
        r"|(?:(?:well|ok|wow|how|that'?s|that was|so|bit|a|kinda)\W+){0,4}(?:rude|unhelpful)\W*"
        r"|(?:that |this |it )(?:didn'?t|does ?n'?t|did not|does not) (?:really )?"
        r"(?:help(?! that\b)|answer (?:my|the) question|make (?:any )?sense)\b.{0,20}"
        r"|(?:you(?:'re| are)|ur|u r) (?:really |just )?not (?:at all )?(?:listening|understanding"
        r"|getting it|helping|paying"
        r" attention|making sense)\b.{0,20}|you(?: just)? (?:don'?t|never|aren'?t) (?:listen"
        r"|listening)\b.{0,20}|(?:you(?:'re| are)|ur|u r) (?:so |really |such )*(?:no fun|boring"
        r"|wrong|a letdown)\W*|that'?s not what i (?:asked|meant|wanted)\b.{0,20}"
        r"|i (?:asked|told) you (?:something|that) (?:else|already)\W*|(?:nope,? |no,? )?wrong"
        r"(?: (?:answer|again))?\W*",
        meeting.CRITICISED,
    ),
    (
        r"(?:(?:lol|bro|ok|well|god|and|but|no|dude)\W+)*(?:(?:you|u)(?: just| always| already"
        r"| only|'ve|'re| have| are)* (?:keep(?: on)? saying|sa(?:y|ys|id|ying)|repeat(?:ing|ed)?"
        r"|told me) (?:that|this|it|the same|ok(?:ay)?|yourself|me|got it|all right)\b.{0,30}"
        r"|(?:ur|r u|are you) repeating\b.{0,20}|stop (?:saying|repeating)\b.{0,30}"
        r"|is that all(?: that)? (?:you|u)(?:'ve)? (?:can |ever )?(?:say|do|know|got)\W*"
        r"|(?:that'?s|thats|that is) (?:not|hardly) an answer\W*"
        r"|(?:you|u) (?:don'?t|didn'?t|never) (?:answer|understand|remember|know)(?: (?:me|it|that"
        r"|anything|my question|the question))?\W*"
        r"|(?:this|that)(?:'s| is| was) (?:so |really |completely |totally )*(?:useless|pointless"
        r"|rubbish|crap|garbage|a waste of time)\W*|what a waste(?: of time)?\W*"
        r"|(?:(?:great|wow|nice|thanks)\W+)+for nothing\W*|what a (?:useless|stupid|dumb) \w+\W*"
        r"|why are (?:you|u) (?:so |like )(?!(?:far|quiet)\b).{0,20})",
        meeting.CRITICISED,
    ),
    (
        r"(?:(?:well|but|and|no|ok|hm+)\W+)*(?:you|u)(?:'ve| have)? (?:just |completely |also )?"
        r"(?:left out|forgot(?:ten)?(?! (?:me|who)\b)|missed(?! me\b)|omitted|skipped|left off) .+",
        meeting.LEFT_OUT,
    ),
    (r"(?:do (?:you|u) )?get it\W*(?:lol|haha|😂|🤣)?\W*", meeting.PUNCHLINE),
    (r"what an? (?:day|night|week|mess|nightmare)\W*", hearing.ROUGH),
    (r"(?:ok |and )?(?:i'm |im |i am )?back(?: again| now)?\W*", meeting.WELCOME_BACK),
    (
        r"(?:i (?:want|need|have|wanna|gotta) (?:to )?tell you (?:something|about my \w+)"
        r"|guess what|you know what|so get this|listen)\W*"
        r"|(?:(?:do you|u) )?(?:wanna|want to) (?:know|hear) (?:something|a secret|what)\b.{0,30}"
        r"|guess (?:who|what|where) (?:i|we|he|she|they) (?!am\b|are\b)\w+.{0,30}",
        meeting.GO_ON,
    ),
    (r"(?:wish me luck|fingers crossed|pray for me)\W*.{0,20}", meeting.LUCK),
    (
        r"(?:i find |i think )?(?:i'm |im |i am |so+ |very |really |just |super |dead |rather "
        r"|a bit"
        r" |quite |kinda |pretty )*(?:tired|exhausted|sleepy"
        r"|knackered"
        r"|wiped out)(?: today| rn| now| tonight)?\W*",
        hearing.TIRED,
    ),
    (
        r"(?:i'?m |i am )?(?:ok(?:ay)?|fine|good|alright|all right)\W+(?:just |only "
        r"|but )+(?:so |very"
        r" |really )*(?:tired|exhausted|sleepy|knackered)\W*",
        hearing.RESTING,
    ),
    (
        r"(?:not (?:so |too |very )?(?:great|good|well)|bad|meh|awful|terrible|been better|could be"
        r" better)(?: today| tbh| really)?\W*",
        hearing.HARD,
    ),
    (
        r"(?:(?:many|ok(?:ay)?|great|oh|well|right|aw+|cool|nice|haha|lol|anyway|alright|yeah"
        r"|yes|no)"
        r"\W+){0,3}(?:thanks|thank you|thx|ty|tysm|cheers|much appreciated)\b"
        r"(?! (?:m[ou]m|dad|boss|god|universe|life|brain|body|everyone|obama|to (?:him|her|them"
        r"|my))\b)(?!.*\b(?:but|bye)\b).{0,50}",
        meeting.THANKS,
    ),
    (
        r"(?:i'm |im |i am )?(?:so |very )?sorry(?:,? (?:that|this|it|i) (?:was|am|sounded"
        r"|came out)"
        r" (?:\w+ ){0,2}(?:mean|rude|harsh|unfair|horrible|nasty|unkind|short|grumpy"
        r"|uncalled for))?"
        r"(?: (?:of me|with you|to you|earlier|before|just now))?\W*"
        r"|(?:sorry,? )?(?:for |about )?my english(?: is| isn'?t| it's)\b.{0,30}"
        r"|sorry (?:for|about) (?:my|the) .{0,40}"
        r"|sorry,? (?:i'?m|i am|for|about) (?:just )?(?:going on|rambling|moaning|ranting|waffling"
        r"|venting|babbling|whining)\b.{0,25}",
        meeting.SORRY_ACCEPTED,
    ),
    (
        rf"{_LIGHTLY}(?:you(?:'re| are)?|ur|u r|u) (?:kind of |kinda |so |such |pretty |really "
        rf"|very "
        r"|a bit |an? )*(?:stupid|dumb|useless|bad|boring|annoying|terrible|silly|slow|trash|dense"
        r"|clueless|idiot|weird)(?: \w+)?\W*(?:lo+l|lmf?a+o+|haha+|jk|😂|🤣|💀)\W*",
        meeting.TEASED,
    ),
    (
        r"(?:you(?:'re| are)|ur|u r) (?:just |such |nothing but )*(?:a |an )?(?:\w+ ){0,2}(?:piece"
        r" of \w+|junk|waste of (?:time|space)|joke|toaster|tin can|calculator|failure)\W*|"
        rf"{_LIGHTLY}(?:you(?:'re| are)?|ur|u r|this is|what a) (?:so "
        r"|such |really |very |kind of |kinda |pretty |a bit |an? )*(?:stupid|dumb"
        r"|useless|bad"
        r"|boring|idiot|annoying|terrible|silly|slow|trash)(?: (?:bot|bro|machine|thing))?"
        r"(?:,? (?:you know|ngl|tbh|fr|honestly|though|tho))?\W*"
        r"|you(?:'re| are) not (?:very |so |that"
        r" )?(?:smart|clever|helpful|good|funny)\W*",
        meeting.INSULTED,
    ),
    (
        r"(?:(?:please|well|no|but|and|honestly)\W+)*(?:i )?(?:(?:don'?t|do not|rather not"
        r"|would rather"
        r" not|'?d rather not) (?:really |even )*(?:want to |wanna |feel like )?(?:talk|talking|get"
        r" into|go into)) ?(?:about )?(?:it|this|that|him|her|them)?(?: (?:now|today|anymore"
        r"|right now|any more))?\W*",
        meeting.NO_NEED,
    ),
    (
        r"(?:i don't know"
        r"|i dunno|dunno|idk|not sure|nothing(?: much)?|not much|never mind|nvm)\W*",
        meeting.UNSURE,
    ),
    (
        r"(?:aw+ |lol |jk |haha |oh |wow )*(?:good (?:bot|job|one)|well done|nice one|clever"
        r"|(?:you(?:'re| are)"
        r"|ur|u r) (?:(?!not|supposed|meant|never|hardly|no)\w+ ){0,3}(?:great|awesome|nice|sweet"
        r"|the best|kind|good|helpful|funny|smart|cute"
        r"|amazing|intelligent|clever|brilliant|growing on me|a (?:very |really )?(?:good|great"
        r"|wonderful|lovely) (?:listener|friend|companion"
        r"|thing)|a star"
        r"|a (?:gem|legend|lifesaver))(?: (?:at (?:this|that)|robot|bot|machine|program"
        r"|little \w+))?"
        r"(?:\W+(?:congrat\w*|bravo|well done|thanks?|thank you))*"
        r"(?:,? (?:even (?:if|though)|for)(?: you(?:'re| are))? an? \w+)?|impressive|i (?:like"
        r"|love) (?:you|this|u)|love (?:you|u))\W*",
        meeting.PRAISE,
    ),
    (
        r"(?:yes,? |yeah,? |yep,? )?(?:that'?s (?:right|it|correct|true)|correct)\W*",
        meeting.SHORT_ANSWERS,
    ),
    (
        r"you(?:'ve| have)(?: got)? (?:an? )?(?:very |really )?(?:good|great|excellent|lovely|kind)"
        r" (?:memory|heart|manners|soul)\b.{0,25}",
        meeting.PRAISE,
    ),
    (
        r"(?:has )?(?:any(?:body|one)|any1) (?:ever )?(?:tell|told|tells) (?:you"
        r"|u) (?:that )?(?:you're"
        r"|you are|ur|u r) .{3,40}|(?:you|u)(?:'re| are|'ve been| have been| were) (?:so |very "
        r"|really"
        r" |always )*(?:nice|kind|good|sweet|lovely|helpful|patient|polite) (?:to|with|for) me\W*",
        meeting.PRAISE,
    ),
    (r"legend\W*", meeting.PRAISE),
    (r"(?:(?:no|nope|nah|never|not really|nothing)\W*){1,3}", meeting.SHORT_DENIALS),
    (
        r"(?:(?:ok(?:ay|ie)?|yes|yeah|yep|yup|no|nope|nah|sure|maybe|perhaps|right|true|cool|nice"
        r"|hm+"
        r"|well|i see|oh|ah|really|indeed|exactly|alright|all right|fine|kk?|lo+l|lmf?ao+|haha+"
        r"|fair"
        r"(?: enough)?|same|facts|word|bet|got it|makes sense|im good|i'm good|no worries|np|anyway"
        r"|whatever|wow|damn|omg|bruh|bro|so|here i am|for real|fr|ngl|tbh|then|it is"
        r"|great)\W*){1,4}",
        meeting.SHORT_ANSWERS,
    ),
)
