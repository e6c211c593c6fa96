import assert from "node:assert/strict";
import { test } from "node:test";
import { isTestOf, undocumented, unfinished, unmentioned } from "../../server/commands/findings.ts";

const TS = `/** Adds. */
export function sum(a: number, b: number) {
  return a + b;
}

export function mean(all: number[]) {
  // TODO: of none
  return sum(...all) / all.length;
}
const LIMIT = 3;
`;
const PY = `@cached
def told():
    """Says what."""
    return 1

def untold():
    pass
`;

test("a definition without a comment before it, or a docstring in it, is undocumented", () => {
  assert.deepEqual(
    undocumented(TS, 1).map(({ name, startLine }) => `${name} ${startLine}`),
    ["mean 6"],
  );
  assert.deepEqual(
    undocumented(PY, 1).map(({ name }) => name),
    ["untold"],
  );
});

test("what says that it is unfinished is found with its line", () => {
  assert.deepEqual(unfinished(TS, 11), [{ line: 17, text: "// TODO: of none" }]);
  assert.deepEqual(
    unfinished(PY, 1).map(({ line }) => line),
    [7],
  );
  assert.deepEqual(unfinished("const passed = true;\nfoo(...args);\n", 1), []);
});

test("a function that no test names is untested; a word that holds its name is not its name", () => {
  assert.deepEqual(
    unmentioned(TS, 1, ["summary(); mean([1])"]).map(({ name }) => name),
    ["sum"],
  );
});

for (const [name, file, expected] of [
  ["test/parse.test.ts", "src/parse.ts", true],
  ["src/parse_test.go", "src/parse.go", true],
  ["tests/test_parse.py", "lib/parse.py", true],
  ["ParseTest.java", "Parse.java", true],
  ["parse.spec.js", "parse.js", true],
  ["src/parse.ts", "src/parse.ts", false],
  ["src/sparse.test.ts", "src/parse.ts", false],
  ["src/latest.ts", "src/la.ts", false],
] as const) {
  test(`${name} is ${expected ? "a" : "no"} test of ${file}`, () => {
    assert.equal(isTestOf(name, file), expected);
  });
}
