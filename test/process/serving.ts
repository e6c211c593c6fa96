import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Channel, Presence, Socket } from "phoenix";
import { WebSocket } from "ws";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";
import { until } from "../fakes/clock.ts";
import { configBeside } from "./serverProcess.ts";
import { endAfterTest, type World } from "./world.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Serving {
  readonly url: string;
  readonly socket: string;
  readonly token: string;
}

/** `rubberduck serve` on the world's folder; ended after the test. */
export function serve(world: World, more: readonly string[] = []) {
  const { folder, storePath } = world.workspace;
  const child = spawn(process.execPath, [CLI, "serve", "--folder", folder, "--store", storePath, "--json", ...more], {
    env: { ...process.env, XDG_CONFIG_HOME: configBeside(storePath) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endAfterTest(() => end(child));
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

export async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, "exit");
  return code;
}

interface JoinReply {
  readonly epoch: number;
  readonly events: readonly ChatEvent[];
}

/** An official client in one conversation. */
export class Client {
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
    endAfterTest(() => socket.disconnect());
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
