import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ServerProcess } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

/** A disk of 16 MB that is really full: messages are refused with path and cause, and accepted again once there is room. */
const world = useWorld();
const MESSAGE = "x".repeat(30_000);
let disk: string;
let isMounted = false;

before(async () => {
  disk = await mkdtemp(join(tmpdir(), "duck-full-"));
  const mount = ["-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", disk];
  isMounted = process.platform === "linux" && spawnSync("mount", mount).status === 0;
});
after(async () => {
  if (isMounted) spawnSync("umount", ["--lazy", disk]);
  await rm(disk, { recursive: true, force: true });
});

test("a full disk refuses messages and loses none that it accepted", async (context) => {
  if (!isMounted) return context.skip("only root can mount a disk, and only on Linux");
  const ballast = join(disk, "ballast");
  const at = { folder: world.workspace.folder, storePath: join(disk, "store") };
  const server = await ServerProcess.start(at, world.configured());
  context.after(() => server.kill());
  assert.equal(await say(server, "first"), undefined);
  await fill(ballast);
  const refused: string[] = [];
  const accepted = ["first"];
  for (let number = 0; number < 20; number++) {
    const id = `full-${number}`;
    const error = await say(server, id);
    if (error === undefined) accepted.push(id);
    else refused.push(error);
  }
  assert.ok(refused.length > 0);
  for (const message of refused) assert.match(message, new RegExp(`ENOSPC.*${disk}/store.*Free some space`));
  await truncate(ballast, 8 * 1024 * 1024);
  for (const id of ["later-1", "later-2"]) {
    assert.equal(await say(server, id), undefined);
    accepted.push(id);
  }
  await server.kill();
  const next = await ServerProcess.start(at, world.configured());
  context.after(() => next.kill());
  const { turns } = await next.follow().until(({ caughtUp }) => caughtUp, "the conversation");
  assert.deepEqual(
    turns.map(({ accepted }) => accepted.operationId),
    accepted,
  );
  assert.ok(turns.every(({ accepted }) => accepted.content.length > MESSAGE.length));
});

/** What was said when it was refused. */
async function say(server: ServerProcess, operationId: string): Promise<string | undefined> {
  return server.send(`${operationId} ${MESSAGE}`, { operationId }).result.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** All but room for a few messages. */
async function fill(path: string): Promise<void> {
  await assert.rejects(writeFile(path, Buffer.alloc(16 * 1024 * 1024)), { code: "ENOSPC" });
  await truncate(path, (await stat(path)).size - 200 * 1024);
}
