import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { until } from "../fakes/clock.ts";
import { type GatewayWorld, GOOD_TOKEN, gatewayWorld, type RawOptions } from "../fakes/gatewayWorld.ts";

/** Each case is refused or bounded, and an honest client goes on as if nothing had happened. */
let world: GatewayWorld;
let points = 0;
before(async () => {
  // What each token may do in a minute is tested apart: here it would hide what bounds the rest.
  world = await gatewayWorld({ joinsPerMinute: 1_000_000, pushesPerMinute: 1_000_000 });
});
after(async () => {
  await world.close();
  console.log(`points: ${points}`);
});

function holds(name: string, task: () => Promise<void>): void {
  test(name, async () => {
    await task();
    await honestClientGoesOn();
    points++;
  });
}

let honest = 0;
async function honestClientGoesOn(): Promise<void> {
  const client = await world.raw();
  const topic = `conversation:honest-${++honest}`;
  client.send(["1", "1", topic, "phx_join", {}]);
  assert.equal((await client.reply("1"))[4].status, "ok");
  client.socket.terminate();
  await client.closed;
}

const refused = (name: string, options: RawOptions) =>
  holds(`${name}: refused`, () => assert.rejects(world.raw(options), /status 403/));

refused("no token", { token: "" });
refused("a wrong token", { token: "b-good-token" });
refused("a token that begins as a good one", { token: GOOD_TOKEN.slice(0, -1) });
refused("a good token with something behind it", { token: `${GOOD_TOKEN}x` });
refused("a token in the address", { token: "", query: `&token=${GOOD_TOKEN}` });
refused("an auth_token in the address", { token: "", query: `&auth_token=${GOOD_TOKEN}` });
refused("a token in a cookie", { token: "", headers: { cookie: `token=${GOOD_TOKEN}` } });
refused("a token by another scheme", { token: "", headers: { authorization: `Basic ${GOOD_TOKEN}` } });
refused("two words for a token", { token: "", headers: { authorization: `Bearer ${GOOD_TOKEN} x` } });
refused("an empty token", { token: "", headers: { authorization: "Bearer " } });
refused("a very long token", { token: "x".repeat(8000) });
holds("a token that was revoked: refused", async () => {
  world.tokens.set("brief", { id: "t9", name: "ben", isPrivate: false });
  (await world.raw({ token: "brief" })).socket.terminate();
  world.tokens.delete("brief");
  await assert.rejects(world.raw({ token: "brief" }), /status 403/);
});

holds("a token that has expired: refused, and who came in with it before is gone", async () => {
  const { token } = await world.access.create({ name: "brief", expiresInMs: 30_000 });
  const client = await world.raw({ token });
  await world.clock.advance(30_000);
  assert.equal((await client.closed).code, 1008);
  await assert.rejects(world.raw({ token }), /status 403/);
});
holds("a token that is revoked while it is used: its clients are gone at once, others stay", async () => {
  const [bad, good] = [await world.access.create({ name: "bad" }), await world.access.create({ name: "good" })];
  const [one, other] = [await world.raw({ token: bad.token }), await world.raw({ token: good.token })];
  await world.access.revoke(bad.access.id);
  assert.equal((await one.closed).code, 1008);
  other.send(["1", "1", "conversation:stays", "phx_join", {}]);
  assert.equal((await other.reply("1"))[4].status, "ok");
  other.socket.terminate();
});

for (const origin of [
  "null",
  "http://evil.example",
  "https://127.0.0.1:PORT",
  "http://127.0.0.1",
  "http://127.0.0.1:1",
  "http://127.0.0.1:PORT.evil.example",
  "http://evil.example:PORT",
  "http://127.0.0.1:PORT/",
  "HTTP://127.0.0.1:PORT",
  "http://localhost.:PORT",
  "http://user@127.0.0.1:PORT",
  "http://[::ffff:127.0.0.1]:PORT",
  "file://",
  "vscode-webview://abc",
  "",
]) {
  holds(`the origin ${JSON.stringify(origin)}: refused`, () =>
    assert.rejects(world.raw({ headers: { origin: origin.replace("PORT", String(world.port)) } }), /status 403/),
  );
}
for (const origin of ["http://127.0.0.1:PORT", "http://localhost:PORT", "http://[::1]:PORT"]) {
  holds(`the page's own origin ${origin}: let in`, async () => {
    const client = await world.raw({ headers: { origin: origin.replace("PORT", String(world.port)) } });
    client.socket.terminate();
  });
}

