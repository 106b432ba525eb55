"""Facts about oneself in English."""

from __future__ import annotations

from oneheart.engine.desire.first_person.grammar import Grammar, grammar, words_of

_ABSTRACT = words_of(
    "mistakes? words? actions story proposals? requests? demands? curiosity ambitions? expectations?"
    " objections? comments? criticism sympathy enthusiasm conviction intention goal aims? lots lot_of_(?:hope"
    "|fear|love) dreams? hopes? fears? faith rights? feelings? ideas? opinions? questions?"
    " doubts? trust respect concerns? wish(?:es)?"
    " desires? needs? love voice choices? reasons? visions? beliefs? interest chance responsibility say heart"
    " message sense"
    " stake plans? preference worry worries confidence duty passion suggestions? longing thirst hunger soul power"
    " strength"
    " understanding problems? time nothing everything enough more less trouble peace joy energy patience compassion"
    " mercy"
    " privilege honou?r memory memories future future_for proposal vote_for difficulty difficulties issues?"
)
_FIGURE = words_of(
    "fan believer supporter advocate proponent opponent lover bit little lot firm strong strongly big huge great"
    " strange"
    " stranger human part victim_of slave prisoner child_of_god hundred person_who someone man_of woman_of soul seeker"
    " witness friend beggar fool fighter champion dreamer sinner servant drop cell good bad better true real free happy"
    " voice body heart light simple mirror vessel seed leaf tree number burden hypocrite"
)
_NO_PLACE = (
    r"(?:a |the |constant |an |my |this |our )?(?:divided |better |free |peaceful |beautiful |great |rich |world of )?"
    r"(?:fear|hope|peace|pain|love|joy|despair|faith|harmony|danger|world|society|time|terror|dream|heart|silence"
    r"|country"
    r"|democracy|age|era|moment|present|past|unity|light|truth|grace|god|you|us|everyone|all)s?\b"
)
_TRAIT = words_of(
    "male female non_?binary trans(?:gender)? cis(?:gender)? gay lesbian bi(?:sexual)? asexual straight queer white"
    " black"
    " brown asian hispanic latin[oax] jewish muslim christian catholic protestant orthodox buddhist hindu sikh"
    " mormon secular"
    " religious agnostic atheist married single engaged divorced separated widowed pregnant childless retired"
    " unemployed"
    " employed self_?employed homeless disabled deaf blind autistic dyslexic diabetic epileptic vegan vegetarian"
    " teetotal"
    " working_class middle_class upper_class low_income bilingual indigenous native foreign_born under_age adopted"
    " left_handed"
    " on_benefits on_disability on_a_pension on_parental_leave on_maternity_leave in_a_wheelchair in_recovery"
    " in_(?:high_|primary_|secondary_|middle_)?school in_college in_care"
    r" (?!human|american_dream|republican_idea)\w{3,}(?:ean|nian|rian|lian|dian|sian|tian|xican|ican|nese|ish_citizen)"
    " british english irish scottish welsh french german polish spanish turkish swedish danish finnish dutch greek thai"
    " czech slovak israeli arab kurdish iraqi pakistani bangladeshi"
)
_ADVERB = r"(?:currently |now |still |also |just |not |no longer |already |only |mostly |both |presently )*"
_COUNT = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|several|a few|an?|no|more than|less than|at least|my|my own"
    r"|both|many"
    r"|young|small|grown(?: up)?|adult|older|younger)"
)
_KIN = words_of(
    "husband wife partner spouse boyfriend girlfriend fianc[eé]e? kids? child children sons? daughters? mother"
    " father mum mom"
    " dad parents family brothers? sisters? siblings grandparents? grandmother grandfather grandchildren grandson"
    " granddaughter ancestors? uncle aunt"
)
_OFTEN = (
    r"(?:(?:always|usually|often|sometimes|rarely|seldom|regularly|occasionally|almost|never|mostly|mainly|generally"
    r"|still"
    r"|now|currently|also|only|just|frequently|daily|typically|do not|don t|no longer|hardly|ever|only|already"
    r"|both|(?!real|tru|deep|honest|sincere|ful|sure|firm)\w+ly) )*"
)
_HELD = words_of(
    "child(?:ren)? kids? sons? daughters? grandchildren grandkids dogs? cats? pets? siblings brothers? sisters?"
    " diabetes asthma"
    " cancer epilepsy adhd autism arthritis dyslexia depression anxiety ptsd pets chickens"
)
_TO_PLACE = words_of(
    r"work school church college university class(?:es)? the_gym mosque synagogue temple the_office the_market"
    r" the_library"
    r" uni town the_city the_shops? the_doctor \w+_school"
)

