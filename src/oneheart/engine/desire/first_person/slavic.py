"""Facts about oneself in Russian, Ukrainian, Slovak, Czech and Polish: verbs of the first person and the past tense."""

from __future__ import annotations

from oneheart.engine.desire.first_person.grammar import Grammar, grammar, words_of

# --- Russian ----------------------------------------------------------------------------------------------------

_RU_STATE = words_of(
    r"за против рад рада уверен уверена готов готова согласен согласна благодарен благодарна доволен довольна часть"
    r" сторонни[кц]\w* счастлив счастлива"
    r" вс[её] не тоже так очень бы же с_вами один_из одна_из с_тобой не_против не_понимаю никто никому сам сама"
    r" только_за просто человек свободен свободна"
    r" открыт открыта капля из_тех озабочен\w* обеспокоен\w* убежден\w* убеждён\w* расстроен\w* сыт сыта горд горда"
    r" люблю как твой ваш ваша"
)
_RU_VERB = words_of(
    "живу проживаю учусь работаю подрабатываю снимаю арендую сдаю владею курю езжу хожу добираюсь передвигаюсь"
    " зарабатываю получаю ухаживаю плачу воспитываю состою"
    " служу преподаю занимаюсь пользуюсь голосую читаю говорю разговариваю ем пью вожу торгую веду держу отношусь"
    " ращу содержу учу болею страдаю посещаю катаюсь играю"
    " путешествую соблюдаю веган вегетарианец ношу развожу выращиваю рыбачу охочусь общаюсь прихожусь являюсь"
    " числюсь отношу_себя считаю_себя называюсь"
)
_RU_FEEL_VERBS = (
    r"(?!знал|узнал|сказал|говорил|слыш|услыш|видел|видал|заметил|замечал|помнил|забыл|спросил|сомнева|предлага"
    r"|предложил|написал бы|имел в виду|имела в виду|имел прав|наблюда|переживал|волнов|беспоко|обрадов|расстро"
    r"|влюби|полагал|ожида|выбрал|голосовал за мир|хотел|мечтал|надеял|желал|думал|считал|верил|любил|боял"
    r"|чувствовал|понял|понимал|решил|устал|полюбил|разочаровал|просил|поддержал|поддерживал|ждал|захотел|увидел"
    r"|предпоч)"
)
_RU_MIND = (
    r"(?:хоч|надею|желаю|мечтаю|думаю|верю|люблю|боюсь|чувствую|нахожу|знаю|понимаю|скучаю|ненавижу|предпочитаю|ценю"
    r"|уважаю|восхищаюсь|доверяю|сомневаюсь|прошу|требую|предлагаю|советую|настаиваю|отказываюсь|соглашаюсь"
    r"|поддерживаю|отвергаю|принимаю|жду|благодарю|сожалею|обещаю|вижу|слышу|замечаю|помню|забываю"
    r"|представляю|ищу|даю|дарю|прощаю|молюсь|плачу слишком|борюсь|стремлюсь|стараюсь|пытаюсь|нуждаюсь|заслуживаю"
    r"|могу|смогу|буду|стою|тоскую|злюсь|радуюсь|горжусь|возмущаюсь|волнуюсь|беспокоюсь|тревожусь|переживаю|страдаю"
    r" от (?:войны|одиночества)|пою|смеюсь|улыбаюсь|зову|призываю|приглашаю|выступаю|осуждаю"
    r"|одобряю|говорю|скажу|считаю|полагаю|голосую|открываю|делюсь|несу|живу|работаю|учусь|стану|остаюсь|становлюсь"
    r"|хвалю|клянусь|признаю|терплю|терпеть|жалею|выбираю|ожидаю|приветствую|желала|не|тоже|просто|очень|всей|всем"
    r"|всегда за|давно мечтаю|больше|к|по|ту|эту|всю|душу|воду|волю|землю)"
)
RUSSIAN: Grammar = grammar(
    (
        (
            rf"(?:я )?(?:сейчас |уже |давно |ещё |еще |обычно |часто |иногда |редко |всегда |никогда "
            rf"|больше |почти |не "
            rf"|дома |на работу |каждый день |вс[её] время |по выходным |постоянно |временно |тоже "
            rf"|теперь |пока |в основном |ежедневно |на учебу |на учёбу )*{_RU_VERB}(?:$| (?!(?:надеждой|мечтой|ради|за"
            rf" мир|над собой|чтобы|вместе|с вами|верой|любовью|в (?:надежде|страхе|мире|любви|вере|согласии|ожидании)"
            rf"|на благо|на мир|для"
            r"|от имени|правду|войной)\b)\w+)"
        ),
        (
            r"я (?:\w+ )?(?:ищу работу|ищу жиль[её]|на пенсии|на инвалидности|в декрете|в разводе|в браке|по"
            r" (?:профессии|специальности|образованию|национальности|вероисповеданию)|из [\w-]+(?: [\w-]+)?$|родом из"
            r"|мать|отец|член|женат|замужем|не замужем|не женат|без работы|на учете|вдова|вдовец)(?:$| )"
        ),
        (
            rf"я (?!{_RU_STATE}\b)(?:[\w-]+(?:ый|ий|ой|ая|яя) )?(?!{_RU_STATE}\b)[\w-]*(?:ист|истка|ник|ница|чик|чица"
            rf"|щик|щица|тель|тельница|арь|ец|ка|анин|анка|янин|янка|ер|ёр|ор|ач|ент|ентка|ант|антка|лог|граф|вед|врач"
            rf"|хозяйка|хозяин|мать"
            rf"|отец|мама|папа|бабушка|дедушка|женщина|мужчина|девушка|парень|инвалид|повар|рыбак|мусульманин|еврей"
            rf"|еврейка|сестра|брат|сирота|сын|дочь|атеист|католик|католичка|лютеранин|баптист|буддист|протестант"
            rf"|сантехник|сварщик|плотник|охранник|юрист|пенсионер|студент|тракторист|сварщик|воин|юноша|подросток"
            rf"|человек с инвалидностью"
            r"|ный|ная|ский|ская|овый|овая|шка|зён|ден|дена|ведён|ведена|ведённая|ведённый|ак|як|ун|ия|одиночка)(?:$|"
            r" (?:и|в|во|из|на|с|со|по|уже|двоих|троих|второй|первой|третьей|четвёртого|третьего|второго|первого|\w+ой"
            r"|\w+ого|курса|группы|\w+) ?)"
            r"(?!.*(?:надежд|мечт|сердц|душ))"
        ),
        (
            rf"(?:в прошлом году |на прошлых выборах |недавно |раньше |однажды |давно )?я (?:уже |никогда |ни разу |не "
            rf"|сам |сама |тоже |раньше |недавно |всегда |в \w+ (?:году |)|когда то )*{_RU_FEEL_VERBS}\w{{2,}}(?:л|ла"
            rf"|лся|лась)(?:$| )"
            r"(?!.*(?:надежд|мечт|веру|сердц))"
        ),
        (
            r"(?:родил(?:ся|ась)|вырос(?:ла)?|закончил[а]?|окончил[а]?|переехал[а]?|потерял[а]? работу|служил[а]?"
            r"|приехал[а]?|эмигрировал[а]?|вышла замуж|развел(?:ся|ась)) (?!в (?:надежде|вере))\w+|я вырос(?:$| )|я"
            r" умер"
        ),
        (
            r"мне (?:сейчас |уже |ещё |еще |нет |скоро |исполнилось )*(?:больше |более |меньше |менее |за |под |около "
            r"|почти |старше |от |чуть )*(?:\d+|[\w-]*(?:дцать|десят|сорок|сорока|сто|дцати|десяти|девяносто"
            r"|надцать)\w*)(?: [\w-]+)*?(?:$| (?:лет|год|года)\b)"
        ),
        (
            r"у меня (?:есть |нет |сейчас |уже |двое |трое |один |одна |два |две |три |четверо |своя |свой |своё "
            r"|никогда не было |больше нет |только |большая |маленькая |маленький |\d+ )*"
            r"(?!(?:\w+ )?(?:мечт|надежд|прав[оа]\b|довери|вер[аы]\b|вопрос|иде|мнени|чувств|страх"
            r"|желани|просьб|сомнени"
            r"|сил|врем|слов|предложени|цел|ощущени|интерес|возможност|уверенност|проблем|душ|сердц|радост|бол[ьи]\b"
            r"|тревог|план|голос|потребност|ничего|вс[её]\b|другое|такое|претензи|возражени))"
            r"[\w-]+"
        ),
        (
            r"(?:мой|моя|моё|мое) (?:\w+ ){0,2}?(?:доход|зарплата|возраст|пол|пенсия|профессия|национальность|язык"
            r"|образование|имя|стаж|вероисповедание|специальность|религия|родина|семья состоит)\b(?! (?:слишком|очень"
            r"|долж|мал|низк|низок))"
        ),
        (
            r"(?:мой|моя|мои|оба моих|оба мои) (?:\w+ )?(?:муж|жена|сын|дочь|мать|отец|мама|папа|родители|родителя|дети"
            r"|ребенок|ребёнок|семья|брат|сестра|бабушка|дедушка|внуки|предки)"
            r" (?!заслуж|долж|достойн|хот|наш|буд|моя|мо[йеё]|вс[её]|важн)(?:\w+ )*"
        ),
        (
            rf"я (?:не |уже |ещё |часто |иногда |редко |всегда |каждый день |сейчас |обычно |тоже |много лет |\w+"
            rf" (?:лет|года|год) )*(?!{_RU_MIND})[\w-]{{2,}}(?:ю|у|юсь|усь)(?:$| (?!что\b|как\b|чтобы\b|если\b)\w+)"
        ),
        (
            r"мне (?:\w+ ){0,2}(?:исполнится|исполнилось|будет) \w+|(?:в \w+ )?я (?:ни разу не |никогда не )(?:был|была"
            r"|бывал|бывала|ездил|ездила) \w+|я (?:старш|младш|единственн)\w+ (?:из|в|ребён|сын|доч|брат|сест)\w*"
        ),
        (
            r"я (?:плохо|почти не) (?:слышу|вижу)|я (?:\w+ ){0,3}без работы|я из (?:семьи|рода|\w+ семьи)|меня"
            r" (?:уволили|сократили|усыновили|удочерили"
            r"|ограбили|обокрали|прооперировали|воспитала|вырастила|крестили)|(?:\w+ )?меня (?:уволили|сократили)|я"
            r" (?:забочусь|заботился|заботилась) о (?!мире|будущем|природе|людях)(?:\w+ ){0,2}\w+"
            r"|я (?:так и )?не (?:научил(?:ся|ась)|умею) (?:плавать|читать|водить|писать)|я (?:\w+ ){1,3}(?:работаю"
            r"|живу|учусь|служу) (?:в|на|у|с) \w+|я учусь |мы с (?:мужем|женой|мамой|семьёй|семьей|родителями)"
            r" (?!надеем|мечта|хот|верим)\w+|у нас (?:двое|трое|\w+ детей|своя|свой)"
        ),
        (
            r"меня зовут |мы живём (?:\w+ером|вдво[её]м|втро[её]м|\w+ в (?:двух|одной|трёх|трех|квартире|доме|деревне"
            r"|хрущ\w+|общежитии))|мы живем (?:\w+ером|вдвоем|втроем|в (?:двух|одной|трех|квартире|доме|деревне"
            r"|общежитии))"
        ),
        r"я (?:отношу|считаю|идентифицирую) себя (?!счаст|част|обязан|вправе)(?:к |как |\w+)",
        r"я (?:не )?(?:ем|пью|курю|вожу|голосую)(?:$| )",
    ),
    r"хочу хотел хотела хотим хотелось хочется надеюсь желаю мечтаю нужно нужна нужен нужны надо долж\w+ пусть чтобы"
    r" прошу молюсь верю думаю боюсь но против устал устала слишком мира мир поэтому бы люблю нравится"
    r" горжусь уверен\w* готов\w* согласен согласна переживаю поддерживаю понимаю ненавижу предпочитаю доверяю"
    r" кажется важна важно страшно веру доверие надежду голосую_за что как чтоб многих достойн\w* заслужива\w+ лучше"
    r" давайте рад рада сторонник сторонница жаль потому"
    r" беспоко\w+ тревож\w+ выступаю",
    r"(?:\b(?:я|мне|меня|мой|моя|моё|мое|мои|моих|мы)\b|\b\w+(?:у|ю|усь|юсь)\b|^(?:родил|вырос|закончил|окончил"
    r"|переехал|потерял|служил|приехал|эмигрировал|вышла))",
    lead=r"в \w+(?:е|ре|ле|те) (?=я )|в этом году|весной|осенью|летом|зимой|(?:прошл|минувш)\w+ \w+|сейчас|сегодня"
    r"|теперь|обычно|обычно|часто|иногда|дома|летом|зимой|недавно|раньше|давно|уже \w+(?: \w+)? (?:лет|года|год"
    r"|месяцев)|в (?:прошлом|этом|\d{4}) (?:году|месяце)|на работу|на учёбу|на учебу|каждый \w+|каждую \w+"
    r"|каждое \w+|по (?:\w+ам|утрам|вечерам|ночам|выходным|профессии|образованию)"
    r"|\w+ лет(?: назад)?|с детства|с \d{4} года|вместе с \w+|последние \w+ \w+|всю жизнь|по жизни|лично|также|в"
    r" основном|временно|как \w+|на данный момент|в настоящее время|на прошлых выборах|в детстве|ещё|тоже|вообще",
)

