"""Facts about oneself in French, Spanish, Italian and Portuguese, where the verb alone may tell the person."""

from __future__ import annotations

from oneheart.engine.desire.first_person.grammar import Grammar, grammar, words_of

# --- French -----------------------------------------------------------------------------------------------------

_FR_STATE = words_of(
    "pour contre fatiguée? fière? fier heureu(?:x|se) triste sûre? certaine? prête? convaincue? reconnaissante?"
    " inquiet inquiète"
    " déçue? en_colère contente? satisfaite? ravie? d_accord favorable opposée? favorable_à en_faveur là ici"
    " avec_vous une_partie"
    " un_des une_des persuadée? épuisée? lasse? las choquée? soucieu(?:x|se) attachée? un_fan fan partisane?"
    " un_partisan"
    " défenseur un_défenseur très trop si vraiment tellement un_être une_âme un_pont une_goutte libre confiante?"
    " optimiste"
    " pessimiste solidaire consciente? curieu(?:x|se) pas_(?:d_accord|sûre?|contente?|pour|contre|satisfaite?"
    "|heureu(?:x|se)|prête?|fière?|certaine?)"
    " émue? touchée? scandalisée? dégoûtée? à_bout pleine? plein pleinement désolée? terrifiée? effrayée? frustrée?"
)
_FR_ABSTRACT = words_of(
    "rêves? suggestions? propositions? demandes? critiques? curiosité attentes? exigences? ambitions? espoirs?"
    " peur peurs droit droits confiance envie besoin sentiment impression idées? avis opinion"
    " questions? doutes?"
    " respect soucis? désirs? souhaits? voix choix raisons? vision foi intérêt responsabilité cœur coeur message"
    " projet problèmes?"
    " force temps rien tout assez plus_de_temps paix joie patience honte mal hâte soif faim conscience volonté mot"
    " solution goût"
    " certitude chance regret plaisir conviction devoir l_impression le_sentiment le_droit l_espoir beaucoup"
)
_FR_ROLE = (
    r"(?!fière?|fier|entier|premier|première|familier|meilleur|rêveur|intérieur|optimiste|pessimiste|réaliste"
    r"|idéaliste|triste|confiante?|reconnaissante?|méfiante?|contente?|solidaire|impatiente?|consciente?|solitaire"
    r"|contraire|nécessaire|présente?"
    r"|absente?|bien|rien|combien|souvent|vraiment|partisan|citoyenne?s? d)\w*(?:eur|euse|ier|ière|ien|ienne|iste"
    r"|ant|ante|ent|ente|ogue|aire|trice|teur|ais|aise|ois|oise|ain|aine|ecin|gien|chef|cadre|prof|juge|maire|guide"
    r"|nounou|pharmacien|avocat|avocate|employée?"
    r"|ouvri(?:er|ère)|salariée?|retraitée?|étudiante?|lycéenne?|élève|apprentie?|stagiaire|agent|artiste|artisane?"
    r"|commerçante?|infirmi(?:er|ère)|médecin|propriétaire|locataire|fonctionnaire|militaire|soldat|policière?"
    r"|pompier|cuisini(?:er|ère)|serveu(?:r|se)"
    r"|chômeu(?:r|se)|réfugiée?|immigrée?|migrante?|veu(?:f|ve)|orpheline?|mère|père|maman|papa|grand mère|grand"
    r" père|fils|fille|sœur|soeur|frère|homme|femme|garçon|adolescente?|ado)"
    r"|mariée?|divorcée?|séparée?|pacsée?|célibataire|fiancée?|enceinte|handicapée?|sourde?|aveugle|malvoyante?"
    r"|malentendante?|diabétique|asthmatique|autiste|dyslexique|invalide|malade chronique|en couple|sans emploi|sans"
    r" papiers|sans abri|sdf|au foyer|à mon compte"
    r"|indépendante?|autoentrepreneu(?:r|se)|auto entrepreneu(?:r|se)|titulaire d|diplômée?|bachelière?|adoptée?"
    r"|naturalisée?|mineure?|majeure?|musulmane?|jui(?:f|ve)|catholique|protestante?|orthodoxe|chrétienne?|athée"
    r"|agnostique|croyante?|pratiquante?|bouddhiste|hindoue?"
    r"|végétarienne?|végane|vegan|homosexuel(?:le)?|gay|lesbienne|bi|bisexuel(?:le)?|hétéro|trans|transgenre|non"
    r" binaire|queer|blanche?|blanc|noire?|métisse?|français|française|belge|suisse|arabe|kabyle|breton(?:ne)?"
    r"|turque?|russe|grec|grecque|droitière?|gauchère?"
    r"|bilingue|membre|adhérente?|bénévole|syndiquée?|abonnée?|inscrite?|née?|originaire|issue?|proche aidante?"
    r"|aidante?"
)
_FR_KIN = words_of(
    "mari femme époux épouse conjointe? compagn(?:on|e) enfants? fils filles? mère père parents famille frères?"
    " sœurs? soeurs?"
    " grands_parents grand_mère grand_père petits_enfants ancêtres"
)
_FR_MIND = (
    r"(?:connai|ignor|support|pouvai|cess|sais|mourr|meur|rencontr|veu|voul|voudr|souhait|espèr|espér|pens|croi|crus"
    r"|sen|trouv|sai[st]|savai|compren|aim|ador|détest|hai|hais|préfèr|préfér|appréci|respect|admir|dout|crain|m |me"
    r" |m_|demand|di[st]|propos|suggèr|recommand|insist|refus|soutien|soutenai|appui|vot|rejett|accept|doi|peu|pourr"
    r"|devr|aurai|serai"
    r"|suis|étai|ai|avai|rêv|pri[e]|regrett|remerci|promet|compt|vois|voyai|enten|remarqu|imagin|constat|ressen"
    r"|souvien|oubli|cherch|donn|offr|invit|pardonn|pleur|lutt|combat|batt|aspir|exig|réclam|appell|défen|adhèr"
    r"|approuv|désapprouv|condamn|salu|félicit|aide|partag|apport|laiss|fai|tien|reste"
    r"|devien|essai|essay|tent|vis|vivai|travaill|va[is]|viens|mérit|étouff|souffr|chant|ri[st]|souri|attend|envisag"
    r"|suppos|estim|considèr|juge|plaid|milite pour|désir|bénis|lou[e]? dieu|crie|hurle|en |y |ne |n |jure|affirm"
    r"|déclar|dénonc|déplor|encourag|prôn|plaign|reconnai|perds|perdai|crains|tremble)"
)
FRENCH: Grammar = grammar(
    (
        (
            rf"je (?:ne )?suis (?:pas |actuellement |encore |aussi |toujours |plus |désormais |déjà |une? |le |la |l"
            rf" )*(?:jeune |ancien |ancienne |petit |petite |simple )?(?!{_FR_STATE}\b)(?:{_FR_ROLE})"
            r"(?:$| (?:et|à|au|aux|en|de|du|d|des|dans|avec|depuis|par|chez|sur|pour|sans|mais|\w+ ?$|célibataire"
            r"|indépendante?|scolaire|salariée?|bénévole|français|française))"
        ),
        r"je suis (?:un|une) (?:homme|femme|personne (?:handicapée|âgée|en situation)|père|mère|jeune de|enfant d)",
        (
            r"je suis (?:à la retraite|au chômage|en (?:fauteuil|retraite|invalidité|couple|cdi|cdd|formation|congé"
            r"|situation)|en recherche|à la recherche d un emploi"
            r"|née? |membre|propriétaire|originaire|issue? d|en train de passer|au (?:rsa|lycée|collège)|à l (?:école"
            r"|université))"
        ),
        r"j ai (?:plus de |moins de |presque |environ |entre )?[\w-]+(?: [\w-]+)?(?: et [\w-]+)? ans\b",
        (
            rf"j ai (?:une?|deux|trois|quatre|cinq|\d+|mon|ma|mes|plusieurs|le|la|du|de la|l|des) ?(?!(?:\w+"
            rf" )?{_FR_ABSTRACT}\b)\w+(?: \w+){{0,4}}$"
        ),
        (
            rf"je n ai (?:pas|plus|jamais|aucune?) (?!compris|aimé|cru|pensé|senti|voulu|vu|entendu|dit|peur|osé|pu|su"
            rf"|envie|reçu de réponse|froid|été écouté)(?:de |d |le |la |l |eu |une? )?(?!(?:\w+"
            rf" )?{_FR_ABSTRACT}\b)\w+(?: \w+){{0,6}}$"
        ),
        (
            r"(?:j habite|je vis|je réside|je loge|j habitais|je vivais) (?!(?:dans|avec|en|sous|pour"
            r"|de) (?:l espoir|la"
            r" peur|la paix|la joie|la foi|l amour|paix|un monde"
            r"|une société|un pays|une époque|amour|harmonie|la confiance|l angoisse)|pour )\w+"
        ),
        (
            r"je travaille (?!pour (?:un|la paix|le bien|les|que|l avenir|nos)|à (?:un|la paix|ce que)|ensemble|avec"
            r" vous|sur moi|trop|dur)\w+"
        ),
        (
            r"(?:j étudie|je loue|je possède|je dirige|je gère|je conduis|je fume|j enseigne|je gagne|je touche|je"
            r" perçois|je reçois|je paie|je paye|j élève"
            r"|je fréquente|je milite|je cotise|j utilise|je pratique|je joue|je cultive|je m appelle|je me prénomme|je"
            r" souffre d|je viens d|je viens du|je sors de"
            r"|je provien) ?(?!beaucoup|toujours de|l espoir|de la (?:guerre|haine|solitude))\w*"
        ),
        (
            r"je (?:ne )?(?:vais|prends|mange|bois|parle|lis|regarde|voyage|circule|me déplace|fais|vote|cours|nage"
            r"|pêche|chasse|jardine|cuisine)(?: pas| plus"
            r"| jamais| toujours| souvent| rarement| parfois| généralement)?(?:$| (?:de |du |d |le |la |les |l |à |au "
            r"|aux |en |dans |mes |mon |ma |un |une )*"
            r"(?:viande|poisson|porc|alcool|café|bus|train|métro|tram|vélo|voiture|transports|travail|école|messe"
            r"|mosquée|église|bureau|fac|lycée|université"
            r"|courses|sport|foot|natation|randonnée|pied|maison|journal|télé|télévision|taxi|covoiturage|chaque|tous"
            r"|toutes|\w+ à la maison|élections"
            r"|arabe|anglais|espagnol|portugais|italien|turc|breton|français|études|bénévolat|bio|végétarien|halal"
            r"|ménage|nuit)\b)"
        ),
        (
            r"je m occupe (?:de |d )(?:mon|ma|mes|un|une|deux)|je fais partie d (?:un|une) (?!tout"
            r"|peuple|monde)|je fais"
            r" partie du club|j appartiens à (?:un|une|la)"
            r" (?:\w+ )?(?:église|syndicat|parti|club|association|minorité|communauté|classe|famille|religion)"
        ),
        (
            r"j ai (?:toujours |jamais |déjà |récemment |été )*(?:grandi|déménagé|voté|perdu (?:mon (?:emploi|travail"
            r"|mari|mère|père)|ma (?:femme|mère))|vécu|habité|travaillé|étudié|quitté|arrêté"
            r"|fini|obtenu|fait (?:des études|mon service|une formation)|servi|divorcé|hérité|acheté|vendu|émigré"
            r"|immigré|subi|été|élevé|suivi|fondé|créé|utilisé"
            r"|participé|pris ma retraite|passé (?:mon|le bac))\b"
        ),
        (
            r"je n (?:ai|étais|avais)(?: pas| jamais) (?:voté|travaillé|étudié|fini)|je ne (?:fume|conduis|travaille"
            r"|bois|mange) (?:pas|plus|jamais)"
        ),
        (
            r"je me (?:suis (?:mariée?|installée?|convertie?)|considère comme|définis comme|identifie)|je m"
            r" (?:identifie|en) (?:comme|à)|je me sens (?:femme|homme|non binaire)$"
        ),
        (
            rf"(?:je |j )(?:ne )?(?!{_FR_MIND})\w{{3,}}(?:e|s|ds|ts)\b(?<!rais)(?: pas| plus| jamais)? (?!que\b"
            rf"|qu\b|comment\b"
            rf"|pourquoi\b|si\b|de tout mon|ensemble)\w+"
        ),
        (
            r"je (?:ne )?(?:dors|fais (?!confiance|partie|appel|de mon mieux|un rêve)|suis jamais allée?|suis (?:l |le "
            r"|la )?(?:aînée?|cadette?|benjamine?|fils|fille) )\w*|je ne (?:bois|fume|conduis|mange) plus|j aurai \w+"
            r" ans|je suis née?\b"
        ),
        (
            r"je suis (?:en (?:terminale|première|seconde|master|licence|troisième|quatrième|sixième|cinquième|doctorat"
            r"|bts|prépa|cp|cm\d|alternance|apprentissage|maison de retraite|ehpad)|payée? (?:au|à)|au smic|logée?"
            r" (?:en|chez))"
        ),
        (
            rf"(?:mon|ma) {_FR_KIN} et moi (?!espérons|pensons|rêvons)\w+|je n utilise (?:pas|jamais|plus)|je (?:sais"
            rf"|ne sais) pas (?:nager|lire|conduire|écrire)|je ne sais ni \w+|on m a (?:licenciée?|volée?|diagnostiqué"
            rf"|agressée?)|je joue (?:dans|au|du|de la)"
        ),
        r"je suis (?:arrivée?|venue?|partie?|allée?|devenue?|restée?) ",
        (
            r"(?:ma|mon|mes|notre) (?:\w+ )?(?:langue maternelle|langue|revenus?|salaire|âge|profession|métier|sexe"
            r"|genre|nom|prénom|religion|nationalité|retraite|loyer|foyer|ménage"
            r"|niveau d études|logement|handicap) (?:est|sont|s élève|gagne|compte|touche)\b(?! (?:trop|insuffisant"
            r"|injuste))"
        ),
        (
            rf"(?:mon|ma|mes) (?:\w+ )?{_FR_KIN} (?:est|sont|était|étaient|travaille|travaillent|vit|vivent|habite"
            rf"|habitent|a|ont|vient|viennent|va|vont|étudie|étudient"
            r"|parle|parlent)\b(?! (?:notre|l avenir|tout|ma vie))"
        ),
        (
            r"nous (?:vivons|habitons|sommes|louons|avons) (?:à )?(?:deux|trois|quatre|cinq|six|\d+|dans (?:un|une"
            r"|deux) (?:\w+ )?(?:appartement|maison|studio|pièces?|hlm|village))\b"
        ),
    ),
    r"veux veut voulons voudrais voudrait souhaite\w* espère faut doi\w+ devrai\w+ devrions rêve crois pense trouve"
    r" mais pour_que contre paix foi espoir vote_pour peur trop aime"
    r" aimerais préfère déteste soutiens comprends_pas confiance besoin envie mérite\w* injuste justice assez_de"
    r" en_ai_assez prie sens_en désire mieux que_nous"
    r" convaincue? fière? tiens_à parce_que afin heureu(?:x|se) inquiet inquiète défends",
    r"\b(?:j|je|m|me|mon|ma|mes|nous|moi)\b",
    lead=r"actuellement|aujourd hui|maintenant|en ce moment|depuis (?:\w+ ){1,3}?(?:ans?|mois|\d{4})|il y a \w+ ans|l"
    r" an dernier|l année dernière|tous les (?:jours|matins|soirs|\w+)|chaque \w+|à la maison|chez moi|souvent"
    r"|d habitude|en général|le (?:matin|soir|dimanche|week end)|la nuit|moi|personnellement|au quotidien|en \d{4}"
    r"|parfois|le plus souvent|pour aller au travail|étant \w+",
)

