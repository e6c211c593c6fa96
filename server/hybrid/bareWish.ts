import { nearest } from "../util/nearest.ts";

/**
 * The commands that a word or a vague wish may mean: "test", "make it better". Undefined when it is talk.
 * @param names of all commands.
 */
export function bareWish(text: string, hasPlace: boolean, names: readonly string[]): string[] | undefined {
  const said = bareOf(text);
  const known = (found: readonly string[]) => found.filter((name) => names.includes(name));
  const word = Object.entries(WORDS).find(([, pattern]) => pattern.test(said));
  if (word !== undefined) return known([word[0]]);
  if (names.includes(said)) return [said];
  if (VAGUE.test(said)) return known(hasPlace ? ["refactor", "fix"] : ["refactor", "fix", "generate"]);
  return undefined;
}

/** The command that a mistyped order may mean: "refcator this". */
export function mistyped(text: string, names: readonly string[]): string[] | undefined {
  const [first = "", second = ""] = bareOf(text).split(/\s+/u, 2);
  const isOrder = first.length >= 6 && /^\p{L}/u.test(first) && POINTED.test(second) && !LONG.includes(first);
  const meant = isOrder ? nearest(first, LONG) : undefined;
  const found = [meant === "document" ? "doc" : meant].filter((name) => name !== undefined && names.includes(name));
  return found.length === 0 ? undefined : found.flatMap((name) => name ?? []);
}

function bareOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(HEDGES, "")
    .replace(/[\s.!?…:]+$/u, "");
}

const HEDGES =
  /^(?:(?:hmm*|hm|um+|uh+|ok(?:ay)?|please|pls|so|and|now|just|maybe|perhaps|bitte|mal|then|well|hey|oh|ah)(?!\p{L})[\s,.!…]*)+/u;

const WORDS: Readonly<Record<string, RegExp>> = {
  test: /^(?:unit[- ]?)?(?:tests?|testing|testen|teste|specs?|pruebas|тесты?|tester|テスト|测试|테스트)(?: please| bitte)?$/u,
  fix: /^(?:fix|fixe?s|fixen|fixing|debug|bug ?fix|reparieren|corriger|arreglar|исправить|修复|修正|수정)(?: please| bitte)?$/u,
  refactor:
    /^(?:refactor(?:ing|en)?|refaktorieren|refaktorierung|clean(?: ?up)?|better|tidy(?: up)?|optimi[sz]e|simplify|rewrite|rename|extract|aufräumen|refatorar|refactoriser|refactorizar|рефакторинг|重构|リファクタリング|리팩토링)(?: please| bitte)?$/u,
  explain:
    /^(?:explain|explanation|erklärung|erklären|erkläre|explication|expliquer|explicación|explicar|spiegare|uitleg|объясни|объяснение|解释|説明|설명)(?: please| bitte)?$/u,
  analyze:
    /^(?:analy[sz]e|analysis|analyse|analysieren|análisis|code ?review|review|audit|анализ)(?: please| bitte)?$/u,
  doc: /^(?:docs?|documentation|document|docstrings?|js-?docs?|comments?|dokumentation|dokumentieren|doku|documentación|документация)(?: please| bitte)?$/u,
  commit: /^(?:commit|commit message|commits?)(?: please| bitte)?$/u,
  generate:
    /^(?:generate|create|scaffold|generieren|erstellen|crear|générer|создать)(?: something| code| it| this)?(?: please| bitte)?$/u,
  complete: /^(?:complete|finish|completion|vervollständigen|autocomplete)(?: please| bitte)?$/u,
  memory: /^(?:memory|memories|remember|gedächtnis|erinnerungen|mémoire|memoria|память)$/u,
  model: /^(?:models?|modell|modèle|modelo|модель)$/u,
  clear: /^(?:clear|reset|wipe|löschen|leeren|effacer|borrar|limpiar|очистить)$/u,
  help: /^(?:help|hilfe|aide|ayuda|ajuda|aiuto|помощь|commands?)$/u,
};

const VAGUE =
  /^(?:(?:can|could) you )?(?:please )?(?:(?:make|mach|rends|haz|fai|maak|сделай) (?:it|this|that|everything|the code|das|es|ça|le|lo|dit|это|эту?|questo|esto|isso)\s?(?:look |a bit |much |even |work |run |bitte |all )*(?:better|nicer|good|great|right|work|perfect|pretty|besser|schöner|mieux|mejor|meglio|beter|лучше|melhor)|improve (?:it|this|that|everything|things)|do (?:it|that|this|something|your (?:thing|magic))(?: (?:about|with|for) (?:it|this|that|me))?|(?:take care of|handle|deal with|sort out|work on|process|update|change|redo) (?:it|this|that)|verbesser[en]* (?:das|es|dies)|améliore (?:ça|cela)|mejora (?:esto|lo)|mejóralo|hazlo mejor|melhore isso|melhora isso|miglioralo|verbeter (?:dit|het)|улучши (?:это|его|код)|das (?:muss|geht) besser)(?: (?:please|pls|bitte))?$/u;

const LONG = ["refactor", "explain", "analyze", "generate", "complete", "document", "simplify"];
const POINTED = /^(?:this|that|it|the|my|these|@\S+|\S+\.\w+|\S+\(\)|\p{Ll}+\p{Lu}\S*)$/u;
