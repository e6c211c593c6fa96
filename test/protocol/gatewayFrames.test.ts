import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { encode } from "@msgpack/msgpack";
import { until } from "../fakes/clock.ts";
import { type GatewayWorld, GOOD_TOKEN, gatewayWorld } from "../fakes/gatewayWorld.ts";

let world: GatewayWorld;
before(async () => {
  world = await gatewayWorld();
});
after(() => world.close());

const joined = async (topic = "conversation:c", joinRef = "3") => {
  const client = await world.raw();
  client.send([joinRef, joinRef, topic, "phx_join", {}]);
  await client.reply(joinRef);
  return client;
};
const errorOf = (frame: readonly unknown[]) => (frame[4] as { response: { reason: string } }).response.reason;

test("a join is answered under its own refs, with the seq and the format", async () => {
  const client = await world.raw();
  client.send(["3", "4", "conversation:join", "phx_join", { client_type: "websocket" }]);
  const [joinRef, ref, topic, event, payload] = await client.reply("4");
  assert.deepEqual([joinRef, ref, topic, event], ["3", "4", "conversation:join", "phx_reply"]);
  const { status, response } = payload as { status: string; response: { seq: number; format: string; vsn: string } };
  assert.deepEqual([status, response.seq, response.format, response.vsn], ["ok", 0, "json", "2.0.0"]);
});

test("a heartbeat is answered with null for its join_ref", async () => {
  const client = await world.raw();
  client.send([null, "12", "phoenix", "heartbeat", {}]);
  assert.deepEqual(await client.reply("12"), [null, "12", "phoenix", "phx_reply", { status: "ok", response: {} }]);
});

test("a heartbeat with a join_ref is answered without it", async () => {
  const client = await world.raw();
  client.send(["7", "12", "phoenix", "heartbeat", {}]);
  assert.equal((await client.reply("12"))[0], null);
});

test("anything else on the topic of heartbeats is unmatched", async () => {
  const client = await world.raw();
  client.send([null, "1", "phoenix", "whatever", {}]);
  assert.equal(errorOf(await client.reply("1")), "unmatched topic");
});

test("a push to a topic that was not joined is answered with null for its join_ref", async () => {
  const client = await world.raw();
  client.send(["3", "4", "conversation:c", "message", { content: "hello" }]);
  const frame = await client.reply("4");
  assert.equal(frame[0], null);
  assert.equal(errorOf(frame), "unmatched topic");
});

test("a join of a topic that does not exist is refused", async () => {
  const client = await world.raw();
  client.send(["3", "3", "room:lobby", "phx_join", {}]);
  const frame = await client.reply("3");
  assert.deepEqual([frame[0], errorOf(frame)], [null, "unmatched topic"]);
});

for (const topic of ["conversation:", "conversation:a b", `conversation:${"x".repeat(65)}`, "conversation:../x", ""]) {
  test(`there is no topic ${JSON.stringify(topic.slice(0, 24))}`, async () => {
    const client = await world.raw();
    client.send(["3", "3", topic, "phx_join", {}]);
    assert.equal(errorOf(await client.reply("3")), "unmatched topic");
  });
}

test("the topic of processes that share the conversations is not there for others", async () => {
  const client = await world.raw();
  client.send(["3", "3", "owner", "phx_join", {}]);
  assert.equal(errorOf(await client.reply("3")), "unmatched topic");
});

test("leaving is answered, then the channel is closed under its join_ref", async () => {
  const client = await joined();
  client.send(["3", "9", "conversation:c", "phx_leave", {}]);
  assert.deepEqual((await client.reply("9"))[4], { status: "ok", response: {} });
  const closed = await client.until(([, , , event]) => event === "phx_close");
  assert.deepEqual([...closed].slice(0, 4), ["3", "3", "conversation:c", "phx_close"]);
  const names = client.frames.map(([, ref, , event]) => `${event} ${ref}`);
  assert.ok(names.indexOf("phx_reply 9") < names.indexOf("phx_close 3"));
});

test("leaving a topic that was not joined is fine", async () => {
  const client = await world.raw();
  client.send(["3", "9", "conversation:c", "phx_leave", {}]);
  assert.deepEqual((await client.reply("9"))[4], { status: "ok", response: {} });
});

test("after it was left, nothing of the topic arrives any more", async () => {
  const client = await joined("conversation:left");
  client.send(["3", "9", "conversation:left", "phx_leave", {}]);
  await client.until(([, , , event]) => event === "phx_close");
  const count = client.frames.length;
  await world.supervisor.rename("left", "Another name");
  client.send([null, "10", "phoenix", "heartbeat", {}]);
  await client.reply("10");
  assert.equal(client.frames.length, count + 1);
});

test("a second join of the same topic closes the first one's channel, under its ref, before it is answered", async () => {
  const client = await joined("conversation:twice");
  client.send(["5", "5", "conversation:twice", "phx_join", {}]);
  await client.reply("5");
  const names = client.frames.map(([joinRef, ref, , event]) => `${event} ${joinRef} ${ref}`);
  assert.ok(names.indexOf("phx_close 3 3") !== -1);
  assert.ok(names.indexOf("phx_close 3 3") < names.indexOf("phx_reply 5 5"));
});

