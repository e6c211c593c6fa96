import assert from "node:assert/strict";
import { after, before, test as nodeTest } from "node:test";
import { type Channel, Presence, type Socket } from "phoenix";
import { WebSocket } from "ws";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, type Transcript, update } from "../../server/protocol/transcript.ts";
import { until } from "../fakes/clock.ts";
import { type GatewayWorld, gatewayWorld, outcome } from "../fakes/gatewayWorld.ts";
import type { Serializer } from "../fakes/phoenixSerializers.ts";

const worlds = new Map<Serializer, GatewayWorld>();
let serializer: Serializer = "JSON";
let world: GatewayWorld;
before(async () => {
  for (const name of ["JSON", "MessagePack"] as const) worlds.set(name, await gatewayWorld({}, name));
});
after(async () => {
  for (const { close } of worlds.values()) await close();
});

/** Twice, in a world of each: one after the other, as all tests of a file. */
function test(name: string, run: () => Promise<void>): void {
  for (const language of ["JSON", "MessagePack"] as const) {
    nodeTest(`in ${language}: ${name}`, async () => {
      serializer = language;
      world = worlds.get(language) ?? assert.fail();
      await run();
    });
  }
}

interface JoinReply {
  readonly seq: number;
  readonly events: readonly ChatEvent[];
}

/** A client of a conversation as somebody would write it: joins with what it has, folds what it is told. */
class Reader {
  transcript: Transcript = emptyTranscript;
  joins = 0;
  readonly channel: Channel;

