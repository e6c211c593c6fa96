import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Channel, Presence, Socket } from "phoenix";
import { WebSocket } from "ws";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";
import { checkpointsIn } from "../fakes/checkpoints.ts";
import { until } from "../fakes/clock.ts";
import { configBeside } from "./serverProcess.ts";
import { useWorld } from "./world.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const world = useWorld();
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

test("serve prints where clients connect, answers them, and ends in good order", async () => {
  const { child, lines } = serve();
  const [where] = await lines(1);
  assert.match(where?.url ?? "", /^ws:\/\/127\.0\.0\.1:\d+\/socket$/);
  const client = new Client(where, "talk");
  await until(() => client.joins === 1);
  await client.say("Who greets politely?");
  await until(() => client.transcript.turns[0]?.state === "done");
  assert.match(client.transcript.turns[0]?.text ?? "", /greet\.ts/);
  const [code] = await Promise.all([
    exit(child),
    client.closed.then((closed) => assert.equal(closed, 1001)),
    child.kill("SIGTERM"),
  ]);
  assert.equal(code, 0);
});

test("the editor's server is killed in the middle of an answer: the others go on at the same place, with what had arrived", async () => {
  const editor = await world.start(world.configured());
  await editor.send("hello", { conversationId: "other" }).result;
  const { lines } = serve();
  const [before] = await lines(1);
  const [one, two] = [new Client(before, "shared"), new Client(before, "shared")];
  await until(() => one.joins === 1 && two.joins === 1 && one.people() === 2);
  world.models.reply({ type: "answer", pieces: ["It begins, ", "and never ends."] });
  world.models.hold();
  // The first piece says only that an answer comes.
  world.models.release(2);
  await one.say("Tell me");
  await until(() => two.transcript.turns[0]?.text === "It begins, ");
  await until(() => checkpointsIn(world.workspace.storePath, "shared") > 0);
  await editor.kill("SIGKILL");
  await until(() => [one, two].every(({ transcript }) => transcript.turns[0]?.stopReason === "interrupted"));
  assert.deepEqual(
    [one, two].map(({ transcript }) => transcript.turns[0]?.text),
    ["It begins, ", "It begins, "],
  );
  assert.ok(one.joins >= 2, "over a connection of its own to the new owner");
  world.models.release();
  await two.say("Are you there?");
  await until(() => one.transcript.turns[1]?.state === "done");
  await until(() => one.people() === 2);
  const [, after] = await lines(2);
  assert.equal(after?.url, before?.url);
  assert.equal(after?.token, before?.token);
  assert.notEqual(after?.socket, before?.socket);
});

test("a port that another program has is said to be taken, and what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  opened.push(() => other.close());
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { child, errors } = serve(["--port", String(port)]);
  assert.equal(await exit(child), 1);
  assert.match(errors(), new RegExp(`listens on port ${port}.*--port`));
});

interface Serving {
  readonly url: string;
  readonly socket: string;
  readonly token: string;
}

/** `rubberduck serve` on the world's folder; ended after the test. */
function serve(more: readonly string[] = []) {
  const { folder, storePath } = world.workspace;
  const child = spawn(process.execPath, [CLI, "serve", "--folder", folder, "--store", storePath, "--json", ...more], {
    env: { ...process.env, XDG_CONFIG_HOME: configBeside(storePath) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  opened.push(() => end(child));
  const printed: Serving[] = [];
  let errors = "";
  createInterface(child.stdout).on("line", (line) => printed.push(JSON.parse(line)));
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const lines = async (count: number) => {
    await until(() => printed.length >= count || child.exitCode !== null);
    assert.ok(printed.length >= count, errors);
    return printed;
  };
  return { child, lines, errors: () => errors };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, "exit");
  return code;
}

interface JoinReply {
  readonly epoch: number;
  readonly events: readonly ChatEvent[];
}

/** An official client in one conversation. */
class Client {
  transcript: Transcript = emptyTranscript;
  joins = 0;
  #epoch = 0;
  readonly people: () => number;
  /** The code with which its first connection ended. */
  readonly closed: Promise<number>;
  readonly #channel: Channel;

  constructor(where: Serving | undefined, conversationId: string) {
    if (where === undefined) throw new Error("Nothing is served.");
    const socket = new Socket(where.url, { transport: WebSocket as never, authToken: where.token });
    opened.push(() => socket.disconnect());
    this.closed = new Promise((resolve) => {
      socket.onClose(({ code }: { code: number }) => resolve(code));
    });
    this.#channel = socket.channel(`conversation:${conversationId}`, () => this.#position());
    this.#channel.on("event", (event: ChatEvent) => this.#take(event));
    const presence = new Presence(this.#channel);
    this.people = () =>
      presence.list((_, { metas }: { metas: unknown[] }) => metas.length).reduce((sum, each) => sum + each, 0);
    this.#channel.join().receive("ok", ({ events, epoch }: JoinReply) => {
      this.joins++;
      this.#epoch = epoch;
      for (const event of events) this.#take(event);
    });
    socket.connect();
  }

  say(content: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#channel
        .push("message", { content })
        .receive("ok", resolve)
        .receive("error", reject)
        .receive("timeout", reject);
    });
  }

  #position() {
    const running = this.transcript.turns.findLast(({ state }) => state === "running");
    return this.joins === 0
      ? {}
      : { last_seq: this.transcript.lastSeq, epoch: this.#epoch, offset: running?.text.length ?? 0 };
  }

  #take(event: ChatEvent): void {
    this.transcript = update(this.transcript, event);
  }
}
