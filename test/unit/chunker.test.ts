import assert from "node:assert/strict";
import { test } from "node:test";
import { chunksOf, definitionsIn, linesBetween } from "../../server/workspace/chunker.ts";
import { queryTerms } from "../../server/workspace/queryTerms.ts";
import { createTokenizer, stem } from "../../server/workspace/tokenizer.ts";

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`).join("\n");
const ranges = (text: string) => chunksOf(text).map(({ startLine, endLine }) => [startLine, endLine]);

test("a short file is one chunk, a blank one none", () => {
  assert.deepEqual(chunksOf("a\nb\n"), [{ startLine: 1, endLine: 2, text: "a\nb" }]);
  assert.deepEqual(chunksOf(""), []);
  assert.deepEqual(chunksOf(" \r\n\t\n"), []);
});

test("chunks have 60 lines, begin every 45 and end with the file", () => {
  assert.deepEqual(ranges(lines(60)), [[1, 60]]);
  assert.deepEqual(ranges(lines(150)), [
    [1, 60],
    [46, 105],
    [91, 150],
  ]);
});

test("every line of any file is in a chunk, and linesBetween gives back what the chunk has", () => {
  const text = Array.from({ length: 500 }, (_, i) => "x".repeat((i * 37) % 900)).join("\r\n");
  const chunks = chunksOf(text);
  let covered = 0;
  for (const { startLine, endLine, text: body } of chunks) {
    assert.ok(startLine <= covered + 1);
    assert.ok(body.length <= 8_000);
    assert.equal(linesBetween(text, startLine, endLine), body);
    covered = endLine;
  }
  assert.equal(covered, 500);
});

test("a huge single line is cut short, at a whole character", () => {
  const [chunk] = chunksOf(`x${"🦆".repeat(500_000)}`);
  assert.ok(chunk && chunk.text.length < 1_100);
  assert.ok(chunk.text.isWellFormed());
});

test("definitions are found by their form in several languages", () => {
  const code = `
export async function readText(path) {
export class CodeIndex implements CodeSearch {
  async #firstIndex(signal: AbortSignal): Promise<void> {
    if (ready) {
interface Status {
export const MAX_FILES = 1;
def parse_config(path):
func (s *Server) Serve(l net.Listener) error {
pub fn tokenize(text: &str) -> Vec<String> {
#define BUFFER_SIZE 10`;
  const found = definitionsIn(code);
  for (const name of "readText CodeIndex firstIndex Status MAX_FILES parse_config Serve tokenize BUFFER_SIZE".split(
    " ",
  ))
    assert.ok(found.includes(name), name);
  assert.ok(!found.includes("if"));
});

test("looking for definitions takes linear time in hostile text", () => {
  const before = performance.now();
  for (const text of [
    "(".repeat(60_000),
    "async ".repeat(10_000),
    `  f${"(".repeat(60_000)}`,
    "func (".repeat(10_000),
    " ".repeat(60_000),
  ])
    definitionsIn(text);
  assert.ok(performance.now() - before < 1_000);
});

test("an identifier is a term as a whole and in parts, however it is written", () => {
  const tokenize = createTokenizer();
  for (const name of ["userName", "UserName", "user_name", "USER_NAME", "user-name"])
    assert.deepEqual(tokenize(name), ["username", "user", "nam"]);
  assert.deepEqual(tokenize("parseHTML5Document"), ["parsehtml5document", "pars", "html", "document"]);
  assert.deepEqual(tokenize("sha256"), ["sha256", "sha", "256"]);
});

test("forms of a word have one stem, and other words keep theirs", () => {
  for (const family of [
    "cache caches cached caching",
    "parse parses parsed parser parsing",
    "validate validation validates validating",
    "connect connection connections connecting",
    "retry retries",
    "index indexes indexing indexed",
    "log logs logged logging logger",
    "embed embedding embedder",
    "memory memories",
  ])
    assert.equal(new Set(family.split(" ").map(stem)).size, 1, family);
  assert.equal(new Set("user use string status class author auth".split(" ").map(stem)).size, 7);
});

test("words of scripts without spaces are found by pairs, and other scripts as words", () => {
  const tokenize = createTokenizer();
  assert.deepEqual(tokenize("設定を読む"), ["設定", "定を", "を読", "読む"]);
  assert.deepEqual(tokenize("naïve Größe"), ["naïve", "größe"]);
});

test("names of the language's own objects are terms like any other", () => {
  assert.deepEqual(createTokenizer()("valueOf __proto__ constructor"), ["valueof", "valu", "of", "proto", "construct"]);
});

test("encoded data is no term", () => {
  assert.deepEqual(createTokenizer()("a1".repeat(100)), []);
});

test("the words of a question are dropped, unless nothing is left", () => {
  const tokenize = createTokenizer();
  assert.deepEqual([...queryTerms("Where is the retry handled?", tokenize).keys()], ["retr", "handl"]);
  assert.deepEqual([...queryTerms("what is this?", tokenize).keys()], ["what", "is", "thi"]);
  assert.equal(queryTerms("?!", tokenize).size, 0);
});

test("generic verbs and parts of a compound weigh less than whole names", () => {
  const weights = queryTerms("add userName", createTokenizer());
  assert.deepEqual(Object.fromEntries(weights), { add: 0.35, username: 1, user: 0.6, nam: 0.6 });
});

test("a query as long as a book is cut to what a search can take", () => {
  const query = Array.from({ length: 100_000 }, (_, i) => `word${i}`).join(" ");
  assert.ok(queryTerms(query, createTokenizer()).size <= 64);
});