for (const host of [
  "evil.example",
  "evil.example:PORT",
  "127.0.0.1",
  "127.0.0.1:1",
  "127.0.0.1.evil.example:PORT",
  "localhost.:PORT",
  "LOCALHOST:PORT",
  "0.0.0.0:PORT",
  "127.1:PORT",
  "2130706433:PORT",
  "user@127.0.0.1:PORT",
  "127.0.0.1:PORT ",
  "",
]) {
  holds(`the host ${JSON.stringify(host)}: refused`, async () => {
    const value = host.replace("PORT", String(world.port));
    // A blank at the end is no part of a header's value.
    if (value.endsWith(" ")) return assert.match(await upgrade([`Host: ${value}x`]), / 403 /);
    assert.match(await upgrade([`Host: ${value}`]), / (403|400) /);
  });
}
holds("two hosts: refused", async () => {
  const own = `Host: 127.0.0.1:${world.port}`;
  assert.match(await upgrade([own, "Host: evil.example"]), / (403|400) /);
});
holds("two origins: refused", async () => {
  const own = `127.0.0.1:${world.port}`;
  const headers = [`Host: ${own}`, `Origin: http://${own}`, "Origin: http://evil.example"];
  assert.match(await upgrade(headers), / 403 /);
});
holds("no host: refused", async () => {
  assert.match(await upgrade([]), / (403|400) /);
});

