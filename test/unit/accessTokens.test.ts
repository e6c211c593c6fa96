import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccessFile, AccessTokens } from "../../server/gateway/accessTokens.ts";
import { PageCodes } from "../../server/gateway/pageCodes.ts";
import { type KeptAccess, NO_ACCESS } from "../../server/store/accessFile.ts";
import { FakeClock } from "../fakes/clock.ts";

const DAY_MS = 24 * 3_600_000;

function world({ kept = false } = {}) {
  const clock = new FakeClock();
  let ids = 0;
  let value: KeptAccess = NO_ACCESS;
  const file: AccessFile = {
    read: async () => value,
    update: async (change) => {
      value = change(value);
      return value;
    },
  };
  const create = () =>
    new AccessTokens({
      file: async () => (kept ? file : undefined),
      connected: (id) => (id === "t1" ? 2 : 0),
      clock,
      newId: () => `t${++ids}`,
    });
  return { clock, create, written: () => JSON.stringify(value) };
}

test("a token lets its owner in until it is revoked, and whoever waits for that hears of it", async () => {
  const tokens = world().create();
  const { token, access } = await tokens.create({ name: "ana" });
  assert.deepEqual(await tokens.list(), [access]);
  assert.equal(access.connected, 2);
  assert.equal((await tokens.verify(token))?.name, "ana");
  const revoked: string[] = [];
  tokens.onRevoked((id) => revoked.push(id));
  await tokens.revoke(access.id);
  assert.deepEqual(revoked, ["t1"]);
  assert.equal(await tokens.verify(token), undefined);
  assert.deepEqual(await tokens.list(), []);
  await assert.rejects(tokens.revoke(access.id), { code: "notFound" });
});

test("a token that has expired lets nobody in and is listed no more; others stay", async () => {
  const { clock, create } = world();
  const tokens = create();
  const short = await tokens.create({ name: "short", expiresInMs: DAY_MS });
  const long = await tokens.create({ name: "long" });
  assert.equal(Date.parse(short.access.expiresAt ?? "") - Date.parse(short.access.createdAt), DAY_MS);
  await clock.advance(DAY_MS);
  assert.equal(await tokens.verify(short.token), undefined);
  assert.equal((await tokens.verify(long.token))?.name, "long");
  assert.deepEqual(
    (await tokens.list()).map(({ name }) => name),
    ["long"],
  );
});

test("what is kept opens nothing: only the hash of a token stands there, and the next owner takes that", async () => {
  const { create, written } = world({ kept: true });
  const first = create();
  const { token } = await first.create({ name: "ana" });
  assert.ok(!written().includes(token));
  const next = create();
  assert.equal((await next.verify(token))?.name, "ana");
});

test("what another process has changed counts once this one owns the conversations", async () => {
  const { create } = world({ kept: true });
  const [before, after] = [create(), create()];
  const { token, access } = await before.create({ name: "ana" });
  assert.notEqual(await after.verify(token), undefined);
  await before.revoke(access.id);
  after.reload();
  assert.equal(await after.verify(token), undefined);
});

test("anything else than a whole token is nobody's", async () => {
  const tokens = world().create();
  const { token } = await tokens.create({ name: "ana" });
  for (const wrong of ["", token.slice(1), `${token}A`, token.toLowerCase(), "a".repeat(100_000)]) {
    assert.equal(await tokens.verify(wrong), undefined, wrong.slice(0, 50));
  }
});

test("there are 200 at most, of which expired ones do not count", async () => {
  const { clock, create } = world();
  const tokens = create();
  await tokens.create({ name: "short", expiresInMs: 1000 });
  await clock.advance(1000);
  for (let made = 0; made < 200; made++) await tokens.create({ name: `t${made}` });
  await assert.rejects(tokens.create({ name: "one more" }), { code: "invalidRequest" });
});

test("the port is looked for again as long as a page may be open", async () => {
  const { clock, create } = world({ kept: true });
  const tokens = create();
  await tokens.listensAt(4001);
  await tokens.create({ name: "ana" });
  assert.equal(await tokens.portOfPages(), undefined);
  await tokens.create({ name: "Browser", expiresInMs: DAY_MS, isPage: true });
  assert.equal(await create().portOfPages(), 4001);
  await clock.advance(DAY_MS);
  assert.equal(await create().portOfPages(), undefined);
});

test("the code of a link is good once, for a minute", async () => {
  const clock = new FakeClock();
  const codes = new PageCodes(clock);
  const code = codes.make();
  assert.equal(codes.spend("another"), false);
  assert.equal(codes.spend(code), true);
  assert.equal(codes.spend(code), false);
  const late = codes.make();
  await clock.advance(60_000);
  assert.equal(codes.spend(late), false);
});