# --- Ukrainian --------------------------------------------------------------------------------------------------

_UK_STATE = words_of(
    r"за проти рад рада певен певна впевнен\w* готов\w* згоден згодна вдячн\w* задоволен\w* частина частинка"
    r" прихильни\w* щаслив\w* не теж так дуже б же з_вами один_з одна_з людина віль\w+ стурбован\w* переконан\w*"
)
_UK_VERB = words_of(
    "живу мешкаю проживаю навчаюся навчаюсь вчуся працюю підробляю винаймаю орендую володію курю палю їжджу ходжу"
    " добираюся пересуваюся заробляю отримую доглядаю плачу виховую служу викладаю займаюся користуюся голосую"
    " читаю говорю розмовляю спілкуюся їм пю веду тримаю належу ращу хворію відвідую граю подорожую ношу вирощую вожу"
)
UKRAINIAN: Grammar = grammar(
    (
        (
            rf"(?:я )?(?:зараз |вже |давно |ще |зазвичай |часто |іноді |рідко |завжди |ніколи |більше "
            rf"|не |вдома |удома "
            rf"|на роботу |щодня |тепер |тимчасово |переважно )*(?:я )?(?:\w+ )?{_UK_VERB}(?:$| (?!(?:надією|мрією"
            rf"|заради|за мир|над собою|щоб|разом|з вами|вірою|любовю"
            r"|в (?:надії|страху|мирі|любові|вірі|світі)|у (?:страху|надії|мирі)|на благо|для|за)\b)\w+)"
        ),
        (
            r"я (?:\w+ )?(?:шукаю роботу|на пенсії|у декреті|в декреті|у розлученні|за (?:фахом|професією|освітою"
            r"|національністю)|родом|з [\w-]+$|із [\w-]+$|мати|мама|батько|член|одружен\w+|заміжня|не заміжня|вдова"
            r"|вдівець|безробітн\w+|розлучен\w+)(?:$| )"
        ),
        (
            rf"я (?!{_UK_STATE}\b)(?:[\w-]+(?:ий|ій|а|я) )?(?!{_UK_STATE}\b)[\w-]*(?:ист|истка|іст|істка|ник|ниця|чик"
            rf"|чиця|тель|телька|ар|арка|яр|ець|ка|анин|янин|янка|ер|ерка|ор|ач|ент|ант|лог|лікар|мати|батько|мама|тато"
            rf"|бабуся|дідусь|жінка|чоловік|інвалід|кухар|рибалка|сестра|брат"
            r"|ний|на|ський|ська)(?:$| (?:і|та|в|у|з|із|на|двох|трьох|другого|третього|\w+ого|\w+ої|\w+) ?)(?!.*(?:наді"
            r"|мрі|серц|душ))"
        ),
        (
            r"(?:торік |минулого року |нещодавно |раніше )?я (?:вже |ніколи |ні разу |не |сам |сама |теж |раніше "
            r"|нещодавно |завжди )*(?!знав|знала|казав|казала|сказа|говори|чув|чула|бачи|поміти|памята|забу|спита"
            r"|сумніва|пропону|спостеріга|хвилю|зраді|очіку|обра|хоті|мрія|сподівав|бажа|дума|вважа|вірив|вірила|люби"
            r"|боя|відчува|зрозумі|виріши|втоми|прос|підтрим|чека)\w{2,}(?:в|ла|вся|лася|лась|вся|ріс)(?:$| )"
        ),
        (
            r"(?:народив|народила|виріс|виросла|закінчив|закінчила|переїхав|переїхала|втратив роботу|втратила роботу"
            r"|служив|служила|приїхав|приїхала) "
        ),
        (
            r"мені (?:зараз |вже |ще |немає |скоро |виповнилося )*(?:більше |понад |менше |майже |за |під |близько"
            r" )*(?:\d+|\w*(?:дцять|десят|сорок)\w*)(?: \w+)?(?:$| (?:років|рік|роки)\b)"
        ),
        (
            r"(?:у мене (?:є |немає |нема |вже )*|(?:я )?(?:не )?маю )(?:двоє |троє |один |одна |одну |два |дві |три "
            r"|двох |трьох |свою |свій |\d+ )*(?!(?:\w+ )?(?:мрі|наді|прав[оа]\b|довір|вір[аиу]\b|питан|іде|думк|почутт"
            r"|страх|бажан|прохан|сумнів|сил|час|слов|пропозиц|мет|відчутт|інтерес|можлив|впевнен|проблем"
            r"|душ|серц|радіст|план|голос|потреб|нічого|все\b))[\w-]+"
        ),
        (
            r"(?:мій|моя|моє) (?:\w+ )?(?:дохід|зарплата|вік|стать|пенсія|професія|національність|мова|освіта)\b(?!"
            r" (?:занадто|надто|дуже|ма[єю]|низьк))"
        ),
        (
            r"(?:мій|моя|мої) (?:\w+ )?(?:чоловік|дружина|син|дочка|донька|мати|батько|мама|тато|батьки|діти|дитина"
            r"|родина|брат|сестра) (?!заслуг|ма[єю]ть? (?:право|бути)|повинн|хоч|наш|буд|моє|все|важлив)\w+"
        ),
        (
            r"я (?:\w+ ){0,3}без роботи|мене (?:звільнили|скоротили|усиновили|пограбували|прооперували)|я (?:дбаю"
            r"|піклуюся) про (?:маму|тата|бабусю|дідуся|сина|дочку|батьків|мого|мою)|я (?:так і )?не (?:навчив|навчила"
            r"|вмію) \w+|ми з (?:чоловіком|дружиною|мамою|батьками) (?!сподіва|мріє|хоч|вірим)\w+|я \w+ (?:років|роки"
            r"|рік) (?:працюю|живу)|я з (?:родини|сімї)"
        ),
        r"мене звати |ми живемо (?:\w+ох|вдвох|втрьох|\w+ером|у (?:двох|одній|квартирі|селі|будинку))",
        r"я (?:відношу|вважаю|ідентифікую) себе (?:до |як )",
    ),
    r"хочу хочемо хотів хотіла хотілося хочеться сподіваюся бажаю мрію треба потрібно потрібен потрібна потрібне"
    r" повинн\w+ має_бути мають_бути нехай хай щоб прошу молюся вірю думаю але проти миру мир люблю подобається"
    r" пишаюся"
    r" впевнен\w* певен певна готов\w* згоден згодна переживаю підтримую розумію ненавиджу довіряю здається"
    r" важлив\w+ страшно голосую_за що як заслугову\w+ краще давайте боюся надто б би тому втомив\w+ втомила\w*",
    r"(?:\b(?:я|мені|мене|мій|моя|моє|мої|ми)\b|\b\w+(?:у|ю|уся|юся)\b|^(?:народи|вирі|виро|закінч|переїха|втрати"
    r"|служи|приїха))",
    lead=(
        r"зараз|сьогодні|тепер|зазвичай|часто|іноді|вдома|удома|влітку|взимку|нещодавно|раніше|давно|вже \w+"
        r" (?:років|роки|рік)|минулого (?:року|місяця)|цього року|торік|на роботу|щодня|щоранку|кожного \w+|вночі"
        r"|ночами|\w+ років(?: тому)?|з дитинства|все життя|також|переважно|тимчасово|як \w+|в дитинстві|теж"
    ),
)

