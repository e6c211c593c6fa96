import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Learner } from "../../server/memory/learning/learner.ts";
import type { Utterance } from "../../server/memory/learning/utterance.ts";
import { addresses, assignments, places, tokenForms, words } from "./secrets/forms.ts";
import { lookAlikes } from "./secrets/lookAlikes.ts";
import { made, seeded } from "./secrets/random.ts";

/** Secrets in what users ask to remember, and in what they confirm: in no memory, and in no decision. */
const random = seeded(20_260_215);
let points = 0;
let alike = 0;

after(() => {
  console.log(`points: ${points}`);
  console.log(`look-alikes: ${alike}`);
  assert(points >= 300);
  assert(alike >= 100);
});

const told = [
  ...tokenForms.flatMap((form, index) => [
    [places[index % places.length] ?? "@", form] as const,
    [places[(index + 7) % places.length] ?? "@", form] as const,
  ]),
  ...[...assignments, ...addresses, ...words].map(([text, form]) => [text, form] as const),
];

for (const [place, form] of told) {
  const secret = made(form, random);
  const text = place.replace("@", () => secret);
  test(`not remembered: ${place.slice(0, 40)} ${form.slice(0, 14)}`, () => {
    const stored = [
      heard([user(`Remember that we always use this on staging: ${text}`)]),
      heard([user(text)]),
      heard([
        { ...user(`I suggest we always use this on staging: ${text}`), role: "assistant", origin: "assistant" },
        user("yes, exactly that, everywhere"),
      ]),
      heard([{ ...user(text), origin: "file" }, user("remember what the file says")]),
    ].join("\n");
    for (const line of secret.split("\n")) assert(!stored.includes(line), stored);
    points++;
  });
}

for (const text of lookAlikes(random).filter((one) => !one.includes("[redacted"))) {
  test(`not taken for a secret: ${text.slice(0, 40)}`, () => {
    assert(!heard([user(`Remember that we always use this on staging: ${text}`)]).includes("[redacted"));
    alike++;
  });
}

/** All that was decided and kept. */
function heard(utterances: readonly Utterance[]): string {
  let count = 0;
  const learner = new Learner(() => `m${++count}`);
  const decisions = utterances.map((utterance, index) => learner.hear({ ...utterance, seq: index + 1 }));
  return JSON.stringify([decisions, learner.memories]);
}

function user(text: string): Utterance {
  return { seq: 0, conversation: "c1", turnId: "t1", at: "2026-03-01T10:00:00Z", role: "user", origin: "user", text };
}
