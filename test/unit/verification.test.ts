import assert from "node:assert/strict";
import { test } from "node:test";
import { Verification } from "../../server/edits/verification.ts";
import type { EditorDiagnostic } from "../../server/protocol/editor.ts";
import { FakeClock } from "../fakes/clock.ts";

const unending = new AbortController().signal;
const unused: EditorDiagnostic = {
  path: "/w/a.ts",
  line: 3,
  severity: "warning",
  message: "x is unused",
  source: "ts",
};
const missing: EditorDiagnostic = {
  path: "/w/a.ts",
  line: 9,
  severity: "error",
  message: "Cannot find name 'y'.\nMore.",
};

test("a problem that was there before and only moved is no new one", async () => {
  const found = await verified([unused], [{ ...unused, line: 40 }]);
  assert.deepEqual(found, { isWorse: false, note: "no new problems" });
});

test("a new problem is told by its first line, and hints are none", async () => {
  const hint: EditorDiagnostic = { ...unused, severity: "hint", message: "could be const" };
  assert.deepEqual(await verified([unused], [unused, missing, hint]), {
    isWorse: true,
    note: "1 new problem: Cannot find name 'y'.",
  });
});

test("the same problem once more is a new one", async () => {
  const found = await verified([unused], [unused, { ...unused, line: 8 }]);
  assert.deepEqual(found, { isWorse: true, note: "1 new problem: x is unused" });
});

test("without an editor nobody can say", async () => {
  const verification = new Verification(
    editor(() => Promise.reject(new Error("gone"))),
    new FakeClock(),
  );
  assert.equal(await verification.look(["/w/a.ts"], unending), undefined);
});

async function verified(before: readonly EditorDiagnostic[], after: readonly EditorDiagnostic[]) {
  let now = before;
  const clock = new FakeClock();
  clock.skipSleeps = true;
  const verification = new Verification(
    editor(async () => now),
    clock,
  );
  const known = await verification.look(["/w/a.ts"], unending);
  assert.ok(known);
  now = after;
  return verification.compare(known, ["/w/a.ts"], unending);
}

function editor(diagnostics: () => Promise<readonly EditorDiagnostic[]>) {
  return { diagnostics, symbols: async () => [] };
}
