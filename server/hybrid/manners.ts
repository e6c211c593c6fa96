/** How people begin, break off, ask and doubt; by words, for every language at once. All match at the beginning of a clause. */

const first = (words: string) => new RegExp(`^(?:${words})(?![\\p{L}\\p{N}_'’-])[\\s,:!.…]*`, "iu");

/** Said before an order without being one. */
export const OPENER = first(
  "hey|hi|hello|ok|okay|alright|right|so|well|now|then|and|also|plus|first|firstly|next|one (?:more|last) thing|(?:one|quick|another|a quick) question|side ?note|p\\.?s\\.?|finally|lastly|thanks|thank you|thx|yes|yeah|yep|sure|just|simply|please|pls|plz|kindly|quickly|actually|oh|btw|by the way|duck|rubber ?duck|buddy|mate|go ahead and|quick one|let's|lets|let us|if possible|if you can|after that|afterwards|instead|in any case|in either case|either way|anyway|regardless|erst|au fait|übrigens|por cierto|a proposito|trouwens|кстати|your task|hallo|also|jetzt|nun|bitte|mal|dann|danach|und|danke|zuerst|gut|lass uns|salut|bonjour|maintenant|alors|d'abord|merci|ensuite|puis|et|hola|ahora|por favor|favor|primero|luego|gracias|y|olá|oi|agora|obrigado|ciao|adesso|ora|per favore|grazie|poi|hoi|nu|alsjeblieft|graag|even|eerst|dan|en|привет|пожалуйста|теперь|сначала|потом|спасибо|давай|proszę|s'il (?:te|vous) pla[iî]t|stp|svp",
);

/** Praise: an opener only with a break behind it. "Nice refactor" is praise of one. */
export const PRAISE =
  /^(?:great|cool|nice|perfect|good|awesome|excellent|neat|lovely|sweet|amazing|brilliant|wonderful|super|gut|prima|toll|bien|parfait|génial|genial|perfecto|perfeito|ótimo|perfetto|goed|mooi|хорошо|отлично)(?:[ \t]+\p{L}+)?\s*[,.!;:–—-]+\s*/iu;

/** Asks politely: what follows is the order, though it ends with a question mark. */
export const POLITE = first(
  "(?:can|could|will|would) (?:you|u|ya)(?= please| kindly)|(?:can|could|will) (?:you|u|ya)|(?:(?:would|do) you )?mind(?= \\p{L}+ing(?!\\p{L}))|i(?:'d| would) (?:like|love) (?:you|for you) to|i (?:want|need) you to|i'd appreciate it if you could|i(?:'d| would) be (?:grateful|glad|happy|thankful) if you (?:could|would)|(?:would you )?be so (?:kind|good|nice) (?:as to|and)|would you be (?:kind|good|nice) enough to|it(?:'d| would) be (?:great|nice|lovely|good|helpful|awesome) if you (?:could|would|can)|(?:can|could|may) (?:i|we) (?=(?:get|have) (?:an?|some|the|unit|\\p{L}*tests?|docs)(?!\\p{L}))|do me a favou?r and|are you able to|help me(?: to)?(?! understand)|kannst du|könntest du|könnten sie|können sie|würdest du|magst du|ich möchte,? dass du|ich will,? dass du|peux[- ]tu|pourrais[- ]tu|tu peux|tu pourrais|pouvez[- ]vous|pourriez[- ]vous|est-ce que tu peux|(?:¿\\s*)?(?:puedes|podrías|puede|podría)|você pode|você poderia|pode|poderia|podes|puoi|potresti|mi puoi|kun je|kan je|kunt u|zou je|можешь|можете|не мог(?:ла)? бы ты|мог(?:ла)? бы ты|możesz|czy możesz",
);
/** Stands between a polite beginning and the order. */
const MEANWHILE = first(
  "please|pls|kindly|maybe|just|also|quickly|help me(?: to)?|go ahead and|for me|bitte|mir|uns|mal|mal eben|kurz|auch|das mal|me|moi|m'|por favor|per favore|mij|me|even|alsjeblieft|мне|пожалуйста|nous|nos|mi",
);
/** The same, with what French puts before a verb: "m'expliquer". */
export const POLITE_FILLER = new RegExp(`${MEANWHILE.source}|^[mlt]['’]`, "iu");

