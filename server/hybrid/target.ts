/** What a command is to work on, as somebody wrote it; undefined when nothing is named. */
export function namedTarget(text: string, isMoving: boolean): string | undefined {
  const spaced = SPACED.exec(text)?.[1];
  if (spaced !== undefined) return spaced;
  const found = [...text.slice(0, 4000).matchAll(NAMED)];
  for (const match of found) {
    const name = (match.groups?.quoted ?? match[0]).replace(/[.,;:!?]+$/u, "");
    const before = text.slice(Math.max(0, match.index - 24), match.index);
    if (isNoName(name) || EXAMPLE.test(before)) continue;
    if (isMoving && RESULT.test(before) && match.index > 0) continue;
    if (MENTION.test(name) || FILE.test(name) || FOLDER.test(name) || SYMBOL.test(name)) return name;
    if (match.groups?.quoted !== undefined && WORD.test(name)) return name;
  }
  return undefined;
}

/** "the function slugify": the name behind what it is. */
export function calledTarget(text: string): string | undefined {
  const called = CALLED.exec(text.slice(0, 4000))?.groups ?? {};
  const name = called.after ?? called.before;
  return name === undefined || NO_SYMBOL.test(name) ? undefined : name;
}

const NAMED = /[`"'“„‘«](?<quoted>[^\s`"'“”„’«»]+)[`"'“”’»]|[^\s,;()`"“”„«»]+(?:\(\))?/gu;
/** "my notes.md": only in front, for a quotation may end with a name, too. */
const SPACED = /^\s*[`"'“„‘«]([\p{L}\p{N}_.@/\\][\p{L}\p{N}_.@/\\() -]{0,200}\.[a-z\d]{1,10})[`"'“”’»]/iu;
const MENTION = /^@[\p{L}\p{N}_./]/u;
const FILE = /^(?:[a-z]:\\)?[\p{L}\p{N}_.@\\/~-]*\.[a-z][a-z\d]{0,9}(?::\d+(?:-\d+)?|#L\d+(?:-L?\d+)?)?$/iu;
const FOLDER = /^(?:\.{0,2}\/)?[\p{L}\p{N}_.@-]+\/(?:[\p{L}\p{N}_.@-]+\/?)*(?::\d+(?:-\d+)?)?$/u;
const SYMBOL =
  /^(?:[$_]?\p{Ll}[\p{L}\p{N}]*\p{Lu}[\p{L}\p{N}_$]*|\p{Lu}[\p{Ll}\p{N}]+\p{Lu}[\p{L}\p{N}]*|[\p{L}$_][\p{L}\p{N}$]*_[\p{L}\p{N}_$]+|[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*)+(?:\(\))?|[\p{L}_$][\p{L}\p{N}_$]*\(\))$/u;
const WORD = /^[\p{L}_$][\p{L}\p{N}_$.:#-]*(?:\(\))?$/u;

/** Names of things of the trade that only look like names in code. */
const NO_NAMES =
  /^(?:javascript|typescript|coffeescript|github|gitlab|postgresql|mysql|sqlite|graphql|jsdoc|tsdoc|javadoc|openai|mongodb|jquery|ios|macos|devops|oauth2?|websockets?|vscode|eslint|youtube|mypy|pytest|numpy|and\/or|i\/o|e\.g|i\.e|z\.b|d\.h|u\.a|etc|n\/a|tcp\/ip|ci\/cd|input\/output|client\/server|read\/write|(?:node|next|vue|react|nuxt|express|three|d3|nest|chart|ember|alpine|discord|deno)\.js|(?:asp)?\.net|\p{L}*(?:error|exception))$/iu;

function isNoName(name: string): boolean {
  return NO_NAMES.test(name) || /^\d|:\/\//.test(name);
}

/** "like in a.ts", "a hook called useThing": not what is worked on. */
const EXAMPLE =
  /(?:like(?: in)?|as in|similar to|same as|based on|called|named|using|use|via|genannt|wie(?: in)?|namens|comme|como|come|à la)\s+(?:the\s+|a\s+)?[`"'“„]?$/iu;
/** What comes of it: "rename it to total", "move it into utils.ts". */
const RESULT =
  /(?<!\p{L})(?:to|into|as|with|by|zu|nach|in eine?n?|als|mit|en|vers|avec|a|para|con|com|su)\s+(?:an?\s+)?[`"'“„]?$/iu;

const KIND =
  "(?:function|method|class|component|hook|interface|struct|funktion|methode|klasse|komponente|fonction|méthode|classe|función|método|clase|função|funzione|metodo|functie|функци[яию]|метод|класс)";
const CALLED = new RegExp(
  `(?<!\\p{L})${KIND}\\s+(?<after>[\\p{L}_$][\\p{L}\\p{N}_$]*)|(?<!\\p{L})(?:the|die|der|das|la|el|le|il|de)\\s+(?<before>[\\p{L}_$][\\p{L}\\p{N}_$]*)\\s+${KIND}(?!\\p{L})`,
  "iu",
);
const NO_SYMBOL =
  /^(?:that|which|to|in|into|for|and|with|is|are|was|here|please|so|by|using|of|on|from|above|below|now|or|but|it|as|at|names?|bodies|body|called|named|this|selected|current|whole|entire|main|new|old|same|following|first|last|next|long|big|failing|broken|missing|other|component|comments?|up|bitte|auf|aus|von|für|und|mit|zu|die|der|das|um|ab|nicht|s'il|pour|qui|en|de|et|dans|por|para|y|que|con|e|per|che|da|alsjeblieft|in|пожалуйста|sélectionnée?|seleccionada|selecionada|selezionata|markierte|ausgewählte|async|asynchronous|pure|private|public|helper)$/iu;
