import assert from "node:assert/strict";
import { test } from "node:test";
import { asksForTime, statementOf } from "../../server/memory/recall/questions.ts";
import { namedSpeaker, questionsIn, sentencesOf, spoken } from "../../server/memory/recall/sentences.ts";
import { ends, termsOfText } from "../../server/memory/recall/terms.ts";
import { shapeOf } from "../../server/memory/recall/turnShape.ts";

test("a question is turned into the statement that answers it", () => {
  for (const [question, statement] of [
    ["When did Ada go to Rome?", "I go to Rome"],
    ["When did Ada's brother go to Rome?", "my brother go to Rome"],
    ["What did Ada paint for her mother", "I paint for my mother"],
    ["Which database do we use?", "we use database"],
    ["Which Expo SDK are we on?", "we are on Expo SDK"],
    ["Where has Ada lived?", "I have lived"],
    ["Is the build slow?", "the build is slow"],
    ["Does Ada like tea?", "I like tea"],
    ["How long is the token valid?", "the token is valid"],
    ["What kind of tests do we write??", "we write tests"],
    ["Who reviews the migrations?", "reviews the migrations"],
    ["How do users reset their passwords?", "users reset their passwords"],
  ])
    assert.equal(statementOf(question ?? ""), statement);
});

test("what is no English question stays as it is", () => {
  for (const text of ["Fix the parser", "port of the gateway", "Ada said so", "Wo liegt die Datei", "数据库", "42", ""])
    assert.equal(statementOf(text), text);
  assert.equal(statementOf("why?"), "why");
  assert.equal(statementOf("  what  "), "what");
});

test("a question for a time is told from others", () => {
  for (const text of [
    "When did it break?",
    "when",
    "How long does it take?",
    "On which day do we deploy?",
    "Since when is it so?",
  ])
    assert.ok(asksForTime(text), text);
  for (const text of ["What breaks when I deploy?", "How do we deploy?", "Which database?", "", "tell me whenever"])
    assert.ok(!asksForTime(text), text);
});

test("a text is cut where sentences and lines end, and nowhere else", () => {
  assert.deepEqual(sentencesOf("It works. Does it? Yes!\nparser.ts:12 has 1.5 of it"), [
    "It works.",
    "Does it?",
    "Yes!",
    "parser.ts:12 has 1.5 of it",
  ]);
  assert.deepEqual(sentencesOf("使えます。本当ですか？はい"), ["使えます。", "本当ですか？", "はい"]);
  assert.deepEqual(sentencesOf(" \n ... \n--"), []);
  assert.equal(sentencesOf("One. ".repeat(1_000)).length, 16);
  assert.equal(questionsIn("It works. Does it? Yes! Why (really?)"), "Does it? Why (really?)");
});

test("the name of who speaks stands before what is said, and is no part of it", () => {
  assert.equal(namedSpeaker("Ada: it works"), "Ada");
  assert.equal(namedSpeaker("Zoë van Dyk: it works"), undefined);
  assert.equal(namedSpeaker("Mary-Ann O’Neil: it works"), "Mary-Ann O’Neil");
  assert.equal(spoken("Ada: it works: always"), "it works: always");
  for (const text of ["it works", "todo: test", "A::b", "Note:", "https://a.test"]) {
    assert.equal(namedSpeaker(text), undefined, text);
    assert.equal(spoken(text), text);
  }
});

test("function words are no terms, irregular forms are their base, identifiers whole and in parts", () => {
  assert.deepEqual(termsOfText("What did you choose?"), termsOfText("chosen"));
  assert.deepEqual(termsOfText("She taught the children"), termsOfText("teach a child"));
  assert.deepEqual(termsOfText("the user_id"), ["userid", "user", "id"]);
  assert.deepEqual(termsOfText("is it of the"), []);
});

test("of a long text the two ends are read", () => {
  const long = `begin ${"x ".repeat(500_000)} end`;
  assert.ok(ends(long).length < 40_000);
  assert.ok(ends(long).startsWith("begin") && ends(long).endsWith("end"));
  assert.equal(ends("short"), "short");
});

test("a turn that asks tells less than one that says something, and a longer one more", () => {
  const [question, both, statement] = [
    "Why is it slow?",
    "It is slow. Why is that so?",
    "It is slow since Monday.",
  ].map((text) => shapeOf(text, "user"));
  assert.equal(question?.tells, 0);
  assert.ok((both?.tells ?? 0) > 0 && (both?.tells ?? 1) < 1);
  assert.equal(statement?.tells, 1);
  assert.deepEqual([question?.tellsTime, statement?.tellsTime], [false, true]);
  assert.ok((question?.length ?? 1) < shapeOf("word ".repeat(30), "user").length);
  assert.equal(shapeOf("word ".repeat(300), "user").length, 1);
  assert.deepEqual(shapeOf("", "user"), { tells: 0, length: 0, tellsTime: false, speaker: [] });
});

test("a role is no name", () => {
  assert.deepEqual(shapeOf("hi", "assistant").speaker, []);
  assert.deepEqual(shapeOf("hi", "Ada").speaker, ["ada"]);
  assert.deepEqual(shapeOf("Ada: hi", "user").speaker, ["ada"]);
});
