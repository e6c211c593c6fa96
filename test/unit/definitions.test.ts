import assert from "node:assert/strict";
import { test } from "node:test";
import { definitionsIn } from "../../server/workspace/definitions.ts";

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
  const found = definitionsIn(code).map(({ name }) => name);
  for (const name of "readText CodeIndex firstIndex Status MAX_FILES parse_config Serve tokenize BUFFER_SIZE".split(
    " ",
  ))
    assert.ok(found.includes(name), name);
  assert.ok(!found.includes("if"));
});

test("a definition says its kind and its line", () => {
  const code =
    "// the class that reads\nexport const read = async (path) => {\r\n};\n\nexport default class Reader {\n  close() {\nfunction* each() {\nimpl Reader for File {";
  assert.deepEqual(definitionsIn(code, 10), [
    { kind: "function", name: "read", line: 11 },
    { kind: "class", name: "Reader", line: 14 },
    { kind: "method", name: "close", line: 15 },
    { kind: "function", name: "each", line: 16 },
    { kind: "impl", name: "Reader", line: 17 },
  ]);
});

test("looking for definitions takes linear time in hostile text", () => {
  for (const text of [
    "(".repeat(60_000),
    "async ".repeat(10_000),
    `  f${"(".repeat(60_000)}`,
    "func (".repeat(10_000),
    " ".repeat(60_000),
  ])
    assert.deepEqual(definitionsIn(text), []);
});