# --- Slovak and Czech -------------------------------------------------------------------------------------------

_SK_STATE = words_of(
    "za proti unavený unavená hrdý hrdá rád rada istý istá si_istý si_istá pripraven\\w+ vďačn\\w+ šťastn\\w+"
    " smutn\\w+ presvedčen\\w+ znepokojen\\w+ spokojn\\w+ nespokojn\\w+ otvoren\\w+ ochotn\\w+ súčasťou časťou"
    " zástanc\\w+ zástankyň\\w+ podporovateľ\\w*"
    " sklaman\\w+ nahnevan\\w+ proti_tomu jedným jednou tu s_vami človek toho názoru pre_to nadšen\\w+ vydesen\\w+"
    " zvedav\\w+ fanúšik\\w* fanúšičk\\w* veľmi príliš"
)
_SK_ROLE = (
    r"(?!zástanc|podporovate|fanúš|fanuš|odporc|odpůrc|milovní|priazniv|optimist|pesimist|realist|idealist|človek"
    r"|člověk|súčas|rád|súhlas|zodpoved|zvedav|šťast|vďač|příznivc|stoupen|obdivovat|nadšen)\w*(?:teľ|teľka|tel"
    r"|telka|ár|árka|ař|ařka|iar|iarka|ák|áčka|čka|ník|nička|nik|ník|nice"
    r"|ista|istka|ec|yňa|yně|ca|ce|kyňa|kyně|or|orka|ér|érka|ent|entka|ant|antka|lóg|logička|log|ložka|graf|lekár"
    r"|lékař|muž|žena|matka|mama|máma|otec|otcom|rodič|babka|babička|dedko|dědeček|syn|dcéra|dcera|brat|bratr|sestra"
    r"|sirota|vdova|vdovec|dievča|dívka|chlap|chlapec|kluk|holka|tínedžer"
    r"|učeň|študent|študentka|žiak|žiačka|žák|žačka|vodič|řidič|kuchár|kuchař|sused|člen|členka|členom|členkou"
    r"|majiteľom|majitelem|zamestnancom|zaměstnancem|občan|občanka|občanom|obyvateľ\w*|robotník|dělník|farmár|rybár"
    r"|rybář|stolár|truhlář|katolík|katolíčka|evanjelik|evanjelička|evangelík"
    r"|moslim|muslim|muslimka|žid|židovka|ateista|ateistka|kresťan|křesťan|vegán|vegan|introvert|invalid|slovák"
    r"|slovenka|čech|češka|róm|rómka|maďar|maďarka|ukrajin\w+|nemec|cudzin\w+|cizin\w+|fajčiar|kuřák|sestrou|matkou"
    r"|otcem|učiteľkou|učitelkou)"
    r"|vydatá|ženatý|vdaná|slobodn[ýá]|svobodn[ýá]|rozveden[ýá]|zasnúben[ýá]|tehotná|těhotná|nezamestnan[ýá]"
    r"|nezaměstnan[ýá]|zamestnan[ýá]|zaměstnan[ýá]|živnostní\w+|samostatne zárobkovo|vyučen[ýá]|nedoslýchav[ýá]"
    r"|nedoslýchav[ýá]|nepočujúc[ai]"
    r"|neslyšící|nevidiac[ai]|nevidomý|slep[ýá]|hluch[ýá]|postihnut[ýá]|postižen[ýá]"
    r"|zdravotne|zdravotně|plnolet[ýá]|neplnolet[ýá]|maloletý|veriac[ai]|věřící|neveriac[ai]|nevěřící|pokrsten[ýá]"
    r"|pokřtěn[ýá]|bezdetn[ýá]|bezdětn[ýá]|osamel[ýá] (?:rodič|matka)|osamělá matka|sám rodič|diabetik|diabetička"
    r"|cukrovkár|alergik|astmatik|gej|gay|lesba|bisexuál\w*|heterosexuál\w*"
    r"|trans|nebinárn\w+|vegetarián\w*|trvalo bytom|pôvodom|původem|rodák|rodáčka|dôchodca|dôchodkyňa|důchodce"
    r"|důchodkyně|invalidný|invalidní|študujúc[ia]|pracujúc[ia]|pracující|na materskej|na mateřské"
)
_SK_ABSTRACT = (
    r"(?:plné zuby|očakávani\w+|výhrad\w+|kritik\w+|veľk\w+ nádej\w*|nápad\w*|za čo|na čo|o čom|čo|návrh\w*"
    r"|pripomienk\w+|krásn\w+ spomienk\w+|spomienk\w+|odvahu|šťastie|sen"
    r"|sny|nádej\w*|strach\w*|obav\w+|právo|práva|dôver\w+|pocit\w*|názor\w*|otázk\w+|pochybnost\w+|rešpekt|želan\w+"
    r"|hlas|dôvod\w*|víziu|vieru|záujem|zodpovednosť|srdce|plán\w*|problém\w*|silu|čas|nič|všetko|dosť|viac|menej"
    r"|mier|radosť"
    r"|trpezlivosť|chuť|potrebu|rád|rada|radšej|dojem|myšlienk\w+|prosbu|pochopenie|slovo|predstav\w+|šancu|možnosť)"
)
_SK_VERB = words_of(
    "bývam žijem pracujem študujem pochádzam patrím vlastním prenajímam fajčím nefajčím zarábam poberám podnikám"
    " učím jazdím chodím cestujem jem nejem pijem nepijem hovorím rozprávam používam navštevujem vychovávam platím"
    " starám_sa hľadám_si hľadám_(?:prácu|byt|bývanie) volám_sa"
    " trpím športujem hrávam hrám čítam pozerám kupujem varím opatrujem šoférujem dochádzam bicyklujem nosím chovám"
    " pestujem dostávam nevlastním nepracujem nebývam nešoférujem volím nevolím chodievam beriem užívam živím"
    " podnikám slúžim vediem poznám_sa"
    " považujem_sa hlásim_sa identifikujem_sa liečim_sa bojujem_s nakupujem spávam vstávam trénujem tancujem spievam_v"
)
_SK_BAD_AFTER = (
    r"(?!v (?:nádeji|strachu|mieri|láske|radosti|pokoji|úzkosti)\b|pre (?:lepší|mier|dobro|všetkých|našu)\b|za"
    r" (?:mier|všetkých|nás|teba)\b|na sebe\b|spolu\b|nádejou\b|k vám\b|o (?:mieri|všetkých)\b|vás\b|ťa\b)"
)
_SK_MIND = (
    r"(?:chc|mysl|doufa|dúfa|žel|pre?j|ver|věř|mil|ľúb|lúb|páč|líb|cít|nach|viem|vím|rozum|chápe|chápu|chýb|neznáš"
    r"|nesnáš|nenávid|uprednost|preferu|váž|cen|rešpekt|obdiv|dôver|důvěř|pochyb|pros|žiad|žád|požad|navrh|odporúč"
    r"|doporuč|trv|odm|súhlas|souhl|podpor|odsud|odsuz|prij|přij|čak|ček|ďak|děk|ľut|lit|sľub|slib|vid|vnim|vním|poč"
    r"|slyš"
    r"|vším|pamät|pamat|zabúd|zapom|predst|předst|hľad|hled|dáv|odpúšt|odpoušt|modl|plač|plač|bojuj|snaž|usil|potreb"
    r"|potřeb|zaslú|zaslou|môž|můž|budem|budu|stoj|túž|touž|hnev|zlob|teš|těš|raduj|pyš|som|jsem|mám|nemám|trápim"
    r"|trápí|spiev|smej|vol|vyzýv|pozýv|schva|hovorím za|myslím|pok?lad|považ|hlasuj|otvár|nes|žij|prac|stáv|zost"
    r"|zůst"
    r"|prežív|ohrom|sním|snív|snad|predpokl|obáv|bojím|priznáv|uzná|tvrd|kritiz|ospravedl|blahoželá|tolerovať|systém"
    r"|problém|program|prosím|prosím|nerozum|vítam|vítám|záleží|som|im|tým|ním|čím|kým|s |vo |na |viac|víc|domem"
    r"|mojím|svojím|mým|všetkým|všem|všechn|oceň|vďač|sam|tam|kam|nám|vám|dám|ľuďom|lidem)"
)
SLOVAK: Grammar = grammar(
    (
        (
            rf"(?:ja )?(?:nie )?som (?:momentálne |teraz |už |stále |tiež |len |aj |zatiaľ |ešte )*(?:\w+(?:ý|á|í|ou|ým"
            rf"|ná|ský|ská) )?(?!{_SK_STATE}\b)(?:{_SK_ROLE})(?:$| (?!(?:nádej|mier|lásk|súčas))\w+)"
        ),
        (
            rf"(?:ja )?(?:ne)?mám (?:viac ako |menej ako |skoro |už |nad |pod |asi |iba |len |\d+ |jedno |jedného "
            rf"|jednu |dve |dva |dvoch |tri |troch |štyri |štyroch |päť |vlastný |vlastnú |vlastné |malé |malú |malý"
            rf" )*(?!{_SK_ABSTRACT}\b)(?!\w+ {_SK_ABSTRACT}\b)[\w-]+(?: [\w-]+){{0,4}}$"
        ),
        rf"(?:\w+ ){{0,3}}?(?:si |sa )?(?:ne)?{_SK_VERB}(?:$| (?:si |sa )?{_SK_BAD_AFTER}\w+)",
        (
            r"(?:\w+ ){0,5}?(?!vedel|počul|videl|všim|zabud|chce|chcel|poved|navrh|zažil|stretl|myslel|dúfal|veril"
            r"|cítil|potrebova|sníva|mal[a]? rád|bál|želal|prosil|rozhod)\w{2,}(?:l|la) som\b(?! by)"
        ),
        (
            r"(?:\w+ ){0,4}?som (?:sa |si |tu |už |nikdy |ešte |sem |len |tam )*(?!vedel|počul|videl|všim|zabud|poved"
            r"|navrh|zažil|stretl|pochop|chce|mysle|dúfa|veri|cíti|potrebova|sníva|bál|bála|žela|prosi|rozhod|mal rád"
            r"|mala rada)\w{3,}(?:l|la)\b"
        ),
        (
            r"(?:môj|moja|moje|mojím|mojou) (?:\w+ )?(?:príjem|plat|vek|povolanie|zamestnanie|pohlavie|meno|národnosť"
            r"|vierovyznanie|dôchodok|jazyk|jazykom|vzdelanie|nájom|materinským jazykom|rodným jazykom|materinský"
            r" jazyk) (?!prí?liš|by|musí)\w+"
        ),
        (
            r"(?:môj|moja|moji|moje|obaja moji) (?:\w+ )?(?:manžel|manželka|partner|partnerka|syn|dcéra|deti|dieťa|mama"
            r"|matka|otec|rodičia|rodina|brat|sestra|starí rodičia|stará mama|starý otec) (?!si zaslúž|by|musi|potrebuj"
            r"|chc|je všetko|sú budúcnos|sú všetko)\w+"
        ),
        (
            r"(?:bývame|žijeme) (?:\w+ )?(?:v (?:dvoch|jednej|byte|dome|paneláku|prenájme|troch)|(?:dvaja|traja|štyria"
            r"|piati|šiesti))\b"
        ),
        (
            r"som (?:na (?:dôchodku|materskej|vozíku|invalidnom|rodičovskej|podpore)|v (?:dôchodku|domácnosti"
            r"|dôchodkovom|produktívnom)|bez práce)"
        ),
        (
            rf"(?:ja )?(?:si |sa )?(?:ne)?(?!(?:ne)?{_SK_MIND})\w{{2,}}(?:ám|ím|iem|ujem|ejem|em|im|am)\b(?: sa|"
            rf" si)?(?:$| (?!že\b|aby\b|ako\b|po pokoji|po mieri|na)\w+)"
        ),
        (
            r"(?:budem mať|dovŕšim|mal som|mala som) \w+(?: rokov)?$|som (?:najstarš|najmladš|prostredn|jedin)\w+ (?:z"
            r"|zo|dieťa|syn|dcér|súroden)\w*"
        ),
        (
            r"je mi \w+ rokov|(?:\w+ ){0,3}som (?:už |zase )?bez práce|som z (?:rodiny|dediny|mesta|[\w-]+$)|(?:\w+"
            r" ){0,2}ma (?:prepustili|vyhodili|okradli|adoptovali|operovali|vychovala|vychovali)|s (?:manželkou"
            r"|manželom|priateľom|priateľkou) (?!dúfa|verí|sníva|chce)\w+me\b|chodím do \w+|neviem (?:plávať|čítať"
            r"|šoférovať|písať)"
        ),
    ),
    r"chcem chcela chcel by_som by_sme by_mal\w* by_sa mali_by mal_by aby myslím verím milujem proti súhlasím"
    r" obávam_sa potrebujem dúfam želám podporujem nerozumiem snívam modlím neznášam páči hlasujem_za bojím kiež"
    r" nech treba musí\w* zaslúži\w* dôver\w+ nádej\w* vieru k_tým príliš priveľa dosť zdá"
    r" záleží dôverujem lebo ale rád rada radšej lepš\w+ viac_(?:lavičiek|stromov) mier mieru spravodliv\w+ by"
    r" súčasťou presvedčen\w+ cítim unaven\w+",
    r"(?:\b(?:som|ja|mám|nemám|mi|môj|moja|moje|moji|mojím|mojou|bývame|žijeme|ma|máme)\b|\b\w+m\b)",
    lead=(
        r"tento rok|v roku \d{4}|v (?:sobotu|nedeľu|pondelok|piatok)|v (?:júni|máji|júli|auguste|\w+ri|\w+le)"
        r"|denne|\w+ (?:roky|rokov|hodiny)|momentálne si|na jar|na"
        r" jeseň|v zime|minulé \w+|minulú \w+|momentálne|teraz|dnes|zvyčajne|obyčajne|často|niekedy|občas|vždy|doma"
        r"|v lete|nedávno|predtým|už \w+ (?:rokov|roky)|minulý (?:rok|mesiac)|do (?:práce|školy)|každý \w+|každé \w+"
        r"|v noci|\w+ rokov|od (?:detstva|\w+ roku|narodenia)|celý život|väčšinou|tiež|aktuálne|v súčasnosti|ako \w+"
        r"|pred \w+ rokmi|z \w+"
    ),
)

