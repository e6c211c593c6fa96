import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { TerminalHost } from "../../client/terminal/chat/terminalHost.ts";
import { ChannelWire } from "../../server/protocol/channelWire.ts";
import { VERSION } from "../../server/protocol/version.ts";
import type { HostNews } from "../../webview/host.ts";
import { FakeClock, turn } from "../fakes/clock.ts";

const ONE = { socket: "/one.sock", token: "t1" };
const TWO = { socket: "/two.sock", token: "t2" };
/** The process of another build. */
const NEWER = 9;

/** A server at each socket that is told of; those that are not there refuse. */
function world() {
  const clock = new FakeClock();
  const there = new Map<string, number>();
  const asked: string[] = [];
  const lines: { cut(): void }[] = [];
  const connect = async ({ socket }: { socket: string }): Promise<MessageConnection> => {
    asked.push(socket);
    const pid = there.get(socket);
    if (pid === undefined) throw new Error("nobody is there");
    // As over a channel: a line that is lost is closed, and says nothing of what is still asked.
    const up = new ChannelWire(async (message) => down.receive(message));
    const down: ChannelWire = new ChannelWire(async (message) => up.receive(message));
    const server = up.connection();
    server.onRequest("rubberduck/model/status", () => ({ model: { kind: "offline", id: "offline" } }));
    server.onRequest("rubberduck/index/status", () => ({ state: "ready", files: 1, skipped: {}, message: "" }));
    server.onRequest("rubberduck/server/info", () => ({ pid, version: pid === NEWER ? "99.0.0" : VERSION }));
    server.onRequest("rubberduck/conversation/list", () => ({ conversations: [{ title: `of ${pid}` }] }));
    for (const unending of ["rubberduck/conversation/subscribe", "rubberduck/memory/overview"]) {
      server.onRequest(unending, () => new Promise(() => {}));
    }
    server.listen();
    const client = down.connection();
    client.listen();
    const cut = () => {
      up.close();
      down.close();
    };
    lines.push({ cut });
    return client;
  };
  const otherVersions: string[] = [];
  const onOtherVersion = (theirs: string) => otherVersions.push(theirs);
  const host = new TerminalHost({ conversationId: undefined, clock, connect, copy: () => {}, onOtherVersion });
  const news: HostNews[] = [];
  host.start((one) => news.push(one));
  const server = () => news.findLast((one) => one.type === "state")?.state.server;
  const settle = async () => {
    for (let turns = 0; turns < 20; turns++) await turn();
  };
  return { clock, there, asked, lines, host, news, server, settle, otherVersions };
}

test("it connects to whoever serves, asks them, and is not ready before", async () => {
  const { there, host, server, settle } = world();
  assert.equal(server(), "starting");
  await assert.rejects(host.call("rubberduck/conversation/list", {}), /cannot be reached/);
  there.set(ONE.socket, 1);
  host.serve(ONE);
  await settle();
  assert.equal(server(), "ready");
  assert.equal((await host.call("rubberduck/conversation/list", {})).conversations[0]?.title, "of 1");
});

test("a line that is cut is made anew, in growing pauses until somebody is there", async () => {
  const { clock, there, asked, lines, host, server, settle } = world();
  there.set(ONE.socket, 1);
  host.serve(ONE);
  await settle();
  there.clear();
  lines[0]?.cut();
  await settle();
  assert.equal(server(), "starting");
  for (let tries = 0; tries < 8; tries++) {
    await clock.advance(5000);
    await settle();
  }
  assert.ok(asked.length >= 9, `${asked.length} tries`);
  there.set(ONE.socket, 1);
  await clock.advance(5000);
  await settle();
  assert.equal(server(), "ready");
});

test("another owner is gone to at once, and what the first told last is asked anew", async () => {
  const { there, host, news, settle } = world();
  there.set(ONE.socket, 1).set(TWO.socket, 2);
  host.serve(ONE);
  await settle();
  assert.equal(news.filter(({ type }) => type === "otherOwner").length, 0);
  host.serve(TWO);
  await settle();
  assert.equal(news.filter(({ type }) => type === "otherOwner").length, 1);
  assert.equal((await host.call("rubberduck/conversation/list", {})).conversations[0]?.title, "of 2");
});

test("closed, it connects no more", async () => {
  const { clock, there, asked, host, settle } = world();
  there.set(ONE.socket, 1);
  host.serve(ONE);
  await settle();
  host.close();
  await clock.advance(60_000);
  await settle();
  assert.equal(asked.length, 1);
});

test("a server of another version is said; what it does not know is refused with what to do", async () => {
  const { there, host, otherVersions, settle } = world();
  there.set(ONE.socket, 1);
  host.serve(ONE);
  await settle();
  assert.deepEqual(otherVersions, []);
  there.clear();
  there.set(TWO.socket, NEWER);
  host.serve(TWO);
  await settle();
  assert.deepEqual(otherVersions, ["99.0.0"]);
  await assert.rejects(host.call("rubberduck/command/list", {}), {
    code: "otherVersion",
    message: /Close what still runs the older version/,
  });
});

test("what was followed over a line that is cut is followed anew, and nothing is complained of", async ({ mock }) => {
  const complained = mock.method(console, "error", () => {});
  const { there, lines, host, clock, settle } = world();
  there.set(ONE.socket, 1);
  host.serve(ONE);
  await settle();
  const ended: unknown[] = [];
  const listener = { onEvent: () => {}, onEnded: (error: unknown) => ended.push(error) };
  const start = { conversationId: "c", lastSeq: 0, offset: 0, participant: "p" };
  host.subscribe(start, listener);
  const asking = new AbortController();
  const asked = assert.rejects(host.call("rubberduck/memory/overview", {}, asking.signal));
  lines[0]?.cut();
  await settle();
  asking.abort();
  await asked;
  assert.equal(ended.length, 1);
  await clock.advance(5000);
  await settle();
  host.subscribe(start, listener);
  await settle();
  assert.equal(complained.mock.callCount(), 0);
});