_MIND = (
    r"(?:want|wish|hop(?:e|ed|ing)|think|thought|believ|feel|felt|guess|suppos|imagin|dream|see|saw|hear|notic"
    r"|find|found|know|knew|understand|understood|remember|forg[eoi]|miss|lik|lov|hat(?:e|ed)|enjoy|prefer"
    r"|valu|apprecia|respect|admir|trust|doubt|fear|worr|wonder|mean|sa(?:y|id)|ask|tell|told|demand|propos"
    r"|suggest|recommend|urg|encourag|call|request|insist|refus|agree|disagree|accept|support|oppos|favou?r"
    r"|reject|object|vot|stand|stood|need|deserv|ow(?:e|ed)|expect|look|long|yearn|ache|mind|regret|apolog"
    r"|thank|welcom|celebrat|promis|pledg|vow|commit|choos|chose|would|could|should|might|will|shall|ought"
    r"|give|gave|offer|invit|bless|pray|beg|cr(?:y|ied)|fight|fought|striv|tr(?:y|ied)|seek|bring|brought|shar"
    r"|live|work|study|teach|grow|grew|becom|becam|keep|kept|consider|identif|realiz|realis|learn|discover"
    r"|recogni|sens|suffer|struggl|care|use to|used to|tend|seem|appear|remain|stay|belong|doubt|disbelie|argu"
    r"|claim|hold|envision|foresee|advocat|strongly|really|truly|deeply|honestly|sincerely|fully|still|simply"
    r"|firmly|personally|cannot|woild|lost|lose|change|chang|speak|spoke|lack|adore|despis|dislik|loath|rate|eventual"
    r"|once want|intend|tend|detest|cherish|treasure|pity|envy|relate|side|stick|question|judge|mourn|weep"
    r"|laugh|smil|sing|rejoic|worship|surrender|submit|serve|served|help|reach|open|walk with|follow|lead|move"
    r"|moved)"
)
_NO_VERB = (
    r"(?:didn|couldn|wouldn|shouldn|isn|aren|weren|ain|\w+ly|has|met|spent|do|did|don|doesn|haven|hadn|wasn|won"
    r"|ll|d|m|ve|s|too|as|and|in|at|for|also|just|not|never|always|am"
    r"|was|were|is|have|had|so|only|very|got|get|let|come|came|go|went|make|made|can|may|must)"
)
ENGLISH: Grammar = grammar(
    (
        (
            rf"i ?a?m {_ADVERB}an? (?!{_FIGURE}\b)(?!\w+ of (?:peace|hope|god|light|love))[\w]+(?: \w+){{0,2}}(?:$|"
            rf" (?:in|at|of|from|living"
            r"|working|with|and|who|for|or|on|by|since) )"
        ),
        (
            rf"i ?a?m {_ADVERB}an? (?!{_FIGURE}\b)(?:\w+ ){{0,3}}?(?:mother|father|mum|mom|dad|parent|student|teacher"
            rf"|nurse|doctor"
            r"|driver|worker|farmer|owner|renter|tenant|landlord|homeowner|retiree|pensioner|veteran|citizen|resident"
            r"|immigrant"
            r"|refugee|migrant|engineer|lawyer|artist|musician|manager|woman|man|male|female|girl|boy|teenager|carer"
            r"|caregiver"
            r"|grandmother|grandfather|widow|widower|orphan|survivor|graduate|employee|employer|volunteer|cyclist"
            r"|smoker)\b"
        ),
        r"i ?a?m an? (?:\w+ )?member of (?!the human|humanity|one|this|our|the same|society)",
        rf"i ?a?m {_ADVERB}{_TRAIT}(?:$| (?:and|with|man|woman|male|female|citizen|person|since|for|by|but)\b)",
        (
            r"i ?a?m (?:(?:over|under|above|below|between|older than|younger than|at least|aged|almost|nearly|about"
            r"|around|only"
            r"|now|turning) )?\d+(?:$| )"
        ),
        (
            r"i ?a?m in my (?:early |mid |late )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties"
            r"|\d+ ?s)\b"
        ),
        r"i ?a?m (?:originally )?from (?!the (?:heart|bottom)|now)\w+(?: \w+){0,2}$",
        (
            rf"i ?a?m {_ADVERB}(?:retired|working|studying|unemployed|(?:self )?employed|looking for"
            rf" (?:a )?(?:job|work)"
            rf"|out of work"
            r"|enrolled|registered|eligible|receiving|living|renting|raising|married|based|paid|on"
            r" (?:benefits|welfare|a"
            r" pension"
            r"|disability|a waiting list)|homeless|between jobs|training to be|the (?:mother|father|parent|owner|eldest"
            r"|youngest"
            r"|only child|first in my family))(?:$| (?!to (?:make|build|bring|help|create|change)|for"
            r" (?:peace|change|all)"
            r"|on (?:it|myself|peace)|together|in (?:fear|hope|peace))\w)"
        ),
        r"i identify (?:myself )?as\b|i self identify\b",
        r"i consider myself (?:to be |as )?(?:an? )?(?!lucky|blessed|fortunate|happy|part|against|free)\w+(?: \w+)?$",
        r"i consider myself (?:to be |as )?an? person with\b|i do now or have in the past\b",
        (
            rf"i {_OFTEN}(?:live|reside|stay|lived) (?:alone\b|here\b|abroad\b|nearby\b|by myself|(?:in|on|at|near|with"
            rf"|outside|within|next"
            rf" to|close to|by|between|north|south|east|west|above|under|over|across|up|down|about|more than|less than"
            rf"|\d) ?"
            rf"(?!{_NO_PLACE}))"
        ),
        (
            rf"i (?:have|ve) {_OFTEN}(?:lived|worked|resided|studied|been living|been working) (?:alone|abroad|here|all"
            rf" my life"
            rf"|my whole life|(?:in|at|as|on|near|with|for|since|outside) (?!{_NO_PLACE}))"
        ),
        (
            rf"i {_OFTEN}(?:work|study|teach|farm|train) (?:(?!for (?:a better|peace|all|every|justice|change|love|the"
            rf" (?:good"
            rf"|future|world|people|common|children|poor|day|peace))|toward|on (?!(?:a farm|the railway"
            rf"|weekends|sundays"
            rf"|a ship))|to |"
            rf"so |hard|together|with (?:you|love|all)|in (?!\w+$|an? |the )|(?:in|at|as) {_NO_PLACE})\w+)"
        ),
        (
            r"i (?:was|were) (?:not )?(?:born|raised|baptised|baptized|adopted|homeschooled|educated|diagnosed|laid off"
            r"|made redundant"
            r"|fired|evicted|arrested|stopped|robbed|burgled|assaulted|homeless|unemployed|brought up|in the (?:army"
            r"|military|navy)"
            r"|in foster care|an? \w+ (?:for|in|at|until))\b"
        ),
        (
            r"i (?:grew up|came here|came to|come from|immigrated|emigrated|migrated|retired|graduated|dropped out|quit"
            r"|left school"
            r"|left home|enrolled|divorced|remarried|enlisted)\b(?! (?:the|to)? ?conclusion)"
        ),
        (
            r"i (?:finished|completed|left|attended|started|went to) (?:\w+ ){0,2}(?:school|college|university|degree"
            r"|education|studies"
            r"|high school|apprenticeship|training)\b"
        ),
        (
            rf"i (?:recently |just |once )?(?:lost|bought|sold|inherited|got|had|joined|served|did not vote|didn t vote"
            rf"|studied"
            rf"|worked|lived|rented|taught|volunteered|started|founded) (?!to\b|enough|the (?:impression|feeling"
            rf"|chance))(?!(?:\w+ ){{0,3}}{_ABSTRACT}\b)\w+"
        ),
        (
            rf"i(?: ve got| have got| ve| have| own|ve| had) {_COUNT} (?!(?:\w+ ){{1,3}}(?:for|about|to) )(?!(?:\w+"
            rf" ){{0,3}}?{_ABSTRACT}\b)\w+"
        ),
        rf"i (?:have|ve got|have got|had) {_HELD}\b",
        rf"i (?:do not|don t|no longer|never) (?:have|own) (?!(?:\w+ ){{0,3}}?{_ABSTRACT}\b)\w+",
        (
            r"i (?:own|rent|run|lease|sublet|manage|operate) (?:my|an?|the|our|more|two|three|several|\d+|multiple|land"
            r"|property)\b"
            r"(?! (?:mistakes?|life|words|actions|story|choices))"
        ),
        r"i (?:earn|make) (?:less|more|under|over|between|about|around|minimum|the minimum|\$|€|£|\d)",
        (
            rf"i {_OFTEN}(?:drive|commute|cycle|bike|ride|walk) (?:to {_TO_PLACE}|for (?:uber|lyft|a living)|a (?:taxi"
            rf"|cab|truck|bus|car"
            r"|van|lorry|bike|bicycle)|the (?:bus|train)|my (?:dog|dogs|bike|kids|children|car)|every (?:day|week"
            r"|morning))\b"
        ),
        (
            rf"i {_OFTEN}(?:take|use|catch|ride) (?:the |a |an |my |public )?(?:bus(?:es)?|train|tram|metro|subway"
            rf"|underground|public transport"
            r"|public transit|wheelchair|hearing aids?|walker|cane|car|bike|bicycle|food bank|library"
            r"|internet|facebook)\b"
        ),
        rf"i {_OFTEN}go to {_TO_PLACE}\b",
        (
            r"i (?:do not |don t |only |mostly |also |never |often |sometimes |regularly |occasionally |usually"
            r" )?(?:smoke|vape|drink"
            r"|eat|drive|cook|garden|fish|hunt)(?:$| (?:alcohol|coffee|meat|fish|pork|beef|every|at"
            r"|once|twice|\w+ times"
            r"|halal|kosher"
            r"|vegan|organic|cigarettes|daily|weed|cannabis|marijuana)\b)"
        ),
        (
            rf"i {_OFTEN}speak (?!for\b|up\b|out\b|to\b|about\b|the truth|of\b|with\b|from\b|as\b)(?:\w+ ){{0,3}}?(?:at"
            rf" home|languages?"
            r"|fluently|\w+(?:ish|ian|ese|ic)|french|german|dutch|hindi|urdu|tagalog|hebrew)\b"
        ),
        (
            r"i (?:volunteer|worship|shop|bank|exercise|babysit|foster|homeschool|commute|freelance)(?:$| (?:at|in|with"
            r"|every|for|my|here"
            r"|on|by|to|as|two|three)\b)"
        ),
        (
            rf"i {_OFTEN}(?:vote|watch|read|attend|shop|travel|visit|educate myself|play|go (?:swimming|running|hiking"
            rf"|fishing|jogging"
            r"|shopping))(?:$| (?!(?:our|for peace|of)\b))"
        ),
        r"i (?:pay|paid) (?:\w+ ){0,3}?(?:rent|mortgage|taxes|tuition|fees|child support|\d+)\b",
        (
            r"i (?:receive|get|collect|claim|draw|live on) (?:\w+ ){0,3}?(?:benefits?|pension|welfare|disability|social"
            r" security|food stamps"
            r"|child support|allowance|scholarship|wage)\b"
        ),
        (
            r"i (?:care for|look after|take care of|support|raise|am raising|homeschool) (?:my|an?|two|three|four)"
            r" (?:\w+ ){0,3}?"
            r"(?:mother|father|parents?|mum|mom|dad|child|children|kids|sons?|daughters?|husband|wife|grandchildren"
            r"|grandmother"
            r"|brother|sister|relative|animals?|dog)\b"
        ),
        (
            r"i belong to (?:an?|the|my) (?:\w+ ){0,4}?(?:church|mosque|synagogue|union|party|club|association"
            r"|congregation|minority|tribe"
            r"|community|parish|cooperative|team|group|choir|generation)\b"
        ),
        (
            r"i (?:can|could|am able to) (?:\w+ )?(?:explain (?:how|what|a|an|the|\w+ s)\b|speak (?:an?|two|three"
            r"|several|many|\d+) "
            r"(?:\w+ )?languages?\b)|i did (?:my|an?) \w+|i hold an? (?!(?:grudge|opinion|belief|view|dream"
            r"|hope))\w+|i ?a?m hard of hearing|i (?:can t|cannot|can not) (?:drive|swim|read|walk|hear|see"
            r"|vote)(?:$| (?:without"
            r"|because|and)\b)"
        ),
        r"i (?:fully |mostly |already )?understand (?:how|what) (?!we\b|you\b|it (?:is|feels)\b)",
        r"i have an? (?:\w+ )?understanding of (?!each|one another)",
        (
            r"my (?:\w+ ){0,2}?(?:income|salary|wage|age|gender|sex|occupation|profession|job|religion|nationality"
            r"|ethnicity|race"
            r"|native language|first language|mother tongue|name|pronouns|pension|rent|household|postcode|zip code"
            r"|education|address"
            r"|commute|mortgage) (?:is|are|has|have|earns|takes|was)\b(?! (?:too|so|not enough|unfair))"
        ),
        r"(?:english|\w+) is (?:not )?my (?:first|second|native|mother|home) (?:language|tongue)\b",
        (
            rf"(?:both (?:of )?|one of |some of |none of )?my (?:\w+ )?{_KIN} (?:\w+ )?(?:is|are|was|were|has|have|had"
            rf"|works?|worked|lives?|lived"
            r"|came|comes?|goes|go|went|attends?|attended|moved|emigrated|immigrated|served|owns?|rents?|speaks?|died"
            r"|grew|and i (?:live"
            r"|rent|own|have|work))\b(?! (?:our|the future|my (?:life|world|joy)|everything|one\b))"
        ),
        (
            r"we (?:both )?(?:live|rent|own|stay) (?:(?:in|on|at|with) )?(?:an?|our|my|the same|two"
            r"|three|four|five|\d+)"
            r" (?:[\w-]+ ){0,4}?(?:flats?|apartments?"
            r"|house|home|farm|village|town|suburb|street|rooms?|condo|trailer|bungalow|cottage|studio|estate|block"
            r"|parents)\b"
        ),
        (
            r"we have (?:\d+|one|two|three|four|five|no) (?:\w+ )?(?:kids|child(?:ren)?|sons?|daughters?|cars?|dogs?"
            r"|cats?)\b"
        ),
        r"(?:there are )?(?:\d+|two|three|four|five|six) (?:people|of us) (?:live )?in my household",
        (
            rf"i (?:have|ve) (?:never |already |always |often |also |ever |once |not |recently |just |only |personally"
            rf" )*(?:used(?! my)|read|voted"
            rf"|moved|written|attended|visited|studied|served|travelled|traveled|owned|rented|smoked|driven|volunteered"
            rf"|received|graduated"
            r"|retired|had|(?:lost|changed|left) my (?:job|home|house|mind|vote|licence|license)"
            r"|participated|been (?:to"
            r"|in|a|an|the|on"
            r"|married|divorced|unemployed|homeless|arrested|stopped|diagnosed|evicted|fired|robbed"
            r"|disabled|retired|vegan"
            r"|vegetarian|working|living|called|denied|refused)\b)"
            rf"(?!(?: \w+){{0,3}}? {_ABSTRACT}\b)"
        ),
        r"i (?:just |recently )?moved (?:to|from|here|in|into|out|back)\b",
        (
            r"i ?a?m in (?:my|the) \w+ (?:and final )?(?:year|semester|term|grade|trimester)\b|i (?:never|have never"
            r"|haven t) (?:learned|learnt|went|finished|had (?:a|an|any)|married|worked|owned|lived|been to|been able"
            r" to (?:drive|swim))\b"
        ),
        (
            rf"my {_KIN} \w+ed\b(?! me to)|my {_KIN} and i (?!are (?:happy|glad)|hope|dream|agree|disagree)\w+"
            rf"|i (?:do not|don t) (?:use|watch|read"
            rf"|play|attend|have to commute)\b"
        ),
        (
            rf"i {_OFTEN}(?!{_NO_VERB}\b)(?!{_MIND}\w*\b)\w{{3,}}(?:$| (?!that\b|how\b|if\b|why\b"
            rf"|whether\b|(?:\w+ ){{0,3}}{_ABSTRACT}\b)\w+)"
        ),
        (
            r"i (?:have|ve) (?:never |not )?(?:been (?:abroad|clean|sober|retired|ill|sick|a|an|in|on)|left|quit"
            r"|stopped)\b|i (?:have|ve) been \w+ for \w+ (?:years|months)"
        ),
        r"(?:as an? (?:\w+ ){1,3})i (?:work|live|earn|drive|study|get|have)\b",
        (
            r"i (?:also |only )?(?:voted|did not vote|didn t vote)(?:$| (?:to (?:remain|leave|stay)|for|in|at|by|remain"
            r"|leave|yes|no|green|labour|twice|once)\b)"
        ),
        (
            r"i am (?:deaf|blind|disabled|paralysed|paralyzed) (?:in|from|since|on) |i am \w+ (?:months|weeks) pregnant"
            r"|i have (?:personally )?experienced \w+"
        ),
        r"i (?:will be|turn(?:ed)?) \d+(?:$| )|i (?:live|get by) (?:off|on|from) (?:my|a|an|less|under|\d|the minimum)",
    ),
    "wants? wish(?:es)? should must needs? hope hopes? let please ought pray prays desire prefer would favou?r"
    " deserve love loves"
    " hate like_to d_like d_rather rather believe think thinks feel feels support_the support_our oppose against"
    " tired afraid worried"
    " happy glad sad dream because so_that better fair unfair but(?!_less|_under|_not|_below|_more) agree disagree"
    " concerned"
    " proud grateful sick_of fed_up willing ready committed peace justice freedom could might shall can_we convinced"
    " sure trust"
    " faith in_politics vote_for voting_for thankful unsafe safe_from enjoy appreciate too_much too_many too_few"
    " not_enough scared frustrated together_we",
    r"\b(?:i|i m|im|my|mine|we|our|me)\b",
    lead=r"currently|at present|at the moment|right now|now|these days|nowadays|for (?:work|years|the (?:last|past)"
    r" \w+ \w+|\w+ years)"
    r"|since \w+(?: \w+)?|in \d{4}|last (?:year|month|week)|\w+ years ago|every (?:day|morning|evening|week|weekend"
    r"|month|year|\w+day)"
    r"|on (?:weekends|weekdays|sundays|saturdays)|at (?:home|night|work|the weekend)|most (?:days|of the time)"
    r"|usually|normally|sometimes|often"
    r"|personally|as a (?:child|kid|student|teenager)|in my (?:spare|free) time|like my \w+|to get to work|yes|well"
    r"|well then|so|honestly|until last year",
)
