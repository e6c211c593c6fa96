import type { CommandName } from "../protocol/slashCommands.ts";

/** How a command is asked for in plain words. */
export interface Order {
  readonly command: CommandName;
  /** Matches from where the order begins, behind "please" and "can you". */
  readonly said: RegExp;
  /** What must stand behind it as well. */
  readonly object?: RegExp;
  /** With this in it, it is another thing. */
  readonly unless?: RegExp;
  /** It needs a place in the code that is named, selected or pointed at. */
  readonly code?: true;
}

const from = (words: string) => new RegExp(`^(?:${words})(?![\\p{L}\\p{N}_-]|[.(]\\S)`, "iu");
/** Near: among the first words, and of the object itself, not of a clause about it. */
const near = (words: string) =>
  new RegExp(
    `^\\s*(?:(?!(?:that|which|for|to|so|about|from|der|die das|pour|que|para|che)(?!\\p{L}))\\S+\\s+){0,6}?(?:${words})(?![\\p{L}\\p{N}_])`,
    "iu",
  );
const anywhere = (words: string) => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, "iu");

const WRITE = [
  "write|add|create|generate|make(?! sure| sense)|build|produce|draft|give me|give us|provide|implement|do|compose|prepare|suggest|propose|insert|put|come up with|get me|i need|i want|i'd like|we need|extend|update|improve",
  "schreib\\p{L}*|erstell\\p{L}*|generier\\p{L}*|erzeug\\p{L}*|mach\\p{L}*|füg\\p{L}*|ergänz\\p{L}*|gib mir|formulier\\p{L}*|entwirf|bau\\p{L}*|implementier\\p{L}*|leg\\p{L}*|verfass\\p{L}*|ich brauche",
  "écri[st]?|écrire|écrivez|crée[rz]?|génère[rz]?|générer|générez|ajoute[rz]?|rédige[rz]?|fais|faire|donne[- ]moi|propose[rz]?|implémente[rz]?",
  "escrib[ea]|escribir|escríb[ea]me|crea[r]?|genera[r]?|añad[ea]|añadir|agreg[ao]r?|agrega|redacta[r]?|haz|hacer|dame|implementa[r]?|escrev[ae]|escrever|cri[ae]r?|ger[ae]r?|adicion[ae]r?|faça|faz|fazer|implemente",
  "scriv[ai]|scrivere|scrivimi|creare|generare|aggiungi|aggiungere|fai|dammi|implementare|schrijf|schrijven|maak|maken|genereer|genereren|voeg|geef me",
  "напиши(?:те)?|написать|создай(?:те)?|создать|сгенерируй(?:те)?|сгенерировать|добавь(?:те)?|добавить|сделай(?:те)?|сделать|реализуй(?:те)?|napisz|stwórz|dodaj|wygeneruj",
].join("|");

const TESTS =
  "(?:unit-?|integration|integrations|e2e-?|regressions)?-?tests?|unittests?|specs?|test[- ]?(?:cases?|suites?|coverage|fälle|fall)|(?:modul|komponenten|einheiten)tests?|coverage|pruebas?|testes?|tests? (?:unitaires?|unitarios?)|тест\\p{L}*|юнит-тест\\p{L}*|testy";
const DOCS =
  "js-?docs?|ts-?docs?|javadocs?|doxygen|docstrings?|doc[- ]?(?:comments?|strings?|blocks?)|rustdocs?|godocs?|kdocs?|phpdocs?|xml-?docs?|docs|documentation|comments?|dokumentation|doku|kommentare?|dokumentationskommentare?|commentaires?|documentación|comentarios?|documentação|comentários?|documentazione|commenti|documentatie|commentaar|документаци\\p{L}*|комментари\\p{L}*|докстринг\\p{L}*";
const COMMIT_TEXT =
  "commits?[- ]?(?:messages?|msg|texte?|nachricht|meldung|beschreibung|bericht)|message de commit|mensaje (?:de|del|para el) commit|mensagem de commit|messaggio (?:di|del|per il) commit|commitbericht|сообщени\\p{L}* (?:для |к )?коммит\\p{L}*|commit";
