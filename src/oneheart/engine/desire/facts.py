"""Facts about the author ("I am a renter"), which are no wishes: patterns for eleven languages.

Languages with patterns of their own: en, he, ru, es, de, fr, it, pt, tr, uk, zh.
"""

from __future__ import annotations

import re

from oneheart.engine.desire.scripts import LANGUAGES_OF_SCRIPT, base_language, script_of
from oneheart.engine.desire.wording import normalise


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _one_of(listed: str) -> str:
    """Return a group that matches one of the listed words; an underscore stands for a blank within."""
    return "(?:" + "|".join(word.replace("_", " ") for word in listed.split()) + ")"


_EN_COUNTED = r"(?:\d+|one|two|three|four|five|six|seven|a|an|no|more than|less than|at least|my)"
_EN_HELD = _one_of(
    "child(?:ren)? kids? sons? daughters? grandchildren dogs? cats? pets? cars? bikes? guns? jobs? degrees?"
    " disabilit(?:y|ies) mortgage homes? house houses housing apartments? flat condo propert(?:y|ies) business land"
    " siblings brothers? sisters?"
)
_EN_TRAIT = _one_of(
    "male female non_?binary transgender cisgender gay lesbian bisexual straight queer white black asian"
    " hispanic latino"
    " latina jewish muslim christian catholic buddhist hindu secular religious married single divorced widowed retired"
    " unemployed employed self_employed disabled vegan vegetarian working_class middle_class"
)
_EN_FIGURE = _one_of(
    "fan believer supporter advocate proponent opponent lover bit little lot firm strong strongly big huge"
    " great strange"
    " stranger human part member_of victim slave prisoner child_of_god hundred person_who someone man_of woman_of soul"
    " seeker witness friend beggar fool fighter champion dreamer sinner servant drop cell believer"
)
_EN_NO_PLACE = (
    r"(?:a |the |constant |an |my )?"
    r"(?:fear|hope|peace|pain|love|joy|despair|faith|harmony|danger|world|society|time|terror|dream|heart|silence)s?\b"
)
_EN_STILL = "(?:currently |now |still |also )?"
_EN_EVER = "(?:never |already |always |often |also |ever )?"
_EN_OFTEN = "(?:always|usually|often|sometimes|rarely|regularly|occasionally|almost always|almost never|never) "
_EN_KNOWN = (
    r"(?:\w+ )?(?:explain (?:how|what|a|an|the|\w+ s)\b|speak (?:an?|two|three|several|many|\d+) (?:\w+ )?languages?\b)"
)