# --- Spanish ----------------------------------------------------------------------------------------------------

_ES_STATE = words_of(
    "partidari[oa] parte uno_con un[oa]_de un[oa]_con feliz consciente optimista pesimista defensora? fan un_fan"
    " un_puente una_gota"
    " de_(?:los|las)_que de_la_opinión amig[oa]_de muy tan más capaz libre quien como nada nadie solo_un un_ser"
    " un_soñador tu tuy[oa]"
    " vuestr[oa] responsable humano amor luz feliz testigo"
)
_ES_ABSTRACT = words_of(
    "sueños? sugerencias? propuestas? petición peticiones críticas? curiosidad expectativas? ambición"
    " grandes_esperanzas ilusiones entusiasmo esperanzas? miedo miedos derecho derechos confianza ganas"
    " necesidad sentimiento impresión ideas?"
    " opinión preguntas? dudas? respeto"
    " deseos? voz elección razón razones visión fe interés responsabilidad corazón mensaje plan planes problemas?"
    " fuerza tiempo nada todo suficiente paz"
    " alegría paciencia ilusión hambre_de sed_de culpa que certeza convicción palabras? claro suerte fuerzas"
    " vergüenza amor conciencia sensación mucho"
    " mucha muchas poco poca"
)
_ES_KIN = words_of(
    "marido mujer espos[oa] pareja novi[oa] hij[oa]s? madre padre padres mamá papá familia herman[oa]s? abuel[oa]s?"
    " niet[oa]s? antepasados"
)
_ES_MIND = (
    r"(?:qui|quer|dese|esper|pens|cre|sient|sent|encuentr|encontr|sé|sabe|supe|entiend|entend|gust|am[oé]|ador"
    r"|detest|odi|prefier|preferí|valor|aprecio|respet|admir|dud|tem|pregunt|dig|dije|pid|pedí|exij|exig|propon"
    r"|propus|sugier|recomiend|insist|nieg|negu|apoy|acept|rechaz|deb|pued|pude|podr"
    r"|soy|estoy|tengo|he|había|sueñ|soñ|rez|lament|agradezc|prometo|veo|vi|oigo|oí|not|noté|imagin|recuerd|record"
    r"|olvid|busc|ofrezc|invit|perdon|perdoné|llor|luch|aspir|reclam|defiend|aprueb|conden|salud|felicit|compart"
    r"|dej[oé]|hag|hice|qued|sig|trat|intent|viv|trabaj|voy|veng|merezc|sufr|cant|rí"
    r"|supon|consider|juzg|bendig|grit|jur|afirm|denunci|anim|perd|confí|anhel|celebr|decid|descubr|aprend|extrañ"
    r"|echo|añor|mand|opin|cuando|como|todo|otro|nuestro|mucho|menos|tiempo|trabajo|dinero|pueblo|mundo|campo"
    r"|espacio|transporto|respeto|apoyo|cambio|gobierno|agua|sólo|solo|uno|cada|bajo|según|pero|no"
    r"|también|aquí|así|ahí|allí|café|comité|qué|porqué|sí|mí|está|esté|haré|iré|daré|seré|tendré|podré|votaré)"
)
SPANISH: Grammar = grammar(
    (
        (
            rf"(?:yo )?(?:no )?soy (?:también |ya |actualmente )?(?!{_ES_STATE}\b)(?:un |una |el |la"
            rf" )?(?!{_ES_STATE}\b)[\w-]+(?: [\w-]+){{0,2}}$"
        ),
        (
            rf"(?:yo )?(?:no )?soy (?!{_ES_STATE}\b)(?:un |una |el |la )?(?!{_ES_STATE}\b)(?:[\w-]+ ){{1,3}}?(?:y|de"
            rf"|del|en|con|por|desde|que vive|al) (?!paz|la paz|corazón)"
        ),
        r"(?:yo )?soy mayor de \d+|(?:yo )?soy (?:dueñ[oa]|propietari[oa]|miembro|soci[oa]|voluntari[oa]) ",
        (
            r"(?:yo )?(?:no )?estoy (?:actualmente |ahora |todavía |ya )*(?:casad[oa]|divorciad[oa]|separad[oa]"
            r"|jubilad[oa]|retirad[oa]|prejubilad[oa]|desemplead[oa]|emplead[oa]|matriculad[oa]|inscrit[oa]"
            r"|empadronad[oa]|afiliad[oa]|discapacitad[oa]"
            r"|pensionad[oa]|incapacitad[oa]|titulad[oa]|registrad[oa]|asegurad[oa]|contratad[oa]|comprometid[oa]"
            r"|operad[oa]|enferm[oa]|vacunad[oa]|diagnosticad[oa]|federad[oa]|en (?:paro|silla|casa|la universidad|el"
            r" paro|tratamiento)|de baja|sin trabajo|estudiando|trabajando|buscando"
            r" (?:trabajo|empleo)|embarazada|viud[oa]|solter[oa]|sol[oa])\b"
        ),
        r"(?:yo )?tengo (?:más de |menos de |casi |entre |unos )?\w+(?: y \w+)?(?: \w+)? años\b",
        (
            rf"(?:yo )?(?:no )?tengo (?:ya |sólo |solo )?(?:un |una |el |la |los |las |dos |tres |cuatro |cinco |varios"
            rf" |mi |\d+ )?(?!{_ES_ABSTRACT}\b)(?!\w+ {_ES_ABSTRACT}\b)\w+(?: \w+){{0,4}}$"
        ),
        (
            r"(?:yo )?(?:vivo|resido|vivía|residía) (?!(?:en|con|de|por|para) (?:la |el |un |una"
            r" )?(?:paz|mundo|sociedad"
            r"|esperanza|miedo|armonía|amor|fe|país que|dolor|ilusión"
            r"|alegría|tiempo|angustia)\b|para )\w+"
        ),
        (
            r"(?:yo )?trabajo (?!(?:por|para) (?:un|una|la paz|el bien|que|los demás|todos)|en (?:equipo|mí|paz"
            r"|armonía)|junt|mucho|duro|demasiado|infantil)\w+"
        ),
        (
            r"(?:yo )?(?:no )?(?:estudio|alquilo|poseo|dirijo|gano|cobro|recibo|percibo|cuido|crío|pago|fumo|manejo"
            r"|conduzco|pertenezco|asisto|enseño|padezco|cultivo"
            r"|pesco|vengo de|provengo|uso|utilizo|viajo|camino|voto|leo|nado|juego|rento|arriendo|administro|curso"
            r"|milito|practico|hago (?:deporte|voluntariado)) ?"
            r"(?!por (?:la|un)|de la (?:guerra|nada)|mi voz|a la paz|con(?:tigo| vos| ustedes))(?:$|\w+)"
        ),
        (
            r"(?:yo )?(?:no )?(?:siempre |normalmente |a menudo |a veces |nunca |casi nunca |todos los días )?(?:voy"
            r"|como|bebo|tomo|hablo|veo|compro|cocino|corro|escucho)(?:$| (?:siempre "
            r"|al |a la |a |en |el |la |mi |de |los )*(?:carne|pescado|cerdo|alcohol|café|autobús|bus|tren|metro|bici"
            r"|bicicleta|coche|carro|trabajo|escuela|misa|mezquita|iglesia"
            r"|oficina|universidad|gimnasio|pie|casa|periódico|televisión|taxi|transporte|vegano|ecológico|quechua"
            r"|inglés|catalán|gallego|euskera|guaraní|árabe|portugués|aimara"
            r"|náhuatl|\w+ en casa|cada|todos|todas|mercado|medicamentos|colectivo|micro)\b)"
        ),
        r"(?:yo )?(?:siempre|normalmente|a menudo|a veces|nunca) (?:voto|uso|viajo|leo|camino|voy en|como|bebo|tomo)\b",
        (
            r"(?:yo )?(?:no )?(?:me )?(?:nací|crecí|mudé|gradué|jubilé|casé|divorcié|voté|estudié"
            r"|trabajé|emigré|inmigré"
            r"|serví|perdí (?:mi|el) (?:empleo|trabajo|casa|marido|padre)"
            r"|viví|llegué|terminé|acabé|dejé (?:la escuela|los estudios|de fumar)|compré|vendí|heredé|fundé|participé"
            r"|sufrí|cursé|enviudé|aprendí a (?:nadar|leer|conducir|escribir)|vine a(?:l)? \w+|quedé (?:sin|en)|fui"
            r" (?:\w+ )?(?:víctima|soldado"
            r"|despedid|detenid|al|a la|criad|adoptad)|tuve (?:un|una|dos|que dejar))\b"
        ),
        (
            r"(?:yo )?(?:no |nunca |siempre |ya )?he (?:votado|usado|leído|visitado|vivido|trabajado|estudiado|viajado"
            r"|tenido (?:un|una|dos)|sido (?:víctima|despedid|detenid)|perdido (?:mi|el)"
            r" (?:trabajo|empleo)|servido|criado|estado (?:en|casad|enferm))"
        ),
        (
            rf"(?:no |nunca |yo no |yo )?(?!{_ES_MIND})(?!\w+(?:aré|eré|iré)\b)\w{{2,}}(?:é|í)\b (?!que\b|si\b|en la"
            rf" (?:vida|humanidad))\w+|yo (?:no )?(?!{_ES_MIND})\w{{2,}}o\b(?:$| (?!que\b|si\b|por\b)\w+)"
        ),
        (
            r"(?:duermo|llevo (?:velo|gafas|uniforme|barba|hiyab|un|mucho)|cumplo \w+|nunca he (?:salido|votado|estado"
            r"|viajado|trabajado|tenido (?:un|una))|conduzco|dirijo|toco|canto en|entreno|monto|pinto|escribo|hago"
            r" (?:\w+ )?(?:turnos|deporte|horas)|paso \w+ horas|tardo|vendo|fabrico|reparo|limpio|cocino|coso|tejo|doy"
            r" clases?"
            r"|atiendo|paseo|practico|colecciono|entreno|cumplí|padezco|convivo|comparto (?:piso|casa|habitación)|rento"
            r"|ahorro|trabajo)\b(?! (?:que|por la paz|digno|para todos|por un|en equipo))"
        ),
        (
            r"llevo (?:ya )?\w+ (?:años|meses|semanas)|estoy en (?:el|la|mi) (?:\w+ )?(?:curso|año|semestre|secundaria"
            r"|primaria|universidad|bachillerato|instituto)|(?:no )?toco (?:en|el|la|un)\b|nunca (?:aprendí|estudié"
            r"|trabajé|terminé|tuve|fui a|viví|salí de)|no sé (?:nadar|leer|conducir|escribir)"
        ),
        (
            r"me (?:despidieron|echaron|diagnosticaron|operaron|adoptaron|robaron|asaltaron|desahuciaron|detuvieron"
            r"|criaron)\b|"
            rf"mis? {_ES_KIN} (?:se )?\w+(?:ó|aron|ieron)\b|hice (?:el|la|un|mi) (?!favor)\w+|mi {_ES_KIN} y yo"
            rf" (?!esper|so[ñn]|cre|quer)\w+|no tengo (?:carnet|carné|seguro|papeles|trabajo|hijos"
            rf"|pareja|coche)"
        ),
        (
            r"(?:yo )?me (?:llamo|identifico|considero (?!afortunad|feliz|parte|capaz|libre)|defino|dedico a|muevo en"
            r"|desplazo)"
        ),
        (
            r"mis? (?:\w+ )?(?:ingresos?|sueldo|salario|edad|género|sexo|profesión|oficio|religión|nombre|nacionalidad"
            r"|lengua materna|idioma materno|pensión|alquiler|hogar|educación) (?:\w+ )?"
            r"(?:es|son|está|gana)\b(?! (?:muy|demasiado|injust))"
        ),
        (
            rf"(?:ambos )?mis? (?:\w+ )?{_ES_KIN} (?:es|son|era|eran|trabaja|trabajan|vive|viven|tiene|tienen|viene"
            rf"|vienen|vino|vinieron|va|van|estudia|estudian|emigró|emigraron|nació"
            r"|nacieron|murió|habla|hablan|está|están)\b(?! (?:el futuro|todo|mi vida|nuestr))"
        ),
        (
            r"(?:nosotros )?vivimos (?:\d+|dos|tres|cuatro|cinco|seis|siete|en (?:un|una|dos) (?:\w+ )?(?:piso|casa"
            r"|apartamento|pueblo|habitación|habitaciones|rancho|departamento))\b"
        ),
    ),
    r"quiero quisiera queremos desea\w* deseo espero necesit\w+ debe\w* debo ojalá gusta gustaría sueño creo pienso"
    r" pero para_que contra favor paz"
    r" justicia fe esperanza confianza voto_por demasiad\w+ hart[oa] cansad[oa] miedo merec\w+ por_eso amo encanta"
    r" prefiero odio apoyo entiendo_por confío parece siento importa acuerdo rezo mejor"
    r" hay_que porque deberíamos basta orgullos[oa] preocupa defiendo",
    r"(?:\b(?:yo|me|mi|mis|soy|estoy|tengo|vivo|vivimos|conmigo|he|voy|vengo|fui|tuve)\b|\b\w+(?:o|é|í|oy)\b)",
    lead=r"este año|en (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre)|actualmente|ahora|hoy|ahora mismo|hoy en día|normalmente|habitualmente|a menudo|a veces"
    r"|siempre|apenas"
    r"|casi (?:siempre|nunca)|desde (?:hace )?(?:\w+ ){1,2}?(?:años?|meses|\d{4})|hace \w+ (?:años|meses)|el"
    r" (?:año|mes) pasado"
    r"|todos los \w+|todas las \w+|cada \w+|en casa|por (?:las |la )\w+|los \w+s|de (?:noche|día)|en \d{4}"
    r"|personalmente|como \w+|al trabajo|en mi (?:casa|hogar)|también",
)

