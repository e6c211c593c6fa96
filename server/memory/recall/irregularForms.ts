/**
 * What English bends without a rule: verbs that are asked for in one form and told in another ("When did we choose it?", "We chose
 * it in May"), and plurals. The first of each is what the others are taken for.
 */
const FORMS = `begin began begun|bend bent|bind bound|bite bit bitten|blow blew blown|break broke broken|bring brought|
build built|burn burnt|buy bought|catch caught|choose chose chosen|come came|deal dealt|dig dug|draw drew drawn|drink drank drunk|
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|fly flew flown|
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone|grow grew grown|
hang hung|hear heard|hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|learn learnt|leave left|lend lent|
lie lain|light lit|lose lost|make made|mean meant|meet met|pay paid|ride rode ridden|ring rang rung|rise rose risen|run ran|
say said|see saw seen|seek sought|sell sold|send sent|shake shook shaken|shoot shot|show shown|shrink shrank shrunk|
sing sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|spin spun|stand stood|steal stole stolen|
stick stuck|strike struck|swear swore sworn|swim swam swum|take took taken|teach taught|tear tore torn|tell told|think thought|
throw threw thrown|understand understood|wake woke woken|wear wore worn|win won|write wrote written|
child children|man men|woman women|person people|foot feet|tooth teeth|mouse mice|index indices|life lives|leaf leaves|half halves`;

const BASES: ReadonlyMap<string, string> = new Map(
  FORMS.split(/\|\s*/).flatMap((line) => {
    const [base = "", ...forms] = line.split(" ");
    return forms.map((form) => [form, base] as const);
  }),
);

/** The form that a word is looked up by; the word itself, when it follows the rules. */
export function baseOf(word: string): string {
  return BASES.get(word.toLowerCase()) ?? word;
}