# All begin at the start of the normalised words: a fact about oneself begins with oneself.
_FACTS: dict[str, re.Pattern[str]] = {
    "en": _any(
        rf"i ?a?m {_EN_STILL}an? (?!{_EN_FIGURE}\b)\w+(?: \w+)?(?:$| (?:in|at|of|from|living|working|with|and"
        rf"|who|for|or) )",
        rf"i ?a?m {_EN_STILL}{_EN_TRAIT}(?:$| (?:and {_EN_TRAIT}|with|man|woman|male|female)\b)",
        r"i ?a?m (?:(?:over|under|above|below|between|older than|younger than|at least|aged|almost|nearly)"
        r" )?\d+(?:$| )",
        r"i ?a?m (?:originally )?from (?!the (?:heart|bottom))\w+(?: \w+)?$",
        rf"i ?a?m {_EN_STILL}(?:retired|working|studying|unemployed|(?:self )?employed)(?:$| (?:as|at|from|by|or) )",
        r"i identify as\b",
        r"i consider myself (?:to be |as )?(?:an? )?(?!lucky|blessed|fortunate|happy|part|against|free)\w+(?: \w+)?$",
        rf"i {_EN_STILL}(?:live|reside) (?:alone$|(?:in|on|at|near|with|outside|within) (?!{_EN_NO_PLACE}))",
        rf"i (?:have|ve) (?:lived|worked|resided|studied) (?:here|(?:in|at|as|on|near) (?!{_EN_NO_PLACE}))",
        rf"i {_EN_STILL}(?:work|study) (?:as|at|in) (?!{_EN_NO_PLACE})",
        r"i (?:was born|grew up|was raised) (?:in|on|near|and)\b",
        r"i ?a?m (?:not )?(?:eligible|registered) to vote\b",
        rf"i(?: ve got| have got| have| own) {_EN_COUNTED} (?:\w+ ){{0,2}}?{_EN_HELD}\b",
        rf"i (?:do not|don t) (?:have|own) (?:an? |any |my own )?{_EN_HELD}\b",
        r"i (?:rent|own) (?:my|an?) (?:own )?(?:\w+ )?(?:home|house|apartment|flat|room|place)\b",
        r"i earn (?:less|more|under|over|between|about|around|\$|€|£|\d)",
        r"i (?:drive|commute|cycle|bike|ride|walk) (?:to work|to school|for uber|a taxi|a cab|the bus)\b",
        r"i (?:voted|did not vote|didn t vote) (?:for|in|to|leave|remain)\b",
        r"my (?:\w+ )?(?:income|salary|age|gender|sex|occupation|profession|religion|nationality|ethnicity"
        r"|native language"
        r"|mother tongue|name|pronouns) (?:is|are|has|have)\b",
        rf"i (?:have|ve) {_EN_EVER}(?:used(?! my)|read|voted|moved|written|attended|visited|studied|served)\b",
        r"i (?:have|ve) changed my (?:mind|vote)\b",
        r"i (?:have |ve )?had (?:at least |only |more than )?(?:an?|one|two|\d+) (?:\w+ ){0,4}"
        r"(?:encounters?|accidents?|contact|experiences?)\b",
        rf"i {_EN_OFTEN}(?:vote|use|watch|read|attend|shop|cycle|bike|travel|visit|educate myself)\b(?! our\b)",
        r"i (?:just |recently )?moved (?:to|from|here)\b",
        rf"i (?:can|could|am able to) {_EN_KNOWN}",
        r"i (?:fully |mostly |already )?understand (?:how|what) (?!we\b|you\b|it (?:is|feels)\b)",
        r"i have an? (?:\w+ )?understanding of (?!each|one another)",
        r"i consider myself (?:to be |as )?an? person with\b",
        r"i ?a?m (?:currently |now )?receiving\b|i do now or have in the past\b",
    ),
    "he": _any(
        r"אני (?:גר|גרה|מתגורר|מתגוררת) (?:ב|עם |ליד |לבד|ל)",
        r"אני (?:בן|בת) (?:\d+|עשרים|שלושים|ארבעים|חמישים|שישים|שבעים|שמונים)\b",
        r"אני (?:מעל|מתחת|מתחת לגיל|מעל לגיל|מעל גיל) (?:גיל )?\d+",
        r"אני (?:עובד|עובדת) (?:כ(?!די |מו |ל )|ב(?!שביל|יחד|שלום|אמונה|אהבה))",
        r"אני (?:לומד|לומדת) ב(?!יחד|שלום|אהבה)",
        "אני "
        + _one_of(
            "שוכר שוכרת פנסיונר פנסיונרית גמלאי גמלאית סטודנט סטודנטית תלמיד תלמידה נשוי נשואה רווק רווקה גרוש"
            " גרושה אלמן"
            " אלמנה יהודי יהודיה יהודייה ערבי ערביה ערבייה מוסלמי מוסלמית נוצרי נוצרית דרוזי דרוזית חילוני"
            " חילונית דתי דתיה"
            " דתייה חרדי חרדית מסורתי מסורתית גבר אישה אמא אבא אם אב סבא סבתא מורה רופא רופאה נהג נהגת אח אחות"
            " מהנדס מהנדסת"
            " עצמאי עצמאית שכיר שכירה מובטל מובטלת חייל חיילת חקלאי עורך_דין עורכת_דין עולה_חדש עולה_חדשה"
        )
        + r"(?:$| (?:ב\w+|מ\w+|ל\w+|ו\w+|של|עם|יחידנית|חד|דירה)\b)",
        r"יש לי (?:רק )?(?:\d+ |שני |שתי |שלושה |שלוש |ארבעה |ארבע |חמישה |חמש )?"
        + _one_of("ילד ילדה ילדים ילדות בנים בנות נכדים כלב כלבה חתול רכב אוטו מכונית דירה תואר משכנתא")
        + r"(?:$| )",
        r"אין לי (?:ילדים|רכב|אוטו|דירה|משכנתא|רישיון)(?:$| )",
        r"(?:ההכנסה|המשכורת|השכר|הגיל|המקצוע) שלי (?:הוא|היא|מעל|מתחת|גבוה|גבוהה|בין|\d)",
        r"(?:נולדתי|גדלתי) ב",
        r"(?:קוראים לי|שמי) ",
        r"אני (?:תמיד |אף פעם לא |לפעמים |בדרך כלל )(?:מצביע|מצביעה|נוסע|נוסעת|משתמש|משתמשת|קורא|קוראת)\b",
        r"(?:הצבעתי|השתמשתי|עברתי לגור|התחתנתי|התגרשתי) ",
        r"(?:אני (?:מרוויח|מרוויחה|משתכר|משתכרת) (?:פחות|יותר|מעל|מתחת|כ|\d))|(?:יש לי רישיון)",
    ),
    "ru": _any(
        r"я (?:живу|проживаю|учусь|родился|родилась|вырос|выросла) (?:в|во|на|под|около|возле|рядом) "
        r"(?!надежд|страх|мир[еу]|любв|вер[еу]|ожидани|согласи|радост|мечт|бо[лг])",
        r"я (?:живу|проживаю) (?:один|одна)$",
        r"я работаю (?!над|ради|за|чтобы|вместе|для|на благо|на мир)\w+",
        r"я снимаю (?:квартиру|жиль[её]|комнату|дом)\b",
        "я "
        + _one_of(
            "пенсионер пенсионерка студент студентка школьник школьница арендатор мать отец мама папа бабушка"
            " дедушка женщина"
            " мужчина врач учитель учительница водитель таксист инженер программист медсестра инвалид предприниматель"
            " безработный безработная домохозяйка еврей еврейка мусульманин мусульманка христианин христианка"
            " православный"
            " православная атеист атеистка вегетарианец вегетарианка женат замужем разведен разведена разведён"
            " холост вдова"
            " вдовец русский русская украинец украинка репатриант репатриантка"
        )
        + r"(?:$| (?:и|в|из|на|с|двоих|троих|по|уже) )",
        r"мне (?:уже )?(?:больше |более |меньше |менее |за |под |около |почти |старше )?\d+(?:$| (?:лет|год|года))",
        r"у меня (?:есть )?(?:\d+ |один |одна |двое |трое |четверо |два |две |три |нет )?"
        + _one_of(
            "ребенок ребёнок детей дети сын сына дочь дочери внук внуков внуки собака кошка машина машины"
            " квартира ипотека"
        )
        + r"(?:$| )",
        r"(?:мой (?:\w+ )?(?:доход|возраст|пол)|моя (?:\w+ )?(?:зарплата|пенсия|профессия|национальность)) "
        r"(?!слишком|очень|долж|мал|низк)",
        r"меня зовут ",
        r"я (?:родом )?из (?!тех|люб|страх|за)\w+$",
        r"я (?:всегда|обычно|часто|иногда|редко|никогда не) (?:голосую|езжу|пользуюсь|хожу на выборы|читаю)\b",
        r"я (?:уже |никогда не |не )?(?:голосовал|голосовала|пользовался|пользовалась|переехал|переехала) ",
        r"я зарабатываю (?:меньше|больше|менее|более|около|до|от|\d)",
        r"у меня (?:есть |нет )?водительск\w+ прав[аы]?$",
    ),
    "es": _any(
        "(?:yo )?soy (?:un |una )?"
        + _one_of(
            "inquilin[oa] propietari[oa] estudiante jubilad[oa] pensionista madre padre mujer hombre médic[oa] doctora?"
            " maestr[oa] profesora? enfermer[oa] ingenier[oa] taxista conductora? abogad[oa] agricultora? obrer[oa]"
            " emplead[oa] autónom[oa] solter[oa] casad[oa] viud[oa] divorciad[oa] judí[oa] musulm[aá]na? católic[oa]"
            " cristian[oa] ate[oa] vegetarian[oa] vegan[oa] inmigrante migrante argentin[oa] mexican[oa] español(?:a)?"
            " colombian[oa] chilen[oa] abuel[oa]"
        )
        + r"(?:$| (?:y|de|en|con|desde|que vive|solter[oa])\b)",
        r"(?:yo )?soy mayor de \d+",
        r"(?:yo )?tengo (?:más de |menos de |casi )?\d+ años",
        r"(?:yo )?tengo (?:un|una|dos|tres|cuatro|\d+) "
        + _one_of(
            "hij[oa]s? niet[oa]s? perros? gatos? coches? autos? carros? casas? herman[oa]s? hipoteca discapacidad"
        )
        + r"\b",
        r"(?:yo )?no tengo (?:hijos|coche|auto|carro|casa|hipoteca)\b",
        r"(?:yo )?(?:vivo|resido) (?:sol[oa]$|con (?:mi|mis)\b|en (?!"
        + _one_of("paz un_mundo una_sociedad la_esperanza esperanza miedo el_miedo armonía amor la_fe")
        + r"\b))",
        r"(?:yo trabajo (?:en|como|de) (?!paz|equipo|armonía)|trabajo como )",
        r"(?:yo )?alquilo (?:un|una|mi)\b",
        r"(?:yo )?estoy (?:casad[oa]|jubilad[oa]|divorciad[oa]|solter[oa]|desemplead[oa])\b",
        r"mis? (?:ingresos?|sueldo|salario|edad|género|profesión|religión|nombre) (?:\w+ )?(?:es|son) (?!muy"
        r"|demasiado)",
        r"nací en |me llamo |me identifico como ",
        r"(?:yo )?(?:siempre|normalmente|a menudo|a veces|nunca) (?:voto|uso|viajo|leo|camino|voy en)\b",
        r"(?:yo )?(?:he (?:votado|usado|leído|visitado|vivido|trabajado)|voté|me mudé) ",
        r"(?:yo )?gano (?:menos|más|unos|cerca|entre|\d)|(?:yo )?tengo (?:carné|licencia|permiso) de conducir",
    ),
    "de": _any(
        "ich bin (?:eine? )?"
        + _one_of(
            "mieter(?:in)? vermieter(?:in)? eigentümer(?:in)? hausbesitzer(?:in)? rentner(?:in)? student(?:in)?"
            " schüler(?:in)?"
            " lehrer(?:in)? arzt ärztin pfleger(?:in)? krankenschwester ingenieur(?:in)? taxifahrer(?:in)?"
            " mutter vater oma opa"
            " grossmutter grossvater frau mann beamter beamtin landwirt(?:in)? angestellter? selbst?ständig arbeitslos"
            " verheiratet ledig geschieden verwitwet alleinerziehende?r? berufstätig pensioniert katholisch evangelisch"
            " muslim(?:in)? jude jüdin christ(?:in)? atheist(?:in)? vegetarier(?:in)? veganer(?:in)? männlich weiblich"
            " deutscher? österreicher(?:in)? schweizer(?:in)?"
        )
        + r"(?:$| (?:und|in|im|aus|bei|von|mit|an|auf|mutter|vater)\b)",
        r"ich bin (?:schon |über |unter |älter als |jünger als |fast )?\d+(?:$| )",
        r"ich wohne (?:in|im|am|an|auf|bei|zur|seit|allein|mit|hier)\b",
        r"ich lebe (?:(?:in|im|auf|bei|am) (?!"
        + _one_of("frieden hoffnung angst einer_welt der_hoffnung liebe harmonie dem_glauben")
        + r"\b)|allein$|seit \d|mit mein)",
        r"ich arbeite (?:als|bei|beim) |ich studiere |ich heisse |ich komme aus ",
        r"ich habe (?:eine?n?|zwei|drei|vier|fünf|keine?n?|\d+) "
        + _one_of(
            "kind kinder sohn söhne tochter töchter enkel hunde? katzen? auto haus wohnung behinderung führerschein"
        )
        + r"(?:$| )",
        r"ich (?:besitze|miete) k?eine?n? ",
        r"ich verdiene (?:\d|(?:mehr|weniger) als \d|unter \d|über \d)",
        r"mein (?:\w+)?(?:einkommen|gehalt|alter|beruf|geschlecht|name) (?:ist|liegt|beträgt) (?!zu )",
        r"ich (?:wurde|bin) (?:\w+ ){1,4}(?:geboren|aufgewachsen)$",
        r"ich (?:wähle|benutze|nutze|lese|fahre) (?:immer|meistens|oft|manchmal|selten|nie|regelmässig) ?(?!zu weit)",
        r"ich habe (?:\w+ ){1,4}(?:gewählt|abgestimmt|benutzt|besucht|gelesen)$",
        r"ich bin (?:nach|in) (?:\w+ ){1,2}gezogen$",
        r"ich habe (?:einen|den|keinen) (?:\w+ )?(?:führerschein|schulabschluss)",
    ),
    "fr": _any(
        "je suis (?:une? )?"
        + _one_of(
            "locataire propriétaire étudiante? retraitée? mère père femme homme médecin enseignante? infirmi(?:er|ère)"
            " ingénieure? chômeu(?:r|se) mariée? célibataire divorcée? veu(?:f|ve) musulmane? jui(?:f|ve)"
            " catholique athée"
            " végétarien(?:ne)? agricult(?:eur|rice) fonctionnaire"
        )
        + r"(?:$| (?:et|à|au|en|de|dans|avec)\b)",
        r"j ai (?:plus de |moins de |presque )?\d+ ans",
        r"j ai (?:une?|deux|trois|quatre|\d+) (?:enfants?|fils|filles?|chiens?|chats?|voitures?)\b",
        r"(?:j habite|je vis|je réside) (?:seule?$|(?:à|au|en|dans|chez|avec) "
        r"(?!paix|un monde|l espoir|la peur|une société|l amour))",
        r"je travaille (?:comme|chez) |je m appelle |je suis née? (?:à|en|au)\b",
        r"(?:mon (?:revenu|salaire|âge) est|mes revenus sont) (?!trop)",
    ),
    "it": _any(
        "(?:io )?sono (?:un |una |uno )?"
        + _one_of(
            "inquilin[oa] proprietari[oa] studente studentessa pensionat[oa] madre padre donna uomo medico insegnante"
            " infermier[ea] ingegnere disoccupat[oa] sposat[oa] single divorziat[oa] vedov[oa] cattolic[oa]"
            " musulman[oa]"
            " ebre[oa] ate[oa] vegetarian[oa] agricoltore"
        )
        + r"(?:$| (?:e|di|in|a|con|da)\b)",
        r"ho (?:più di |meno di |quasi )?\d+ anni",
        r"ho (?:un|una|due|tre|quattro|\d+) (?:figli|figlio|figlia|figlie|cane|cani|gatto|gatti|macchina|auto)\b",
        r"(?:vivo|abito) (?:da sol[oa]$|(?:a|in|nel|nella|con) (?!pace|un mondo|paura|armonia|speranza|una società))",
        r"mi chiamo |sono nat[oa] (?:a|in|nel)\b|il mio (?:reddito|stipendio) è (?!troppo)",
    ),
    "pt": _any(
        "(?:eu )?sou (?:uma? )?"
        + _one_of(
            "inquilin[oa] proprietári[oa] estudante aposentad[oa] reformad[oa] mãe pai mulher homem médic[oa]"
            " professora?"
            " enfermeir[oa] engenheir[oa] desempregad[oa] casad[oa] solteir[oa] divorciad[oa] viúv[oa]"
            " católic[oa] judeu judia"
            " muçulman[oa] ateu vegetarian[oa] agricultora?"
        )
        + r"(?:$| (?:e|de|em|no|na|com|do|da)\b)",
        r"(?:eu )?tenho (?:mais de |menos de |quase )?\d+ anos",
        r"(?:eu )?tenho (?:uma?|dois|duas|três|\d+) (?:filh[oa]s?|cães|cão|gatos?|carros?)\b",
        r"(?:eu )?(?:moro|vivo) (?:sozinh[oa]$|(?:em|no|na|com) (?!paz|um mundo|medo|harmonia|esperança))",
        r"(?:eu )?trabalho como |me chamo |meu nome é |nasci (?:em|no|na) ",
        r"(?:o )?meu (?:salário|rendimento) é (?!muito)|(?:a )?minha renda é (?!muito)",
    ),
    "uk": _any(
        r"я (?:живу|мешкаю|проживаю|навчаюся|народився|народилася|виріс|виросла) (?:в|у|на|під|біля) "
        r"(?!надії|страху|мирі|любові|вірі|світі)",
        r"я працюю (?!над|заради|за|щоб|разом|для)\w+",
        "я "
        + _one_of(
            "пенсіонер пенсіонерка студент студентка орендар орендарка мати батько мама тато жінка чоловік"
            " лікар лікарка"
            " вчитель вчителька водій інженер одружений одружена розлучений розлучена безробітний безробітна"
            " українець українка"
        )
        + r"(?:$| (?:і|та|в|у|з|на|двох|трьох) )",
        r"мені (?:вже )?(?:більше |понад |менше |майже )?\d+(?:$| (?:років|рік|роки))",
        r"у мене (?:є )?(?:\d+ |двоє |троє |один |одна |немає )?(?:дитина|дітей|діти|син|дочка|собака|кішка"
        r"|машина)(?:$| )",
        r"мене звати ",
    ),
    "tr": _any(
        "(?:ben )?(?:bir )?"
        + _one_of(
            "kiracıyım emekliyim öğrenciyim öğretmenim doktorum mühendisim anneyim babayım kadınım erkeğim"
            " evliyim bekarım"
            " işsizim ev_sahibiyim müslümanım yahudiyim hristiyanım ateistim çiftçiyim memurum"
        )
        + "$",
        r"(?:ben )?\d+ yaşındayım$",
        r"(?:ben )?\w+(?:da|de|ta|te) (?:yaşıyorum|oturuyorum|çalışıyorum)$",
        r"(?:bir|iki|üç|\d+) (?:çocuğum|kızım|oğlum|arabam|evim) var$",
    ),
    "zh": _any(
        r"我(?:就)?是(?:一|1)?(?:個|个|名|位)?[^想要希望支持反對对認认為为覺觉同贊赞怕不很在說说的]{1,8}$",
        r"我(?:現在|现在|目前)?(?:住在|居住在|出生在|出生于|出生於)(?!和平|恐|希望)",
        r"我(?:今年)?(?:已經|已经)?\d+(?:多)?(?:歲|岁)",
        r"我的(?:收入|年收入|月收入|月薪|年齡|年龄|職業|职业)(?:是|在|為|为|超過|超过|低於|低于)",
        r"我(?:有|曾|曾經|曾经|沒有|没有|沒|没)?(?:在.{1,10})?(?:以.{1,6})?(?:用|搭|搭乘|叫|坐|開|开|投|去|買|买)(?:過|过)",
        r"我(?:有|沒有|没有).{0,8}(?:駕照|驾照|駕駛執照|驾驶执照|執照|执照)$",
        r"我有(?:\d+|[一兩两二三四])[個个輛辆間间隻只](?:孩子|小孩|兒子|儿子|女兒|女儿|車|车|房|狗|貓|猫)",
    ),
}