holds("a frame above the limit ends its connection alone", async () => {
  const client = await world.raw();
  client.socket.on("error", () => {});
  client.sendRaw(`["1","1","conversation:c","phx_join",${JSON.stringify("x".repeat(1024 * 1024))}]`);
  assert.equal((await client.closed).code, 1009);
});
holds("a frame in fragments that never end is bounded by the same limit", async () => {
  const client = await world.raw();
  client.socket.on("error", () => {});
  const piece = "x".repeat(200_000);
  for (let times = 0; times < 8; times++) client.socket.send(piece, { fin: false });
  assert.equal((await client.closed).code, 1009);
});
holds("bytes that are no frame of WebSocket end their connection", async () => {
  const client = await world.raw();
  client.socket.on("error", () => {});
  (client.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.alloc(64, 0xff));
  await client.closed;
});
holds("deep JSON is an error or a frame, and nothing breaks", async () => {
  const client = await world.raw();
  client.sendRaw(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  await client.until(([, , topic]) => topic === "phoenix");
});
holds("names of prototypes are topics and fields like others", async () => {
  const client = await world.raw();
  client.sendRaw('["1","1","__proto__","phx_join",{"__proto__":{"client_type":"x"}}]');
  await client.reply("1");
  client.sendRaw('["2","2","conversation:constructor","phx_join",{"__proto__":{"client_type":"tui"}}]');
  assert.equal((await client.reply("2"))[4].status, "ok");
});
holds("10,000 joins of one topic leave one channel", async () => {
  const client = await world.raw();
  for (let ref = 1; ref <= 10_000; ref++) client.send([`${ref}`, `${ref}`, "conversation:storm", "phx_join", {}]);
  await client.until(([, ref, , event]) => event === "phx_reply" && ref === "10000");
  client.send([null, "end", "phoenix", "heartbeat", {}]);
  await client.reply("end");
  assert.equal(world.supervisor.presence.participants("storm").length, 1);
  client.socket.terminate();
  await until(() => world.supervisor.presence.participants("storm").length === 0);
});
holds("10,000 joins of as many topics: no more than a socket may have", async () => {
  const client = await world.raw();
  for (let ref = 1; ref <= 10_000; ref++) client.send([`${ref}`, `${ref}`, `conversation:many-${ref}`, "phx_join", {}]);
  await client.until(([, ref]) => ref === "10000");
  assert.equal(
    client.frames.filter(([, , , event, { status }]) => event === "phx_reply" && status === "ok").length,
    100,
  );
  client.socket.terminate();
});
holds("a client that joins and leaves again and again leaves nothing behind", async () => {
  const client = await world.raw();
  for (let ref = 1; ref <= 500; ref++) {
    client.send([`${ref}`, `${ref}`, "conversation:flutter", "phx_join", {}]);
    client.send([`${ref}`, `l${ref}`, "conversation:flutter", "phx_leave", {}]);
  }
  await client.reply("l500");
  await until(() => world.supervisor.presence.participants("flutter").length === 0);
  client.socket.terminate();
});
holds("a storm of connections that come and go leaves none", async () => {
  const before = world.gateway.sockets;
  const storm = Array.from({ length: 40 }, async () => {
    const client = await world.raw();
    client.send(["1", "1", "conversation:gone", "phx_join", {}]);
    client.socket.terminate();
    await client.closed;
  });
  await Promise.all(storm);
  await until(() => world.gateway.sockets === before);
  await until(() => world.supervisor.presence.participants("gone").length === 0);
});
holds("a connection that never says what it wants is let go", async () => {
  const socket = connect(world.port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.write("GET /socket/websocket HTTP/1.1\r\n", () => resolve()));
  await until(async () => {
    await world.clock.advance(500);
    return socket.destroyed;
  });
  await closed;
});
holds("a body that says two lengths is no request, and what is smuggled behind it none either", async () => {
  const smuggled = "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\n\r\n";
  const heard = await said(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1:${world.port}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  );
  assert.doesNotMatch(heard, / (101|200) /);
});
holds("headers without end are cut off", async () => {
  const heard = await said(`GET / HTTP/1.1\r\n${`X-Long: ${"y".repeat(1000)}\r\n`.repeat(200)}`);
  assert.doesNotMatch(heard, / (101|200|404) /);
});
holds("compression is not agreed on, whatever a client offers: nothing blows up when it is unpacked", async () => {
  const client = await world.raw({ headers: { "sec-websocket-extensions": "permessage-deflate" } });
  assert.equal(client.socket.extensions, "");
  client.socket.terminate();
});
holds("a flood of pings ends its connection alone, and leaves nothing behind", async () => {
  const client = await world.raw();
  const sockets = world.gateway.sockets;
  for (let times = 0; times < 5000; times++) client.socket.ping();
  await client.closed;
  await until(() => world.gateway.sockets < sockets);
});
holds("a topic with control characters, or too long, is none", async () => {
  const client = await world.raw();
  for (const [ref, id] of ["a\u0000b", "a\u001b]52;c;x\u0007", "../x", "a b", "x".repeat(65), ""].entries()) {
    client.send([`${ref}`, `${ref}`, `conversation:${id}`, "phx_join", {}]);
    assert.equal((await client.reply(`${ref}`))[4].status, "error");
  }
  client.socket.terminate();
});
holds("a client that does not read is let go, and one that does misses nothing", async () => {
  const slow = await gatewayWorld();
  const [lazy, lively] = [await slow.raw(), await slow.raw()];
  for (const client of [lazy, lively]) {
    client.send(["1", "1", "conversation:slow", "phx_join", {}]);
    await client.reply("1");
  }
  lazy.socket.pause();
  const content = "y".repeat(500_000);
  const { signal } = new AbortController();
  for (let times = 1; times <= 40; times++) {
    const fields = { conversationId: "slow", operationId: `op${times}`, content };
    await slow.supervisor.send(fields, signal).next();
    await lively.until(([, , , , { operationId }]) => operationId === `op${times}`);
  }
  await slow.clock.advance(10_000);
  lazy.socket.resume();
  assert.equal((await lazy.closed).code, 1013);
  assert.equal(slow.supervisor.presence.participants("slow").length, 1);
  await slow.close();
});

/** The status line that these headers of an upgrade are answered with. */
function upgrade(headers: readonly string[]): Promise<string> {
  const socket = connect(world.port, "127.0.0.1");
  const lines = [
    "GET /socket/websocket?vsn=2.0.0 HTTP/1.1",
    ...headers,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    `Authorization: Bearer ${GOOD_TOKEN}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", () => {});
    socket.once("close", () => resolve(text.split("\r\n")[0] ?? ""));
    socket.setTimeout(2000, () => socket.destroy());
  });
}

/** What is answered to these bytes until the connection ends, or for a second of the gateway's patience. */
async function said(bytes: string): Promise<string> {
  const socket = connect(world.port, "127.0.0.1");
  let heard = "";
  socket.on("data", (data) => {
    heard += data;
  });
  socket.on("error", () => {});
  socket.write(bytes);
  await until(async () => {
    await world.clock.advance(100);
    return socket.destroyed;
  });
  return heard;
}
