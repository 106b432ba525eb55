"""Facts about oneself in German and Dutch."""

from __future__ import annotations

from oneheart.engine.desire.first_person.grammar import Grammar, grammar, words_of

# --- German -----------------------------------------------------------------------------------------------------

_DE_ABSTRACT = words_of(
    "traum träume vorschlag vorschläge anregung(?:en)? kritik neugier anspruch ansprüche forderung(?:en)?"
    " erwartungen verlangen hochachtung vorbehalte hoffnung(?:en)? angst ängste recht rechte gefühl gefühle"
    " idee ideen meinung frage fragen zweifel"
    " vertrauen"
    " respekt sorge sorgen wunsch wünsche stimme grund gründe vision glaube interesse verantwortung herz botschaft plan"
    " problem probleme kraft zeit nichts alles genug mehr weniger frieden freude geduld verständnis mut lust"
    " sehnsucht bitte"
    " eindruck bedürfnis bedenken ziel einwände schwierigkeiten anliegen erwartung(?:en)? erkenntnis bock nase"
    " vorstellung"
    " überzeugung empfinden platz gewissen gern"
)
_DE_STATE = words_of(
    "für gegen dafür dagegen müde stolz froh glücklich traurig sicher bereit überzeugt dankbar besorgt beunruhigt"
    " enttäuscht"
    " wütend zufrieden unzufrieden gespannt offen neugierig gerne gern einverstanden begeistert empört entsetzt"
    " zuversichtlich"
    " hoffnungsvoll ratlos hilflos leid satt der_meinung der_ansicht der_überzeugung den da hier dabei bei_euch"
    " mit_euch teil"
    " ein_teil eins einer_von mir es was wer wie nur_ein sehr so zu hin ganz wirklich total absolut unsicher skeptisch"
    " verärgert verzweifelt schockiert frei eine_freundin_von ein_freund_von kein_freund ein_fan eine_brücke"
    " ein_mensch ein_tropfen"
    " ängstlich befürworter(?:in)? gegner(?:in)? anhänger(?:in)? ein_anhänger ein_großer ein_grosser keine_freundin"
    " ein_befürworter"
    " eine_befürworterin ein_gegner fest dagegen_dass begierig entschlossen gewillt nicht_(?:für|gegen|sicher|bereit"
    "|einverstanden"
    r"|zufrieden|glücklich|der|dafür|dagegen|froh|stolz|überzeugt)"
)
_DE_ROLE = (
    r"(?!anfänger|optimist|pessimist|realist|idealist|teil|freund|freundin|gegner|anhänger|befürworter|träumer"
    r"|bruder im|sünder|zeuge)\w*(?:er|erin|in|ist|istin|ent|entin|ant|antin|or|orin|loge|login|mann|frau|mutter"
    r"|vater|oma"
    r"|opa|arzt|ärztin|beamter|beamtin|angestellter?|bäuerin|bauer|wirt|wirtin|mieter|kind|sohn|tochter|waise|witwe"
    r"|witwer|azubi|lehrling|student|studentin|soldat|koch|köchin|muslima?|moslem|jude|jüdin|christ|katholik"
    r"|protestant|atheist"
    r"|buddhist|hindu|alevit|mitglied|rentner|eur|eurin|graf|grafin|vegetarier|veganer|gast|schüler|deutscher?|pole"
    r"|polin|türke|türkin|syrer|russe|grieche|ungar|däne|schwede|franzose|französin|brite|ire|single|pendler|nerd"
    r"|invalide"
    r"|selbständiger?|alleinerziehende[r]?|berufstätige[r]?|arbeitslose[r]?|jugendliche[r]?|erwachsene[r]?"
    r"|studierende[r]?|geflüchtete[r]?|behinderte[r]?|hebamme|hilfe|kraft|pfleger|schwester|bruder|meister|helfer"
    r"|leiter|chef|chefin)"
)
_DE_FACT_STATE = (
    r"(?:verheiratet|ledig|geschieden|verwitwet|getrennt|verlobt|schwanger|alleinerziehend|alleinstehend|kinderlos"
    r"|arbeitslos|arbeitssuchend|arbeitsunfähig|obdachlos|wohnungslos|parteilos|konfessionslos|staatenlos"
    r"|berufstätig|erwerbstätig"
    r"|erwerbslos|selbst?ständig|freiberuflich|freischaffend|angestellt|verbeamtet|pensioniert|verrentet|berentet"
    r"|minderjährig|volljährig|behindert|schwerbehindert|gehbehindert|sehbehindert|gehörlos|schwerhörig|blind|taub"
    r"|krank|chronisch krank|autistisch"
    r"|transgender|trans|nicht binär|queer|schwul|lesbisch|bisexuell|hetero|heterosexuell|homosexuell|männlich"
    r"|weiblich|divers|katholisch|evangelisch|orthodox|muslimisch|jüdisch|christlich|religiös|gläubig|ungläubig"
    r"|buddhistisch|alevitisch|vegan"
    r"|vegetarisch|deutsch|österreichisch|türkisch|polnisch|in rente|in pension|im ruhestand|in elternzeit|in"
    r" teilzeit|in der ausbildung|im sportverein|linkshänder|zweisprachig|mehrsprachig|privatversichert|vorbestraft"
    r"|geimpft|ungeimpft|adoptiert)"
)
_DE_ADVERB = (
    r"(?:zurzeit |derzeit |momentan |aktuell |jetzt |noch |schon |auch |gerade |seit (?:\w+ ){1,3}|nur |nicht |immer"
    r" noch |bereits )*"
)
_DE_OFTEN = (
    r"(?:(?:immer|meistens|meist|oft|manchmal|selten|nie|regelmässig|täglich|jeden \w+|jede \w+|gerade|noch|zurzeit"
    r"|derzeit|nur|auch"
    r"|normalerweise|gelegentlich|nicht|momentan|aktuell|zu hause|daheim|überwiegend|hauptsächlich|kein|keine"
    r"|keinen) )*"
)
_DE_NO_PLACE = words_of(
    "frieden hoffnung der_hoffnung angst einer_welt einer_gesellschaft einem_land liebe harmonie dem_glauben zeiten"
    " einer_zeit"
    " dieser_welt der_liebe der_angst ständiger_angst gott freude freiheit unfrieden"
)
_DE_KIN = words_of(
    "mann frau partner partnerin freund freundin kinder kind sohn söhne tochter töchter mutter vater eltern familie"
    " bruder"
    " brüder schwester schwestern geschwister grosseltern oma opa grossmutter grossvater enkel vorfahren"
)