_CS_STATE = _SK_STATE[:-1] + (
    r"|pro proti|pro|hrdá|ráda|jistý|jistá|si jistý|si jistá|připraven\w+|vděčn\w+|šťastn\w+|přesvědčen\w+"
    r"|znepokojen\w+|spokojen\w+|nespokojen\w+|otevřen\w+|ochotn\w+|součástí|zastánc\w+|zklaman\w+|naštvan\w+|toho"
    r" názoru|nadšen\w+|zvědav\w+|člověk|velmi|příliš|zděšen\w+|fanouš\w+)"
)
_CS_ABSTRACT = (
    r"(?:plné zuby|očekávání|výhrad\w+|kritik\w+|velk\w+ naděj\w*|nápad\w*|za co|na co|o čem|co|návrh\w*"
    r"|připomínk\w+|vzpomínk\w+|odvahu|štěstí|sen|sny|naděj\w*|naději"
    r"|strach\w*|obav\w+|právo|práva|důvěr\w+|pocit\w*|názor\w*|otázk\w+|pochybnost\w+|respekt|přán\w+|hlas|důvod\w*"
    r"|vizi|víru|zájem|odpovědnost|srdce|plán\w*|problém\w*|sílu|čas|nic|všechno|dost|víc|méně|mír|radost|trpělivost"
    r"|chuť"
    r"|potřebu|rád|ráda|raději|dojem|myšlenk\w+|prosbu|slovo|představ\w+|šanci|možnost)"
)
_CS_VERB = words_of(
    "bydlím žiju žiji pracuji pracuju studuji studuju pocházím patřím vlastním pronajímám kouřím nekouřím vydělávám"
    " pobírám podnikám učím jezdím chodím cestuji cestuju jím nejím piju piji nepiju mluvím používám navštěvuji"
    " vychovávám platím starám_se pečuji hledám_(?:práci|byt) jmenuji_se jmenuju_se trpím"
    " sportuji sportuju hraju hraji čtu sleduji kupuji vařím řídím dojíždím nosím chovám pěstuji dostávám nevlastním"
    " nepracuji nevolím volím beru užívám živím sloužím vedu považuji_se hlásím_se identifikuji_se léčím_se nakupuji"
)
CZECH: Grammar = grammar(
    (
        (
            rf"(?:já )?(?:nejsem|jsem) (?:momentálně |teď |nyní |už |stále |také |jen |zatím |ještě )*(?:\w+(?:ý|á|í|ou"
            rf"|ým|ná|ský|ská) )?(?!{_CS_STATE}\b)(?:{_SK_ROLE})(?:$| (?!(?:naděj|mír|lásk|součás))\w+)"
        ),
        (
            rf"(?:já )?(?:ne)?mám (?:více než |méně než |skoro |už |nad |pod |asi |jen |\d+ |jedno |jednoho |jednu |dvě"
            rf" |dva |tři |čtyři |pět |vlastní |malé |malou |malý )*(?!{_CS_ABSTRACT}\b)(?!\w+"
            rf" {_CS_ABSTRACT}\b)[\w-]+(?: [\w-]+){{0,4}}$"
        ),
        (
            rf"(?:\w+ ){{0,3}}?(?:si |se )?{_CS_VERB}(?:$| (?:si |se )?(?!v (?:naději|strachu|míru|lásce|radosti)\b|pro"
            rf" (?:lepší|mír|dobro|všechny)\b|za (?:mír|všechny|nás)\b|na sobě\b|spolu\b|nadějí\b)\w+)"
        ),
        (
            r"(?:\w+ ){0,5}?(?!věděl|slyšel|viděl|všim|zapom|řekl|navrh|zažil|potkal|pochop|chtě|mysle|doufa|věři|cíti"
            r"|potřebova|sni|bál|bála|přál|prosi|rozhod)\w{2,}(?:l|la) jsem\b"
        ),
        (
            r"(?:\w+ ){0,5}?jsem (?:se |si |tu |už |nikdy |ještě |sem |jen |tam )*(?!věděl|slyšel|viděl|všim|zapom|řekl"
            r"|navrh|zažil|potkal|pochop|chtě|mysle|doufa|věři|cíti|potřebova|sni|bál|bála|přál|prosi|rozhod|měl rád"
            r"|měla ráda|ráda|rád)\w{3,}(?:l|la)\b"
        ),
        (
            r"je mi (?:\w+ )*?(?:\d+|\w+cet|\w+sát)(?: \w+)? (?:let|roků)|(?:je|bylo) mi (?:přes |pod |nad )?(?:\d+"
            r"|\w+cet|\w+sát)"
        ),
        (
            r"(?:můj|moje|má|mým|mou) (?:\w+ )?(?:příjem|plat|věk|povolání|zaměstnání|pohlaví|jméno|národnost|vyznání"
            r"|důchod|jazyk|jazykem|vzdělání|nájem|mateřštinou|mateřština) (?!příliš|by|musí)\w+"
        ),
        (
            r"(?:můj|moje|má|mí|moji|oba moji) (?:\w+ )?(?:manžel|manželka|partner|partnerka|syn|dcera|děti|dítě|máma"
            r"|matka|otec|rodiče|rodina|bratr|sestra|babička|dědeček) (?!si zaslouž|by|musí|potřebuj|cht|je všechno"
            r"|jsou budoucnost)\w+"
        ),
        r"(?:bydlíme|žijeme) (?:\w+ )?(?:ve? (?:dvou|jedné|bytě|domě|paneláku|třech)|(?:dva|tři|čtyři|pět))\b",
        (
            rf"(?:já )?(?:si |se )?(?:ne)?(?!(?:ne)?{_SK_MIND})\w{{2,}}(?:ám|ím|uji|uju)\b(?: se| si)?(?:$| (?!že\b"
            rf"|aby\b|jak\b|po (?:míru|klidu)|na)\w+)"
        ),
        r"bude mi \w+|jsem (?:nejstarš|nejmladš|prostředn|jedin)\w+ (?:z|ze|dítě|syn|dcer|sourozen)\w*",
        (
            r"(?:\w+ ){0,3}jsem (?:už |zase )?bez práce|jsem z (?:rodiny|vesnice|města|[\w-]+$)|(?:\w+ ){0,2}mě"
            r" (?:propustili|vyhodili|okradli|adoptovali|operovali)|s (?:manželkou|manželem|přítelem|přítelkyní)"
            r" (?!douf|věří|sní|chce)\w+me\b|(?:nepoužívám|nevlastním|nečtu|nesleduji)\b|neumím (?:plavat|číst|řídit)"
            r"|starám se o (?:mámu|babičku|tátu|rodiče)"
        ),
        r"jsem (?:v (?:důchodu|domácnosti|invalidním)|na (?:mateřské|vozíku|rodičovské|podpoře)|bez práce)",
    ),
    r"chci chtěl\w* bych bychom aby by by_měl\w* měli_bychom myslím věřím miluji miluju proti souhlasím obávám_se"
    r" potřebuji potřebuju doufám přeju přeji podporuji nerozumím sním modlím nesnáším líbí hlasuji_pro hlasuju_pro"
    r" bojím kéž ať třeba musí\w* zaslouž\w* příliš dost zdá záleží důvěřuji"
    r" protože ale rád ráda raději lepší mír míru spravedliv\w+ součástí přesvědčen\w+ cítím unaven\w+ nechť",
    r"(?:\b(?:jsem|nejsem|já|mám|nemám|mi|můj|moje|má|moji|bydlíme|žijeme|mě|máme)\b|\b\w+(?:m|i|u)\b)",
    lead=(
        r"momentálně|teď|dnes|obvykle|často|někdy|občas|vždy|doma|v létě|nedávno|dříve|už \w+ let|loni|minulý (?:rok"
        r"|měsíc)|do (?:práce|školy)|každý \w+|v noci|\w+ let|od (?:dětství|\w+ roku|narození)|celý život|většinou"
        r"|také|aktuálně|v současnosti|jako \w+|před \w+ lety"
    ),
)

