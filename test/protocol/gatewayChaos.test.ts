import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";
import { NO_TROUBLE, type Trouble } from "../fakes/badWire.ts";
import { type ChaosClient, JoinedWindow, PhoenixClient } from "../fakes/chaosClients.ts";
import { ChaosWorld, type End } from "../fakes/chaosWorld.ts";
import { turn, until } from "../fakes/clock.ts";
import { eventsOf } from "../fakes/longConversation.ts";
import { seeded } from "../unit/secrets/random.ts";

/**
 * Several clients talk in one conversation over lines that are slow, break everything into pieces and are cut after any byte,
 * while its owner ends and another takes over. RUBBERDUCK_SEED=N runs one of them again.
 */
const RUNS = process.env.RUBBERDUCK_NIGHTLY ? 2000 : 200;
const STEPS = 30;
const ONLY = process.env.RUBBERDUCK_SEED;

test("whatever happens to lines and owners, every client ends with the same transcript: each message once, none missing", async () => {
  const seeds = ONLY === undefined ? Array.from({ length: RUNS }, (_, index) => index + 1) : [Number(ONLY)];
  let [cuts, ends, messages] = [0, 0, 0];
  for (const seed of seeds) {
    const run = new Run(seed);
    try {
      await run.go();
    } catch (error) {
      throw new Error(`seed ${seed} (run it again with RUBBERDUCK_SEED=${seed}): ${error}`, { cause: error });
    } finally {
      await run.close();
    }
    cuts += run.world.wire.cuts;
    ends += run.ends;
    messages += run.said.size;
  }
  console.log(`points: ${seeds.length} (${messages} messages, ${cuts} connections cut, ${ends} owners ended)`);
});

/** Some have so much behind them that it comes in pieces. */
const BEFORE = { conversationId: "c", title: "What was said before" };
const ENDS: readonly End[] = ["closes", "killed", "powerLost", "superseded"];

class Run {
  readonly world: ChaosWorld;
  /** What was said, by operation id. */
  readonly said = new Map<string, string>();
  ends = 0;
  readonly #random: () => number;
  /** Of the lines: what happens is the same whenever bytes come. */
  readonly #lineRandom: () => number;
  readonly #clients: ChaosClient[] = [];

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#lineRandom = seeded(-seed);
    this.world = new ChaosWorld(seed % 4 === 0 ? eventsOf({ ...BEFORE, messages: 2 * this.#below(120) }) : []);
  }

  async go(): Promise<void> {
    await this.world.open();
    this.world.wire.trouble = () => this.#trouble();
    for (let index = 0; index < 4; index++) this.#enter();
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      for (let rounds = this.#below(6); rounds > 0; rounds--) await turn();
    }
    await this.#calm();
    await this.#check();
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.world.close();
  }

  async #step(): Promise<void> {
    const { world } = this;
    const { runner } = world.owner;
    const dice = this.#random();
    const running = runner.turns.at(-1);
    if (dice < 0.25) this.#say();
    else if (dice < 0.5) running?.say(`${"piece ".repeat(1 + this.#below(20))}${this.#below(100)} `);
    else if (dice < 0.6) running?.finish();
    else if (dice < 0.75) world.wire.cut(this.#below(100));
    else if (dice < 0.78) world.wire.cut();
    else if (dice < 0.84) await world.clock.advance(1000);
    else if (dice < 0.88) this.#repeat();
    else if (dice < 0.9) this.#one().stop();
    else if (dice < 0.93) await world.owner.supervisor.rename("c", `Title ${this.#below(100)}`);
    else if (dice < 0.95) this.#enter();
    else await this.#change();
  }

  #enter(): void {
    const name = `client ${this.#clients.length}`;
    const make = this.#random() < 0.5 ? PhoenixClient : JoinedWindow;
    this.#clients.push(new make(name, this.world.where));
  }

  #say(): void {
    const operationId = `op-${this.said.size}`;
    const content = `message ${this.said.size} ${"word ".repeat(this.#below(100))}`.trim();
    this.said.set(operationId, content);
    this.#one().send(operationId, content);
  }

  #repeat(): void {
    const operationId = `op-${this.#below(this.said.size)}`;
    const content = this.said.get(operationId);
    if (content !== undefined) this.#one().repeat(operationId, content);
  }

  async #change(): Promise<void> {
    this.ends++;
    await this.world.end(ENDS[this.#below(ENDS.length)] ?? "killed", this.#random());
    for (let rounds = this.#below(10); rounds > 0; rounds--) await turn();
    this.world.takeOver();
  }

  #trouble(): Trouble {
    const random = this.#lineRandom;
    const below = (limit: number) => Math.floor(random() * limit);
    const cutAfterBytes = random() < 0.6 ? 1 + below(random() < 0.5 ? 600 : 8000) : NO_TROUBLE.cutAfterBytes;
    const slow = below(4);
    const pieceBytes = random() < 0.3 ? 1 + below(200) : NO_TROUBLE.pieceBytes;
    return { cutAfterBytes, pieceBytes, delay: () => below(slow + 1) };
  }

  /** Lines hold from now on, and answers come to their end. */
  async #calm(): Promise<void> {
    const { world } = this;
    world.wire.trouble = () => NO_TROUBLE;
    world.wire.cut();
    const isQuiet = async () => {
      world.owner.runner.turns.at(-1)?.finish();
      if (this.#clients.some(({ failures }) => failures.length > 0)) return true;
      if (this.#clients.some(({ waiting, transcript }) => waiting > 0 || transcript.earlier > 0)) return false;
      const [{ lastSeq } = emptyTranscript] = this.#clients.map(({ transcript }) => transcript);
      if (this.#clients.some(({ transcript }) => transcript.lastSeq !== lastSeq)) return false;
      const expected = await this.#expected();
      return expected.lastSeq === lastSeq && expected.turns.every(({ state }) => state === "done");
    };
    await until(isQuiet, "quiet");
  }

  /** As somebody has it who reads it all from the owner itself. */
  async #expected(): Promise<Transcript> {
    let transcript = emptyTranscript;
    const events = this.world.owner.supervisor.subscribe(
      { conversationId: "c", lastSeq: 0 },
      new AbortController().signal,
    );
    for await (const event of events) {
      transcript = update(transcript, event);
      if (event.type === "caughtUp") break;
    }
    return transcript;
  }

  async #check(): Promise<void> {
    const expected = await this.#expected();
    assert.deepEqual(this.world.failures, []);
    for (const { name, transcript, failures } of this.#clients) {
      assert.deepEqual(failures, [], `${name} was told of a failure`);
      assert.deepEqual(plain(transcript), plain(expected), `${name} has another transcript`);
    }
    const contents = new Map(expected.turns.map(({ accepted }) => [accepted.operationId, accepted]));
    assert.equal(contents.size, expected.turns.length, "a message stands there twice");
    for (const [operationId, content] of this.said) assert.equal(contents.get(operationId)?.content, content);
    for (const { accepted, name } of this.#clients) {
      for (const [operationId, seq] of accepted) {
        assert.equal(contents.get(operationId)?.seq, seq, `${name} was told another place of ${operationId}`);
      }
    }
  }

  #one(): ChaosClient {
    const client = this.#clients[this.#below(this.#clients.length)];
    if (client === undefined) throw new Error("nobody is there");
    return client;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** As JSON has it, without what only says how it came. */
function plain({ caughtUp: _, ...transcript }: Transcript): unknown {
  return JSON.parse(JSON.stringify(transcript));
}
