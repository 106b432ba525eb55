"""Facts about oneself in Hebrew, Turkish, Tagalog, Cebuano and Chinese."""

from __future__ import annotations

from oneheart.engine.desire.first_person.grammar import Grammar, grammar, words_of

# --- Hebrew -----------------------------------------------------------------------------------------------------

_HE_STATE = words_of(
    "בעד נגד עייף עייפה גאה שמח שמחה בטוח בטוחה מוכן מוכנה מסכים מסכימה דואג דואגת מודאג מודאגת תומך תומכת חלק מאושר"
    " מאושרת עצוב עצובה משוכנע משוכנעת אסיר אסירת מרוצה מאוכזב מאוכזבת כועס כועסת פתוח פתוחה כאן איתכם איתך פה אחד"
    " אחת"
    " בן_אדם טיפה גשר חופשי חופשיה שלך שלכם כולי מאוד כל_כך לא_(?:בטוח|בטוחה|מסכים|מסכימה|מוכן|מוכנה|מרוצה|מבין"
    "|מבינה|רוצה|שמח|שמחה|סומך|סומכת|אוהב|אוהבת) רק מתנגד מתנגדת מתוסכל מתוסכלת מיואש מיואשת מותש מותשת בודד בודדה"
    " מבולבל מבולבלת סקרן סקרנית אופטימי אופטימית פסימי פסימית נחוש נחושה מתרגש מתרגשת לחוץ לחוצה רגוע רגועה אדיש"
    " אדישה מקנא מודה_לכם חרד_ל בן_אנוש אנושי מסוגל מסוגלת נזכר יכול יכולה אני חסר חסרת מת_ל מתה_ל כותב כותבת חייב"
    " אופטימיסט שלם שלמה מחויב מחויבת מדוכא מדוכאת נבוך נבוכה מזועזע מזועזעת מלא מלאה קרוב קרובה רחוק רחוקה לבד ציני"
    " צינית נאיבי נרגש נרגשת מאמין מאמינה זו זה כמו יודע יודעת רואה מרגיש מרגישה"
    " מכיר מכירה אוהד אוהדת חסיד_של שייך_לכולם אוהב אוהבת חי_בתקווה שואף שואפת זוכר זוכרת מחכה שומע שומעת מודה נוטה"
    " אומר אומרת מציע מציעה קורא_ל קוראת_ל"
)
_HE_ADVERB = (
    "(?:כיום |עכשיו |כרגע |עדיין |גם |כבר |תמיד |בדרך כלל |לפעמים |אף פעם לא |לעיתים |לא |רק |במקור |היום |בעיקר )*"
)
_HE_ADVERB_YES = "(?:כיום |עכשיו |כרגע |עדיין |גם |כבר |במקור |היום |בעיקר )*"
_HE_NOUN = (
    r"(?!מת\w+|נ(?:הנה|הנית|זכר|זכרת|לחם|לחמת|אבק|אבקת|דהם|דהמת|שבע|שבעת|מנע|מנעת|אלץ|אלצת|פגש|פגשת|וטה)\b)"
    r"(?!מ(?!ורה|הנדס|נהל|נהלת|זכיר|לצר|וכר|וכרת|טפל|טפלת|ובטל|ורות|דריך|דריכה|אמן|אמנת|כונאי|שפטנ|שוחרר|שוררת|תכנת"
    r"|תמחה|יילדת|רצה|נהלן|וסיקאי|וסיקאית|וסלמי|וסלמית|זרחי|זרחית|סורתי|סורתית|שרת|שרתת|לומד|אבטח|אבטחת|עצב|עצבת"
    r"|קורי|ילדת|פקד|נופאי|גדל|גדלת|נכ)\w+)"
    r"(?!לא\b|כל\b|לגמרי|באמת|תמיד|עוד\b|ממש\b|די\b)(?![^\Wמ]ו(?!פא|פאה|טר|טרת|פר|פרת|רך|רכת|שב|שבת|צרי|צריה|צרייה"
    r"|חר|חרת|כר|כרת|לה|בש|בשת|ווק|וקה|קח|קחת|עץ|עצת|קטור|על|עלת|מר|מרת|קר|קרת|כן|כנת|נה|רף|הר|רם|ור|ורית|זר|זרת|צא"
    r"|צאת|ק|קה|טנ|צר|רית|דייה|בדנ|דאית)\w{0,4}\b)"
)
_HE_ABSTRACT = (
    "(?:ה?חלום|ה?חלומות|ה?תקווה|ה?תקוות|ה?זכות|אמון|פחד|פחדים|רצון|הרגשה|תחושה|רעיון|דעה|שאלה|שאלות|ספק|כבוד|בקשה"
    "|קול|סיבה|חזון|אמונה|עניין|אחריות|לב|מסר|תוכנית|בעיה|בעיות|כוח|זמן|כלום|הכל|מספיק|שלום|שמחה|סבלנות|חשק|צורך"
    "|מילה|הזדמנות|מושג|אהבה|הערכה"
    "|ביטחון|ברירה|הרבה|מה|חששות|חשש|ציפייה|ציפיות|משאלה|ביקורת|עוד)"
)
_HE_VERB = words_of(
    "גר גרה מתגורר מתגוררת עובד עובדת לומד לומדת משתמש משתמשת נוסע נוסעת רוכב רוכבת הולך הולכת שוכר שוכרת משכיר"
    " משכירה מעשן מעשנת אוכל אוכלת שותה מדבר מדברת מרוויח מרוויחה משתכר משתכרת מקבל מקבלת מטפל מטפלת משלם משלמת מגדל"
    " מגדלת מצביע מצביעה קורא קוראת"
    " מחפש_עבודה מחפשת_עבודה מלמד מלמדת נוהג נוהגת מתנדב מתנדבת שומר_שבת שומרת_שבת שומר_כשרות צופה קונה מבשל מבשלת"
    " משרת משרתת סובל_מ סובלת_מ שייך_ל מנהל מנהלת מחזיק מחזיקה מזדהה_כ מגדיר_את_עצמי חי חיה משחק משחקת מתאמן מתאמנת"
    " מנגן מנגנת סועד סועדת שר שרה_ב רץ רצה טס טסה חולה מוגדר מוגדרת"
)
_HE_ROLE_END = "(?:ן|אי|אית|יסט|יסטית|ור|ר|רה|ת|ית|ה|י|ל|ס|ד|ק|ג|ב|ח|ם|ש|ט|ע|צ|פ|מ|א|ץ|ף|ך)"
HEBREW: Grammar = grammar(
    (
        rf"אני {_HE_ADVERB}(?:גר|גרה|מתגורר|מתגוררת) \w+",
        (
            rf"(?:בבית |בדרך כלל |היום |לעבודה )?אני {_HE_ADVERB}{_HE_VERB}(?:$| (?!(?:למען|כדי|בשביל|בתקווה|באהבה|בפחד"
            rf"|בשלום|ביחד|באמונה|על עצמי|איתכם|איתך|בעולם|את (?:כולם|העם|השלום)|קשה|לשלום|יחד|בשם|מתוך|מהלב|בחברה|על"
            rf" שלום|ש\w+ה עולם)\b)\w+)"
        ),
        (
            rf"אני {_HE_ADVERB}(?:בן|בת|מעל|מתחת|מתחת לגיל|מעל לגיל|מעל גיל) (?:גיל )?(?:\d+|יותר מ\w+|פחות מ\w+|למעלה"
            rf" מ\w+|עשרים|שלושים|ארבעים|חמישים|שישים|שבעים|שמונים|תשעים|כמעט)"
        ),
        rf"אני {_HE_ADVERB_YES}(?!{_HE_STATE}\b){_HE_NOUN}[\w-]+$",
        (
            rf"אני {_HE_ADVERB_YES}(?!{_HE_STATE}\b){_HE_NOUN}[\w-]+ (?:ב\w+|מ\w+|ל\w+|ו\w+|של|עם|כבר|כרגע|עכשיו|היום"
            rf"|מאז|\w+ (?:ב\w+|מונית)|מונית|\w+י|\w+ית|במקצועי|במקצועה|חד|חדש|חדשה|שנה|צהל|דירה|יחידנית|\w+ית|\w+אי"
            rf"|\w+ני)(?: [\w-]+){{0,4}}$(?<!שלום)"
        ),
        (
            r"אני (?:בפנסיה|בגמלאות|בהריון|באבטלה|אם חד|אב חד|חבר ב|חברת|חבר |כבד שמיעה|כבדת שמיעה|לקוי|לקוית"
            r"|נכה|בעל |בעלת |ממוצא|במקור|יליד|ילידת"
            r"|דור |הורה|רווק|נשוי|גרוש)"
        ),
        (
            rf"(?:יש|אין|היה|היו) לי (?:רק |כבר |גם |עדיין )*(?!{_HE_ABSTRACT}\b)(?!\w+ {_HE_ABSTRACT}\b)(?!ש\w*ת|שי\w"
            rf"|על מה|רעיון|הצע\w+|ביקורת|בקשה|תקוות|סקרנות|ציפיות|למה|במה)[\w-]+(?: [\w-]+){{0,4}}$"
        ),
        (
            r"(?:ההכנסה|המשכורת|השכר|הגיל|המקצוע|הדת|המין|הלאום|שפת האם|ההשכלה|הפנסיה|השם) שלי (?!נמוכה? מדי|צריכ|לא"
            r" מספיק)\w+"
        ),
        (
            r"(?:לא |מעולם לא |כבר |אף פעם לא |תמיד )*(?!(?:שמע|ידע|שכח|חש|ניסי|אמר|דיבר|הודע|התרשמ|נהני|נרגע|הכר"
            r"|התגעגע|פגש|קרא|כתב|שאל|עני|הסכמ|הופתע|נפגע|התחל|זכר|הצע|גילי|ה?רצי|חשב|הרגש|קווי|קיווי|חלמ|האמנ|התכוונ"
            r"|היי|שמח|הצטער|פחד|ראי|אהב|הבנ|התפלל|ביקש|סמכ|התאכזב|דאג|חשש|ציפי|התרגש|הפסקתי להאמין|נמאס))\w{2,}תי"
            r" (?!ש)(?!.*(?:תקווה|שלום|אמונה))\w+"
        ),
        (
            r"(?:נולדתי|גדלתי|הצבעתי|שירתתי|עליתי|התגרשתי|התחתנתי|פוטרתי|התאלמנתי|עברתי|למדתי|סיימתי|פרשתי"
            r"|השתחררתי)(?:$| )(?!.*(?:תקווה|שלום|אמונה|לאהוב|להאמין))"
        ),
        (
            r"(?:אף פעם|מעולם|אף פעם לא|מעולם לא) (?:לא )?הייתי \w+|(?:השנה|בקרוב) אני (?:בן|בת) \w+|(?:מלאו|ימלאו) לי"
            r" \w+|אני ה?(?:בכור|בכורה|צעיר|צעירה|יחיד|יחידה) (?:מ|ב|ל)\w+|(?:יש|אין) לי (?:שתי|שני|שלוש|שלושה|ארבע"
            r"|\d+) \w+|אני (?:פליט|פליטה|מבקש מקלט|מבקשת מקלט) ?\w*|אני לובש\w* \w+"
        ),
        (
            r"(?:קוראים לי|שמי) |(?:\w+ )?(?:פיטרו|פינו|אימצו|שדדו|ניתחו|עצרו) אותי|ל(?:אשתי|בעלי) ולי יש \w+|(?:אשתי"
            r"|בעלי) ואני \w+|אני (?:עקרת|עקר) בית|אני (?:תלמיד|תלמידת|סטודנט|סטודנטית|מורה|חייל|חיילת|גמלאי|גמלאית|דתי"
            r"|דתיה|דתייה|חרדי|חרדית|אמא|אבא|אם|אב|בן|בת|סבא|סבתא|נציג|עולה|מובטל|מובטלת|בעל|בעלת|יוצא|יוצאת)"
            r" (?!ל?שלום)\w+"
        ),
        (
            r"(?:בעלי|אשתי|בני|בתי|אמי|אבי|אחי|אחותי|סבי|סבתי|ה?הורי|בן זוגי|בת זוגי|ילדיי|ילדי|(?:ה?(?:הורים|ילדים|בעל"
            r"|אישה|אשה|בן|בת|אמא|אבא|אח|אחות|סבא|סבתא|משפחה|נכדים|בן זוג|בת זוג)) שלי) (?!צריכ|ראוי|זכאי|חייב|רוצ|מגיע"
            r"|הם העתיד|הם הכל|יהי|ילכו|יגדל|ילמד|הוא הכל)\w+"
        ),
        r"אנחנו גרים (?:\w+ )?(?:ב(?:שני|שלושה|דירה|בית|חדר|קיבוץ|מושב|קרוון)|ארבעה|חמישה|שלושה|שניים)",
        r"(?:אני )?(?:מגדיר|מגדירה|מחשיב|מחשיבה) את עצמי (?!בר מזל|חלק)\w+",
    ),
    "רוצה רוצים הייתי_רוצה מקווה מבקש מבקשת צריך צריכה צריכים צריכות חייב חייבים חייבת שיהיה שתהיה שיהיו מאמין"
    " מאמינה חולם חולמת מתפלל מתפללת אבל מפחד מפחדת שלום לשלום כדי ראוי מגיע מגיעים חושב חושבת אוהב אוהבת שונא שונאת"
    " מעדיף מעדיפה סומך סומכת מרגיש מרגישה"
    " אמון האמון באמונה נמאס חבל נגעל נגעלת כמה_ל כמהה נראה_לי חשוב חשובה הלוואי מי_ייתן בואו די אסור מדי"
    " יותר_(?:מדי|טוב) למען לוותר נגד בעד תומך תומכת מסכים מסכימה מבין מבינה גאה שמח_ש דואג דואגת בא_לי עולם_טוב"
    " מצטער מצטערת חרד חרדה_ל משתוקק משתוקקת כואב כואבת",
    r"\b(?:אני|לי|שלי|שמי|בעלי|אשתי|בני|בתי|אמי|אבי|אחי|אחותי|הורי|אנחנו|ילדיי|ילדי|עצמי|\w+תי)\b",
)

