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
  const found = definitionsIn(code);
  for (const name of "readText CodeIndex firstIndex Status MAX_FILES parse_config Serve tokenize BUFFER_SIZE".split(
    " ",
  ))
    assert.ok(found.includes(name), name);
  assert.ok(!found.includes("if"));
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
