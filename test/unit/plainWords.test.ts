import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetCommand, rememberCommand } from "../../server/memory/learning/plainWords.ts";

const remembered: readonly (readonly [string, string])[] = [
  ["remember that we use pnpm", "we use pnpm"],
  ["Remember: the staging database is read only", "the staging database is read only"],
  ["please remember the api listens on port 7070", "the api listens on port 7070"],
  ["Hey duck, keep in mind that Lena owns billing.", "Lena owns billing"],
  ["can you remember that I prefer tabs", "I prefer tabs"],
  ["don't forget that releases happen on Tuesdays", "releases happen on Tuesdays"],
  ["make a note: rotate the keys in May", "rotate the keys in May"],
  ["Merk dir, dass wir Gradle benutzen", "wir Gradle benutzen"],
  ["merk dir: Freitags wird nie deployt", "Freitags wird nie deployt"],
  ["Retiens que la limite est de 88 colonnes", "la limite est de 88 colonnes"],
  ["Запомни, что релиз 20 марта", "релиз 20 марта"],
  ["recuerda que usamos bun", "usamos bun"],
];

for (const [said, statement] of remembered) {
  test(`an order to remember: ${said}`, () => assert.equal(rememberCommand(said), statement));
}

const noOrderToRemember = [
  "remember when we broke production?",
  "remember when we used Gulp",
  "remember that bug with the cache",
  "remember that time we deployed on a Friday",
  "do you remember that we use pnpm?",
  "I remember that we used yarn",
  "don't forget to run the tests",
  "remember to run the tests",
  "remember this",
  "remember that",
  "remember it for later",
  "don't remember that we use pnpm",
  '"remember that we use pnpm"',
  "> remember that we use pnpm",
  "```\nremember that we use pnpm\n```",
  "what does remember that mean",
  "remember that we use pnpm. Can you fix the lockfile?",
  "rename rememberThat to keep",
  "the button says remember me",
  "remember",
  "",
];

for (const said of noOrderToRemember) {
  test(`no order to remember: ${said}`, () => assert.equal(rememberCommand(said), undefined));
}

const forgotten: readonly (readonly [string, string])[] = [
  ["forget that we use pnpm", "we use pnpm"],
  ["Forget what I said about the release date.", "the release date"],
  ["forget everything you know about heron", "heron"],
  ["forget everything about the limiter", "the limiter"],
  ["delete the memory about tabs", "tabs"],
  ["remove the vitest decision from your memory", "the vitest decision"],
  ["stop remembering that I live in Lisbon", "I live in Lisbon"],
  ["Vergiss, dass wir Oracle benutzen", "wir Oracle benutzen"],
  ["oublie que la limite est de 88", "la limite est de 88"],
  ["забудь про релиз", "релиз"],
];

for (const [said, query] of forgotten) {
  test(`an order to forget: ${said}`, () => assert.equal(forgetCommand(said), query));
}

const noOrderToForget = [
  "don't forget to run the tests",
  "don't forget that we use pnpm",
  "I forgot the password",
  "forget it",
  "forget about it",
  "forget about the tests",
  "forget the demo on 20 March",
  "forget that idea and fix the test",
  "forget that",
  "forget it, let's do something else",
  "forget the tests for now",
  "forget Redis, we use Postgres now",
  "forget everything",
  "did you forget the import?",
  "forget the import?",
  "you forget things",
  '"forget Redis"',
  "`forget Redis`",
  "forget to add the file and it breaks",
  "write a function forget(key)",
  "vergiss nicht die Tests",
  "forget the last change",
  "",
];

for (const said of noOrderToForget) {
  test(`no order to forget: ${said}`, () => assert.equal(forgetCommand(said), undefined));
}