# --- Turkish ----------------------------------------------------------------------------------------------------

_TR_STATE = (
    r"(?!(?:\w+ )*?(?:eminim|hazırım|karşıyım|yanayım|mutluyum|üzgünüm|yorgunum|memnunum|gururluyum|umutluyum"
    r"|inançlıyım|kararlıyım|endişeliyim|kızgınım|taraftarıyım|minnettarım|hayranıyım|parçasıyım|biriyim|buradayım"
    r"|sizinleyim|özgürüm|bıktım|razıyım|istekliyim|destekçisiyim|savunucusuyum"
    r"|insanım|fikrindeyim|düşüncesindeyim|görüşündeyim|kararım|umudum|hayalim|hakkım|ihtiyacım|inancım|korkum|sözüm"
    r"|dileğim|isteğim|arzum|fikrim|sorum|güvenim|endişem|derdim|sevgim|umutla|barış)\b)"
)
TURKISH: Grammar = grammar(
    (
        (
            rf"{_TR_STATE}(?:ben )?(?:\w+ ){{0,4}}(?!\w*(?:iyor|ıyor|uyor|üyor|erim|arım|malı|meli)\w*)\w{{2,}}(?:yım"
            rf"|yim|yum|yüm|ım|im|um|üm)$"
        ),
        r"(?:ben )?(?:\w+ ){0,2}?\d+ yaş\w+$|(?:ben )?(?:\w+ ){0,2}?yaşındayım$",
        (
            rf"{_TR_STATE}(?:ben )?(?:\w+ ){{0,6}}?(?:yaşıyorum|oturuyorum|çalışıyorum|okuyorum|kiralıyorum|kazanıyorum"
            rf"|konuşuyorum|gidiyorum|kullanıyorum|içiyorum|içmiyorum|yemiyorum|yiyorum|bakıyorum|alıyorum|ödüyorum"
            rf"|biniyorum|öğreniyorum|veriyorum|izliyorum|oynuyorum|yapıyorum|sürüyorum|arıyorum|büyütüyorum"
            r"|çalışmıyorum|oturmuyorum|geçiniyorum|yürüyorum|yüzüyorum)$"
        ),
        (
            r"(?:ben )?(?:\w+ ){0,6}?(?:doğdum|büyüdüm|taşındım|boşandım|evlendim|emekli oldum|mezun oldum|okudum"
            r"|çalıştım|kaybettim|oy (?:verdim|vermedim|kullandım|kullanmadım)|göç ettim|geldim|bıraktım|aldım|sattım"
            r"|yaptım|kovuldum|yaşadım|bitirdim|katıldım|gittim)$(?<!umudumu kaybettim)"
        ),
        (
            rf"{_TR_STATE}(?:\w+ ){{0,5}}?(?:çocuğum|kızım|oğlum|arabam|evim|kardeşim|ağabeyim|ablam|torunum|kedim"
            rf"|köpeğim|bahçem|işim|diplomam|ehliyetim|engelim|hastalığım|dükkanım|\w+m) (?:var|yok)$"
        ),
        (
            r"(?:eşim|annem|babam|kocam|karım|oğlum|kızım|ailem|anne babam|kardeşim|dedem|ninem|çocuklarım) (?!daha "
            r"|hak |için|geleceğ)(?:\w+ ){0,4}\w+$"
        ),
        (
            r"(?:ana dilim|anadilim|mesleğim|gelirim|maaşım|yaşım|adım|dinim|cinsiyetim|uyruğum|kiram|eğitimim) (?!çok"
            r"|yetmi|az)\w+"
        ),
        r"(?:evliyim|bekarım|işsizim|emekliyim) ve ",
    ),
    r"istiyor\w* istemiyor\w* isterdim isterim diliyor\w* dilerim umuyor\w* gerek\w* lazım olsun ama inanıyor\w*"
    r" inancı\w* barış\w* umut\w* umud\w* korku\w* seviyor\w* bence olmalı\w* \w+(?:meli|malı)\w* destekl\w+"
    r" güven\w* güveniyor\w* katılıyorum_\w+ gurur\w* hak_ed\w+ kalmasın dua hayal\w* ihtiyac\w* hakkım"
    r" dünya_için yoruldum yanayım karşıyım eminim hazırım için_çalışıyorum plana_katılıyorum düşünüyor\w*",
    r"(?:\b(?:ben|benim|eşim|annem|babam|kocam|karım|ailem)\b|\b\w+m(?:dan|den|la|le|a|e)?\b)",
)