  constructor(socket: Socket, conversationId: string, params: object = {}) {
    this.channel = socket.channel(`conversation:${conversationId}`, () => ({ ...params, ...this.#position() }));
    this.channel.on("event", (event: ChatEvent) => this.#take(event));
    this.channel.join().receive("ok", ({ events }: JoinReply) => {
      this.joins++;
      for (const event of events) this.#take(event);
    });
  }

  until(condition: (transcript: Transcript) => boolean): Promise<void> {
    return until(() => condition(this.transcript));
  }

  get text(): string {
    return this.transcript.turns.at(-1)?.text ?? "";
  }

  #position() {
    if (this.joins === 0) return {};
    const running = this.transcript.turns.findLast(({ state }) => state === "running");
    return { last_seq: this.transcript.lastSeq, offset: running?.text.length ?? 0 };
  }

  #take(event: ChatEvent): void {
    this.transcript = update(this.transcript, event);
  }
}

const reader = async (conversationId: string, socket = world.connect()) => {
  const made = new Reader(socket, conversationId);
  await until(() => made.joins > 0);
  return made;
};
const say = (channel: Channel, content: string, more = {}) => outcome(channel.push("message", { content, ...more }));

test("a message is accepted under its seq, answered, and everybody who has joined reads along", async () => {
  const [one, other] = [await reader("talk"), await reader("talk")];
  const { status, response } = await say(one.channel, "Where is the jitter?");
  assert.equal(status, "ok");
  assert.equal((response as { seq: number }).seq, 1);
  await until(() => world.runner.turns.length > 0);
  world.runner.last.say("In the ");
  await other.until(() => other.text === "In the ");
  world.runner.last.say("retry.");
  world.runner.last.finish();
  for (const each of [one, other]) {
    await each.until(({ turns }) => turns[0]?.state === "done" && turns[0].text === "In the retry.");
  }
  assert.equal(other.transcript.turns[0]?.accepted.client, "websocket");
});

test("the same operation twice is one message", async () => {
  const { channel } = await reader("once");
  const first = await say(channel, "hello", { operation_id: "op-1" });
  const again = await say(channel, "hello", { operation_id: "op-1" });
  assert.deepEqual(again, first);
  assert.equal((await world.supervisor.list()).find(({ conversationId }) => conversationId === "once")?.messages, 1);
});

test("another message under a used operation id is refused, in words", async () => {
  const { channel } = await reader("conflict");
  await say(channel, "hello", { operation_id: "op-1" });
  const { status, response } = await say(channel, "something else", { operation_id: "op-1" });
  assert.deepEqual([status, (response as { reason: string }).reason], ["error", "operationConflict"]);
  assert.match((response as { message: string }).message, /used before/);
});

for (const [name, payload, reason] of [
  ["blank", { content: "  " }, "blankMessage"],
  ["without content", {}, "invalidRequest"],
  ["whose content is no text", { content: 7 }, "invalidRequest"],
  ["of an unknown type", { content: "hi", type: "song" }, "invalidRequest"],
  ["with an operation id that is none", { content: "hi", operation_id: "a b" }, "invalidRequest"],
  ["with attachments that are none", { content: "hi", attachments: [{ kind: "virus" }] }, "invalidRequest"],
] as const) {
  test(`a message ${name} is refused`, async () => {
    const { channel } = await reader("refused");
    const { status, response } = await outcome(channel.push("message", payload));
    assert.deepEqual([status, (response as { reason: string }).reason], ["error", reason]);
  });
}

test("a client stops the answer of another one", async () => {
  const [one, other] = [await reader("stopping"), await reader("stopping")];
  await say(one.channel, "Tell me a long story");
  await until(() => world.runner.last.request.conversationId === "stopping");
  world.runner.last.say("Once upon a time");
  await other.until(() => other.text !== "");
  assert.deepEqual(await outcome(other.channel.push("stop", {})), { status: "ok", response: { stopped: true } });
  await one.until(({ turns }) => turns[0]?.stopReason === "cancelled");
  assert.equal(one.text, "Once upon a time");
});

test("a client that leaves stops nothing", async () => {
  const [one, other] = [await reader("leaving"), await reader("leaving")];
  await say(one.channel, "Go on");
  await until(() => world.runner.last.request.conversationId === "leaving");
  assert.equal((await outcome(one.channel.leave())).status, "ok");
  world.runner.last.say("I do");
  world.runner.last.finish();
  await other.until(({ turns }) => turns[0]?.state === "done");
});

test("who joins later has all that was said, and the answer in flight", async () => {
  const first = await reader("later");
  await say(first.channel, "One");
  await until(() => world.runner.last.request.conversationId === "later");
  world.runner.last.say("half an ans");
  await first.until(() => first.text === "half an ans");
  const second = await reader("later");
  assert.equal(second.text, "half an ans");
  world.runner.last.say("wer");
  world.runner.last.finish();
  await second.until(({ turns }) => turns[0]?.state === "done");
  assert.equal(second.text, "half an answer");
});

test("a lost connection is made again, and nothing is missed or told twice", async () => {
  const socket = world.connect();
  const lost = await reader("dropped", socket);
  await say(lost.channel, "One");
  await until(() => world.runner.last.request.conversationId === "dropped");
  world.runner.last.say("before ");
  await lost.until(() => lost.text === "before ");
  (socket as unknown as { conn: { terminate(): void } }).conn.terminate();
  world.runner.last.say("and after");
  world.runner.last.finish();
  await lost.until(({ turns }) => turns[0]?.state === "done");
  assert.equal(lost.text, "before and after");
  assert.ok(lost.joins === 2);
  const fresh = await reader("dropped");
  assert.deepEqual(
    fresh.transcript.turns.map(({ text }) => text),
    lost.transcript.turns.map(({ text }) => text),
  );
});

test("a join that names the last seq brings what came after it, and nothing before", async () => {
  const first = await reader("resume");
  await say(first.channel, "One");
  await until(() => world.runner.last.request.conversationId === "resume");
  world.runner.last.finish();
  await first.until(({ turns }) => turns[0]?.state === "done");
  const { lastSeq } = first.transcript;
  await world.supervisor.rename("resume", "A name");
  const channel = world.connect().channel("conversation:resume", { last_seq: lastSeq });
  const { response } = await outcome(channel.join());
  const { events, seq } = response as JoinReply;
  assert.deepEqual(
    events.map(({ type }) => type),
    ["titled"],
  );
  assert.equal(seq, lastSeq + 1);
});

test("a join that names 0 brings all events, one without a seq the conversation as it stands", async () => {
  const socket = world.connect();
  const all = await outcome(socket.channel("conversation:resume", { last_seq: 0 }).join());
  assert.equal((all.response as JoinReply).events[0]?.type, "accepted");
  const now = await outcome(world.connect().channel("conversation:resume", {}).join());
  assert.deepEqual(
    (now.response as JoinReply).events.map(({ type }) => type),
    ["snapshot"],
  );
});

test("who missed too much gets the conversation as it stands", async () => {
  await world.supervisor.rename("much", "Title 0");
  for (let times = 1; times <= 510; times++) await world.supervisor.rename("much", `Title ${times}`);
  const { response } = await outcome(world.connect().channel("conversation:much", { last_seq: 1 }).join());
  const [first] = (response as JoinReply).events;
  assert.ok(first?.type === "snapshot");
  assert.equal(first.transcript.title, "Title 510");
});

test("who was told by another owner, or of what was never kept, gets the conversation as it stands", async () => {
  await world.supervisor.rename("owners", "A name");
  for (const params of [{ last_seq: 1, epoch: 7 }, { last_seq: 99 }]) {
    const channel = world.connect().channel("conversation:owners", params);
    const { response } = await outcome(channel.join());
    const { events, epoch } = response as JoinReply & { epoch: number };
    assert.deepEqual([events[0]?.type, epoch], ["snapshot", 0]);
  }
});

for (const [name, params, reason] of [
  ["a last_seq that is no number", { last_seq: "9" }, "invalidRequest"],
  ["a negative last_seq", { last_seq: -1 }, "invalidRequest"],
  ["capabilities that are no list", { capabilities: "all" }, "invalidRequest"],
  ["a client type that is not there", { client_type: "carrier pigeon" }, "unsupported_client_type"],
] as const) {
  test(`a join with ${name} is refused`, async () => {
    const channel = world.connect().channel("conversation:params", params);
    const { status, response } = await outcome(channel.join());
    assert.deepEqual([status, (response as { reason: string }).reason], ["error", reason]);
    channel.leave();
  });
}

test("a conversation that was deleted cannot be joined, and whoever was in it is told that it is closed", async () => {
  const inside = await reader("deleted");
  await say(inside.channel, "Forget it");
  let closed = false;
  inside.channel.onClose(() => {
    closed = true;
  });
  await world.supervisor.delete("deleted");
  await until(() => closed);
  assert.equal(inside.transcript.deleted, true);
  const channel = world.connect().channel("conversation:deleted", {});
  const { response } = await outcome(channel.join());
  assert.equal((response as { reason: string }).reason, "notFound");
  channel.leave();
});

test("a channel that fails is told so, and the client joins again by itself", async () => {
  const client = await reader("crash");
  let errors = 0;
  client.channel.onError(() => {
    errors++;
  });
  const stop = world.supervisor.stop;
  world.supervisor.stop = () => Promise.reject(new Error("a bug"));
  client.channel.push("stop", {});
  await until(() => client.joins === 2);
  world.supervisor.stop = stop;
  assert.equal(errors, 1);
  assert.deepEqual(await outcome(client.channel.push("stop", {})), { status: "ok", response: { stopped: false } });
  assert.match(String(world.failures.at(-1)), /a bug/);
});

test("many conversations share one connection", async () => {
  const socket = world.connect();
  const readers = await Promise.all(["m1", "m2", "m3"].map((id) => reader(id, socket)));
  for (const { channel } of readers) await say(channel, "hello");
  await Promise.all(readers.map((each) => each.until(({ turns }) => turns.length === 1)));
});

test("a second channel of the same topic takes the first one's place, as the client asks for it", async () => {
  const socket = world.connect();
  const first = await reader("again", socket);
  const second = await reader("again", socket);
  await say(second.channel, "hello");
  await second.until(({ turns }) => turns.length === 1);
  assert.equal(first.transcript.turns.length, 0);
});

nodeTest("MessagePack says the same in fewer bytes than JSON", async () => {
  const bytesOf = async (language: Serializer) => {
    world = worlds.get(language) ?? assert.fail();
    let bytes = 0;
    class Counting extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        this.on("message", (data: Buffer | ArrayBuffer) => {
          bytes += data.byteLength;
        });
      }
    }
    const weighed = await reader("weighed", world.connect({ transport: Counting as never }));
    await say(weighed.channel, "hello");
    await until(() => world.runner.last.request.conversationId === "weighed");
    world.runner.last.say("a".repeat(100));
    world.runner.last.finish();
    await weighed.until(({ turns }) => turns[0]?.state === "done");
    assert.equal(weighed.text, "a".repeat(100));
    return bytes;
  };
  assert.ok((await bytesOf("MessagePack")) < (await bytesOf("JSON")));
});