const MODELS =
  "(?:chat)?gpt[\\w.:-]*|claude[\\w.:-]*|(?:code)?llama[\\w.:-]*|mi[sx]tral[\\w.:-]*|codestral[\\w.:-]*|devstral[\\w.:-]*|qwen[\\w.:-]*|gemini[\\w.:-]*|gemma[\\w.:-]*|deepseek[\\w.:-]*|phi-?\\d[\\w.:-]*|sonnet[\\w.:-]*|opus[\\w.:-]*|haiku[\\w.:-]*|o[134](?:-mini|-preview)?|grok[\\w.:-]*|starcoder[\\w.:-]*|kimi[\\w.:-]*|glm[\\w.:-]*|[\\w.-]+:\\d+(?:\\.\\d+)?b[\\w.-]*";
const ARTEFACT =
  "functions?|classe?s?|components?|hooks?|scripts?|dockerfiles?|docker-compose[\\w.]*|compose files?|makefiles?|jenkinsfile|workflows?|pipelines?|github actions?|config(?:uration)?s?(?: files?)?|endpoints?|routes?|routers?|controllers?|modules?|files?|schemas?|migrations?|sql|quer(?:y|ies)|regex(?:p|es)?|regular expressions?|interfaces?|types?|enums?|services?|middlewares?|cli|apis?|pages?|forms?|templates?|readmes?|gitignore|yaml|json|helpers?|util(?:s|ity|ities)?|decorators?|mocks?|fixtures?|seeds?|stubs?|parsers?|wrappers?|clients?|servers?|handlers?|reducers?|stores?|boilerplate|skeletons?|structs?|traits?|methods?|constructors?|hooks?|debounce|throttle|linter|webhooks?|queues?|caches?|lru|algorithms?|implementations?|programs?|apps?|snippets?|code|layouts?|buttons?|modals?|tables?|manifests?|terraform|helm[- ]charts?|views?|screens?|widgets?|ansible|playbooks?|cron ?jobs?|validators?|serializers?|models?|entit(?:y|ies)|dto|repositor(?:y|ies)|singletons?|factor(?:y|ies)|generators?|iterators?|promises?|crud|rest|graphql|html|css|stylesheets?|tsconfig[\\w.]*|package\\.json|eslint[\\w.]*|\\.env|nginx|bash|loops?|plugins?|extensions?|guards?|services?|adapters?|providers?|contexts?|loggers?|schedulers?|workers?|[\\w-]+\\.(?:ts|js|py|go|rs|java|tsx|jsx|vue|sh|ya?ml|json|sql|md)";
const ARTEFACT_ELSE =
  "funktion\\p{L}*|klasse\\p{L}*|komponente\\p{L}*|skript\\p{L}*|\\p{L}*-?komponente|\\p{L}*-?skript|\\p{L}*-?endpunkt|\\p{L}*funktion|\\p{L}*klasse|schnittstelle|datei|abfrage|fonctions?|classes?|composants?|fichiers?|requêtes?|función|funciones|clase|componente|archivo|consulta|função|arquivo|funzione|componente|file|query|functie|bestand|скрипт|функци\\p{L}*|класс|компонент|файл|запрос|funkcj\\p{L}*|klas\\p{L}*|skrypt";