_DE_MIND = (
    r"(?:wil|woll|möcht|mag|mocht|wünsch|hoff|denk|dacht|glaub|fühl|find|fand|fänd|mein|weiss|wuss|versteh|verstand"
    r"|vermiss|lieb|hass|geniess|genoss|bevorzug|schätz|respektier|trau|vertrau|zweif|fürcht|sorg|frag|sag|bitt"
    r"|forder|schlag|schlug|empfehl|rat|besteh|weiger|stimm"
    r"|unterstütz|lehn|befürwort|begrüss|brauch|schuld|erwart|freu|sehn|bedau|dank|versprech|würd|hätt|könnt|sollt"
    r"|müsst|dürft|wär|soll|muss|kann|darf|konnt|werd|bin|hab|erinner|seh|sah|hör|merk|bemerk|stell|steh|kämpf|streb"
    r"|such|geb|gab|biet|lad|vergeb|vergess|bet|wein|teil"
    r"|bring|leb|arbeit|lass|tu|halt|hielt|nehm|bleib|gehör|zähl|ärger|wunder|gönn|versuch|plädier|appellier|setz"
    r"|reg|erkenn|spür|erleb|staun|schlies|öffn|folg|dien|helf|half|singe|lach|lächel|träum|leid|stör|bewunder"
    r"|verlang|verurteil|protestier|wehr|engagier|fürchte|kenn|wähl"
    r"|beabsichtig|neig|sterb|verspür|bedank|entscheid|vermag|kann|geh|komm|kam|mach|verdien|zahl|bezahl|war|wurd"
    r"|pfleg|und|in|mit|als|für|auch|nicht|nur|dass|hier|verlor|vermut|ahn|zieh es|erhoff|akzeptier|toleriere"
    r"|verabscheu|hinterfrag|behaupt|bestreit|fordr|schwör|gelob|gratulier|segne|preis|lob)"
)
GERMAN: Grammar = grammar(
    (
        (
            rf"ich bin {_DE_ADVERB}(?!{_DE_STATE}\b)(?:eine? |keine? )?(?:\w+(?:te[rn]?|ne[rn]?|e|er|es)"
            rf" )?(?!{_DE_STATE}\b)(?:{_DE_ROLE}|{_DE_FACT_STATE})"
            r"(?:$| (?:und|in|im|aus|bei|beim|von|vom|mit|an|am|auf|als|einer|eines|des|der|für|seit|zweier|getauft"
            r"|geboren|zur|zum|ohne|geworden|aber)\b)"
        ),
        (
            r"ich bin (?:\w+ ){0,3}?(?:getauft|aktiv|tätig|angestellt|angewiesen|angemeldet|eingeschrieben|gemeldet"
            r"|beschäftigt|versichert|engagiert|aufgezogen worden)$"
        ),
        r"ich bin (?:schon |über |unter |älter als |jünger als |fast |erst |zwischen |mitte |anfang |ende )*\d+(?:$| )",
        r"ich bin (?:schon |über |unter |mitte |anfang |ende )+\w+zig\b",
        r"ich bin (?:\w+ ){1,5}(?:geboren|aufgewachsen|gezogen|getauft|eingewandert|geflohen|gekommen|gross geworden)$",
        (
            r"ich bin (?:in rente|im ruhestand|in pension|auf einen|auf eine|im (?!herzen)\w+verein|in einer? |in der"
            r" \w+(?:schule|ausbildung"
            r"|lehre|elternzeit|gewerkschaft))"
        ),
        (
            r"ich (?:wurde|war) (?:\w+ ){0,6}(?:geboren|entlassen|eingeschult|getauft|gekündigt|verheiratet|soldat|bei"
            r" der|im|in|erzogen|adoptiert|eingebürgert)\b"
        ),
        r"ich (?:wohne|wohnte|hause) (?!gern)\w+|ich wohne$",
        (
            rf"ich lebe {_DE_ADVERB}(?:(?:in|im|auf|bei|am|an|nahe|neben) (?!{_DE_NO_PLACE}\b)|allein|getrennt|mit"
            rf" (?:mein|zwei|drei|\w+ kind"
            r"|einem|einer)|seit|von|als|vegan|vegetarisch|hier|zu (?:zweit|dritt|viert))"
        ),
        (
            r"ich arbeite (?!an (?:mir|uns|dem|der|einer)|am frieden|gern|für (?:den frieden|eine|die (?:zukunft|kinder"
            r"|menschen))|daran|mit euch|zu viel|hart)\w+"
        ),
        r"ich (?:studiere|studierte|heisse|lerne|unterrichte|promoviere|pendle|jobbe|kellnere) (?!zu |dass)\w+",
        r"ich (?:mache|absolviere) (?:\w+ ){0,3}?(?:ausbildung|lehre|studium|praktikum|abitur|umschulung|fsj|sport)\b",
        (
            rf"ich gehe {_DE_OFTEN}(?:\w+ )?(?:zur schule|in die (?:\w+ )?(?:schule|kirche|moschee|klasse)|zur arbeit"
            rf"|arbeiten|in rente|zur wahl|wählen"
            r"|zu fuss|joggen|schwimmen|in den kindergarten|aufs gymnasium)"
        ),
        (
            rf"ich (?:fahre|nehme|benutze|nutze|wähle|lese|schaue|sehe|esse|trinke|koche|kaufe|spiele|reise|besuche)"
            rf" {_DE_OFTEN}"
            r"(?!zu |dass |gern)(?:\w+ ){0,6}?(?:rad|fahrrad|bus|bahn|zug|auto|taxi|arbeit|fleisch|alkohol|fisch|vegan"
            r"|vegetarisch|bio|fussball"
            r"|tennis|klavier|gitarre|zeitung|kaffee|rollstuhl|öffis|öffentlichen|verkehrsmittel|tram|u bahn|s bahn"
            r"|bücher|nachrichten|fernsehen"
            r"|kirche|verein|hörgeräte?|immer|jeden|meistens|oft|nie|nicht mehr|selten)\b"
        ),
        (
            r"ich bin (?:im|in der|in meinem|im \w+) (?:\w+ )?(?:schuljahr|semester|ausbildungsjahr|lehrjahr|abitur"
            r"|klasse|oberstufe|mutterschutz|krankenstand|vorruhestand)|ich spiele (?:in einer|in einem|im|fussball"
            r"|tennis|klavier|gitarre|geige|seit)\b"
        ),
        (
            r"ich kümmere mich um (?:mein|unser)\w* \w+|(?:mir|ich) wurde (?:\w+ )*(?:gekündigt|gestohlen"
            r"|diagnostiziert|entlassen|ausgeraubt|überfallen|abgeschoben)|bei mir wurde \w+"
        ),
        (
            rf"meine? {_DE_KIN} und ich \w+en\b|ich (?:nutze|benutze|habe|schaue|lese|höre) keine? (?!(?:angst|hoffnung"
            rf"|lust|zeit|idee|ahnung|stimme|kraft|wahl|vertrauen|geduld|recht)\b)\w+|ich kam (?:als|aus|vor|mit|nach"
            rf"|im jahr|\d)\b"
        ),
        (
            rf"ich (?!{_DE_MIND})\w{{3,}}e (?!mich (?:nach|auf|über|für|gegen|so)\b|(?:es|dass|ob|wie|warum)\b|(?:\w+"
            rf" ){{0,3}}{_DE_ABSTRACT}\b)\w+"
        ),
        (
            r"ich war (?:\d{4}|beim|bei der|früher|lange|als kind|jahrelang)\b|ich (?:war|bin) (?:\w+ )?(?:noch"
            r" nie|nie|einmal|mehrmals|schon) (?:im|in|bei|auf)\b|ich bin (?:der|die)"
            r" (?:älteste|jüngste|einzige|erste) (?!der|die)\w*|ich bin (?:\w+er |\w+e )?(?:flüchtling|lehrling"
            r"|zwilling|häftling|säugling)\b|ich bin seit (?:\w+ )+(?:trocken|clean|nüchtern)|ich werde (?:\w+"
            r" ){0,3}\d+(?: jahre)?(?: alt)?$"
        ),
        r"ich (?:rauche|jogge|kiffe|faste|angle|jage|imkere|gärtnere|schwimme|turne)(?:$| )",
        (
            r"ich (?:besitze|miete|vermiete|leite|führe|betreibe) (?:k?eine?[nr]?|mein|meine|zwei|drei|mehrere|\d+)"
            r" (?!leben)"
        ),
        (
            r"ich (?:verdiene|bekomme|erhalte|beziehe) (?:\w+ )?(?:\d|(?:mehr|weniger) als|unter|über|mindestlohn|rente"
            r"|bürgergeld|grundsicherung"
            r"|sozialhilfe|eine? (?:\w+ )?(?:rente|pension)|kindergeld|hartz|wohngeld|arbeitslosengeld|bafög|netto"
            r"|brutto|den mindestlohn)"
        ),
        (
            rf"ich habe (?:(?:eine?[nmr]?|zwei|drei|vier|fünf|sechs|mehrere|keine?[nrm]?|\d+|mein|meine) )(?!.*"
            rf" (?:für|zu|zum|zur|an|auf|dass) )(?!(?:\w+"
            rf" )?{_DE_ABSTRACT}\b)\w+(?: \w+){{0,4}}$"
        ),
        (
            r"ich habe (?:abitur|diabetes|krebs|asthma|rheuma|epilepsie|kinder|enkel|enkelkinder|geschwister"
            r"|migrationshintergrund|asyl|adhs|urlaub"
            r"|pflegegrad|mittlere reife|matura|haustiere|hunde|katzen|eigentum|schulden)\b"
        ),
        (
            rf"ich habe (?!(?:\w+ ){{0,4}}?{_DE_ABSTRACT}\b)(?:\w+ ){{1,6}}(?:gewählt|nicht gewählt|abgestimmt|benutzt"
            rf"|besucht|gelesen|studiert|gelernt|gearbeitet"
            r"|gelebt|gewohnt|geheiratet|verloren|gekündigt|abgeschlossen|gemacht|gekauft|verkauft|gebaut|geerbt"
            r"|gedient|bekommen|gezogen|gegründet)$"
        ),
        r"ich spreche (?!für|mit|von|aus|über|zu dir|zu euch)\w+",
        r"ich (?:pflege|betreue|versorge|erziehe) (?:mein|zwei|drei|eine|einen|allein|mich nicht)",
        r"ich (?:komme|stamme) (?:ursprünglich )?(?:aus|vom) (?!dem staunen|der ruhe)",
        r"ich (?:zahle|bezahle) (?!gern|dafür|zu viel)(?:\w+ ){0,4}?(?:miete|euro|steuern|unterhalt|\d+)\b",
        (
            r"ich (?:identifiziere|bezeichne|sehe|verstehe|definiere) mich (?:selbst )?als (?!teil)|ich"
            r" (?:gehöre|zähle)"
            r" (?:mich )?(?:zur|zu (?:den|einer|der))"
            r" (?:\w+ )?(?:mittelschicht|minderheit|unterschicht|oberschicht|arbeiterklasse|arbeiterschicht"
            r"|risikogruppe|generation|kirche|gemeinde|\w+klasse)"
        ),
        (
            r"ich engagiere mich (?:ehrenamtlich|in|bei|im)|ich (?:trage|brauche) (?:eine brille|ein kopftuch|ein"
            r" hörgerät|einen rollstuhl)"
        ),
        (
            r"mein(?:e|er)? (?:\w+ )?(?:\w*einkommen|gehalt|alter|beruf|geschlecht|name|muttersprache|nationalität"
            r"|religion|staatsangehörigkeit|rente"
            r"|lohn|miete|wohnung|haushalt|arbeitsweg|bildungsabschluss) (?:ist|liegt|beträgt|hat|lautet|dauert)\b(?!"
            r" (?:zu|viel zu|nicht genug))"
        ),
        (
            rf"(?:beide )?meine? (?:\w+ )?{_DE_KIN} (?:ist|sind|war|waren|arbeitet|arbeiten|wohnt|wohnen|lebt|leben|kam"
            rf"|kamen|geht|gehen|hat|haben|stammt"
            r"|stammen|kommt|kommen|besucht|besuchen|spricht|wurde|wurden|starb)\b(?! (?:unsere|die zukunft|alles|mein"
            r" leben|mir wichtig))"
        ),
        (
            r"wir (?:wohnen|leben) (?:zu \w+ |mit \w+ )?(?:in|auf|zur) (?:eine[mr]|\w+ zimmern?|miete|unserem)\b(?!"
            r" (?:welt|zeit|gesellschaft|land|angst))"
        ),
        r"(?:in meinem haushalt|bei mir) (?:leben|wohnen)",
    ),
    r"keine_wahl vertrauen hoffnung will wollen möchte\w* wünsch\w+ hoffe soll\w* muss müssen brauchen bitte dafür"
    r" dagegen damit glaube denke finde aber frieden"
    r" gerechtigkeit müde traum deshalb zu_wenig zu_viel würde\w* hätte wäre\w* liebe mag fühle unterstütze ablehne"
    r" verstehe_nicht"
    r" träume bete leid satt gern gerne weil meine_meinung vertraue traue stimme_zu halte_\w+ fürchte ärgert freue"
    r" sorge_mich"
    r" überzeugt dass lasst besser verdienen_(?:bessere|mehr|eine) zukunft_ist",
    r"\b(?:ich|mein\w*|mir|mich|wir)\b",
    turned=(
        r"^(?:[\w-]+ ){1,5}?(\w+e|bin|war|habe|wurde|lese|esse|fahre) ich (?!(?:mir )?gern|zu viel)(.*)$",
        (
            r"ich \1"
            r" \2"
        ),
    ),
)

