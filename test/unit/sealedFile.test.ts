import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { sealFile, unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf } from "../../server/store/storeKeys.ts";

const STORE = "0123456789abcdef".repeat(2);
const root = randomBytes(32);
const keys = keysOf(STORE, root);
const text = Buffer.from("what was sealed");

test("what was sealed is unsealed, whatever it is", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, purpose) => {
      const plaintext = Buffer.from(bytes);
      assert.deepEqual(unsealFile(keys, purpose, sealFile(keys, purpose, plaintext)), { kind: "ok", bytes: plaintext });
    }),
  );
});

test("every flipped bit and every truncation is damage, and never taken for a wrong key", () => {
  const sealed = sealFile(keys, "list", text);
  let points = 0;
  for (let bit = 0; bit < sealed.length * 8; bit++, points++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.deepEqual(unsealFile(keys, "list", changed), { kind: "damaged" }, `bit ${bit}`);
  }
  for (let length = 0; length < sealed.length; length++, points++) {
    assert.deepEqual(unsealFile(keys, "list", sealed.subarray(0, length)), { kind: "damaged" }, `${length} bytes`);
  }
  console.log(`points: ${points}`);
});

test("what was appended, or put together of two files, is damage", () => {
  const one = sealFile(keys, "list", text);
  const two = sealFile(keys, "list", text);
  assert.deepEqual(unsealFile(keys, "list", Buffer.concat([one, Buffer.alloc(1)])), { kind: "damaged" });
  for (let at = 1; at < one.length; at++) {
    const spliced = Buffer.concat([one.subarray(0, at), two.subarray(at)]);
    if (spliced.equals(one) || spliced.equals(two)) continue;
    assert.deepEqual(unsealFile(keys, "list", spliced), { kind: "damaged" }, `spliced at ${at}`);
  }
});

test("a wrong key is never called damage", () => {
  const sealed = sealFile(keys, "list", text);
  assert.deepEqual(unsealFile(keysOf(STORE, randomBytes(32)), "list", sealed), { kind: "wrongKey" });
});

test("a file cannot take the place of another kind, or of the same kind in another store", () => {
  const sealed = sealFile(keys, "list", text);
  assert.notEqual(unsealFile(keys, "settings", sealed).kind, "ok");
  assert.notEqual(unsealFile(keysOf("f".repeat(32), root), "list", sealed).kind, "ok");
});

test("sealing the same twice shows nothing of it: no byte sequence is common but the magic", () => {
  const long = Buffer.alloc(4096, "the same again ");
  const [one, two] = [sealFile(keys, "list", long), sealFile(keys, "list", long)];
  const parts = new Set<string>();
  for (let at = 8; at + 8 <= one.length; at++) parts.add(one.subarray(at, at + 8).toString("hex"));
  for (let at = 8; at + 8 <= two.length; at++) assert.ok(!parts.has(two.subarray(at, at + 8).toString("hex")));
  assert.ok(!one.includes("the same"));
});
