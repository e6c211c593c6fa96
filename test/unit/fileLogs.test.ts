import assert from "node:assert/strict";
import { appendFile, chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { FileLogs } from "../../server/store/fileLogs.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "duck-logs-"));
});
after(() => rm(folder, { recursive: true, force: true }));

test("what was appended is read again, in order, by another process's eyes", async () => {
  const log = await new FileLogs(folder).open("a");
  await log.append([titled(1), titled(2)], { durable: true });
  await log.append([titled(3)], { durable: false });
  await log.close();
  const { events, damaged } = await (await new FileLogs(folder).open("a")).read();
  assert.deepEqual(events, [titled(1), titled(2), titled(3)]);
  assert.equal(damaged, 0);
});

test("a log nobody wrote to is empty and leaves no file", async () => {
  const logs = new FileLogs(folder);
  assert.deepEqual((await (await logs.open("never")).read()).events, []);
  assert.ok(!(await logs.list()).includes("never"));
});

test("a torn last line is ignored, and what is appended next is not glued to it", async () => {
  const log = await new FileLogs(folder).open("torn");
  await log.append([titled(1)], { durable: true });
  await log.close();
  await appendFile(pathOf("torn"), '{"type":"titled","seq":2,"ti');
  const next = await new FileLogs(folder).open("torn");
  assert.deepEqual(await next.read(), { events: [titled(1)], damaged: 0, records: 1 });
  await next.append([titled(3)], { durable: true });
  assert.deepEqual(await next.read(), { events: [titled(1), titled(3)], damaged: 1, records: 3 });
});

test("damage in the middle costs only the damaged line, and is counted", async () => {
  const log = await new FileLogs(folder).open("damaged");
  await log.append([titled(1), titled(2), titled(3)], { durable: true });
  const text = await readFile(pathOf("damaged"), "utf8");
  await writeFile(pathOf("damaged"), text.replace('"seq":2', '"seq":}'));
  assert.deepEqual(await log.read(), { events: [titled(1), titled(3)], damaged: 1, records: 3 });
});

test("files are readable by their user alone", async () => {
  const log = await new FileLogs(folder).open("private");
  await log.append([titled(1)], { durable: true });
  assert.equal((await stat(pathOf("private"))).mode & 0o077, 0);
  assert.equal((await stat(join(pathOf("private"), ".."))).mode & 0o077, 0);
});

test("a folder that cannot be written to gives an error with path and cause, and works again later", {
  skip: isRoot(),
}, async () => {
  const logs = new FileLogs(join(folder, "locked"));
  await (await logs.open("first")).append([titled(1)], { durable: true });
  await chmod(join(folder, "locked", "conversations"), 0o500);
  const log = await logs.open("second");
  await assert.rejects(log.append([titled(1)], { durable: true }), { code: "storeFailed", message: /EACCES.*second/ });
  await chmod(join(folder, "locked", "conversations"), 0o700);
  await log.append([titled(1)], { durable: true });
});

test("a store path that is a file gives an error with path and cause", async () => {
  const path = join(folder, "a-file");
  await writeFile(path, "");
  const log = await new FileLogs(path).open("c");
  await assert.rejects(log.append([titled(1)], { durable: true }), { code: "storeFailed", message: /ENOTDIR.*a-file/ });
});

test("a deleted conversation is in the trash until it is restored", async () => {
  const logs = new FileLogs(folder);
  const log = await logs.open("deleted");
  await log.append([titled(1)], { durable: true });
  await log.close();
  await logs.trash("deleted");
  assert.equal(await logs.isTrashed("deleted"), true);
  assert.ok(!(await logs.list()).includes("deleted"));
  await logs.restore("deleted");
  assert.deepEqual((await (await logs.open("deleted")).read()).events, [titled(1)]);
  await assert.rejects(logs.restore("deleted"), { code: "notFound" });
});

function titled(seq: number): PersistedEvent {
  return { type: "titled", seq, at: "2026-01-01T00:00:00.000Z", title: `title ${seq}`, byUser: true };
}

function pathOf(id: string): string {
  return join(folder, "conversations", id, "events.jsonl");
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