test("after a second join each event arrives once", async () => {
  const client = await joined("conversation:once");
  client.send(["5", "5", "conversation:once", "phx_join", {}]);
  await client.reply("5");
  await world.supervisor.rename("once", "A name");
  await client.until(([, , , event, payload]) => event === "event" && payload.type === "titled");
  client.send([null, "6", "phoenix", "heartbeat", {}]);
  await client.reply("6");
  assert.equal(client.frames.filter(([, , , , payload]) => payload.type === "titled").length, 1);
});

test("a push under the ref of an earlier join is refused", async () => {
  const client = await joined("conversation:stale");
  client.send(["5", "5", "conversation:stale", "phx_join", {}]);
  await client.reply("5");
  client.send(["3", "6", "conversation:stale", "message", { content: "hello" }]);
  assert.equal(errorOf(await client.reply("6")), "unmatched topic");
});

test("leaving under the ref of an earlier join leaves the later one be", async () => {
  const client = await joined("conversation:late");
  client.send(["5", "5", "conversation:late", "phx_join", {}]);
  await client.reply("5");
  client.send(["3", "6", "conversation:late", "phx_leave", {}]);
  await client.reply("6");
  client.send(["5", "7", "conversation:late", "stop", {}]);
  assert.deepEqual((await client.reply("7"))[4], { status: "ok", response: { stopped: false } });
});

test("a push without a join_ref goes to the channel that is joined", async () => {
  const client = await joined("conversation:noref");
  client.send([null, "7", "conversation:noref", "stop", {}]);
  assert.deepEqual((await client.reply("7"))[4], { status: "ok", response: { stopped: false } });
});

test("a push right behind its join is answered, too", async () => {
  const client = await world.raw();
  client.send(["1", "1", "conversation:fast", "phx_join", {}]);
  client.send(["1", "2", "conversation:fast", "stop", {}]);
  await client.reply("2");
  const names = client.frames.map(([, ref]) => ref);
  assert.ok(names.indexOf("1") < names.indexOf("2"));
});

test("a push of an event that the channel does not know is refused", async () => {
  const client = await joined("conversation:odd");
  client.send(["3", "4", "conversation:odd", "dance", {}]);
  assert.equal(errorOf(await client.reply("4")), "unmatched event");
});

test("what others do is told with null for both refs", async () => {
  const client = await joined("conversation:told");
  await world.supervisor.rename("told", "A name");
  const frame = await client.until(([, , , event, payload]) => event === "event" && payload.type === "titled");
  assert.deepEqual([frame[0], frame[1], frame[2]], [null, null, "conversation:told"]);
});

const malformed: Readonly<Record<string, string>> = {
  "no JSON": "{nonsense",
  "an object": '{"topic":"conversation:c","event":"phx_join"}',
  "four parts": '["1","1","conversation:c","phx_join"]',
  "six parts": '["1","1","conversation:c","phx_join",{},{}]',
  "a number as ref": '["1",1,"conversation:c","phx_join",{}]',
  "no topic": '["1","1",null,"phx_join",{}]',
  "an event that is no text": '["1","1","conversation:c",7,{}]',
  "a very long topic": `["1","1",${JSON.stringify("x".repeat(600))},"phx_join",{}]`,
  "a very long ref": `["1",${JSON.stringify("1".repeat(100))},"conversation:c","phx_join",{}]`,
  nothing: "",
};
for (const [name, text] of Object.entries(malformed)) {
  test(`a frame that is malformed (${name}) is answered with an error, and the connection goes on`, async () => {
    const client = await world.raw();
    client.sendRaw(text);
    await client.until(([, , topic, event]) => topic === "phoenix" && event === "phx_reply");
    client.send([null, "2", "phoenix", "heartbeat", {}]);
    assert.deepEqual((await client.reply("2"))[4], { status: "ok", response: {} });
  });
}

test("whoever sends nothing but malformed frames is let go", async () => {
  const client = await world.raw();
  for (let times = 0; times < 20; times++) client.sendRaw("[");
  assert.equal((await client.closed).code, 1008);
});

test("a binary push of vsn 2.0.0 gets an error under its own refs", async () => {
  const client = await joined("conversation:bin");
  const parts = ["3", "8", "conversation:bin", "message"].map((part) => Buffer.from(part));
  const head = Buffer.from([0, ...parts.map(({ length }) => length)]);
  client.sendRaw(Buffer.concat([head, ...parts, Buffer.from("body")]));
  const frame = await client.reply("8");
  assert.deepEqual([frame[0], frame[2], errorOf(frame)], ["3", "conversation:bin", "binary frames are not supported"]);
});

test("a binary frame that is none gets an error, too", async () => {
  const client = await world.raw();
  client.sendRaw(Buffer.from([9, 250, 250, 250]));
  const frame = await client.until(([, , topic]) => topic === "phoenix");
  assert.equal(errorOf(frame), "binary frames are not supported");
});