# --- Polish -----------------------------------------------------------------------------------------------------

_PL_STATE = words_of(
    "za przeciw przeciwko zmęczon\\w+ dumn\\w+ pewien pewna pewny gotow\\w+ gotów wdzięczn\\w+ szczęśliw\\w+"
    " smutn\\w+ przekonan\\w+ zaniepokojon\\w+ zadowolon\\w+ niezadowolon\\w+ otwart\\w+ skłonn\\w+ częścią"
    " zwolenni\\w+ rozczarowan\\w+ zdania tutaj z_wami jedn\\w+ człowiekiem"
    " przeciwni\\w+ bardzo zbyt ciekaw\\w* zła zły wściek\\w+ wolny wolna fan\\w* zdenerwowan\\w+ tak"
)
_PL_ROLE = (
    r"(?!zwolenni|przeciwni|fan|optymist|pesymist|realist|idealist|człowiek|częścią|zdania|entuzjast|miłośni|przekon"
    r"|zwolenniczk|obserwator)\w*(?:ką|kiem|rzem|rką|istą|istką|cą|czynią|czką|nikiem|niczką|rem|torem|torką|entem"
    r"|entką|antem|antką|logiem|grafem|lekarzem|lekarką|mężczyzną|kobietą|matką|ojcem"
    r"|mamą|tatą|babcią|dziadkiem|synem|córką|bratem|siostrą|sierotą|wdową|wdowcem|uczniem|uczennicą|kierowcą"
    r"|nauczycielem|nauczycielką|pielęgniarką|rolnikiem|rolniczką|rencistą|emerytem|emerytką|katolikiem|katoliczką"
    r"|ateistą|ateistką|muzułmaninem|muzułmanką|żydem|żydówką|chrześcijaninem|chrześcijanką|polakiem|polką"
    r"|ukraińcem|ukrainką|członkiem|członkinią|właścicielem|właścicielką|najemcą|lokatorem|bezdomnym|weganinem"
    r"|weganką|wegetarianinem|wegetarianką|singlem|singielką|gejem|lesbijką|mężatką|cudzoziemcem|obywatelem"
    r"|obywatelką|mieszkańcem|mieszkanką|jedynakiem|jedynaczką|rodzicem|żołnierzem|osobą (?:niepełnosprawną"
    r"|transpłciową|bezrobotną|starszą|niebinarną|wierzącą|samotną))"
    r"|żonaty|zamężna|rozwiedzion[ya]|po rozwodzie|samotną matką|samotnym ojcem|samotnym rodzicem|zaręczon[ya]"
    r"|bezrobotn[ya]|niepełnosprawn[ya]|niewidom[ya]|niesłysząc[ya]|głuch[ya]|pełnoletni[a]?|niepełnoletni[a]?"
    r"|wierząc[ya]|niewierząc[ya]|ochrzczon[ya]|bezdzietn[ya]|zatrudnion[ya]|w ciąży|na emeryturze|na rencie|na"
    r" urlopie|na wózku"
    r"|bez pracy|w związku|urodzon[ya]|z zawodu|z wykształcenia|z pochodzenia|samozatrudnion[ya]|ubezpieczon[ya]"
    r"|chor[ya] na|diabetykiem|po studiach|na studiach|w liceum|praworęczn[ya]|leworęczn[ya]|heteroseksualn\w+"
    r"|homoseksualn\w+|biseksualn\w+"
)
_PL_ABSTRACT = (
    r"(?:za co|na co|o czym|co|propozycj\w+|wspomnieni\w+|odwag\w+|szczęście|uwag\w+|marzeni\w+|nadziej\w+|strach\w*"
    r"|obaw\w+|lęk\w*|praw[oa]|zaufani\w+|uczuci\w+|zdani\w+|pytani\w+|wątpliwoś\w+|szacun\w+|życzeni\w+|głos\w*"
    r"|powod\w+|powód|wizj\w+|wiar\w+|interes\w*|odpowiedzialnoś\w+|serc\w+|plan\w*|problem\w*|sił\w*|czas\w*|nic"
    r"|wszystko|dość|więcej|mniej|pokój"
    r"|radoś\w+|cierpliwoś\w+|ochot\w+|potrzeb\w+|wrażeni\w+|myśl\w*|prośb\w+|słow\w+|szans\w+|możliwoś\w+|pomysł\w*"
    r"|poczuci\w+|pretensj\w+)"
)
_PL_VERB = words_of(
    "mieszkam żyję pracuję studiuję pochodzę należę posiadam wynajmuję palę zarabiam pobieram uczę_się uczę jeżdżę"
    " chodzę podróżuję jem piję mówię rozmawiam używam korzystam wychowuję płacę opiekuję_się szukam_pracy"
    " nazywam_się choruję cierpię_na uprawiam gram czytam oglądam kupuję gotuję dojeżdżam"
    " noszę hoduję dostaję otrzymuję głosuję biorę prowadzę służę uważam_się identyfikuję_się poruszam_się"
    " utrzymuję_się leczę_się spłacam pomagam_w uczęszczam biegam pływam"
)
POLISH: Grammar = grammar(
    (
        (
            rf"(?:ja )?(?:nie )?jestem (?:obecnie |teraz |już |nadal |też |tylko |jeszcze |od lat )*(?:\w+(?:ym|im|ą)"
            rf" )?(?!{_PL_STATE}\b)(?:{_PL_ROLE})(?:$| (?!nadziei|pokoju|miłości)\w+)"
        ),
        (
            rf"(?:ja )?(?:nie )?mam (?:ponad |mniej niż |prawie |już |około |tylko |\d+ |jedno |jednego |jedną |dwie "
            rf"|dwa |dwóch |dwoje |trzy |troje |trzech |cztery |pięć |własny |własne |własną |małe |mały |małą"
            rf" )*(?!{_PL_ABSTRACT}\b)(?!\w+ {_PL_ABSTRACT}\b)[\w-]+(?: [\w-]+){{0,4}}$"
        ),
        (
            rf"(?:\w+ ){{0,3}}?{_PL_VERB}(?:$| (?!nadzieją\b|w (?:nadziei|strachu|pokoju|miłości)\b|dla (?:lepszego"
            rf"|pokoju|dobra|wszystkich)\b|na rzecz\b|nad sobą\b|razem\b|za (?:dużo|pokój)\b|o (?:pokój"
            rf"|lepsz\w+)\b)\w+)"
        ),
        (
            r"(?:\w+ ){0,5}?(?!wiedzia|słysza|widzia|zauważy|zapomnia|powiedzia|zaproponowa|zrozumia|spotka|chcia|myśl"
            r"|czu|wierzy|marzy|pragn|potrzebowa|kocha|lubi|ba[łl]|prosi|zdecydowa|pokocha)\w{2,}(?:łem|łam)\b"
        ),
        (
            r"(?:mój|moja|moje|moim) (?:\w+ )?(?:dochód|pensja|wiek|zawód|płeć|imię|narodowość|wyznanie|emerytura|język"
            r"|językiem|wykształcenie|czynsz|zarobki) (?!zbyt|za |powin)\w+"
        ),
        (
            r"(?:mój|moja|moi|moje|oboje moi) (?:\w+ )?(?:mąż|żona|partner|partnerka|syn|córka|dzieci|dziecko|mama"
            r"|matka|ojciec|tata|rodzice|rodzina|brat|siostra|babcia|dziadek|dziadkowie) (?!zasługuj|powin|musz"
            r"|potrzebuj|chc|są przyszłoś|to wszystko)\w+"
        ),
        (
            r"(?:ja )?(?:nie )?(?!chc|myśl|wierz|marz|pragn|potrzebuj|kocham|lubi|boj|pros|żąda|czeka|szuka|dzięk|żałuj"
            r"|obiecuj|popiera|zgadza|odmawia|proponuj|postuluj|głosuj|ufam|szanuj|ceni|rozumie|pamięta|zapomina"
            r"|zauważa|słucha|wyobraża|oczekuj|sprzeciwia|modl|walcz|doświadcza|przebacza|daj|mam|nie mam|protestuj"
            r"|apeluj|tęskni|wspieram|akceptuj|gratuluj|żyj|pracuj|sam\b|tam\b|wam\b|nam\b|program|cieszę|spodziewam"
            r"|obawiam|przyznaj|zastanawia|uważam|składam)\w{3,}(?:uję|am)\b(?: się)?(?:$| (?!że\b|aby\b|żeby\b"
            r"|jak\b)\w+)"
        ),
        r"(?:kończę|skończę) \w+ lat|jestem (?:najstarsz|najmłodsz|jedyn)\w+ (?:z|dzieck|syn|córk)\w*",
        (
            r"(?:\w+ ){0,3}jestem (?:już |znowu )?bez pracy|jestem z (?:rodziny|wsi|miasta|[\w-]+$)|(?:\w+"
            r" ){0,2}(?:zwolnili|zwolniono|okradziono|adoptowano|operowano) mnie|(?:zostałem|zostałam) \w+|z (?:mężem"
            r"|żoną) (?!wierzy|marzy|chce|mamy nadziej)\w+my\b|nie (?:używam|umiem (?:pływać|czytać)|czytam|oglądam)"
            r"|jestem w (?:\w+ )?(?:klasie|liceum|technikum)"
        ),
        r"mieszkamy (?:\w+ )?w (?:dwóch|jednym|mieszkaniu|domu|bloku|trzech|pięcioro|czworo)\b|mam na imię",
    ),
    r"chcę chciał\w* chcemy byśmy aby żeby powin\w+ myślę wierzę kocham przeciw\w* zgadzam obawiam_się potrzebuję"
    r" potrzebujemy mam_nadzieję życzę popieram rozumiem_dlaczego marzę modlę nienawidzę podoba głosuję_za boję oby"
    r" niech trzeba musi\w* zasług\w* zbyt dość wydaje zależy ufam bo ale wolę lepsz\w+ pokój pokoju"
    r" sprawiedliw\w+ częścią przekonan\w+ czuję zmęczon\w+ za_wysoki\w* lubię chciałabym",
    r"(?:\b(?:jestem|ja|mam|mi|mój|moja|moje|moi|moim|mieszkamy|mnie|mamy)\b|\b\w+(?:m|ę|łem|łam)\b)",
    lead=(
        r"obecnie|teraz|dziś|zwykle|zazwyczaj|często|czasem|zawsze|w domu|latem|niedawno|wcześniej|od \w+ (?:lat"
        r"|roku)|w zeszłym roku|do (?:pracy|szkoły)|codziennie|każdego \w+|nocami|w nocy|\w+ lat temu|od (?:dziecka"
        r"|urodzenia)|całe życie|przeważnie|też|aktualnie|jako \w+|na co dzień"
    ),
)