test("a heartbeat is answered: the client measures it, and is not let go", async () => {
  const socket = world.connect({ heartbeatIntervalMs: 20 });
  await until(() => socket.isConnected());
  for (let beat = 0; beat < 3; beat++) {
    assert.ok((await new Promise<number>((resolve) => socket.ping(resolve))) >= 0);
  }
  assert.ok(socket.isConnected());
});

test("the server is started anew in the middle of an answer: the client comes back, and finds it as interrupted", async () => {
  const own = await gatewayWorld({}, serializer);
  const socket = own.connect();
  const client = new Reader(socket, "restart");
  await until(() => client.joins === 1);
  await say(client.channel, "Tell me");
  await until(() => own.runner.turns.length === 1);
  own.runner.last.say("half");
  await client.until(() => client.text === "half");
  const runner = await own.restart();
  await client.until(({ turns }) => turns[0]?.stopReason === "interrupted");
  assert.equal(client.text, "half");
  await until(() => client.joins === 2);
  await say(client.channel, "And now?");
  await until(() => runner.turns.length === 1);
  runner.last.say("whole");
  runner.last.finish();
  await client.until(({ turns }) => turns[1]?.state === "done" && turns[1].text === "whole");
  await own.close();
});

test("a push that was under way when the connection was lost is sent again, and counts once", async () => {
  const socket = world.connect();
  const client = await reader("repeat", socket);
  client.channel.push("message", { content: "hello", operation_id: "op-9" });
  await client.until(({ turns }) => turns.length === 1);
  (socket as unknown as { conn: { terminate(): void } }).conn.terminate();
  await until(() => client.joins === 2);
  const { status, response } = await say(client.channel, "hello", { operation_id: "op-9" });
  assert.deepEqual([status, (response as { seq: number }).seq], ["ok", 1]);
  assert.equal(client.transcript.turns.length, 1);
});

