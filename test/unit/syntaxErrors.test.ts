import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { codeIndex, workspace } from "./codeIndexSetup.ts";

test("text that its language knows has no errors, in any language that there is a grammar for", async (t) => {
  const index = indexed(t);
  assert.deepEqual(await index.syntaxErrors("a.ts", "export const a: number = 1;\n"), []);
  assert.deepEqual(await index.syntaxErrors("a.py", "def f(x):\n    return x\n"), []);
});

test("an error is found on its line, and so is what is missing", async (t) => {
  const index = indexed(t);
  assert.deepEqual(await index.syntaxErrors("a.ts", "const a = 1;\nconst = 2;\n"), [2]);
  const unclosed = await index.syntaxErrors("a.ts", "function f() {\n  return 1;\n");
  assert.equal(unclosed?.length, 1);
});

test("without a grammar, or for a text that is too long, nobody can say", async (t) => {
  const index = indexed(t);
  assert.equal(await index.syntaxErrors("a.txt", "const = 2"), undefined);
  assert.equal(await index.syntaxErrors("a.ts", "const = 2;\n".repeat(100_000)), undefined);
});

test("whoever stops waiting is let go", async (t) => {
  const index = indexed(t);
  const stop = new AbortController();
  const checking = index.syntaxErrors("a.ts", "const a = 1;\n".repeat(10_000), stop.signal);
  stop.abort();
  await assert.rejects(checking, { name: "AbortError" });
  assert.deepEqual(await index.syntaxErrors("a.ts", "a"), []);
});

test("where no code is read, nobody can say", async (t) => {
  const index = codeIndex(t, "/nowhere", { blocked: "Not trusted." });
  assert.equal(await index.syntaxErrors("a.ts", "const = 2"), undefined);
});

function indexed(t: TestContext) {
  return codeIndex(t, workspace(t, { "a.ts": "export {};\n" }));
}