/** Takes back, or breaks off. */
export const CANCELLED = first(
  "no,? wait|(?:no|nein|non|nee|нет|nie|nope|nah|wait|stop|halt|stopp|warte|attends|espera|para|stop it|stop that)(?=\\s*(?:[,.!…–—]|$))|hold on|hang on|cancel|abort|never ?mind|nvm|scratch that|forget (?:it|that|about)|on second thoughts?|actually,? (?:no|don't|wait|never ?mind|leave)|leave (?:it|that)|undo|no,? don't|no thanks|not (?:now|yet)|just kidding|jk|lass (?:es|das|mal)|doch nicht|abbrechen|brich|vergiss (?:es|das)|egal|laisse (?:tomber|ça)|annule|arrête|cancela|olvídalo|déjalo|esquece|deixa|annulla|lascia perdere|lascia stare|aspetta|fermati|laat maar|wacht|annuleer|отмена|отмени|стоп|подожди|не надо|забудь|anuluj|czekaj",
);
/** The same behind an order, wherever it stands. */
export const TAKEN_BACK =
  /(?<!\p{L})(?:no,? wait|wait,? no|or (?:don't|not|maybe not)|never ?mind|nvm|scratch that|cancel (?:that|it)|on second thoughts?|actually,? (?:no|don't|do not|wait|never|leave|forget)|forget (?:it|i said)|just kidding|j\/k|(?:oh |ah )?no,? (?:don't|stop|sorry)|don't do (?:it|that)|don't (?:actually )?run|doch nicht|lass es|vergiss es|nein,? (?:warte|doch)|laisse tomber|non,? attends|olvídalo|mejor no|deixa pra lá|esquece|lascia perdere|lascia stare|laat maar|не надо|отмена|забудь)(?!\p{L})/iu;

/** An order not to. */
export const NEGATED = first(
  "don't|dont|don’t|do not|never|no need to|not|avoid|quit|skip|without|rather than|instead of|i (?:don't|do not|didn't) want(?: you)?|i'd rather(?: not)?|you (?:don't|shouldn't|needn't|mustn't|should not|must not)|please (?:don't|do not|never)|we (?:don't|shouldn't)|nobody|no one|no more|nicht|kein\\p{L}*|ohne|niemals|statt|anstatt|ne|n'|pas de|sans|au lieu de|jamais|nunca|não|em vez de|sem|en vez de|en lugar de|sin|non|senza|invece di|mai|niet|geen|zonder|не|без|вместо|никогда|bez|zamiast",
);
/** The same within: German and Dutch say it last. */
export const NOT_WITHIN = /^[^,;]*(?<!\p{L})(?:nicht|niemals|keinesfalls|noch nicht|niet|nooit|しないで)(?!\p{L})/iu;

/** Asks. What can be asked of somebody politely was taken away before. */
export const ASKS = first(
  "what|what's|whats|why|why's|how|how's|hows|when|where|where's|which|who|who's|whose|is|isn't|are|aren't|am|was|wasn't|were|does|doesn't|do (?:you|i|we|they|the|people|those|these)|don't (?:you|we|i)|did|didn't|has|hasn't|have (?:you|we|i|they)|had|should|shouldn't|shall|may|might|must|can (?!you)\\S+|could (?!you)\\S+|would \\S+|will (?!you)\\S+|any (?:idea|ideas|thoughts|reason|way|chance|suggestions?)|anyone|anybody|wie|was|warum|wieso|weshalb|wann|wo|wer|wozu|wofür|welche\\p{L}*|ist|sind|war|hat|haben|hast du|soll|sollte\\p{L}*|sollen|muss|müssen|darf|kann (?:ich|man|es|das|die|der|dieser?)|könn(?:en|te|ten) (?:wir|man|ich)|gibt es|lohnt|macht|pourquoi|comment|quand|où|quel\\p{L}*|qu'est[- ]ce|que (?:fait|signifie|se passe)|est[- ]ce|c'est quoi|faut-il|dois-je|(?:¿\\s*)?(?:qué|por qué|cómo|cuál\\p{L}*|cuándo|dónde|es|está|debería|debo|hay|vale la pena)|o que|por que|como|qual|quando|onde|devo|vale a pena|é|perché|come|cosa|che cosa|quale|dove|è|dovrei|conviene|waarom|hoe|wat|welke|wanneer|waar|moet|is het|zal|почему|как|что|когда|где|какой|какая|какие|стоит ли|зачем|чем|нужно ли|dlaczego|jak|co|czy",
);

/** Turns a question into one, wherever it stands: "why does it …". */
export const INVERTED =
  /^(?:(?:what|why|how|which|where|when|who)(?:\s+\S+){0,3}?\s+(?:is|are|does|do|did|should|would|can|could|will|was|were|has|have|isn't|doesn't)(?!\p{L})|(?:what|how|where|who|that)'s\s|(?:is|are|does|do|did|should|would|can|could|will|was|were|has|have|isn't|doesn't|don't|shouldn't)\s+(?:it|this|that|these|those|they|we|i|you|there|the|my|our)(?!\p{L}))/iu;

/** Wants an answer without asking. */
export const WISHES_TALK = first(
  "tell (?:me|us)|let me know|let us know|let's (?:talk|discuss|chat|think|go over|brainstorm|debate)|talk|discuss|remind me|say|what do you think|i(?:'m| am) (?:not sure|wondering|curious|worried|unsure|confused|afraid|not convinced)|i wonder|i(?:'d| would) (?:like|love) to (?:know|understand|hear|talk|discuss)|i want to (?:know|understand|talk|hear|discuss)|i (?:don't|do not) (?:understand|get|know|see)|give me (?:your|the reasons?|a reason|some advice|advice|feedback|an? opinion|an? (?:quick |short |brief )?(?:summary|overview|rationale|idea|hint|example))|show me (?:why|how|an example)|suggest|advise|recommend|compare|list (?:the )?(?:pros|reasons|risks|trade)|warn me|wish me|sag mir|sag|sage mir|erzähl|lass uns (?:darüber |mal )?(?:reden|sprechen|diskutieren|überlegen)|ich (?:frage mich|bin (?:mir )?(?:nicht |un)sicher|verstehe nicht|wüsste gern|würde gern\\p{L}* wissen)|dis[- ]moi|parlons|dime|cuéntame|hablemos|diga-me|me diga|me diz|me conta|dimmi|parliamo|vertel me|vertel|zeg me|laten we (?:praten|bespreken)|скажи|расскажи|давай обсудим|powiedz",
);

/** What follows with "and" is as much an order as this: "take a look at a.ts and fix it". */
export const LOOKS = first(
  "(?:have|take) a (?:(?:quick|close|closer|good) )?look|look|check|open|read|go (?:to|through|over)|study|schau|sieh|lies|regarde|mira|olha|guarda|kijk|посмотри",
);

/** A clause that hangs on another: what is ordered there is no order. */
export const SUBORDINATE = first(
  "if|when|whenever|before|after|while|until|unless|suppose|supposing|imagine|assuming|say i|say we|what if|in case|as soon as|once|because|since|although|even if|wenn|falls|bevor|nachdem|während|angenommen|sobald|weil|obwohl|si|quand|avant|après que|supposons|cuando|antes de|después de|suponiendo|se|antes|depois que|supondo|prima|dopo|supponiamo|als|voordat|nadat|stel|если|когда|прежде|после того|предположим|gdyby|jeśli",
);

/** Somebody's words follow. */
export const REPORTS =
  /(?<!\p{L})(?:sa(?:id|ys|ying)|wrote|writes|told|tells|ask(?:ed|s)|suggest(?:ed|s|ion)?|recommend(?:ed|s)?|reads?|typed?|types|commented|mentioned|posted|means?|called|titled|labell?ed|named|prints?|printed|shows|showed|outputs?|replied|answered|goes|went|sagte?|sagt|schrieb|schreibt|meinte?|steht|fragte|lautet|heißt|dit|écrit|demandé|dijo|dice|escribió|disse|diz|escreveu|scritto|detto|zei|zegt|schreef|сказал\p{L}*|написал\p{L}*|говорит|попросил\p{L}*|powiedział\p{L}*)(?!\p{L})[^.?!]*$|^\s*(?:\p{L}*error|exception|warning|todo|fixme|hint|info|log(?: output)?)\s*:[^.?!]*$/iu;

const SPEAKS =
  "is|isn't|are|aren't|was|wasn't|were|does|doesn't|did|didn't|has|hasn't|had|can|can't|cannot|could|will|won't|would|should|shouldn't|might|may|must|keeps?|seems?|works?|worked|fails?|failed|crash(?:es|ed)|returns|returned|throws|threw|gives|gave|says|said|shows|showed|takes|took|runs|ran|hangs|hung|broke|breaks|doesnt|isnt|wont|sounds|looks|feels|got|went|deletes|removes|clears|wipes|adds|changes|makes|uses|needs|wants|reads|writes|creates|opens|ignores|misses|produces|generates|asks|starts|stops|loses|rewrites|touches|requires|supports|refuses|exists";
const SPEAKS_ELSEWHERE =
  "ist|war|sind|hat|wird|wurde|funktioniert|macht|kann|liefert|gibt|est|était|ne|n'|fait|marche|es|está|no|hace|funciona|é|não|faz|è|non|fa|doet|werkt|geeft|не|это|был|работает|возвращает";

/** Behind a command's name these speak about it: "/clear deletes …", "/doc is mounted read-only". */
export const SPEAKS_OF_IT = new RegExp(
  `^\\s*(?:,\\s*)?(?:${SPEAKS}|${SPEAKS_ELSEWHERE}|vs\\.?|versus|always|never|command|endpoint|route|folder|directory|crash|return|throw|give|just (?:\\w+ed|did|gave|hangs))(?![\\p{L}'’])`,
  "iu",
);

/** Words that begin an object, or a clause about it: what stands behind one of them is no subject. */
const BEGINS_OBJECT =
  "the|an?|th(?:is|at|ese|ose)|it|its|them|my|our|your|his|her|their|all|each|every|any|some|both|wh\\p{L}+|how|if|so|and|or|but|because|since|to|for|in|on|of|with|as|by|from|me|us|d(?:er|ie|as|en)|l(?:a|e|os|as|es)|el|il|un[ae]?";

/** Behind a verb these make it a noun, of which something is told: "the fix works", "refactor done", "debug builds are slow". */
export const SPEAKS_OF_DOING = new RegExp(
  `^\\s+(?:(?:${SPEAKS}|done|finished|merged|needed|required|pending|landed|passed|passes|succeeded|happened|ist|sind|war|wird|wurde|est|était)|(?:(?!(?:${BEGINS_OBJECT})(?!\\p{L}))[\\p{L}-]+\\s+){1,3}(?:is|are|was|were|isn't|aren't|ist|sind|war|est|sont))(?![\\p{L}'’])`,
  "iu",
);

/** Told behind the order who gave it: "document your code, they said". */
export const SAID_BEHIND =
  /,\s+(?:\p{L}+\s+){1,4}(?:said|says|say|told me|tells me|wrote|insists?|insisted|keeps? saying|suggested|recommends?|recommended|argued|claims?|claimed|sagte?|sagt|meinte?|sagten|dit|disait|dijo|dice|disse|zei|сказал\p{L}*)[\s.!?…]*$/iu;

/** Says nothing that wants an answer. */
export const FILLER =
  /^(?:go ahead|thanks?(?: you)?(?: so much| a lot| in advance)?|thx|ty|cheers|please|pls|plz|ok(?:ay)?|cool|great|nice|good|hi|hello|hey|morning|good (?:morning|evening|job)|asap|now|right now|right\?|ok\?|okay\?|correct\?|yes\?|ja\?|oder\?|non \?|verdad\?|vero\?|quickly|if possible|if you can|when you can|when you get a chance|for me|danke(?: dir| schön| im voraus)?|bitte|vielen dank|merci(?: beaucoup| d'avance)?|s'il (?:te|vous) pla[iî]t|gracias|por favor|obrigad[oa]|valeu|grazie|per favore|bedankt|dank je|alsjeblieft|спасибо|пожалуйста|dzięki|proszę)[\s.,!]*$/iu;

/** Not now. */
export const LATER =
  /(?<!\p{L})(?:later|tomorrow|next (?:week|month|sprint|time|year)|some ?day|eventually|one day|on monday|not (?:yet|now)|at some point|später|morgen|irgendwann|nächste woche|plus tard|demain|más tarde|mañana|mais tarde|amanhã|più tardi|domani|morgen|потом когда-нибудь|завтра|позже)(?!\p{L})/iu;

/** Of the matter as such, not of this code. */
export const IN_GENERAL =
  /(?<!\p{L})(?:in general|generally|in theory|in principle|as a concept|the concept of|usually|normally|typically|im allgemeinen|generell|grundsätzlich|en général|en general|em geral|in generale|in het algemeen|в общем|вообще)(?!\p{L})/iu;

/** Joins talk to the order before it, or the other way round. */
export const CONNECTIVE =
  /^(?:and then|and also|and|also|then|but|plus|btw|by the way|afterwards|after that|und|dann|außerdem|übrigens|et|puis|au fait|y|luego|por cierto|e|poi|a proposito|aliás|en|dan|trouwens|и|а|потом|кстати)(?!\p{L})[\s,:]*/iu;