test("a token that is not good is retried by the client, and never let in", async () => {
  const socket = world.connect({ authToken: "wrong" });
  let refusals = 0;
  socket.onError(() => {
    refusals++;
  });
  await until(() => refusals >= 3);
  assert.equal(socket.isConnected(), false);
});

/** Who is there, as the official client's Presence has it: names with their kinds of client. */
function watched(channel: Channel) {
  const presence = new Presence(channel);
  return () =>
    presence.list((name: string, { metas }: { metas: { client_type: string; typing?: true }[] }) => ({ name, metas }));
}

test("each client sees who else is there, that somebody writes, and that they have gone", async () => {
  const first = world.connect().channel("conversation:people", {});
  const seen = watched(first);
  await outcome(first.join());
  await until(() => seen().length === 1);
  const socket = world.connect();
  const second = socket.channel("conversation:people", { app: "Browser" });
  await outcome(second.join());
  await until(() => seen()[0]?.metas.length === 2);
  assert.equal(seen()[0]?.name, "ana");
  await outcome(second.push("present", { typing: true }));
  await until(() => seen()[0]?.metas.some(({ typing }) => typing === true) === true);
  (socket as unknown as { conn: { terminate(): void } }).conn.terminate();
  socket.disconnect();
  await until(() => seen()[0]?.metas.length === 1);
});

test("people of different tokens are told apart, and one that subscribes in an editor is among them", async () => {
  world.tokens.set("other", { id: "t2", name: "ben", isPrivate: false });
  const ana = world.connect().channel("conversation:guests", {});
  const seen = watched(ana);
  await outcome(ana.join());
  const ben = world.connect({ authToken: "other" }).channel("conversation:guests", {});
  await outcome(ben.join());
  const stop = new AbortController();
  const participant = { id: "p1", client: "panel" as const, name: "eva" };
  const events: ChatEvent[] = [];
  const following = (async () => {
    const from = { conversationId: "guests", lastSeq: 0, participant };
    for await (const event of world.supervisor.subscribe(from, stop.signal)) events.push(event);
  })();
  await until(() => seen().length === 3);
  assert.deepEqual(
    seen()
      .map(({ name }) => name)
      .sort(),
    ["ana", "ben", "eva"],
  );
  const last = () => events.findLast((event) => event.type === "presence");
  await until(() => last()?.participants.length === 3);
  await outcome(ben.leave());
  await until(() => last()?.participants.length === 2 && seen().length === 2);
  stop.abort();
  await following;
  await until(() => seen().length === 1);
});

test("after the server was started anew, presence is as it is now", async () => {
  const own = await gatewayWorld({}, serializer);
  const channel = own.connect().channel("conversation:anew", {});
  const seen = watched(channel);
  await outcome(channel.join());
  const socket = own.connect();
  await outcome(socket.channel("conversation:anew", {}).join());
  await until(() => seen()[0]?.metas.length === 2);
  socket.disconnect();
  await own.restart();
  await until(() => seen()[0]?.metas.length === 1);
  await own.close();
});

test("who sends more than an hour allows is told when to try again; what no model answered does not count", async () => {
  const own = await gatewayWorld({ messagesPerHour: 2 }, serializer);
  const client = new Reader(own.connect(), "limit");
  await until(() => client.joins === 1);
  const answered = async (content: string, kind: "openai" | "offline") => {
    const before = own.runner.turns.length;
    assert.equal((await say(client.channel, content)).status, "ok");
    await until(() => own.runner.turns.length > before);
    own.runner.last.emit({ type: "text", text: "yes" });
    own.runner.last.end({ kind, id: kind });
    await client.until(({ turns }) => turns.at(-1)?.state === "done");
  };
  for (const content of ["one", "two", "three"]) await answered(content, "offline");
  for (const content of ["four", "five"]) await answered(content, "openai");
  const { status, response } = await say(client.channel, "six");
  const { reason, retry_after_ms } = response as { reason: string; retry_after_ms: number };
  assert.deepEqual([status, reason, retry_after_ms], ["error", "rateLimited", 1_800_000]);
  assert.equal(client.transcript.turns.length, 5, "nothing was written");
  await own.clock.advance(1_800_000);
  await until(() => client.joins > 1);
  await answered("seven", "openai");
  await own.close();
});
