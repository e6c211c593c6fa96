import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Deferred, deferred } from "../../server/util/deferred.ts";
import { startModelServer } from "../fakes/modelServer.ts";
import { Ledger } from "./ledger.ts";
import { quickStarts } from "./quickStarts.ts";
import { ServerProcess, type TemporaryWorkspace, temporaryWorkspace, workspacesIn } from "./serverProcess.ts";

/**
 * Two or three servers on one workspace, all of them written to all the time, while they are killed, stopped and continued:
 * nothing that was acknowledged is lost, nothing is there twice, and no two own the same epoch.
 */
const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 200 : 10;
/** Runs at a time: most of a run is waiting for somebody to take over from one that is stopped. */
const LANES = 10;
const CONVERSATIONS = ["a", "b", "c"];
/** Acknowledgements between two faults, at most. */
const BETWEEN = 10;

let points = 0;
let acknowledged = 0;

after(() => {
  console.log(`points: ${points}, ${acknowledged} acknowledged`);
  assert.equal(points, RUNS);
});

test("of servers that are killed, stopped and continued, none loses or doubles a message, and one owns each epoch", async (context) => {
  const models = await startModelServer();
  context.after(() => models.close());
  models.reply({ type: "answer", pieces: ["Noted."] });
  const model = { baseUrl: models.baseUrl, name: "m" };
  const { options, dispose } = await quickStarts(model);
  context.after(dispose);
  const start: Start = (workspace) => ServerProcess.start(workspace, model, options);
  let next = 0;
  const lane = async () => {
    while (next < RUNS) {
      await run(start, next++);
      points++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
});

type Start = (workspace: TemporaryWorkspace) => Promise<ServerProcess>;

const FAULTS = ["killOwner", "killOther", "stopOwner", "stopBriefly"] as const;

async function run(start: Start, number: number): Promise<void> {
  const world = await World.start(start, `run${number}`, randomInt(2, 4));
  try {
    const faults = [...FAULTS].sort(() => Math.random() - 0.5);
    for (const fault of faults) {
      await world.acknowledgements(randomInt(1, BETWEEN));
      await world[fault]();
    }
    await world.acknowledgements(BETWEEN);
    await world.finish();
  } finally {
    await world.dispose();
  }
}

/** The servers of a run, each with somebody who writes to it. */
class World {
  readonly #start: () => Promise<ServerProcess>;
  readonly #workspace: TemporaryWorkspace;
  readonly #ledger = new Ledger(CONVERSATIONS);
  readonly #name: string;
  readonly #servers: ServerProcess[] = [];
  readonly #all: ServerProcess[] = [];
  #writers: Promise<void>[] = [];
  #isOver = false;
  #waiting: { left: number; done: Deferred<void> } | undefined;

  private constructor(workspace: TemporaryWorkspace, start: () => Promise<ServerProcess>, name: string) {
    this.#workspace = workspace;
    this.#start = start;
    this.#name = name;
  }

  static async start(start: Start, name: string, count: number): Promise<World> {
    const workspace = await temporaryWorkspace();
    const world = new World(workspace, () => start(workspace), name);
    for (let slot = 0; slot < count; slot++) await world.#restart(slot);
    world.#writers = world.#servers.map((_, slot) => world.#write(slot));
    for (const writer of world.#writers) writer.catch((error) => world.#waiting?.done.reject(error));
    return world;
  }

  /** Resolves after so many more. */
  async acknowledgements(count: number): Promise<void> {
    this.#waiting = { left: count, done: deferred() };
    await this.#waiting.done.promise;
  }

  async killOwner(): Promise<void> {
    await this.#kill(await this.#owner());
  }

  async killOther(): Promise<void> {
    await this.#kill(this.#other(await this.#owner()));
  }

  /** Until another has taken over; then it goes on, believing for a moment that it is the owner. */
  async stopOwner(): Promise<void> {
    const owner = this.#servers[await this.#owner()];
    const taken = this.#servers
      .filter((server) => server !== owner)
      .map((server) => server.nextLogged(/owns the conversations of the workspace \(epoch/));
    owner?.process.kill("SIGSTOP");
    await Promise.race(taken);
    owner?.process.kill("SIGCONT");
  }

  /** Not for long enough to be taken for dead. */
  async stopBriefly(): Promise<void> {
    const server = this.#servers[randomInt(this.#servers.length)];
    server?.process.kill("SIGSTOP");
    await readdir(this.#workspace.storePath);
    server?.process.kill("SIGCONT");
  }

  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#writers);
    await Promise.all(this.#servers.map((server) => this.#ledger.shownBy(server)));
    for (const server of this.#servers) await server.kill();
    await this.#ledger.compare(await this.#restart(0));
    acknowledged += this.#ledger.acknowledged;
    const epochs = this.#all.flatMap(({ logged }) =>
      logged.flatMap((line) => line.match(/\(epoch (\d+)\)/)?.[1] ?? []),
    );
    assert.deepEqual(epochs.toSorted(), [...new Set(epochs)].sort(), "each epoch has one owner");
  }

  async dispose(): Promise<void> {
    this.#isOver = true;
    for (const server of this.#all) await server.kill();
    await this.#workspace.dispose();
  }

  async #restart(slot: number): Promise<ServerProcess> {
    const server = await this.#start();
    this.#servers[slot] = server;
    this.#all.push(server);
    return server;
  }

  async #kill(slot: number): Promise<void> {
    await this.#servers[slot]?.kill();
    await this.#restart(slot);
  }

  /** One message after another, each until it is acknowledged: by the same operation id, whichever server it takes. */
  async #write(slot: number): Promise<void> {
    for (let number = 0; !this.#isOver; number++) {
      const operationId = `${this.#name}-${slot}-${number}`;
      const conversationId = CONVERSATIONS[randomInt(CONVERSATIONS.length)] ?? "a";
      while (!this.#ledger.isAcknowledged(operationId)) {
        const server = this.#servers[slot];
        if (server === undefined) throw new Error("there is no such server");
        if (server.process.exitCode !== null || server.process.signalCode !== null) await new Promise(setImmediate);
        else await this.#ledger.send(server, conversationId, operationId);
      }
      if (this.#waiting !== undefined && --this.#waiting.left <= 0) this.#waiting.done.resolve();
    }
  }

  async #owner(): Promise<number> {
    const [workspace = ""] = await workspacesIn(this.#workspace.storePath);
    const folder = join(this.#workspace.storePath, workspace, "epochs");
    const last =
      (await readdir(folder))
        .filter((name) => /^\d+$/.test(name))
        .sort()
        .at(-1) ?? "";
    const { pid } = JSON.parse(await readFile(join(folder, last), "utf8"));
    const slot = this.#servers.findIndex((server) => server.process.pid === pid);
    return slot < 0 ? 0 : slot;
  }

  #other(slot: number): number {
    return (slot + 1) % this.#servers.length;
  }
}
