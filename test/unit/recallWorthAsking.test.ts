import assert from "node:assert/strict";
import { test } from "node:test";
import { isWorthAsking } from "../../server/memory/recall/worthAsking.ts";

const chat = (text: string) => isWorthAsking({ text, queryType: "chat" });

test("thanks, assent and greetings need no memory, in any language", () => {
  for (const text of [
    "thanks",
    "Thanks a lot!",
    "ok, great 👍",
    "Hi there",
    "yes, go ahead please",
    "That’s perfect, thank you so much!",
    "Danke schön!",
    "Merci beaucoup",
    "¡Muchas gracias!",
    "Спасибо большое!",
    "谢谢！",
    "ありがとうございます",
    "감사합니다",
    "👍",
    "",
    "  \n ",
  ])
    assert.equal(chat(text), false, text);
});

test("whatever speaks of something is worth asking for", () => {
  for (const text of [
    "ok, now the tests",
    "thanks, and which port was it?",
    "Which database do we use?",
    "fix parser.ts",
    "Wie deployen wir?",
    "我们用哪个数据库？",
    "no, use tabs",
    "42",
  ])
    assert.equal(chat(text), true, text);
});

test("what is searched for is looked for, whatever it is, unless it is blank", () => {
  assert.equal(isWorthAsking({ text: "thanks", queryType: "search" }), true);
  assert.equal(isWorthAsking({ text: " ?! ", queryType: "search" }), false);
});