# --- Tagalog and Cebuano ----------------------------------------------------------------------------------------

_TL_WISH = (
    r"gusto gustong gustung nais naisin nasa_isip dapat dapat_\w+ sana sanay naniniwala kailangan kailangang"
    r" pangarap pag_asa tiwala karapatan mahal_ko mahal pagod pabor tutol sang_ayon sangayon masaya malungkot"
    r" sigurado handa handang takot natatakot nag_aalala nagaalala umaasa hiling hinihiling"
    r" sinusuportahan maintindihan naiintindihan nangangarap nagdarasal dasal ayaw ayoko mas_gusto mahalaga tama_na"
    r" nagtitiwala tingin palagay ipinagmamalaki bahagi kapayapaan kapayapaan_para nararapat karapat_dapat parang"
    r" masyado sobra sobrang kulang mabuting mas_mabuti mas_mabuting galit tayo tayong natin sama_sama"
    r" iniisip_ko alam_ko nakikita_ko napansin_ko naisip_ko iminumungkahi mungkahi nalulungkot nagulat naiinip"
    r" natutuwa nasasaktan nahihirapan naaawa nangangamba nababahala nadidismaya nararamdaman boboto_ako_para"
    r" dapat_ipagpasalamat isa_ako_sa_mga susuko maintindihan naiisip hangga_t ikinalulungkot nagmamahal"
    r" ipaglaban lumalaban ipinaglalaban nakikiusap pakiusap humihiling iginagalang nirerespeto interesado excited"
    r" nasasabik kuntento desidido kumbinsido proud dismayado malaya maligaya pakinggan payapa para_sa_(?:lahat"
    r"|kapayapaan|bayan|mas) nabubuhay panatag hangad hangarin inaasahan suportado suporta nanawagan naiinis"
    r" nagagalit nagpapasalamat salamat pero dahil upang baka"
)
_TL_KIN = "(?:asawa|anak|mga anak|ina|ama|nanay|tatay|mga magulang|magulang|kapatid|mga kapatid|lola|lolo|pamilya|apo)"
_TL_VERB = (
    r"(?:tumutugtog|dumating|tumira|nakatira|naninirahan|nangungupahan|umuupa|nagrerenta|nagtatrabaho|nagtrabaho"
    r"|naghahanapbuhay|namamasukan|nag ?aaral|nag ?aral|nagtapos|nakapagtapos|nakatapos|nakapag ?aral|tapos"
    r"|ipinanganak|isinilang|lumaki|lumipat|lumikas|nagretiro|nag ?asawa|ikinasal"
    r"|bumoto|bumoboto|nagbibisikleta|naglalakad|nagmamaneho|nagdyidyip|sumasakay|bumibiyahe|nagsisimba|nagninegosyo"
    r"|nagtitinda|nagsasaka|nangingisda|nagtuturo|nag ?aalaga|inaalagaan|nagbabayad|tumatanggap|kumikita|sumasahod"
    r"|gumagamit|naninigarilyo|umiinom|kumakain|nagsasalita"
    r"|nawalan|natanggal|nagkasakit|naospital|nagsilbi|nanggaling|nagmula|galing|kabilang|kasapi|miyembro"
    r"|nagboboluntaryo|nagluluto|nagtanim|nakapagtrabaho|namatayan|naghahanap ng trabaho|naghahanap|lumuwas"
    r"|nandayuhan|nag ?oofw|nagpapadala|nagpapaupa|may ari|pag ?aari)"
)
_TL_ROLE = (
    r"(?:maybahay|tubero|elektrisyan|mekaniko|panadero|magsasaka|babae|lalaki|lalake|bakla|tomboy|lesbiyana"
    r"|transgender|binata|dalaga|biyudo|biyuda|balo|kasal|hiwalay|retirado|retirada|estudyante|mag ?aaral|guro|nars"
    r"|doktor|drayber|tsuper|magsasaka|mangingisda|karpintero|tindera|tindero|abogado|abogada|inhinyero|pulis|sundalo"
    r"|katulong|kasambahay|labandera|mananahi|kusinero|kusinera|empleyado|empleyada|manggagawa|negosyante|ofw|nanay"
    r"|tatay|ina|ama|lolo|lola|panganay|bunso|magulang|solong magulang|single|muslim|katoliko|kristiyano|protestante"
    r"|iglesia|ateista|walang trabaho|pensyonado|pensyonada"
    r"|senior citizen|senior|may kapansanan|bulag|bingi|pwd|lumad|igorot|ilokano|ilokana|bisaya|bikolano|bikolana"
    r"|tagalog|kapampangan|waray|ilonggo|ilongga|moro|pilipino|pilipina|mang\w+|mam\w+ahayag|taga ?\w+|\w+(?:ero|era"
    r"|ista|or|dor|dora|yer|nte)|boluntaryo|residente|may asawa"
    r"|may trabaho|kabataan|menor de edad|diabetic|diabetiko|vegetarian|vegetaryano|lisensyado|nagtapos|balikbayan"
    r"|pamilyado|kawani|caregiver|call center agent|teacher|driver|nurse|engineer|titser|barbero|weyter|kagawad"
    r"|tanod)"
)
_TL_NOT = (
    r"(?:pangarap|pag ?asa|tiwala|karapatan|mungkahi|tanong|ideya|problema|mahanap|makita|masabi|makuha|magawa|takot"
    r"|pangamba|paniniwala|pananampalataya|puso|boses|hiling|oras|masasabi|alam|magagawa|dahilan|nararamdaman|gusto"
    r"|opinyon|pagmamahal|lakas|duda|respeto|pakialam|reklamo|hinanakit|pagkakataon|kapangyarihan)"
)
TAGALOG: Grammar = grammar(
    (
        (
            rf"ako (?:po )?(?:ay|y) (?:isang |isa sa mga |dating |kasalukuyang |\d+ )?(?:\w+ng |\w+ na )?(?:{_TL_ROLE}"
            rf"|{_TL_VERB}|\d+|\w+ taong|may (?!{_TL_NOT}\b)\w+|mayroong (?!{_TL_NOT}\b)\w+|walang (?!{_TL_NOT}\b)\w+"
            rf"|lampas|mahigit|nasa (?:edad|kolehiyo|hayskul|\w+ taong))\b.*"
        ),
        (
            r"(?!nagpapasalamat|nagagalit|nagsisisi|nag ?aalala|nagtataka|nagtitiwala|nagdarasal|nagmamahal"
            r"|nagmumungkahi|nag ?iisip|nag ?aasam|naghahangad|nagrereklamo|nagsasawa|naghihintay|nagmamakaawa|nagulat"
            r"|nagnanais|naghahanap ng (?!trabaho|bahay|tirahan)|nagsusumamo|nagbabakasakali|nagtatanong|nagagalak"
            r"|nagmumuni|umaasa|humihi|sumusuporta|tumututol|sumasang|gumagalang|lumalaban|tumatangis|kumakampi"
            r"|sumasampalataya|tumatanggi|nakiki\w+|nakakaramdam|nakakalungkot|nakakakita)(?:nag ?\w+"
            r"|[a-z]{0,2}um[aeiou]\w+|naka\w+) (?:na |pa |po |din |rin |lang )*ako\b.*"
        ),
        (
            r"(?:hindi (?:pa |na )?|\w+ (?:oras|taon|buwan|beses) )(?:ako|akong) (?:hindi )?(?:nag ?\w+"
            r"|[a-z]{0,2}um[aeiou]\w+|naka\w+|bumibiyahe)\b.*|natutulog ako (?:ngayon |na )?sa .*|(?:natapos|tinapos"
            r"|nasimulan|iniwan) ko ang (?:pag|kurso|kolehiyo|hayskul)\w*.*|ako ay (?:isang )?refugee.*|(?:isa|dalawa"
            r"|tatlo) ang (?:trabaho|anak|bahay|kapatid) ko.*"
        ),
        (
            r"mahina (?:na )?ang (?:pandinig|paningin) ko.*|namimili ako .*|ako si \w+|anak (?:ako|akong) (?:ng"
            r"|ni) \w+.*|(?:\w+ ){1,4}ang (?:sahod|suweldo|kita|edad|trabaho"
            r"|hanapbuhay|relihiyon|kurso) ko\b.*|hindi ako marunong \w+.*|(?:naibenta|nabili|ibinenta|binili|itinayo"
            r"|minana|nawala) ko ang .*|(?:\w+ ){1,3}kaming (?:mag ?asawa|pamilya|magkakapatid)\b.*"
        ),
        r"(?:\w+ ){1,2}(?:taon|buwan|linggo) na (?:akong|ako) (?:walang|may|nasa) (?!tiwala|pag ?asa)\w+.*",
        (
            rf"(?:hindi (?:na )?|dati (?:akong )?|kasalukuyang |madalas |palaging |lagi akong |araw araw )?(?:ako "
            rf"|akong )?{_TL_VERB} (?:na |pa |po |din |rin |lang )*(?:ako|ko|akong)\b.*"
        ),
        (
            rf"(?:hindi|dati|madalas|lagi|palagi|minsan|mag isa|bihira|matagal na|\w+ (?:taon|buwan) na|noong \w+(?:"
            rf" \w+)?)(?: na| pa| ay)? (?:ako|akong) (?:ay |na |pa )?(?:\w+ )?{_TL_VERB}\b.*"
        ),
        (
            rf"(?:isa (?:akong|po akong) |isang )?{_TL_ROLE} (?:na |pa |po |lang |din |rin |ng \w+ )*(?:ako|akong)\b.*"
            rf"|isa (?:po )?akong (?:\w+ng |\w+ na )?{_TL_ROLE}\b.*"
        ),
        (
            r"(?:\w+ ){0,4}?(?:taong gulang|anyos) (?:na |pa |po |lang )*ako\b.*|(?:lampas|mahigit|nasa) (?:na |po"
            r" )?(?:ako )?(?:sa )?(?:edad )?\w+"
        ),
        (
            rf"(?:may|mayroon|meron|wala|walang) (?:na |pa |po |din )*(?:akong|ako) (?:ng )?(?:\w+ng |dalawang |tatlong"
            rf" |isang |sariling |\d+ )*(?!{_TL_NOT}\b)\w+.*|(?:may|walang) (?:sarili akong |sariling |maliit akong "
            rf"|maliit na |isang |dalawang |tatlong |\w+ng )*(?!{_TL_NOT}\b)\w+(?: \w+)? (?:na |pa |po )*(?:ako"
            rf"|akong)\b.*|may (?:sarili|maliit|malaki|isa|dalawa|tatlo) akong (?!{_TL_NOT}\b)\w+.*"
        ),
        (
            rf"ang (?:aking |akin )?(?:edad|kita|sahod|suweldo|trabaho|hanapbuhay|propesyon|relihiyon|pangalan|kasarian"
            rf"|tirahan|kurso|lahi|wika|bahay|upa|{_TL_KIN})(?: ko| namin)? (?:ay )?(?!ang|dapat|mahalaga|lahat)\w+.*"
        ),
        (
            rf"(?:\w+ ){{1,4}}(?:ang|si) (?:aking )?{_TL_KIN} (?:ko|namin)\b.*|(?:\w+ ){{1,3}}(?:ang|ay) (?:aking"
            rf" )?{_TL_KIN}$"
        ),
        r"(?:\w+ ){1,4}(?:ang )?(?:salita|wika|unang wika|katutubong wika|tinitirhan|tirahan) (?:ko|namin)\b.*",
        rf"{_TL_VERB} (?:kami|ko)\b.*|inaalagaan ko\b.*",
    ),
    _TL_WISH,
    r"\b(?:ako|akong|akoy|ko|kong|aking|akin|namin|kami|kaming|ay ako)\b",
)
CEBUANO: Grammar = grammar(
    (
        (
            r"(?:ako|ko|akoy) (?:usa|si|kay|nagpuyo|nagtrabaho|taga|nagskwela|nagtuon|nagpuyo|gikan|nagsakay|adunay"
            r"|walay|naay|may) ?\w*.*"
        ),
        (
            r"(?:nagpuyo|nagtrabaho|nagtuon|naghuwat|nagskwela|nagsakay|nag abang|nagabang|natawo|nidako|nakahuman"
            r"|nakatapos|nagbayad|nakadawat|taga ?\w+|babaye|lalaki|lalake|minyo|ulitawo|dalaga|magtutudlo|mag uuma"
            r"|maguuma|mangingisda|estudyante|retirado|katoliko|muslim|biyudo|biyuda|trabahante|drayber|nars|inahan"
            r"|amahan|single|diborsyada|nagminyo|nagretiro|nagmaneho|nagtudlo|naninda|nanagat|nag uma|nawad an ug"
            r" trabaho|kaon|moinom|manigarilyo|nanigarilyo|mosakay|mobisikleta|mosimba|mobotar|miboto|nagboto) (?:na "
            r"|pa |lang )*ko(?:$| .*)"
        ),
        (
            r"(?:aduna|adunay|naa|naay|duna|dunay|wala|walay) (?:ko|koy|akoy) (?!(?:damgo|paglaum|pagsalig|katungod"
            r"|kahadlok|pangutana|ideya|tinguha|gugma)\b)\w+.*|(?:ang )?akong (?:edad|kita|sweldo|trabaho|bana|asawa"
            r"|anak|ginikanan|pamilya) .*"
        ),
    ),
    _TL_WISH
    + r" gusto_ko gusto_nako gusto_nakong ganahan unta kinahanglan kinahanglang angay angayan nagtuo nagtoo damgo"
    r" paglaum pagsalig katungod gihigugma kapoy uyon supak malipayon sigurado andam hadlok nabalaka naglaum"
    r" pangandoy nag_ampo nagampo dili_ko_gusto importante kita kitang nato natong kalinaw",
    r"\b(?:ako|ko|koy|akoy|akong|nako)\b",
)

