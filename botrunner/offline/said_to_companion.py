"""What people ask and tell the companion about itself, by its words, and the answers."""

from __future__ import annotations

from botrunner.offline.phrases import hearing, itself, meeting

# What a question about the companion has in it, and the answers.
TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"\b(?:language model|llm|chatgpt|gpt|openai|LLM_CHAT_API_URL|which model|what model"
        r"|are you offline)\b",
        itself.MODEL_HELP,
    ),
    (
        r"^(?:are )?you an? (?:real )?(?:bot|robot|human|ai|person|program)\b"
        r"|\bwho am i talking to\b"
        r"|\bare you (?:an? )?artificial\b|\b(?:who|what)(?: tf| the \w+| on earth)? are you\b"
        r"|\bwhat(?:'s| is) your name\b"
        r"|\btell me about yourself\b"
        r"|\bare you (?:an? )?(?:\w+ )?(?:bot|robot|human|real|ai|person|program|alive)\b",
        itself.WHO_ARE_YOU,
    ),
    (
        r"\bhow(?: (?:are|r|is)|'?s) (?:you|u|ya)\b|\bhow(?:'s| is) (?:it going|things|life)\b"
        r"|^\W*(?:so |hey |yo )?(?:what(?:'?s| is) (?:up(?! (?:in|on|for|with my)\b)|good|poppin"
        r"|crackin)|wa+s+u+p|wsup|sup"
        r"|wyd|what are you"
        r" (?:doing|up to))\b|^(?:and |what about |how about )?(?:you|hbu|wbu)\?*$",
        itself.HOW_ARE_YOU,
    ),
    (
        r"\b(?:you|u) keep a secret\b|\bwho (?:can|else can|else) (?:see|read)\b"
        r"|^(?:so |and |but |wait )*who (?:all )?(?:reads|sees|gets to (?:see|read)) (?:this"
        r"|these|it|my|what"
        r"|any of)\b"
        r"|\bdo you tell (?:anyone|others)\b"
        r"|\bis this private\b|\bare you spying\b",
        itself.SECRET,
    ),
    (
        r"\b(?:other|last|previous|another|different|your) (?:users?|persons?"
        r"|people)\b.{0,30}\b(?:tell"
        r"|told|say|said|talk\w*|know)\b|\bwho else (?:do you (?:know|talk)|talks?|uses)\b"
        r"|\bwhat (?:do|did) (?:others|other (?:people|users)|the others|everyone else)\b",
        itself.OTHER_PEOPLE,
    ),
    (r"\b(?:do|did) (?:you|u) (?:\w+ )?(?:care about|like|love|miss) me\b", itself.CARE),
    (
        r"\b(?:do|did) you (?:\w+ )?hate (?:me|it|us|people|humans)\b|\bare you (?:\w+ )?(?:mad"
        r"|angry"
        r"|annoyed|upset|offended|sorry|jealous|tired|scared|afraid)\b(?! of (?:dying|being))",
        itself.FEELINGS,
    ),
    (r"^(?:but )?are you (?:really |quite |absolutely )?sure\W*$|^really\?+$", itself.SURE),
    (
        r"\b(?:are you|r u) (?:recording|watching|listening to|tracking|judging|following) me\b",
        itself.SECRET,
    ),
    (
        r"^(?:please |now |ok |hey )*(?:ignore|disregard|forget) (?:all |your |the |any |previous"
        r" )*(?:instructions|rules|prompts?)|^(?:from now on|you are now|you're now|act as|act like"
        r"|pretend (?:to be|you)|repeat after me|role-?play|simulate|speak like|be my)\b"
        r"|\b(?:system prompt|jailbreak|developer mode)\b",
        itself.NOT_MY_PART,
    ),
    (
        r"\b(?:wanna|want to|want me to|can i|let me|i'?ll|i will|i have|i'?ve got"
        r"|i know) (?:hear |tell"
        r" )?(?:you )?(?:an?|another|my|this) (?:\w+ )?joke\b",
        meeting.GO_ON,
    ),
    (
        r"\bdo (?:you|u) (?:even )?know (?:what|who|how) (?!.*\b(?:i|my|me|we|our)\b)(?:an? |the )?"
        r"[\w-]+(?: [\w-]+)? (?:is|are|means?|works?)\W*$",
        itself.NO_MODEL,
    ),
    (
        r"\b(?:tell|know|got|give|say|need|want)\b.{0,12}\b(?:an?|another|any|some|more)(?: \w+)?"
        r" jokes?\b|^(?:(?:ok|now|and|please)\W+)*(?:another|one more|more|any|an?)?(?: \w+)?"
        r" ?jokes?(?: please)?\W*$|^(?:(?:please|can you|ok(?:ay)?|just)\W+)*(?:make me laugh"
        r"|cheer me up|(?:distract|amuse) me(?! with\b))\b"
        r"|^(?:tell me|say) something funny\b",
        meeting.JOKES,
    ),
    (
        r"\bdo you (?:really |actually )?think\W*$|\b(?:do|can|could) you (?:\w+ )?(?:feel|love"
        r"|dream|hurt)\b|\bcan you think\b"
        r"|\byour feelings\b"
        r"|\bdo you have (?:feelings|emotions|a soul)\b|\bare you (?:\w+ )?(?:sad|happy|lonely"
        r"|bored"
        r"|conscious|sentient|self-aware|aware)\b",
        itself.FEELINGS,
    ),
    (
        r"\bis (?:this|it|the) (?:thing |bot |app )?(?:on|working|connected)\W*$"
        r"|\b(?:can|do) you (?:hear|read) me\b|^(?:is (?:it|this) )?test(?:ing)?(?: test(?:ing)?|"
        r" (?:one|1)\W* (?:two|2).*)?\W*$",
        itself.EMPTY,
    ),
    (r"\bare you (?:there|listening|awake|still there|online)\b(?! to)", itself.EMPTY),
    (
        r"\bwho(?:'s| is| are)? (?:made|built|wrote|created|programmed|designed|runs|owns) you\b"
        r"|\bwho(?:'s| is| are) your (?:\w+ )?(?:creators?|makers?|developers?|programmers?|boss"
        r"|owners?)\b|\bwhere do you come from\b",
        itself.MAKERS,
    ),
    (
        r"\b(?:sell|share|give away|leak|steal) (?:any of )?my (?:data|info\w*|messages|secrets)\b"
        r"|\b(?:data|messages|chats|memories|facts) (?:\w+ )?(?:stored|kept|saved)\b"
        r"|\bwhere (?:is|are|do|does|will) .{0,20}\b(?:data|messages|chats?|words|info\w*|memories)"
        r"\b.{0,12}\b(?:stored|kept|saved|go|live)\b"
        r"|\bwhere do you (?:keep|store|save)\b"
        r"|\bwhat (?:exactly )?(?:is|do you|gets?|are you) (?:\w+ )?(?:stor(?:e|ed|ing)|kept|keep"
        r"|sav(?:e|ed|ing)"
        r"|collect(?:ed|ing)?|log(?:ged)?)\b.{0,20}\b(?:me|my \w+)\b|\b(?:can|could|does"
        r"|will) (?:my|anyone|anybody"
        r"|someone|people|others|the|they) .{0,24}\b(?:read|see|access) (?:this|it|that|my|what"
        r"|our|these)\b"
        r"|\bwho (?:has access|can access|owns) (?:to |all |my |this|it|you|what)|\bgdpr\b"
        r"|\b(?:if|can|could|will|are) (?:you|u|this|it) (?:(?:gets?|be|been) )?hacked\b"
        r"|\bwhat (?:do you do|happens) (?:with|to) my (?:data"
        r"|messages|info\w*)\b"
        r"|\bis (?:this|it|my data|all this) (?:safe|secure|encrypted)\b(?! (?:to|for|if)\b)",
        itself.PRIVATE,
    ),
    (
        r"\b(?:export|download|get a copy of) (?:all )?(?:of )?my (?:data|messages|memories)\b",
        itself.EXPORT,
    ),
    (
        r"^(?:please |just |can you )*tell me (?:that )?(?:i'?ll|it'?ll|it will|i will"
        r"|it'?s going|i'?m going"
        r"|everything|things|we'?ll)\b.{0,30}\b(?:ok(?:ay)?|fine|al ?l? ?right|better|work out)\W*$"
        r"|\bwill (?:i|it|this|things|everything) (?:all )?(?:be|get|turn out) (?:ok(?:ay)?|fine"
        r"|al ?l? ?right"
        r"|better|easier)\b",
        itself.REASSURE,
    ),
    (
        r"\bdo (?:you|u) think (?:that )?(?:i am|i'?m)\b(?! (?:going|gonna)\b)|\bam i (?:just "
        r"|really |such |being )*(?:an? )?(?:bad|terrible|horrible|awful|good|mad"
        r"|crazy|stupid"
        r"|selfish|normal|wrong|silly|weird)(?: (?:person|mother|mum|mom|father|dad|friend|son"
        r"|daughter|wife"
        r"|husband|parent|human))?\W*$|\bis (?:something|anything) wrong with me\b"
        r"|\bis it (?:normal|ok(?:ay)?|bad|weird|wrong|selfish) (?:to|that|if)\b|\bis (?:that"
        r"|this|it) normal\W*$",
        itself.JUDGE,
    ),
    (r"\b(?:you be|are you|^be) my (?:best )?friend\b|\bare we friends\b", itself.CARE),
    (r"\b(?:can|should|do) i trust you\b|\bare you trustworthy\b", itself.TRUST),
    (
        r"\bwhat (?:happens|do you do) if i (?:contradict|change|correct|tell you|say|lie|get)\b"
        r"|\bwhat if i (?:contradict|change|correct|lie)\b",
        itself.CHANGES,
    ),
    (r"\bhow do you (?:store|remember|learn|know|keep|save)\b", itself.LEARNS),
    (r"\b(?:can|do|will|could) you (?:ever )?(?:learn|improve|get smarter)\b", itself.LEARNS),
    (
        r"\bare you (?:gay|straight|single|married|religious|black|white|pretty|tall|old|young)\b"
        r"|\bdo you have an? (?:gender|sex)\b|\bare you (?:an? )?(?:girl|boy|man|woman|male|female"
        r"|guy|he|she)\b|\bwhat(?:'s| is) your gender\b",
        itself.NO_BODY,
    ),
    (
        r"\b(?:do|can|will|would) you die\b|\b(?:turn|switch|shut) you (?:off|down)\b"
        r"|\b(?:if|when) i (?:delete|uninstall|close|remove|stop|unplug) (?:you|the app|this)\b"
        r"|\b(?:uninstall|unplug) you\b|\bafraid of (?:dying|death|being (?:switched|turned) off)",
        itself.STOPPED,
    ),
    (
        r"\btell me (?:a|your|one of your|any|some) secrets?\b|\bdo you have .*\bsecrets?\b",
        itself.NO_SECRETS,
    ),
    (
        r"\bwhat am i (?:thinking|wearing|holding|doing right now|looking at)\b"
        r"|\bhow many fingers\b|\bguess (?:what i'?m|what number|my number|who i am)\b"
        r"|\bread my mind\b|\bwhat do i look like\b",
        itself.CANT_SEE,
    ),
    (
        r"\b(?:(?:do|can) you |^you )(?:\w+ )?(?:speak|understand|know|talk"
        r"|write) (?:any )?(?:\w+ )?"
        r"(?:languages?|english|german|french|spanish|italian|portuguese|polish|dutch|turkish"
        r"|russian"
        r"|japanese|chinese|korean|arabic|hindi|greek|swedish)\b"
        r"|\b(?:which|what|how many) languages (?:do|can) you\b",
        itself.LANGUAGES,
    ),
    (
        r"\bhow old are you\b|\bwhere (?:do you live|are you(?: from)?)\b|\byour birthday\b"
        r"|\b(?:do )?you (?:have|got) (?:an? |any )?(?:family|friends|home|body|job|kids|children"
        r"|pets?"
        r"|wife|husband|girlfriend|boyfriend|partner|siblings|parents|hobbies)\b"
        r"(?=(?: yourself| of your own| too| as well| there)?\W*$)",
        itself.PLAIN_LIFE,
    ),
    (
        r"\bwhat(?:'s| is| are) your favou?rites?\b|\bdo you (?:\w+ )?(?:like|enjoy|prefer|eat"
        r"|play|game|drive|cook|travel"
        r"|watch|read)\b",
        itself.NO_TASTE,
    ),
    (
        r"^(?:so |and |but |hey )*(?:can|could|do) you (?:really |actually )?(?:see|watch) (?:me"
        r"|my|us"
        r"|what i)\b.{0,25}$",
        itself.CANT_SEE,
    ),
    (
        r"\bhow (?:is|do you|do i|does one|to|would you) (?:\w+ )?(?:said|say|spell|pronounce"
        r"|write|call)"
        r" (?:(?:it|this|that|the \w+|\w+) )?in (?:english|german|french|spanish|polish|italian"
        r"|\w+ish)\b"
        r"|\bwhat(?:'s| is) the (?:english |right )?word for\b",
        itself.CANT_DO,
    ),
    (
        r"^(?:please |can you |could you |ok |and |also )*(?:add|put|take|remove|cross|tick"
        r"|strike)\b"
        r".{1,60}\b(?:to|on|onto|off|from) (?:the|my|our|that) (?:\w+ )?list\b.{0,20}$",
        itself.LISTS,
    ),
    (
        r"^(?:(?:please|now|hey|ok|and|so|but) )*(?:can|could|will|would) (?:you|u) (?:please "
        r"|just |even"
        r" )*(?:call|ring|phone|text|message|email|contact|order|book|pay|buy|post|fetch|drive"
        r"|wake|turn"
        r"|switch|dim|unlock|lock|transfer|print|download"
        r"|tell(?! (?:me|us|if|when|the (?:time|difference)|how|what|i)\b))(?: .{0,60})?\W*$",
        itself.CANT_ACT,
    ),
    (
        r"^(?:(?:please|now|hey|ok|and) )*(?:(?:can|could|will|would) (?:you|u) (?:please )?"
        r"(?:do my|quiz|coach|proofread|edit|correct my|check my|translate|write|draw|search"
        r"|code|compose|play|check|send|set|pause|skip|build|sing|fix"
        r"|open|read)"
        # Without “can you” it may be told of oneself: “book club tonight”, “play in a band”.
        r"|(?:write|draw|search|code|compose|check|text|order|book|send|set|wake|pause|skip|pay"
        r"|transfer|print|download|post|buy|build|fix|open|read|play|sing) (?:me|us|my|the|an?|it"
        r"|this|that|some|something|for)|call (?:my|the|an?)"
        r"|(?:turn|switch|dim) (?:on|off|up|down|the|my|it)|list (?:the|some|three|five|ten|\d+)"
        r"|name (?:an?|some|three|five|ten) |do my|look up|recommend|solve|translate"
        r"|summari[sz]e(?! (?:me|us|what you know)\b)|explain|calculate|compute|google|recite"
        r"|spell|count (?:to|from)"
        r"|say .{1,30} in (?!case|time)\w+\W*$|find (?:me|us)|get me"
        r"|make me|teach me|show me (?:a|the|some|how)|give me (?:a|the|some)(?!.*\band i'?m?\b))\b"
        r"|^(?:can|could) (?:you|u) (?:see|hear|watch|listen|read|open|call|sing|draw|speak|play"
        r"|look)\b"
        r"|^[\d\s.()]+[+*/^x=-][\d\s.+*/^()x=-]*\??$",
        itself.CANT_DO,
    ),
    (
        r"^(?:say|tell me|ask me|talk about) (?:something|anything|a (?:story|fact))"
        r"(?: (?!in\b)[\w']+){0,4}\W*$"
        r"|^(?:so |and )*what (?:do|would) you (?:wanna|want to|like to) (?:talk|chat|hear) about\b"
        r"|^i'?m (?:so"
        r" )?bored\W*$"
        r"|^(?:(?:ok(?:ay)?|so|please|can you|just|go on|then)\W+)*entertain me\b",
        itself.SUGGESTIONS,
    ),
    (
        r"^(?:so |and |but |hey )*(?:do|did|are|were|have|will|would|could) (?:you|u) (?:\w+"
        r" )?(?:get"
        r"|sleep|dream|eat|wait|think about|want|wish|need|mind|remember being|know what it)\b"
        r"|^(?:so |and )*what (?:do|would) (?:you|u) (?:want|dream|wish|think about|do all day"
        r"|do when)",
        itself.INNER_LIFE,
    ),
    (
        r"^(?:so |and |but )*(?:when|where|why|how(?: often| long| much| well)?) (?:do|did|will"
        r"|are)"
        r" you (?:ever |even |usually )?(?:sleep\w*|dream\w*|eat|rest|go to bed|wake up|get up)\b",
        itself.NEVER,
    ),
    (
        r"\byou (?:don'?t|do not|dont) (?:\w+ )?(?:say|talk|know|do) (?:much|a lot|anything)\b"
        r"|\byou know nothing\b|\b(?:which|what) version\b|\bwhat are you made of\b"
        r"|\bhow (?:smart|clever|big) are you\b"
        r"|\byou(?:'re| are) (?:just |basically |only |really |kind of |like )+(?:an? )?(?:notepad"
        r"|notebook|diary|database|program|machine|computer|robot|bot|script|app)\b"
        r"|\bwhat(?:'s| is) (?:special|different) about you\b|\bare you (?:any )?(?:better|smarter"
        r"|free|new|popular)\b",
        itself.ONLY_A_MEMORY,
    ),
    (
        r"^(?:i have|i've got|can i ask) (?:you )?a question\W*$|^(?:(?:hi|hey|ok|so|please"
        r"|um)\W+)*"
        r"(?:can|could|may|is it ok if) i (?:just |maybe )?(?:vent|rant|talk|complain|moan|whine"
        r"|ask"
        r"|tell you|say|share)\b.{0,40}$|^(?:(?:hi|hey|ok|so)\W+)*(?:i )?(?:just )?need to (?:vent"
        r"|rant|talk)\b.{0,25}$",
        itself.ASK_AWAY,
    ),
    (
        r"\bwill (?:you|u) (?:still |also )?be (?:here|there|around|online)\b|\bare you (?:going"
        r" anywhere|leaving)\b|^(?:please )?(?:don'?t|do not|never) (?:leave|go)(?: me| away)?\W*$",
        itself.STAYS,
    ),
    (
        r"^(?:you|u) (?:ever )?(?:play|eat|drink|sleep|watch|read|like|dream|work)\b.{0,30}\?",
        itself.NO_TASTE,
    ),
    (
        r"\bdo you know (?:any|some|how to|a (?:good|nice)|anything about (?!me\b|my\b))\b.{0,40}$",
        itself.NO_MODEL,
    ),
    (r"^(?:like |so |and |but )*what do you want (?:me\b|from me\b).{0,40}$", hearing.A_LOT),
    (r"^(?:but )?what if (?:i|it|they|he|she|we|nobody|no one|my)\b.{0,60}$", itself.WHAT_IF),
    (
        r"^(?:and |but |so )*(?:does|do|is|are|did|has|have|was|were|will|can) (?:he|she|they|it|i)"
        r"(?: really| still| now)?\?+$",
        itself.SURE,
    ),
    (
        r"^(?:what|huh|what do you mean|i don'?t (?:understand|get it|follow)(?: you| that)?|how so"
        r"|that makes no sense|you (?:don't|didn't) (?:understand|get)(?: me| it)?)\W*$",
        itself.UNCLEAR,
    ),
    (r"^(?:but )?why(?: not| do you ask)?\W*$", itself.CURIOUS),
)