# Where one of these stands, the text asks, judges or feels something, however it begins.
_WISHES: dict[str, re.Pattern[str]] = {
    code: re.compile(rf"\b{_one_of(listed)}\b")
    for code, listed in {
        "en": "wants? wish(?:es)? should must needs? hopes? let please ought pray desire prefer would favou?r deserve"
        " believe think feel too support oppose against tired afraid worried happy glad sad dreams? because"
        " so_that better"
        " fair unfair but(?!_less|_under|_not|_below) agree disagree concerned proud grateful sick_of fed_up"
        " willing ready committed peace justice freedom",
        "he": "רוצה רוצים מקווה מבקש מבקשת צריך צריכה צריכים חייב חייבים חייבת שיהיה שתהיה שיהיו מאמין מאמינה"
        " חולם חולמת"
        " מתפלל מתפללת אבל מפחד מפחדת שלום כדי ראוי מגיע חושב חושבת",
        "ru": r"хочу хотел хотела хотим надеюсь желаю мечтаю нужно надо должн\w+ пусть чтобы прошу молюсь верю"
        r" считаю думаю"
        " боюсь но против устал устала слишком мира поэтому",
        "es": r"quiero quisiera queremos deseo espero necesito necesitamos debe\w* ojalá gustaría sueño creo"
        r" pienso pero"
        " para_que contra favor paz justicia demasiado hart[oa] cansad[oa] miedo merezco por_eso",
        "de": r"will wollen möchte\w* wünsche hoffe soll\w* muss müssen brauche\w* bitte dafür dagegen damit"
        r" glaube denke finde"
        " aber frieden gerechtigkeit müde angst traum deshalb zu_wenig zu_viel",
        "fr": r"veux voudrais voulons souhaite espère faut doi\w+ devrai\w+ besoin rêve crois pense mais"
        r" pour_que contre paix"
        " peur trop",
        "it": r"voglio vorrei vogliamo desidero spero bisogn\w+ dev\w+ dovrebb\w+ sogno credo penso ma perché"
        r" contro pace paura"
        " troppo",
        "pt": r"quero queria queremos desejo espero precis\w+ dev\w+ gostaria sonho acredito acho mas para_que"
        r" contra paz medo",
        "uk": r"хочу хочемо хотів хотіла сподіваюся бажаю мрію треба потрібно повинн\w+ нехай хай щоб прошу"
        r" молюся вірю вважаю"
        " але проти миру",
        "tr": r"istiyor\w* diliyor\w* umuyor\w* gerek\w* lazım olsun ama inanıyor\w* barış\w* umut\w* korku\w*",
    }.items()
} | {
    "zh": re.compile(
        "[想要願愿盼求但請请]|希望|應該|应该|應|必須|必须|需要|支持|反對|反对|認為|认为|覺得|觉得|所以|因為|因为"
    )
}
_MOST_FACT_WORDS = 16
_MOST_FACT_CHARACTERS = 24


