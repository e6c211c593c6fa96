import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { type GatewayWorld, gatewayWorld } from "../fakes/gatewayWorld.ts";

let world: GatewayWorld;
before(async () => {
  world = await gatewayWorld({ joinsPerMinute: 3, pushesPerMinute: 5 });
});
after(() => world.close());

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By hand: fetch sets Host and Origin itself. */
function ask(path: string, { method = "GET", headers = {}, body = "" }: Asked = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: world.port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (piece) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on("error", reject).end(body);
  });
}

const json = { "content-type": "application/json" };
const own = () => `http://127.0.0.1:${world.port}`;
const exchange = (code: string, headers: Readonly<Record<string, string>> = {}) =>
  ask("/session", { method: "POST", headers: { ...json, origin: own(), ...headers }, body: JSON.stringify({ code }) });

describe("the page", () => {
  test("is there for whoever asks at this very address, under a strict policy, and is kept nowhere", async () => {
    const { status, headers, text } = await ask("/");
    assert.equal(status, 200);
    assert.match(text, /<script type="module" src="\/webview\.js">/);
    assert.match(
      String(headers["content-security-policy"]),
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    const expected = {
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(headers[name], value, name);
    assert.equal(headers["set-cookie"], undefined);
    assert.equal(headers["access-control-allow-origin"], undefined);
    assert.equal((await ask("/webview.js")).text, "the text of webview.js");
    assert.equal((await ask("/", { method: "HEAD" })).text, "");
  });

  for (const path of [
    "/webview.js.map",
    "/../package.json",
    "/%2e%2e/package.json",
    "/constructor",
    "/server.js",
    "//",
  ]) {
    test(`has no ${path}`, async () => assert.equal((await ask(path)).status, 404));
  }

  test("is refused under another name, and to another page", async () => {
    assert.equal((await ask("/", { headers: { host: `evil.example:${world.port}` } })).status, 403);
    assert.equal((await ask("/", { headers: { origin: "http://evil.example" } })).status, 403);
    assert.equal((await ask("/", { headers: { origin: "null" } })).status, 403);
  });
});

describe("a link", () => {
  test("gives a token once, which opens the gateway under the user's own name", async () => {
    const code = world.codes.make();
    const { status, text } = await exchange(code);
    assert.equal(status, 200);
    const { token } = JSON.parse(text) as { token: string };
    const client = await world.raw({ token, headers: { origin: own() } });
    client.send(["1", "1", "conversation:page", "phx_join", {}]);
    const [, , , , state] = await client.until(([, , , event]) => event === "presence_state");
    assert.deepEqual(Object.keys(state), ["owner"]);
    client.socket.terminate();
    assert.equal((await exchange(code)).status, 403);
    const [page] = await world.access.list();
    assert.equal(page?.isPage, true);
  });

  test("is good for a minute", async () => {
    const code = world.codes.make();
    await world.clock.advance(60_000);
    assert.equal((await exchange(code)).status, 403);
  });

  test("whose page was cut off: it learns whether its token is good still", async () => {
    const { token } = JSON.parse((await exchange(world.codes.make())).text) as { token: string };
    const look = async () => {
      const { status, text } = await ask("/session", { headers: { authorization: `Bearer ${token}` } });
      assert.equal(text, "");
      return status;
    };
    assert.equal(await look(), 200);
    for (const { id } of await world.access.list()) await world.access.revoke(id);
    assert.equal(await look(), 401);
    assert.equal((await ask("/session")).status, 401);
  });

  const wrong: Record<string, (code: string) => ReturnType<typeof ask>> = {
    "in the address": (code) => ask(`/session?code=${code}`, { headers: { origin: own() } }),
    "without an origin": (code) => ask("/session", { method: "POST", headers: json, body: JSON.stringify({ code }) }),
    "from another page": (code) => exchange(code, { origin: "http://evil.example" }),
    "as a form, which other pages may send": (code) =>
      exchange(code, { "content-type": "application/x-www-form-urlencoded" }),
    "in too much else": (code) =>
      ask("/session", {
        method: "POST",
        headers: { ...json, origin: own() },
        body: JSON.stringify({ code, more: "x".repeat(5000) }),
      }),
    "that is no text": () =>
      ask("/session", { method: "POST", headers: { ...json, origin: own() }, body: '{"code":{}}' }),
    "that is no JSON": () => ask("/session", { method: "POST", headers: { ...json, origin: own() }, body: "{" }),
  };
  for (const [how, send] of Object.entries(wrong)) {
    test(`shown ${how}: refused, and it stays good`, async () => {
      const code = world.codes.make();
      assert.match(`${(await send(code)).status}`, /401|403/);
      assert.equal((await exchange(code)).status, 200);
    });
  }
});

describe("one token", () => {
  test("joins so often in a minute, and hears when it may again; another is not held up", async () => {
    const { token } = await world.access.create({ name: "eager" });
    const client = await world.raw({ token });
    for (const ref of ["1", "2", "3", "4"]) client.send([ref, ref, `conversation:c${ref}`, "phx_join", {}]);
    const { status, response } = (await client.reply("4"))[4] as { status: string; response: Record<string, unknown> };
    assert.equal(status, "error");
    assert.equal(response.reason, "rateLimited");
    assert.equal(response.retry_after_ms, 20_000);
    const other = await world.raw({ token: (await world.access.create({ name: "calm" })).token });
    other.send(["1", "1", "conversation:c1", "phx_join", {}]);
    assert.equal((await other.reply("1"))[4].status, "ok");
    await world.clock.advance(20_000);
    client.send(["5", "5", "conversation:c4", "phx_join", {}]);
    assert.equal((await client.reply("5"))[4].status, "ok");
    for (const one of [client, other]) one.socket.terminate();
  });

  test("pushes so often in a minute", async () => {
    const { token } = await world.access.create({ name: "busy" });
    const client = await world.raw({ token });
    client.send(["1", "1", "conversation:c1", "phx_join", {}]);
    await client.reply("1");
    for (let ref = 2; ref <= 7; ref++) client.send(["1", `${ref}`, "conversation:c1", "present", { typing: true }]);
    assert.equal((await client.reply("6"))[4].status, "ok");
    const { response } = (await client.reply("7"))[4] as { response: Record<string, unknown> };
    assert.equal(response.reason, "rateLimited");
    client.socket.terminate();
  });
});

test("the metrics are for whoever shows a token, as a header, from this computer", async () => {
  const good = await ask("/metrics", { headers: { authorization: "Bearer a-good-token" } });
  assert.deepEqual([good.status, good.text], [200, "rubberduck_clients 1\n"]);
  assert.match(String(good.headers["content-type"]), /^text\/plain; version=0\.0\.4/);
  for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic a-good-token" }]) {
    const { status, headers: answered } = await ask("/metrics", { headers: headers as Record<string, string> });
    assert.deepEqual([status, answered["www-authenticate"]], [401, "Bearer"]);
  }
  assert.equal((await ask("/metrics?token=a-good-token")).status, 404);
  const other = { authorization: "Bearer a-good-token", host: `evil.example:${world.port}` };
  assert.equal((await ask("/metrics", { headers: other })).status, 403);
});
