import assert from "node:assert/strict";
import { test } from "node:test";
import { coalesced } from "../../server/util/coalesced.ts";
import { deferred } from "../../server/util/deferred.ts";

function asked() {
  const calls: ReturnType<typeof deferred<number>>[] = [];
  const ask = coalesced(() => {
    const call = deferred<number>();
    calls.push(call);
    return call.promise;
  });
  return { calls, ask };
}

test("who asks while an answer is under way gets the next one, with all others who do", async () => {
  const { calls, ask } = asked();
  const first = ask();
  const others = [ask(), ask(), ask()];
  assert.equal(calls.length, 1);
  calls[0]?.resolve(1);
  assert.equal(await first, 1);
  await Promise.resolve();
  assert.equal(calls.length, 2);
  calls[1]?.resolve(2);
  assert.deepEqual(await Promise.all(others), [2, 2, 2]);
});

test("who asks later is asked for anew", async () => {
  const { calls, ask } = asked();
  const first = ask();
  calls[0]?.resolve(1);
  await first;
  const second = ask();
  calls[1]?.resolve(2);
  assert.equal(await second, 2);
});

test("a failure is for those who asked for it, not for the next", async () => {
  const { calls, ask } = asked();
  const first = ask();
  const second = ask();
  calls[0]?.reject(new Error("no disk"));
  await assert.rejects(first, /no disk/);
  calls[1]?.resolve(2);
  assert.equal(await second, 2);
});
