import assert from "node:assert/strict";
import { after, test } from "node:test";
import { countRedactions, mask, redact } from "../../server/util/redaction.ts";
import { addresses, assignments, places, tokenForms, words } from "./secrets/forms.ts";
import { keyBlocks } from "./secrets/keyBlocks.ts";
import { lookAlikes } from "./secrets/lookAlikes.ts";
import { made, seeded } from "./secrets/random.ts";

/** Secrets of known forms in texts, each gone when the text is redacted, and what looks like one left alone. */
const random = seeded(20_260_214);
let points = 0;
let alike = 0;

after(() => {
  console.log(`points: ${points}`);
  console.log(`look-alikes: ${alike}`);
  assert(points >= 300);
  assert(alike >= 100);
});

for (const [index, form] of tokenForms.entries()) {
  for (const turn of [index, index + 5]) {
    const token = made(form, random);
    const place = places[turn % places.length] ?? "@";
    point(
      `${form.slice(0, 14)} in ${place}`,
      place.replace("@", () => token),
      [token],
    );
  }
}
for (const [text, form] of [...assignments, ...addresses, ...words]) {
  const secret = made(form, random);
  point(
    text,
    text.replace(/@/, () => secret),
    [secret],
  );
}
for (const { name, text, secrets } of keyBlocks(random)) point(name, text, secrets);

for (const text of lookAlikes(random)) {
  test(`left alone: ${text.slice(0, 50)}`, () => {
    assert.deepEqual(redact(text), { text, found: 0 });
    alike++;
  });
}

test("what surrounds a secret stays, and says what was there", () => {
  const token = made("ghp_{w36}", random);
  const { text, found } = redact(`before ${token} after, and ${token} again`);
  assert.equal(text, "before [redacted: GitHub token] after, and [redacted: GitHub token] again");
  assert.equal(found, 2);
  assert.equal(countRedactions(text), 2);
});

test("a key of many lines leaves its lines, so that the lines behind it keep their numbers", () => {
  const { text } = keyBlocks(random)[0] ?? { text: "" };
  const before = `a\n${text}z`;
  const lines = redact(before).text.split("\n");
  assert.equal(lines.length, before.split("\n").length);
  assert.equal(lines.at(-1), "z");
});

test("a masked text is as long as before", () => {
  for (const { text, secrets } of keyBlocks(random)) {
    const masked = mask(text);
    assert.equal(masked.length, text.length);
    for (const secret of secrets) assert(!masked.includes(secret));
  }
});

test("a megabyte of one character, or of what nearly is a secret, is read in one go", () => {
  const nearly = [
    "a",
    "A",
    "=",
    "-",
    " ",
    "\\",
    "eyJ",
    "eyJ-",
    "password",
    'secret"',
    "token:",
    "token: ",
    "secret=",
    "PASSWORD=x",
    "pw ",
    "password is a ",
    "sk-",
    "://",
    "://a:",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----\n",
    "x@",
    "Bearer ",
  ];
  for (const unit of nearly) assert(redact(unit.repeat(Math.ceil(1_000_000 / unit.length))).text.length > 0);
});

test("what goes with a network or an account is a secret where it looks like nothing else", () => {
  for (const said of [
    "wifi for the bench is benchnet / @, try it",
    "login for staging: demo / @",
    "creds: admin and @",
  ]) {
    const password = made("Gorse!{a4}-{d4}", random);
    assert(!redact(said.replace("@", () => password)).text.includes(password), said);
  }
});

test("a secret behind a heap of words for secrets is still found, told or assigned", () => {
  const heap = "token:".repeat(5000);
  const password = made("{w14}", random);
  for (const said of [`the password is ${password}.`, `password: "${password}"`]) {
    const { text } = redact(`${heap}\n${"plain words ".repeat(100)}\n${said}`);
    assert(!text.includes(password), said);
  }
  for (const kind of ["password=", "secret: "]) {
    const long = "aB3x".repeat(600);
    assert(!redact(`${heap}${kind}"${long.slice(0, 1500)}"`).text.includes("aB3xaB3xaB3x"), kind);
  }
});

/** Nothing of a secret is left that is long enough to be of use; what is redacted stays as it is. */
function point(name: string, text: string, secrets: readonly string[]): void {
  test(`gone: ${name.slice(0, 60)}`, () => {
    const redacted = redact(text);
    for (const secret of secrets) {
      const kept = pieces(secret).find((piece) => redacted.text.includes(piece));
      assert.equal(kept, undefined, redacted.text.slice(0, 200));
    }
    assert(redacted.found > 0);
    assert.deepEqual(redact(redacted.text), { text: redacted.text, found: 0 });
    points++;
  });
}

function pieces(secret: string): string[] {
  const length = Math.min(12, secret.length);
  const hidden = secret.startsWith("https://") ? secret.slice(-24) : secret;
  return Array.from({ length: Math.max(1, hidden.length - length + 1) }, (_, at) => hidden.slice(at, at + length));
}