/** Every order, those with a clear object first: "write tests" is none of "write". */
export const ORDERS: readonly Order[] = [
  {
    command: "commit",
    said: from(`${WRITE}|summari[sz]e|turn|fasse?|résume[rz]?|resume`),
    object: anywhere(COMMIT_TEXT),
    unless: /commit (?:hooks?|history|sha|hash|id|graph|lint|log)|git commit/iu,
  },
  {
    command: "commit",
    said: from("commit"),
    object: /^\s*(?:all|everything|this|these|that|it|what|my|the|staged|changes?)(?!\p{L})/iu,
    unless: /commit (?:history|hash|sha)/iu,
  },
  {
    command: "test",
    said: from(WRITE),
    object: near(TESTS),
    unless:
      /test[- ](?:data|users?|accounts?|plans?|pages?|servers?|env|environments?|fixtures?|runners?|utils?|helpers?)/iu,
  },
  { command: "test", said: from("cover|increase|raise|boost|decke?|couvre|cubre"), object: anywhere(TESTS) },
  {
    command: "test",
    said: from("unit[- ]?test|test(?:e|en)?|teste[rz]?|prueba|testa|testare|протестируй"),
    unless:
      /^test (?:files?|data|users?|cases?|suites?|results?|runs?|runners?|env\p{L}*|servers?|accounts?|coverage|driven|names?)(?!\p{L})/iu,
    code: true,
  },
  {
    command: "doc",
    said: from(WRITE),
    object: near(DOCS),
  },
  {
    command: "doc",
    // The French "comment" asks how.
    unless:
      /^comment\s+(?:\p{L}*(?:er|re|ir)|on|je|peut|puis|fonctionne|marche|est|sont|ça|cela|se|tu|vous|nous|utilise\p{L}*)(?![\p{L}.])/iu,
    said: from(
      "document|comment(?! (?:out|on|about))|annotate|dokumentier\\p{L}*|kommentier\\p{L}*|documente[rz]?|commente[rz]?|documenta[r]?|comenta[r]?|documentare|commenta|documenteer|documenteren|задокументируй|прокомментируй|документируй|udokumentuj",
    ),
  },
  {
    command: "help",
    said: /^(?:show|list|display|give|tell|print)(?: me| us)?(?: (?:all|the|your|available|every|full|a list of|which))* (?:slash )?(?:commands|help)(?: (?:there are|you have|are available|available|you know))?[\s.!?]*$|^what (?:all )?(?:can|could) you do(?: for me| here)?[\s.?]*$|^(?:what|which) (?:slash )?commands (?:are there|do you have|can i use|are available|do you (?:know|support|understand))[\s.?]*$|^(?:zeig|zeige|liste)(?: mir)?(?: alle| die| deine)* (?:befehle|hilfe)(?: an)?[\s.!?]*$|^was kannst du(?: alles)?[\s.?]*$|^que (?:peux|sais)[- ]tu faire[\s?]*$|^qu'est-ce que tu (?:peux|sais) faire[\s?]*$|^(?:¿\s*)?qué puedes hacer[\s?]*$|^o que você pode fazer[\s?]*$|^cosa (?:sai|puoi) fare[\s?]*$|^wat kun je(?: allemaal)?[\s?]*$|^что ты умеешь[\s?]*$|^(?:muéstrame|montre-moi|mostra|покажи) (?:los |les |os |i |все )*(?:comandos|commandes|comandi|команды)[\s.?]*$/iu,
  },
  {
    command: "memory",
    said: /^(?:show|list|display|open|print|see|search|browse)(?: me)?(?: (?:all|the|your|my|everything|what|in|through|of|things))* (?:memor(?:y|ies)(?! (?:leak|usage|use|consumption|profile|footprint|allocation|limit|map|layout|management))|(?:that )?you(?:'ve| have)? (?:remember(?:ed)?|know about (?:me|us|this project)|learned|stored)|remembered)|^(?:save|store|put|add|write|note|keep) (?:this |that |it |down )*(?:to|in|into) (?:your |the )?memory|^(?:zeig|zeige|liste)(?: mir)? (?:alles,? |was |dein\p{L}* |alle |die )*(?:erinnerungen|gedächtnis|du (?:dir )?(?:gemerkt|weißt))|^(?:montre-moi|affiche) (?:tes souvenirs|ta mémoire)|^(?:muéstrame|muestra) (?:tus recuerdos|tu memoria)|^mostra(?:mi)? (?:i tuoi ricordi|la tua memoria|suas memórias)|^покажи (?:память|что ты помнишь)/iu,
  },
  {
    command: "model",
    said: from(
      "switch|change|go|move|use|try|select|choose|pick|set|answer with|continue with|wechsle|wechsel|nutze|nutz|benutze|verwende|nimm|passe|utilise|change de|cambia|usa|use|mude|troque|schakel|gebruik|переключись|используй|перейди",
    ),
    object: new RegExp(
      `^\\s*(?:(?:over|back|to|on|for|this|the|chat|conversation|model|models|a|an|auf|zu|zum|das|modell|à|le|modèle|al|a|el|modelo|il|modello|naar|het|на|модель|instead|please|bitte|local|ab|jetzt|künftig|now|from|from now on)\\s+)*(?:${MODELS}|(?:(?:the|a|an|another|different|bigger|smaller|faster|cheaper|better|default|local|offline|larger|stronger|other|ein|anderes|lokale|das|un|autre|otro|outro|altro|ander|другую|language|new)\\s+)*(?:models?|modell|modèle|modelo|modello|модель))(?![\\p{L}\\p{N}_-])`,
      "iu",
    ),
    unless:
      /(?<!\p{L})(?:data|view|domain|mental|user) model|model (?:class|file|layer|binding|type|field)|(?:api|sdk|tokeni[sz]er|client|library|endpoint)(?!\p{L})/iu,
  },
  {
    command: "model",
    said: /^(?:show|list|zeig|zeige|liste)(?: me| mir)?(?: (?:all|the|available|which|alle|die|verfügbaren|your))* (?:models?|modelle)(?: (?:there are|you have|are available|available|an))?[\s.!?]*$/iu,
  },
  {
    command: "clear",
    said: /^(?:clear|wipe|reset|erase|empty|delete|flush|purge|clean|drop|discard|nuke|restart|forget)(?: (?:out|up|all(?: of)?|everything in|the|this|our|my|your|current|whole|entire|previous|old))* (?:conversation|chat|(?:chat |message |conversation )?history|context(?: window)?|messages|session|discussion|dialog(?:ue)?|screen|transcript)(?:,? (?:please|pls|now|for me|completely|entirely|and start (?:over|fresh|again|anew|from scratch)))*[\s.!?]*$|^(?:start|begin) (?:over|afresh|anew|from scratch|fresh|with a clean slate|a (?:new|fresh) (?:conversation|chat|session))(?: please| now)?[\s.!?]*$|^(?:lösche?|leere?|verwirf|setze?)(?: (?:bitte|mal|den|die|das|dies\p{L}*|unser\p{L}*|ganz\p{L}*))* (?:chat|chatverlauf|verlauf|gespräch|unterhaltung|konversation|kontext)(?: zurück| bitte)*[\s.!?]*$|^(?:(?:den|die|das|dies\p{L}*)\s)+(?:chat|chatverlauf|verlauf|gespräch|unterhaltung|konversation)(?: bitte)? (?:löschen|leeren|zurücksetzen)[\s.!?]*$|^(?:efface[rz]?|vide[rz]?|supprime[rz]?) (?:cette |la |le |l'|tout )*(?:conversation|historique|chat|discussion)[\s.!?]*$|^(?:borra[r]?|limpia[r]?|vacía|elimina[r]?|limpa[r]?|limpe|apaga[r]?|apague|cancella|svuota|pulisci|wis|leeg|verwijder) (?:esta |esse |essa |este |la |el |o |a |questa |il |dit |deze |het )*(?:conversación|conversa|chat|historial|histórico|conversazione|cronologia|gesprek|geschiedenis)[\s.!?]*$|^очисти(?:те)? (?:этот |эту |всю )*(?:чат|историю|переписку|беседу|разговор|диалог)[\s.!?]*$/iu,
  },
  {
    command: "analyze",
    said: from(
      "find|list|show|show me|detect|identify|spot|search for|look for|check for|point out|locate|report|check|measure|calculate|compute|finde?|suche?|such nach|zeig mir|trouve|cherche|busca|encuentra|encontre|trova|zoek|найди",
    ),
    object: anywhere(
      "(?:unused|dead) (?:exports?|code|imports?|functions?|variables?|files?)|duplicat\\p{L}*(?: code)?|code smells?|long(?:est)? functions?|(?:most )?complex functions?|(?:cyclomatic )?complexity|hot ?spots?|hot files|test gaps|gaps in (?:the|our|my) tests|untested (?:code|functions|files|parts)|todos?|tech(?:nical)? debt|code quality|ungenutzte\\p{L}* (?:exporte?|code|funktionen)|toten code|duplikate|code mort|código (?:muerto|duplicado|morto)|codice morto|dode code|мёртвый код|дублик\\p{L}*",
    ),
  },
  {
    command: "analyze",
    said: from("do|run|perform|give me|make|start|mach\\p{L}*|fais"),
    object: near("(?:analysis|audit|analyse|codeanalyse|code-analyse)"),
  },
  {
    command: "analyze",
    said: from(
      "analy[sz]e|audit|analysier\\p{L}*|analyse[rz]?|analiza[r]?|analis[ae]r?|analizza(?:re)?|analyseer|analyseren|проанализируй(?:те)?|przeanalizuj",
    ),
    unless:
      /^\S+\s+(?:why|whether|if|(?:this|the|that|my) (?:\S+ )?(?:error|exception|stack ?trace|crash|logs?|output|trace|problem|idea|trade-?offs?)|warum|ob|pourquoi|por qué|perché|waarom|почему)(?!\p{L})/iu,
  },
  {
    command: "analyze",
    said: from("scan|inspect|assess|evaluate|examine|untersuch\\p{L}*|prüfe?|überprüfe?|examine[rz]?"),
    code: true,
  },
  {
    command: "complete",
    said: from(
      "finish|complete|auto-?complete|fill in|flesh out|vervollständig\\p{L}*|termine[rz]?|complète[rz]?|compléter|completa[r]?|termina[r]?|complete|conclua|completare|maak|voltooi|допиши(?:те)?|закончи|заверши|dokończ|uzupełnij",
    ),
    object:
      /^\s*(?:out\s+)?(?:(?:this|that|these|the|my|it|all|writing|implementing|coding|dies\p{L}*|die|den|das|meine|ce|cette|la|le|les|l'|est[eao]|el|a|o|quest[ao]|il|de|deze|эту|этот|tę)(?![\p{L}])[^\n]*|\S*[.@_`()/\uE000]\S*)$|^\s*$/iu,
    unless:
      /(?<!\p{L})(?:sentence|task|project|sprint|story|ticket|migration|thought|book|email|meeting|homework|course|afmaken|schoon)(?!\p{L})/iu,
  },
  {
    command: "complete",
    said: from(
      "implement|continue|write|schreib|schreibe|mach|mache|implementier\\p{L}*|continue[rz]?|implémente[rz]?",
    ),
    object:
      /^\s*(?:the |this |that |these |all |my |of |diese |die |den |le |la |cette )*(?:rest|body|missing|remaining|todos?|stubs?|unfinished|empty|function(?! (?:that|which|to|for|called|named))|method|implementation|class|code|funktion zu ende|funktion fertig|methode fertig|reste|corps)(?!\p{L})/iu,
    unless: /^\S+\s+(?:an?|code|function|class|method|implementation)(?!\p{L})/iu,
  },
  {
    command: "explain",
    said: from(
      "explain|walk (?:me|us) through|break (?:this|it|that|the \\S+) down|help me understand|clarify|break down|give me an explanation of|erklär\\p{L}*|erläuter\\p{L}*|explique[rz]?|expliquer|explica[r]?|explícame|explicar|explique|spiega(?:re|mi)?|leg|uitleggen|объясни(?:те)?|поясни|wyjaśnij|wytłumacz",
    ),
  },
  {
    command: "explain",
    said: from("describe|summari[sz]e|beschreib\\p{L}*|décris|describe|descreva|descrivi|beschrijf|опиши"),
    code: true,
  },
  {
    command: "fix",
    said: from(
      "fix|repair|debug|patch|resolve|solve|correct(?! me)(?=\\s)|mend|troubleshoot|bug-?fix|squash|reparier\\p{L}*|behebe?n?|beheb|beseitig\\p{L}*|korrigier\\p{L}*|fixe?n?|löse?|corrige[rz]?|corriger|répare[rz]?|réparer|résous|arregla[r]?|corrige|corregir|repara[r]?|soluciona[r]?|conserte|corrija|corrigir|consertar|arrume|correggi|correggere|ripara|sistema|risolvi|repareer|herstel|los|исправь(?:те)?|исправить|почини(?:те)?|починить|пофикси|napraw|popraw",
    ),
    unless:
      /^\S+\s+(?:your(?:self)?(?! (?:code|last|previous|suggestion|change|answer|edit))|dinner|coffee|(?:the )?(?:wording|grammar|spelling|tone|formatting) (?:of|in) (?:your|the last|the previous))(?!\p{L})/iu,
  },
  {
    command: "fix",
    said: from("get rid of|make(?! sure| sense)|sort out|eliminate|stop"),
    object: anywhere(
      "errors?|warnings?|bugs?|lint|crash(?:es)?|leaks?|exceptions?|race conditions?|pass|compile|build|work again",
    ),
    unless: /error (?:handl|messages?|page|boundar|class|types?)|^stop/iu,
  },
  {
    command: "refactor",
    said: from(
      "refactor|restructure|simplify|tidy(?: up)?|clean(?:[- ]?up)?|moderni[sz]e|de-?duplicate|dedupe|streamline|reorgani[sz]e|decouple|optimi[sz]e|rework|untangle|polish|inline|extract|declutter|rename|speed up|reduce (?:the )?(?:complexity|nesting|duplication)|remove (?:the |all )?(?:duplicat\\p{L}+|nesting|dead code|unused)|get rid of (?:the |all )?(?:duplicat\\p{L}+|nesting|dead code|globals?)|improve (?:the )?(?:readability|naming|structure|performance|names)",
    ),
    unless:
      /^clean(?:[- ]?up)?\s+(?:the |my |all )?(?:build|cache|node_modules|branch(?:es)?|dist|install|disk|desk|docker|git)/iu,
  },
  {
    command: "refactor",
    said: from(
      "refaktorier\\p{L}*|refactor(?!(?:ing|ed|s|ers?|able|ings)(?!\\p{L}))\\p{L}+|vereinfach\\p{L}*|aufräumen|räum\\p{L}*|umbenennen|benenne?|optimier\\p{L}*|strukturier\\p{L}*|modernisier\\p{L}*|entwirre?|überarbeite\\p{L}*|bereinig\\p{L}*|réécri[st]?|refactorise[rz]?|refactoriser|refactore[rz]?|simplifie[rz]?|simplifier|nettoie|nettoyer|restructure[rz]?|renomme[rz]?|optimise[rz]?|refactoriza[r]?|refactoriza|simplifica[r]?|limpia[r]?|reestructura[r]?|renombra[r]?|optimiza[r]?|refatora[r]?|refatore|simplifique|limpe|reestruture|otimize|renomeie|rifattorizza|semplifica(?:re)?|ripulisci|ristruttura|rinomina|ottimizza|refactoriseer|vereenvoudig|ruim|herstructureer|hernoem|optimaliseer|отрефактори(?:те|ть|руй)?|рефактори(?:те|нг)?|упрости(?:те)?|упростить|почисти|переименуй|оптимизируй|перепиши(?:те)?|zrefaktoryzuj|uprość",
    ),
  },
  {
    command: "refactor",
    said: from(
      "rewrite|convert|change|turn|migrate|port|transform|split|break(?! down)|move|pull|factor|replace|restyle|schreib\\p{L}* (?=.*(?:um|neu)$)|wandl?e?|konvertier\\p{L}*|convertis|transforme|convierte|reescribe|converta|reescreva|converti|riscrivi|herschrijf|перепиши",
    ),
    object: /(?<!\p{L})(?:to|into|as|using|with|up|out|so that|in|um|zu|en|vers|a|para|in|naar|neu|на|в)(?!\p{L})/iu,
    code: true,
  },
  {
    command: "refactor",
    said: from("make|mach\\p{L}*|rends|haz|hazlo|deixe|rendi|maak|сделай"),
    object:
      /(?<!\p{L})(?:async\p{L}*|(?:more |mehr |plus |más |mais |più )?(?:readable|lesbar(?:er)?|lisible|legible|legível|leggibile)|cleaner|simpler|shorter|faster|pure|immutable|generic|type-?safe|testable|reusable|modular|concise|idiomatic|efficient|dry|functional|smaller|more \w+|less \w+|schneller|kürzer|einfacher|sauberer|leesbaarder|читаем\p{L}*)(?!\p{L})/iu,
    code: true,
  },
  {
    command: "generate",
    said: from("generate|scaffold|bootstrap|stub out|generier\\p{L}*"),
    object: /\S/u,
    unless: /(?<!\p{L})(?:ideas?|names?|excuses?|list of|report|joke|poem|haiku|summary)(?!\p{L})/iu,
  },
  {
    command: "generate",
    said: from(`${WRITE}|code|set ?up|whip up|throw together|put together|knock up|cook up|develop|design|define`),
    object: near(`${ARTEFACT}|${ARTEFACT_ELSE}`),
    unless:
      /^\S+(?:\s+(?!(?:with|for|that|which|to)(?!\p{L}))\S+){0,4}\s+list of|(?<!\p{L})(?:example of|comparison|opinion|joke|poem|haiku|email|blog|essay|story|summary|sense|decision|plan|branch|pull request|pr|issue|ticket|error handling)(?!\p{L})|^(?:update|improve|extend|do)(?!\p{L})|^(?:add|put|insert|füg\p{L}*)\s.*\s(?:to|zu|à|a|in) (?:this|the|it|my|dies\p{L}*|die|der|das)(?!\p{L})/iu,
  },
];

/** German and Dutch say what is to be done last: "Tests für parse.ts schreiben". */
export const LAST: readonly Order[] = [
  {
    command: "commit",
    said: /(?:schreiben|erstellen|formulieren|generieren|machen|schrijven|maken|zusammenfassen)$/iu,
    object: anywhere(COMMIT_TEXT),
  },
  {
    command: "test",
    said: /(?:schreiben|erstellen|ergänzen|hinzufügen|generieren|anlegen|schrijven|maken|toevoegen)$/iu,
    object: anywhere(TESTS),
  },
  { command: "test", said: /(?:testen)$/iu, code: true },
  {
    command: "doc",
    said: /(?:schreiben|erstellen|ergänzen|hinzufügen|generieren|schrijven|toevoegen)$/iu,
    object: anywhere(DOCS),
  },
  { command: "doc", said: /(?:dokumentieren|kommentieren|documenteren)$/iu },
  {
    command: "clear",
    said: /(?:löschen|leeren|zurücksetzen|wissen)$/iu,
    object: anywhere("chat|chatverlauf|verlauf|gespräch|unterhaltung|konversation|gesprek"),
  },
  {
    command: "model",
    said: /(?:wechseln|umschalten|nutzen|benutzen|verwenden|nehmen|overschakelen|gebruiken)$/iu,
    object: anywhere(`${MODELS}|modell`),
  },
  { command: "analyze", said: /(?:analysieren|analyseren|untersuchen|prüfen)$/iu },
  { command: "explain", said: /(?:erklären|erläutern|uitleggen)$/iu },
  { command: "fix", said: /(?:reparieren|beheben|fixen|korrigieren|beseitigen|repareren|oplossen)$/iu },
  {
    command: "complete",
    said: /(?:vervollständigen|fertigstellen|fertig schreiben|zu ende schreiben|fertig machen|afmaken|voltooien)$/iu,
  },
  {
    command: "refactor",
    said: /(?:refaktorieren|refactoren|aufräumen|vereinfachen|umbenennen|optimieren|umschreiben|umstrukturieren|überarbeiten|bereinigen|vereenvoudigen|opruimen|herschrijven|umwandeln|auslagern|extrahieren)$/iu,
  },
  {
    command: "generate",
    said: /(?:schreiben|erstellen|generieren|erzeugen|anlegen|bauen|implementieren|schrijven|maken|genereren)$/iu,
    object: anywhere(`${ARTEFACT}|${ARTEFACT_ELSE}`),
  },
];

/** The model that a request for another one names. */
export const MODEL_NAME = new RegExp(`(?<![\\p{L}\\p{N}])(?:${MODELS})(?![\\p{L}\\p{N}_-])`, "iu");