# --- Chinese ----------------------------------------------------------------------------------------------------

CHINESE = Grammar(
    (
        "我(?:就)?是(?:一|1)?(?:個|个|名|位)?[^想要希望支持反對对認认為为覺觉同贊赞怕不很在說说的]{1,8}$"
        "|我(?:現在|现在|目前)?(?:住在|居住在|出生在|出生于|出生於)(?!和平|恐|希望)"
        r"|我(?:今年)?(?:已經|已经)?\d+(?:多)?(?:歲|岁)"
        "|我的(?:收入|年收入|月收入|月薪|年齡|年龄|職業|职业)(?:是|在|為|为|超過|超过|低於|低于)"
        "|我(?:有|曾|曾經|曾经|沒有|没有|沒|没)?(?:在.{1,10})?(?:以.{1,6})?"
        "(?:用|搭|搭乘|叫|坐|開|开|投|去|買|买)(?:過|过)"
        "|我(?:有|沒有|没有).{0,8}(?:駕照|驾照|駕駛執照|驾驶执照|執照|执照)$"
        r"|我有(?:\d+|[一兩两二三四])[個个輛辆間间隻只](?:孩子|小孩|兒子|儿子|女兒|女儿|車|车|房|狗|貓|猫)"
    ),
    ("[想要願愿盼求但請请]|希望|應該|应该|應|必須|必须|需要|支持|反對|反对|認為|认为|覺得|觉得|所以|因為|因为"),
    "我",
)