def looks_like_fact(text: str, language: str | None = None) -> bool:
    """Return whether the text reads like a fact about its author ("I am a renter") rather than a wish.

    True only where the text begins with a pattern of its language for who one is, where one lives or works, how old
    one is, whom or what one has or earns, and holds no word of wishing, judging or feeling; texts of more than sixteen
    words (24 characters in Chinese) are never facts. With an unknown language the patterns of all languages of its
    script are tried. Meant as a flag for people to look at: nothing is left out because of it alone.

    Notes:
        Made to be right when it says True; it misses trades and ties that its lists do not name (only English takes
        any noun after "I am a"), facts in the third person ("my wife works"), facts that do not come first ("As a
        nurse, ..."), most habits ("I eat meat"), and all languages without a list. It takes a confession for a fact,
        and the English "I am a ..." also takes metaphors that its list of exceptions does not name.

    Source: ours; statements of this kind lead the lists of most agreed and most disputed statements of public
    conversations, unmarked.

    Example:
        >>> looks_like_fact("I am a renter"), looks_like_fact("I am for a world of peace")
        (True, False)
        >>> looks_like_fact("Я пенсионер", "ru"), looks_like_fact("Tengo un sueño", "es")
        (True, False)
    """
    spaced = normalise(text)
    code = base_language(language)
    codes = (code,) if code in _FACTS else LANGUAGES_OF_SCRIPT.get(script_of(spaced), ())
    return any(_reads_like_fact(spaced, candidate) for candidate in codes)


def _reads_like_fact(spaced: str, code: str) -> bool:
    normal = spaced.replace(" ", "") if code == "zh" else spaced
    is_short = len(normal) <= _MOST_FACT_CHARACTERS if code == "zh" else len(normal.split()) <= _MOST_FACT_WORDS
    return is_short and _FACTS[code].match(normal) is not None and _WISHES[code].search(normal) is None