# --- Italian ----------------------------------------------------------------------------------------------------

_IT_STATE = words_of(
    "stanc[oa] sicur[oa] content[oa] orgoglios[oa] fier[oa] pront[oa] preoccupat[oa] convint[oa] grat[oa] triste"
    " stuf[oa] felice d_accordo a_favore contro contrari[oa]"
    " favorevole qui parte per dell_opinione un[oa]_di delus[oa] arrabbiat[oa] soddisfatt[oa] apert[oa] certo certa"
    " fan un_fan sostenitore sostenitrice dispost[oa] molto"
    " così troppo libero libera uno con_voi tutti stati loro i gli le spaventat[oa] ottimista pessimista consapevole"
    " speranzos[oa] solo_un"
)
_IT_ABSTRACT = words_of(
    "sogn[oi] suggeriment[oi] propost[ae] richiest[ae] curiosità aspettativ[ae] ambizion[ei] speranz[ae] paura"
    " paure diritto diritti fiducia voglia bisogno sentimento impressione ide[ae] opinione"
    " domand[ae] dubbi[o]? rispetto desider[io]+ voce scelta ragion[ei]"
    " visione fede interesse responsabilità cuore messaggio pian[oi] problem[ai] forza tempo niente tutto abbastanza"
    " pace gioia pazienza fame sete colpa certezza convinzione l_impressione"
    " il_diritto la_speranza molta molto poco poca"
)
_IT_ROLE = (
    r"(?!ottimista|pessimista|realista|idealista|triste|contrari[oa]|sostenitore|sostenitrice|importante|cosciente"
    r"|presente|solidale|sano|sana|amante|sempre|vicin[oa]|umano|lontano|migliore|maggiore|sono)\w*(?:ista|iere|iera"
    r"|ore|trice|essa|aio|aia|ante|ente|ano|ana|ese|ogo|oga|ario|aria|gnere|medico|medica|meccanico|meccanica"
    r"|informatico|informatica|tecnico|chimico"
    r"|ettore|autista|cuoc[oa]|operai[oa]|contadin[oa]|impiegat[oa]|disoccupat[oa]|occupat[oa]|pensionat[oa]"
    r"|avvocat[oa]|soldato|sarta|sarto|falegname|infermier[ea]|studente|studentessa|mamma|papà|madre|padre|nonn[oa]"
    r"|figli[oa]|donna|uomo|ragazz[oa]|vedov[oa]|orfan[oa])"
    r"|sposat[oa]|divorziat[oa]|separat[oa]|single|nubile|celibe|fidanzat[oa]|incinta|disabile|invalid[oa]|sord[oa]"
    r"|ciec[oa]|diabetic[oa]|celiac[oa]|laureat[oa]|diplomat[oa]|iscritt[oa]|tesserat[oa]|soci[oa]|membro"
    r"|volontari[oa]|cattolic[oa]|musulman[oa]|ebre[oa]|cristian[oa]|ate[oa]"
    r"|credente|praticante|vegetarian[oa]|vegan[oa]|gay|lesbica|bisessuale|trans|proprietari[oa]|inquilin[oa]|senza"
    r" (?:lavoro|patente|dimora|casa)"
)
ITALIAN: Grammar = grammar(
    (
        (
            rf"(?:io )?(?:non )?sono (?:già |ancora |anche |attualmente |un |una |uno |il |la |giovane"
            rf" )*(?!{_IT_STATE}\b)(?:{_IT_ROLE})(?:$| (?:e|di|del|della|dei|in|a|ad|al|alla|con|da|dal|nel|nella|per"
            rf"|presso|single|\w+$) ?)"
        ),
        (
            r"(?:io )?sono (?:in (?:pensione|sedia|affitto|cassa|attesa|cerca|maternità)|di (?!parte|questa idea"
            r"|opinione|parola)\w+$|al (?:liceo|primo|secondo|terzo)|iscritt[oa]|nat[oa]|cresciut[oa]|arrivat[oa]"
            r"|andat[oa] (?:in|a|via)|emigrat[oa]|stat[oa] (?:licenziat|in|vittima|al))"
        ),
        r"ho (?:più di |meno di |quasi |circa )?[\w]+ anni\b",
        (
            rf"(?:non )?ho (?:un |una |il |la |l |lo |due |tre |quattro |cinque |\d+ |i |mia |mio"
            rf" )?(?!{_IT_ABSTRACT}\b)(?!\w+ {_IT_ABSTRACT}\b)\w+(?: \w+){{0,3}}$"
        ),
        (
            r"(?:non )?ho (?:sempre |mai |già )?(?:votato|lavorato|studiato|vissuto|abitato|perso (?:il|mio|mia)"
            r"|lasciato|finito|comprato|venduto|ereditato|servito|cresciuto|usato|subito|preso la)\b"
        ),
        (
            r"(?:vivo|abito|risiedo) (?!(?:in|con|nella|nel|di|per) (?:la |il |un |una )?(?:pace|mondo|paura|armonia"
            r"|speranza|società|amore|fede|ansia)\b|per )\w+"
        ),
        r"lavoro (?!per (?:un|una|la pace|il bene|tutti)|insieme|su di me|troppo|duro)\w+",
        (
            r"(?:non )?(?:studio|affitto|possiedo|guadagno|percepisco|ricevo|fumo|guido|frequento|insegno|pago"
            r"|appartengo|provengo|vengo da|coltivo|uso|viaggio|voto|accudisco|mi prendo cura di|assisto|cresco|pratico"
            r"|gestisco|dirigo|soffro di|prendo (?:la|una|il|l) (?:pensione|autobus|treno|metro|tram))(?:$| (?!per"
            r" (?:la|un)|insieme)\w+)"
        ),
        (
            r"(?:a casa |di solito |sempre |spesso |non |in casa )*(?:parlo|mangio|bevo|vado|leggo|guardo|compro)(?:$|"
            r" (?:in |al |a |la |il |di |l )*(?:carne|pesce|alcol|vino|caffè|autobus|treno|bicicletta|bici|macchina"
            r"|lavoro|scuola|messa|moschea|chiesa|università|piedi|casa|siciliano|inglese|arabo|sardo|napoletano"
            r"|tedesco|\w+ a casa|ogni|tutti|spesso|biologico)\b)"
        ),
        (
            r"mi (?:chiamo|sono (?:trasferit|laureat|spos|separat|diplomat)|considero (?!fortunat|felice|parte)"
            r"|identifico|definisco|sposto)"
        ),
        (
            r"(?:il |la |i |le )?mi[oaei]i? (?:\w+ )?(?:reddito|stipendio|età|professione|lavoro|genere|religione|nome"
            r"|nazionalità|lingua madre|madrelingua|pensione|affitto) (?:è|sono)\b(?! (?:troppo|ingiust))"
        ),
        (
            r"(?:il |la |i |le |entrambi i )?mi(?:o|a|ei|e) (?:\w+ )?(?:marito|moglie|compagn[oa]|figl[ioea]+|madre"
            r"|padre|genitori|famiglia|fratell[oi]|sorell[ae]|nonn[oia]+) (?:è|sono|era|erano|lavora"
            r"|lavorano|vive|vivono"
            r"|ha|hanno|viene|vengono|va|vanno|studia)\b(?! (?:il futuro|tutto|la mia vita))"
        ),
        (
            r"(?:io )?(?:non )?(?:dormo|porto (?:il velo|gli occhiali|un)|compio|insegno|suono|alleno|dipingo|scrivo"
            r"|vendo|ripar[oa]|pulisco|cucino|cucio|convivo|faccio (?:il|la|i turni|volontariato|sport)|passo \w+ ore"
            r"|allevo|condivido (?:casa|una)|sono (?:il|la) (?:maggiore|minore|più (?:grande|piccol))|non bevo|non"
            r" fumo)\b"
            r"(?! (?:che|per la pace))|(?:non )?ho (?!paura|fiducia|fede|speranza|capito|pensato|creduto|sentito|voluto"
            r"|sperato|sognato|visto|deciso|bisogno|voglia|perso la)\w{2,}(?:ato|uto|ito|tto|sto|rso) (?!che)\w+|non"
            r" sono mai (?:stat|andat|uscit)[oa]"
        ),
        (
            r"sono (?:all|al|in|nel) (?:\w+ )?(?:anno|superiore|quinta|quarta|liceo|elementare|università)|suono (?:in"
            r"|il|la|nella)|mi (?:hanno|avevano) (?:licenziat|diagnosticat|adottat|rubat|operat)\w+|mi[oa] (?:moglie"
            r"|marito|compagn[oa]) e io \w+|non (?:uso|so (?:nuotare|guidare|leggere))|non ho mai (?:imparato|lavorato"
            r"|votato|avuto un)|insegno \w+|mi occupo di mi[oa] \w+"
        ),
        r"viviamo in (?:due|tre|quattro|cinque|un appartamento|una casa)\b",
    ),
    r"voglio vorrei vogliamo desidero spero bisogn\w+ dev\w+ dovre\w+ sogno credo penso ma perché contro pace paura"
    r" troppo amo piace piacerebbe preferisco odio sostengo fido merit\w+ sento"
    r" fiducia speranza voto_per meglio importa prego accordo favore affinché",
    r"(?:\b(?:io|mi|mio|mia|miei|mie|sono|ho|vado|viviamo)\b|\b\w+o\b)",
    lead=(
        r"attualmente|adesso|ora|oggi|al momento|di solito|normalmente|spesso|a volte|sempre|da \w+ (?:anni|mesi)"
        r"|\w+ anni fa|l anno scorso|ogni \w+|tutti i \w+|tutte le \w+|a casa|la (?:sera|notte|mattina)|di (?:notte"
        r"|giorno)|nel \d{4}|anche|personalmente|al lavoro"
    ),
)

