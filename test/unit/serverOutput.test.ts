import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { logOutput } from "../../client/serverOutput.ts";
import { made, seeded } from "./secrets/random.ts";

const key = made("ghp_{w36}", seeded(7));

test("what the server prints is logged in whole lines, also a last one without an end", async () => {
  assert.deepEqual(await logged(["Error: no\n  at a.ts", ":1\nlast"]), ["Error: no", "  at a.ts:1", "last"]);
});

test("no secret that the server prints is logged, nor one that arrives in two pieces", async () => {
  const lines = await logged([`Error: ${key} was refused\n`, `and ${key.slice(0, 20)}`, `${key.slice(20)}\n`]);
  assert.deepEqual(lines, ["Error: [redacted: GitHub token] was refused", "and [redacted: GitHub token]"]);
});

test("a line without an end is logged in pieces rather than kept", async () => {
  const lines = await logged(["x ".repeat(50_000), "\n"]);
  assert.equal(lines.length, 1);
});

async function logged(pieces: readonly string[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  logOutput(stream, (text) => lines.push(...text.split("\n")));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await once(stream, "end");
  return lines;
}
