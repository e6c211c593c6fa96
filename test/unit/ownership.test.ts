import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { ownerLink } from "../../server/gateway/ownerLink.ts";
import { Epochs } from "../../server/store/epochs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Ownership, type Role } from "../../server/store/ownership.ts";
import type { Doorkeeper } from "../../server/store/privateSocket.ts";
import { borrowRootKey, lendRootKey } from "../../server/store/rootKeyLoan.ts";
import { makePlace } from "../../server/store/runtimeFolder.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn, until } from "../fakes/clock.ts";
import { doorOf, openDoor as open } from "../fakes/ownerDoor.ts";

let root: string;
let clock: FakeClock;
const opened: (() => unknown)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "duck-"));
  clock = new FakeClock();
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await rm(root, { recursive: true, force: true });
});

function ownership(): Ownership {
  return new Ownership({
    fs: nodeFileSystem,
    workspace: join(root, "ws"),
    runtime: join(root, "run"),
    wire: ownerLink,
    clock,
  });
}

async function owner(doorkeeper: Doorkeeper = open): Promise<Extract<Role, { kind: "owner" }>> {
  const role = await ownership().ownOrJoin(doorkeeper);
  assert.ok(role.kind === "owner", role.kind);
  opened.push(() => role.server.close());
  return role;
}

async function joined(process = ownership()): Promise<Extract<Role, { kind: "joined" }>> {
  const role = await process.ownOrJoin(open);
  assert.ok(role.kind === "joined", role.kind);
  opened.push(() => role.connection.dispose());
  return role;
}

/** A claim whose socket accepts connections and never says a word, like that of a process that is stopped. */
async function hungOwner(): Promise<{ epoch: number; sockets: Set<Socket> }> {
  await mkdir(join(root, "run"), { recursive: true, mode: 0o700 });
  const { socketPath } = await makePlace(join(root, "run"));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const epochs = new Epochs(nodeFileSystem, join(root, "ws"));
  const epoch = (await epochs.last()).epoch + 1;
  assert.ok(await epochs.claim(epoch, { socketPath, pid: 1, nonce: "n" }));
  opened.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { epoch, sockets };
}

/** Moves time on in small steps until it is settled. */
async function after<T>(promise: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const from = clock.monotonicMs();
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await until(async () => {
    if (!settled && clock.pending > 0) await clock.advance(50);
    return settled;
  });
  return { result: await promise, tookMs: clock.monotonicMs() - from };
}

test("the first process owns, the second joins it and is served by it", async () => {
  const peers: MessageConnection[] = [];
  const welcome = async (peer: MessageConnection) => {
    peers.push(peer);
    return true;
  };
  const first = await owner(doorOf(welcome));
  const second = await joined();
  assert.equal(second.epoch, first.epoch);
  peers[0]?.onRequest("hello", () => "good day");
  assert.equal(await second.connection.sendRequest("hello"), "good day");
});

test("a process that has proved itself borrows the root key of the store; others and owners without one are asked in vain", async () => {
  const key = randomBytes(32);
  const options = { fs: nodeFileSystem, storePath: root, runtime: join(root, "run"), wire: ownerLink, clock };
  assert.equal(await borrowRootKey(options), undefined, "nobody is there");
  const lend = async (peer: MessageConnection) => {
    lendRootKey(peer, () => key);
    return true;
  };
  const first = await owner(doorOf(lend));
  assert.deepEqual(await borrowRootKey(options), key);
  await first.server.close();
  const locked = async (peer: MessageConnection) => {
    lendRootKey(peer, () => {
      throw new DuckError("storeLocked", "The store is locked.");
    });
    return true;
  };
  await owner(doorOf(locked));
  assert.equal(await borrowRootKey(options), undefined);
});

test("an owner that is gone is followed at once, without any waiting", async () => {
  const first = await owner();
  await first.server.close();
  assert.equal((await owner()).epoch, first.epoch + 1);
  assert.equal(clock.monotonicMs(), 0);
});

test("an owner that hangs is followed after two pings without a pong, within six seconds", async () => {
  const { epoch } = await hungOwner();
  const process = ownership();
  const first = await after(process.ownOrJoin(open));
  assert.equal(first.result.kind, "undecided", "one ping is not enough");
  const second = await after(process.ownOrJoin(open));
  assert.ok(second.result.kind === "owner" && second.result.epoch === epoch + 1);
  const { server } = second.result;
  opened.push(() => server.close());
  assert.ok(first.tookMs + second.tookMs <= 5000, `${first.tookMs} and ${second.tookMs}`);
});