# --- Portuguese -------------------------------------------------------------------------------------------------

_PT_STATE = words_of(
    "a_favor contra parte um_dos uma_das feliz consciente otimista pessimista defensora? fã um_fã uma_ponte uma_gota"
    " de_opinião grat[oa] muito tão capaz livre grato um_com pel[oa] por favorável todos testemunha"
)
_PT_ABSTRACT = words_of(
    "sonhos? sugest(?:ão|ões) propostas? pedidos? curiosidade expectativas? ambição entusiasmo esperanças? medo"
    " medos direito direitos confiança vontade necessidade sentimento impressão ideias?"
    " opinião perguntas? dúvidas? respeito desejos? voz escolha razão razões visão fé interesse"
    " responsabilidade coração mensagem planos? problemas? força tempo nada tudo suficiente paz alegria paciência"
    " fome_de sede_de culpa que certeza convicção orgulho sorte saudades? vergonha muito muita pouco"
)
PORTUGUESE: Grammar = grammar(
    (
        (
            rf"(?:eu )?(?:não )?sou (?:também |já )?(?!{_PT_STATE}\b)(?:um |uma |o |a )?(?!{_PT_STATE}\b)[\w-]+(?:"
            rf" [\w-]+){{0,2}}$"
        ),
        (
            rf"(?:eu )?(?:não )?sou (?!{_PT_STATE}\b)(?:um |uma |o |a )?(?!{_PT_STATE}\b)(?:[\w-]+ ){{1,3}}?(?:e|de|do"
            rf"|da|em|no|na|com|desde|por) "
        ),
        (
            r"(?:eu )?(?:não )?estou (?:atualmente |agora |ainda |já )*(?:casad[oa]|divorciad[oa]|separad[oa]"
            r"|aposentad[oa]|reformad[oa]|desempregad[oa]|empregad[oa]|matriculad[oa]|inscrit[oa]|filiad[oa]|doente"
            r"|noiv[oa]|vacinad[oa]|registad[oa]|registrad[oa]|afastad[oa] d|sem (?:emprego|trabalho)|procurando|à"
            r" procura|grávida|em (?:casa|tratamento)|de baixa|na (?:faculdade|reforma))\b"
        ),
        r"(?:eu )?tenho (?:mais de |menos de |quase )?\w+(?: e \w+)? anos\b",
        (
            rf"(?:eu )?(?:não )?tenho (?:um |uma |o |a |os |as |dois |duas |três |quatro |cinco |\d+ |meu |minha"
            rf" )?(?!{_PT_ABSTRACT}\b)(?!\w+ {_PT_ABSTRACT}\b)\w+(?: \w+){{0,4}}$"
        ),
        (
            r"(?:eu )?(?:moro|vivo|resido|morava) (?!(?:em|com|na|no|num|numa|de|pela) (?:a |o |um |uma )?(?:paz|mundo"
            r"|sociedade|esperança|medo|harmonia|amor|fé)\b|para )\w+"
        ),
        (
            r"(?:eu )?trabalho (?!(?:por|para|pela|pelo) (?:um|uma|a paz|o bem|todos)|pela paz|junto|demais|muito|em"
            r" (?:equipe|mim))\w+"
        ),
        (
            r"(?:eu )?(?:não )?(?:estudo|alugo|possuo|ganho|recebo|fumo|dirijo|conduzo|frequento|pertenço|ensino|pago"
            r"|venho d|cuido d|crio|uso|viajo|voto|pratico|administro|sofro de|curso|planto|pesco"
            r"|pego (?:o|um) (?:ônibus|trem|metrô)) ?(?!pela|por um)\w*"
        ),
        (
            r"(?:em casa |normalmente |sempre |não |eu |geralmente )*(?:falo|como|bebo|vou|leio|vejo|compro|ando)(?:$|"
            r" (?:para |de |o |a |ao |à |no |na )*(?:carne|peixe|álcool|vinho|café|ônibus|autocarro|trem|comboio|metrô"
            r"|bicicleta|carro"
            r"|trabalho|escola|missa|mesquita|igreja|faculdade|pé|crioulo|inglês|espanhol|guarani|mirandês|\w+ em casa"
            r"|todos|todas|cada)\b)"
        ),
        (
            r"(?:eu )?(?:não |nunca )?(?:nasci|cresci|mudei|me mudei|votei|estudei|trabalhei|emigrei"
            r"|imigrei|servi|perdi"
            r" (?:o|meu) (?:emprego|trabalho)|vivi|morei|terminei|larguei|comprei|vendi|herdei|fundei|participei"
            r"|casei|divorciei|me (?:formei|aposentei|casei|divorciei)|formei|reformei|fui (?:vítima|demitid|criad"
            r"|soldado|assaltad))\w*"
        ),
        (
            r"(?:eu )?(?:me chamo|chamo me|me (?:identifico|considero (?!feliz|parte))|identifico me|considero me"
            r" (?!feliz|parte))"
        ),
        (
            r"(?:o |a |os |as )?(?:meus?|minhas?) (?:\w+ )?(?:salário|rendimento|renda|idade|profissão|gênero|género"
            r"|religião|nome|nacionalidade|língua materna|pensão|aluguel|aposentadoria) (?:\w+ )?(?:é|são|está)\b(?!"
            r" (?:muito|demais|injust))"
        ),
        (
            r"(?:o |a |os |as |ambos os )?(?:meus?|minhas?) (?:\w+ )?(?:marido|mulher|esposa|companheir[oa]|filh[oa]s?"
            r"|mãe|pai|pais|família|irmãos?|irmãs?|av[óô]s?) (?:é|são|era|eram|trabalha|trabalham|vive|vivem|mora|moram"
            r"|tem|têm"
            r"|vem|vêm|veio|vieram|vai|vão|estuda)\b(?! (?:o futuro|tudo|a minha vida))"
        ),
        (
            r"(?:eu )?(?:não )?(?:durmo|uso (?:véu|óculos|cadeira)|faço (?!questão|votos)|completo \w+|crio \w+|dirijo"
            r"|pinto|escrevo|vendo|conserto|limpo|cozinho|costuro|dou aulas?|divido|passo \w+ horas|sou (?:o|a) mais"
            r" (?:velh|nov)[oa]|nunca saí|não bebo|não fumo)\b(?! (?:que|pela paz))"
            r"|(?:eu )?(?:não |nunca )?(?!sei|lei|rei|hei|farei|serei|gostei|amei|pensei|acreditei|sonhei|esperei|achei"
            r"|desejei|perdoei|chorei|rezei|confiei)\w{3,}ei (?!que|em deus)\w+"
        ),
        (
            r"estou no (?:\w+ )?(?:ano|semestre|ensino|colegial)|toco (?:em|numa|num|o|a|na|no)\b|me (?:demitiram"
            r"|despediram|adotaram|roubaram|operaram|assaltaram)|fui despedid[oa]|(?:a )?minha (?:mulher|esposa) e eu"
            r" \w+|(?:o )?meu marido e eu \w+|não (?:uso|sei (?:nadar|ler|dirigir|conduzir))|nunca (?:aprendi|trabalhei"
            r"|estudei|votei|tive um)|ensino \w+|cuido d[aoe] ?(?:minha|meu)?"
        ),
        r"(?:nós )?(?:moramos|vivemos) (?:em (?:dois|duas|três|quatro|um apartamento|uma casa)|\d+|quatro|cinco)\b",
    ),
    r"quero queria queremos deseja\w* desejo espero precis\w+ dev\w+ gostaria gosto sonho acredito acho penso mas"
    r" para_que contra paz medo amo prefiro odeio apoio confio merec\w+ sinto importa rezo orgulho"
    r" certeza confiança fé esperança voto_por demais melhor concordo favor porque acordo",
    r"(?:\b(?:eu|me|meu|minha|meus|minhas|sou|estou|vou|moramos|vivemos)\b|\b\w+(?:o|ei|i)\b)",
    lead=(
        r"atualmente|agora|hoje|no momento|neste momento|normalmente|geralmente|muitas vezes|às vezes|sempre|desde"
        r" \w+|há \w+ (?:anos|meses)|no ano passado|todos os \w+|todas as \w+|cada \w+|em casa|à noite|de (?:noite"
        r"|dia|manhã)|em \d{4}|também|pessoalmente"
    ),
)