test("MessagePack is spoken when it is asked for, in both directions", async () => {
  const client = await world.raw({ query: "&serializer=msgpack" });
  client.sendPacked(["1", "1", "conversation:packed", "phx_join", {}]);
  const [, , topic, event, payload] = await client.reply("1");
  assert.deepEqual([topic, event, payload.status], ["conversation:packed", "phx_reply", "ok"]);
});

test("text on a connection of MessagePack is answered with an error", async () => {
  const client = await world.raw({ query: "&serializer=msgpack" });
  client.sendRaw('[null,"1","phoenix","heartbeat",{}]');
  const frame = await client.until(([, , topic]) => topic === "phoenix");
  assert.match(errorOf(frame), /MessagePack/);
});

test("MessagePack that cannot be read is answered with an error", async () => {
  const client = await world.raw({ query: "&serializer=msgpack" });
  client.sendRaw(encode(["1", "1", "conversation:packed", "phx_join", {}]).subarray(0, 10));
  await client.until(([, , topic, event]) => topic === "phoenix" && event === "phx_reply");
});

test("a serializer that is not there gives way to JSON, and the join says so", async () => {
  const client = await world.raw({ query: "&serializer=cbor" });
  client.send(["1", "1", "conversation:cbor", "phx_join", {}]);
  const { response } = (await client.reply("1"))[4] as { response: { serializer: string } };
  assert.equal(response.serializer, "json");
});

test("an address that is none is refused at the upgrade", async () => {
  await assert.rejects(world.raw({ path: "/socket" }), /status 403/);
  await assert.rejects(world.raw({ path: "/" }), /status 403/);
});

for (const vsn of ["1.0.0", "2.0", "3.0.0", ""]) {
  test(`vsn ${JSON.stringify(vsn)} is refused at the upgrade`, async () => {
    await assert.rejects(world.raw({ vsn }), /status 403/);
  });
}

test("without a token, and with a wrong one, nobody comes in", async () => {
  await assert.rejects(world.raw({ token: "" }), /status 403/);
  await assert.rejects(world.raw({ token: "wrong" }), /status 403/);
  await assert.rejects(world.raw({ token: "", query: "&token=a-good-token" }), /status 403/);
});

test("a frame that is too large ends the connection", async () => {
  const client = await world.raw();
  client.socket.on("error", () => {});
  client.send(["1", "1", "conversation:big", "phx_join", { filler: "x".repeat(1024 * 1024) }]);
  assert.equal((await client.closed).code, 1009);
});

test("nobody joins more topics than a socket may have", async () => {
  const small = await gatewayWorld({ topicsPerSocket: 3 });
  const client = await small.raw();
  for (const name of ["1", "2", "3", "4"]) client.send([name, name, `conversation:${name}`, "phx_join", {}]);
  assert.equal(errorOf(await client.reply("4")), "too many topics");
  client.send(["1", "5", "conversation:1", "phx_leave", {}]);
  await client.reply("5");
  client.send(["6", "6", "conversation:4", "phx_join", {}]);
  assert.equal((await client.reply("6"))[4].status, "ok");
  await small.close();
});

test("no more clients than may be at a time, and again when one has gone", async () => {
  const small = await gatewayWorld({ sockets: 2 });
  const first = await small.raw();
  await small.raw();
  await assert.rejects(small.raw(), /status 503/);
  first.socket.close();
  await first.closed;
  await until(() => small.gateway.sockets === 1);
  await small.raw();
  await small.close();
});

test("who says nothing for longer than a heartbeat may take is let go, who does is not", async () => {
  const other = await gatewayWorld();
  const [silent, lively] = [await other.raw(), await other.raw()];
  for (let beat = 1; beat <= 3; beat++) {
    lively.send([null, `${beat}`, "phoenix", "heartbeat", {}]);
    await lively.reply(`${beat}`);
    await other.clock.advance(30_000);
  }
  assert.equal((await silent.closed).code, 1006);
  lively.send([null, "last", "phoenix", "heartbeat", {}]);
  await lively.reply("last");
  await other.close();
});

test("while another process owns the conversations, a join is refused as busy", async () => {
  world.setOwner(false);
  const client = await world.raw();
  client.send(["1", "1", "conversation:c", "phx_join", {}]);
  assert.equal(errorOf(await client.reply("1")), "busy");
  world.setOwner(true);
});

test("who connected before the conversations went elsewhere, and asks only then, is sent there", async () => {
  const own = await gatewayWorld();
  const early = connect(own.port, "127.0.0.1");
  let heard = "";
  early.on("data", (bytes) => {
    heard += bytes;
  });
  await once(early, "connect");
  // Who comes in later shows that it was accepted.
  await own.raw();
  own.gateway.dismiss();
  early.write(
    [
      "GET /socket/websocket?vsn=2.0.0 HTTP/1.1",
      `host: 127.0.0.1:${own.port}`,
      `authorization: Bearer ${GOOD_TOKEN}`,
      "connection: Upgrade",
      "upgrade: websocket",
      "sec-websocket-version: 13",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
      "\r\n",
    ].join("\r\n"),
  );
  early.on("error", () => {});
  await until(() => early.destroyed || heard !== "");
  assert.equal(heard, "");
  early.destroy();
  await own.close();
});