# --- Dutch ------------------------------------------------------------------------------------------------------

_NL_STATE = words_of(
    "voor tegen moe trots blij gelukkig verdrietig zeker bereid overtuigd dankbaar bezorgd bang teleurgesteld boos"
    " tevreden"
    " ontevreden benieuwd open het er van_mening deel een_deel een_fan een_voorstander een_tegenstander voorstander"
    " tegenstander"
    " onderdeel één een_mens een_druppel niet_(?:voor|tegen|zeker|bereid|blij|tevreden) klaar zat ongerust"
    " enthousiast erg heel zo te"
)
_NL_ABSTRACT = words_of(
    "droom dromen voorstel suggestie kritiek nieuwsgierigheid verwachtingen eis hoop angst recht rechten gevoel"
    " idee mening vraag twijfel vertrouwen respect zorgen zorg wens stem"
    " keuze reden"
    " visie geloof interesse verantwoordelijkheid hart boodschap plan probleem kracht tijd niets alles genoeg meer"
    " minder vrede"
    " vreugde geduld begrip behoefte moeite zin verlangen last moed spijt"
)
_NL_ROLE = (
    r"(?!voorstander|tegenstander|optimist|pessimist|realist|dromer|liefhebber|beter|zeker|eerder|verder|ouder dan"
    r" jij)\w*(?:er|ster|ist|iste|ent|ente|ant|ante|eur|euse|oor|loog|man|vrouw|moeder|vader|oma|opa|arts|kundige"
    r"|ige|aar|ares|wees|weduwe|weduwnaar"
    r"|boer|boerin|kok|smid|moslim|moslima|jood|christen|katholiek|protestant|atheïst|hindoe|boeddhist|lid|zzp er"
    r"|zzper|ambtenaar|directeur|jongere|tiener|kind|zoon|dochter|nederlander|turk|belg|pool|duitser)"
    r"|getrouwd|gescheiden|verloofd|vrijgezel|ongehuwd|weduwe|zwanger|alleenstaand|werkloos|werkzoekend|dakloos"
    r"|arbeidsongeschikt|zelfstandig|gepensioneerd|minderjarig|gehandicapt|invalide|doof|blind|slechtziend"
    r"|slechthorend|chronisch ziek|autistisch|trans|homo"
    r"|lesbisch|biseksueel|hetero|queer|mannelijk|vrouwelijk|gelovig|ongelovig|religieus|islamitisch|joods"
    r"|christelijk|hervormd|gereformeerd|veganist|vegetariër|vegan|nederlands|marokkaans|turks|surinaams"
)
_NL_MIND = (
    r"(?:wil|wens|hoop|hoopte|denk|dacht|geloof|voel|vind|vond|meen|weet|wist|begrijp|mis|hou|haat|geniet|waardeer"
    r"|respecteer|vertrouw|twijfel|vrees|vraag|zeg|eis|stel|raad|sta|weiger|stem|steun|wijs|juich|moet|mag|kan|zou"
    r"|zal|ga|ben|heb|had|was|word|herinner|zie|zag|hoor|merk|vecht"
    r"|streef|zoek|geef|bied|vergeef|bid|huil|deel|breng|leef|werk|laat|doe|neem|blijf|behoor|erger|verwonder"
    r"|probeer|pleit|erken|verwacht|verheug|verlang|betreur|dank|beloof|droom|maak|kom|lijd|bewonder|snap|verdien|en"
    r"|in|met|als|ook|niet|lach|zing|help|vermoed|kies|kijk uit)"
)
DUTCH: Grammar = grammar(
    (
        (
            rf"ik ben (?:nu |nog |momenteel |al |ook |geen |niet |een )*(?:\w+e )?(?!{_NL_STATE}\b)(?:{_NL_ROLE})(?:$|"
            rf" (?:en|in|van|met|bij|op|uit|aan|als|voor|sinds|te) )"
        ),
        (
            r"ik ben (?:met pensioen|lid van|in verwachting|op zoek naar (?:werk|een baan|een huis)|aan het (?:studeren"
            r"|werken)|afkomstig uit)"
        ),
        r"ik ben (?:al |ouder dan |jonger dan |boven de |onder de |bijna |tussen )*\d+",
        r"ik ben (?:\w+ ){1,6}(?:geboren|opgegroeid|verhuisd|gekomen|gescheiden|getrouwd|afgestudeerd|ontslagen)\b",
        r"ik (?:woon|woonde) |ik leef (?:alleen|samen|van|met mijn|op|in een (?!wereld|tijd|samenleving))",
        r"ik (?:werk|werkte) (?!aan |voor (?:een betere|vrede|de (?:toekomst|vrede))|graag|hard|samen)\w+",
        (
            r"ik (?:studeer|studeerde|huur|bezit|rook|verdien|fiets|reis|pendel|heet|spreek|volg|doceer|verhuur|sport"
            r"|drink|eet|betaal|ontvang|krijg|stem) "
            r"(?!voor vrede|namens|over|graag|respect|meer|te )\w+|ik (?:rook|sport|fiets)$"
        ),
        rf"ik heb (?:(?:een|geen|twee|drie|vier|vijf|meerdere|mijn|\d+) )(?!(?:\w+ )?{_NL_ABSTRACT}\b)\w+",
        r"ik heb (?:diabetes|kanker|astma|kinderen|kleinkinderen|reuma|epilepsie|autisme|adhd|huisdieren)\b",
        (
            rf"ik heb (?!(?:\w+ ){{0,4}}?{_NL_ABSTRACT}\b)(?:\w+ ){{1,6}}(?:gestemd|gewoond|gewerkt|gestudeerd|verloren"
            rf"|gekocht|verkocht|gezeten|gediend"
            r"|behaald|afgerond|gehad|gekregen)$"
        ),
        (
            r"ik (?:kom|stam) (?:oorspronkelijk )?uit |ik zorg voor mijn |ik zit (?:op school|in (?:de|een) (?:rolstoel"
            r"|ww|bijstand|uitkering|wao))"
            r"|ik ga (?:\w+ ){0,3}(?:naar (?:school|de kerk|het werk|de moskee)|met (?:de bus|de trein"
            r"|het ov|de fiets))"
        ),
        r"ik (?:beschouw|identificeer|zie) mij(?:zelf)? als |ik behoor tot (?:de|een) ",
        (
            r"mijn (?:\w+ )?(?:\w*inkomen|salaris|leeftijd|beroep|geslacht|naam|moedertaal|nationaliteit|religie"
            r"|pensioen|huur|opleiding) (?:is|zijn|ligt|bedraagt)\b(?! te)"
        ),
        (
            r"mijn (?:man|vrouw|partner|vriend|vriendin|kinderen|kind|zoon|dochter|moeder|vader|ouders|broer|zus|opa"
            r"|oma) (?:is|zijn|was|waren|werkt|werken|woont|wonen"
            r"|kwam|kwamen|gaat|gaan|heeft|hebben|komt|komen|zit|zitten)\b(?! (?:de toekomst|alles|onze))"
        ),
        (
            rf"ik (?!{_NL_MIND}\b)\w{{3,}} (?!dat\b|of\b|hoe\b|me\b)\w+|ik ben nog nooit|ik ben (?:de|het) (?:oudste"
            rf"|jongste|enige)\b"
        ),
        (
            r"ik ben in (?:mijn|het) \w+ jaar|ik zorg voor (?:mijn|een)|ik speel (?:in een|bij een|voetbal|piano"
            r"|gitaar)|ik (?:werd|ben) (?:\w+ ){0,3}?ontslagen|mijn (?:man|vrouw|partner) en ik (?!hopen|vinden)\w+|ik"
            r" (?:gebruik|kijk|lees) geen|ik (?:kwam|was) (?:als|in|uit)|ik geef les"
        ),
        r"wij? wonen (?:met|in|op)\b",
    ),
    r"wil willen wens hoop zou zouden moet moeten nodig graag geloof denk vind vinden maar vrede rechtvaardigheid"
    r" hou_van droom bid steun voel"
    r" vertrouw beter omdat begrijp_niet laat dat te_weinig te_veel eens oneens",
    r"\b(?:ik|mijn|mij|me|wij?)\b",
    turned=(r"^(?:[\w-]+ ){1,5}?(\w+) ik (?!graag|te veel)(.*)$", r"ik \1 \2"),
)
