/** A password may be a word; a token is random. */
export type SecretKind = "password" | "token";

/** Whether a value stands for a secret that somebody is to put there: `<token>`, `your-api-key`, `xxxx`, `${TOKEN}`. */
export function isPlaceholder(value: string): boolean {
  return isMadeUp(value) || isReference(value) || PLACEHOLDER_WORDS.test(value) || COMMON.has(value.toLowerCase());
}

/** Whether a token of a known form is obviously none: `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx`. */
export function isMadeUp(token: string): boolean {
  return /example|x{5}|\*{3}|\.{3}|…|•|([^-_])\1{7}/i.test(token) || token.startsWith("[redacted");
}

/** A value that is looked up: `${X}`, `{{ x }}`, `$(cat x)`, `%X%`, `process.env.X`, `secrets.X`, `<x>`. */
function isReference(value: string): boolean {
  return (
    /^(?:\$[({A-Za-z_]|\$\$|\{\{|<|%[A-Za-z(]|#\{|@[A-Za-z.(]|\[|!\w+ |(?:process\.env|import\.meta|os\.environ|env|secrets|vars|config|settings|self|this)[.[(]|ENC\[|op:\/\/|urn:|vault:|arn:|file:|https?:|data:|ref\+)/.test(
      value,
    ) || /\$\{|\{\{|<[a-z][\w -]*>/i.test(value)
  );
}

const PLACEHOLDER_WORDS =
  /^(?:your|my|insert|replace|enter|add|put|change|use|some|any|the|a|an|new|old|todo|tbd|fixme|dummy|fake|mock|sample|placeholder|example|demo|foo|bar|invalid|wrong|bad|redacted|hidden|masked|removed)(?:[-_ .]|$)|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|(?:your|my)[-_ ]?(?:own[-_ ]?)?(?:api|access|auth|secret|client|password|token|key|private)|[-_](?:here|placeholder)$|abc[-_]?123|foo[-_]?bar|^abcdef|^1234567|lorem/i;

/** Words that stand where a secret could and are none. */
const COMMON = new Set(
  `none null nil true false undefined string number boolean object required optional default enabled disabled hidden visible
  password passwd pass pwd secret token apikey api_key api-key credentials username user admin root guest test testing empty
  unset missing invalid expired revoked bearer basic oauth oauth2 jwt sha256 sha512 md5 hs256 rs256 es256 base64 utf-8 utf8 utf16le utf-16le latin1
  current-password new-password one-time-code text email same-origin include omit value redacted generate auto random env
  pw passwd password1 password123 12345678 123456`.split(/\s+/),
);

/** Whether a value is made of words, as identifiers, labels and sentences are: most of its letters stand in speakable parts. */
export function isWordy(value: string): boolean {
  const parts = value.slice(0, 400).match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  let letters = 0;
  let spoken = 0;
  for (const part of parts) {
    letters += part.length;
    if (isSpeakable(part)) spoken += part.length;
  }
  const digits = value.length - value.replace(/\d/g, "").length;
  return letters > 0 && spoken >= 0.7 * (letters + digits);
}

function isSpeakable(part: string): boolean {
  const word = part.toLowerCase();
  return (
    word.length >= 3 &&
    word.length <= 14 &&
    /[aeiouy]/.test(word) &&
    !/[^aeiouy]{5}|[aeiou]{4}|q[^u]|[jv][^aeiouy]/.test(word)
  );
}

/** `gpt-4o-mini-2024`, `step-2-token`: words and numbers, joined; what tools name things with. */
export function isSlug(value: string): boolean {
  const parts = value.split(/[-_.:/]/);
  return (
    parts.length > 1 &&
    parts.every(
      (part) =>
        /^(?:v?\d{1,8}[a-z]?|[a-z]{1,2}|)$/i.test(part) ||
        (/^[A-Z]?[a-z]+\d?$|^[A-Z]+\d?$/.test(part) && isSpeakable(part.replace(/\d/, ""))),
    )
  );
}

/** `var.db_password_v2`, `invalidToken1`: words, one of them a word for a secret. */
export function isNameOfSecret(value: string): boolean {
  return /pass|pwd|secret|token|credential/i.test(value) && isWordy(value) && /^[\w.:/-]+$/.test(value);
}

/** How many of lower case, upper case, digits and other characters a value has. */
export function characterClasses(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
}

export function hasLetterAndDigit(value: string): boolean {
  return /[A-Za-z]/.test(value) && /\d/.test(value);
}

/** Changes between upper and lower case are as frequent as in random text, not as in camelCase. */
export function isMixedAtRandom(value: string): boolean {
  let changes = 0;
  for (let i = 1; i < value.length; i++) {
    if (/[a-z][A-Z]|[A-Z][a-z]/.test(value.slice(i - 1, i + 1))) changes++;
  }
  return value.length >= 16 && changes >= value.length / 3;
}