test("two pings that failed long apart are not enough", async () => {
  await hungOwner();
  const process = ownership();
  await after(process.ownOrJoin(open));
  await clock.advance(60_000);
  assert.equal((await after(process.ownOrJoin(open))).result.kind, "undecided");
});

test("an owner that lets nobody in now is waited for, however often it is asked", async () => {
  await owner(doorOf(async () => false));
  const process = ownership();
  for (let times = 0; times < 5; times++) assert.equal((await process.ownOrJoin(open)).kind, "undecided");
});

test("an owner that begins to hang is noticed by who has joined it, within six seconds", async () => {
  await owner();
  const process = ownership();
  const { epoch, connection } = await joined(process);
  let hung = false;
  opened.push(
    process.watch(epoch, connection, () => {
      hung = true;
    }),
  );
  for (let second = 0; second < 30; second++) {
    await clock.advance(1000);
    await until(() => clock.pending > 0);
    for (let round = 0; round < 20; round++) await turn();
  }
  assert.equal(hung, false, "it answers");
  const from = clock.monotonicMs();
  const swallowed = new Promise(() => {});
  connection.sendRequest = () => swallowed as Promise<never>;
  await until(async () => {
    await clock.advance(50);
    return hung;
  });
  assert.ok(clock.monotonicMs() - from <= 6000);
  const next = await process.ownOrJoin(open);
  assert.ok(next.kind === "owner", "it is not asked a third time");
  opened.push(() => next.server.close());
});

test("an owner learns from a connection that ended to look whether it still is one", async () => {
  let left = 0;
  const first = await owner({ ...open, left: () => left++ });
  assert.equal(await first.isSuperseded(), false);
  const second = await joined();
  second.connection.dispose();
  await until(() => left === 1);
  const epochs = new Epochs(nodeFileSystem, join(root, "ws"));
  await epochs.claim(first.epoch + 1, { socketPath: "/nowhere", pid: 1, nonce: "n" });
  assert.equal(await first.isSuperseded(), true);
});

test("without the token beside the socket nobody joins, and the claim alone does not help", async () => {
  await owner();
  const [token] = (await readdir(join(root, "run"))).filter((name) => name.endsWith(".token"));
  const path = join(root, "run", token ?? "");
  assert.equal((await stat(path)).mode & 0o077, 0);
  const text = await readFile(path, "utf8");
  const claim = await readFile(join(root, "ws", "epochs", "00000001"), "utf8");
  assert.ok(!claim.includes(text));
  await writeFile(path, "0".repeat(64));
  assert.equal((await ownership().ownOrJoin(open)).kind, "undecided");
});

test("sockets and tokens of owners that are gone do not pile up", async () => {
  for (let times = 0; times < 5; times++) {
    const { server } = await owner();
    if (times % 2 === 0) await server.close();
    else await hungOwner();
    const process = ownership();
    for (let role = await after(process.ownOrJoin(open)); ; role = await after(process.ownOrJoin(open))) {
      if (role.result.kind !== "owner") continue;
      await role.result.server.close();
      break;
    }
  }
  const left = await readdir(join(root, "run"));
  assert.ok(left.length <= 2 * 2, left.join(" "));
});

test("a folder for sockets that is open to others is refused, with what to do", async () => {
  await mkdir(join(root, "run"), { mode: 0o755 });
  await assert.rejects(ownership().ownOrJoin(open), (error: unknown) => {
    assert.ok(error instanceof DuckError);
    assert.match(error.message, /open to others[\s\S]*XDG_RUNTIME_DIR/);
    return true;
  });
});

test("a store that cannot be written says so, with path and cause", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  const fs = { ...nodeFileSystem, link: () => Promise.reject(full) };
  const process = new Ownership({
    fs,
    workspace: join(root, "ws"),
    runtime: join(root, "run"),
    wire: ownerLink,
    clock,
  });
  await assert.rejects(process.ownOrJoin(open), { code: "storeFailed", message: /ws: ENOSPC/ });
  assert.deepEqual(await readdir(join(root, "run")), [], "and leaves no socket behind");
  assert.deepEqual(await readdir(join(root, "ws", "epochs")), []);
});
