import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../server/util/clock.ts";
import { isPrivateAddress, saysPrivate } from "../../server/web/addresses.ts";
import { fetchPage } from "../../server/web/fetchPage.ts";
import { textOfHtml } from "../../server/web/htmlText.ts";
import { FakeClock, until } from "../fakes/clock.ts";

let server: Server;
let base: string;
let answer: RequestListener;
let asked: string[];

before(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => response.end();
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test("a page is fetched as what it is, without cookies and without our name", async () => {
  let headers: NodeJS.Dict<string | string[]> = {};
  answer = (request, response) => {
    headers = request.headers;
    response.setHeader("content-type", "text/html; charset=iso-8859-1");
    response.end(Buffer.from([0x68, 0xe4]));
  };
  const page = await get("/a");
  assert.deepEqual(page, { url: `${base}/a`, contentType: "text/html", text: "hä" });
  assert.equal(headers.cookie, undefined);
  assert.equal(headers["user-agent"], undefined);
});

test("a packed page is unpacked, and no more of it than a mebibyte", async () => {
  answer = (_, response) => {
    response.writeHead(200, { "content-type": "text/plain", "content-encoding": "gzip" });
    response.end(gzipSync("x".repeat(30 * 1024 * 1024)));
  };
  assert.equal((await get("/bomb")).text.length, 1024 * 1024);
});

test("a redirect within the host is followed, one to another host is shown and not followed", async () => {
  answer = (request, response) => {
    if (request.url === "/here") response.end("found");
    else response.writeHead(302, { location: request.url === "/in" ? "/here" : "http://localhost:1/there" }).end();
  };
  assert.equal((await get("/in")).url, `${base}/here`);
  await assert.rejects(get("/out"), { code: "invalidRequest", message: /sends on to http:\/\/localhost:1\/there/ });
  assert.deepEqual(asked, ["/in", "/here", "/out"]);
});

test("a redirect to another port, to a file, or for ever is not followed", async () => {
  for (const location of ["http://127.0.0.1:1/", "file:///etc/passwd", "http://a:b@127.0.0.1/"]) {
    answer = (_, response) => response.writeHead(301, { location }).end();
    await assert.rejects(get("/"), { code: "invalidRequest" });
  }
  answer = (_, response) => response.writeHead(301, { location: "/again" }).end();
  await assert.rejects(get("/"), { message: /again and again/ });
});

for (const address of [
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "nonsense",
  "http://a:b@127.0.0.1/",
]) {
  test(`${address} is refused before anything is asked`, async () => {
    await assert.rejects(fetchPage(address, { clock: systemClock, signal: unending }), { code: "invalidRequest" });
  });
}

test("what is no text is refused by its type", async () => {
  answer = (_, response) => response.setHeader("content-type", "application/octet-stream").end("MZ");
  await assert.rejects(get("/a.exe"), { code: "invalidRequest", message: /application\/octet-stream/ });
});

test("a status that is no success is said", async () => {
  answer = (_, response) => response.writeHead(404).end("no");
  await assert.rejects(get("/gone"), { code: "notFound", message: /status 404/ });
});

test("a host that nobody answers on is said", async () => {
  await assert.rejects(fetchPage("http://127.0.0.1:1/", { clock: systemClock, signal: unending }), {
    code: "notFound",
    message: /127\.0\.0\.1:1 could not be reached/,
  });
});

test("a page that does not come is given up after 20 seconds, and when it is not wanted any more", async () => {
  const clock = new FakeClock();
  answer = (_, response) => void response.write("slow");
  const page = fetchPage(`${base}/slow`, { clock, signal: unending });
  const refused = assert.rejects(page, { code: "timedOut", message: /within 20 seconds/ });
  await until(() => asked.length === 1);
  await clock.advance(20_000);
  await refused;

  const leaving = new AbortController();
  const left = assert.rejects(fetchPage(`${base}/slow`, { clock, signal: leaving.signal }), { name: "AbortError" });
  await until(() => asked.length === 2);
  leaving.abort();
  await left;
});

for (const [address, isPrivate] of [
  ["127.0.0.1", true],
  ["10.1.2.3", true],
  ["172.20.0.1", true],
  ["172.32.0.1", false],
  ["192.168.1.1", true],
  ["169.254.169.254", true],
  ["100.64.0.1", true],
  ["0.0.0.0", true],
  ["8.8.8.8", false],
  ["::1", true],
  ["::ffff:10.0.0.1", true],
  ["fd00::1", true],
  ["fe80::1", true],
  ["2606:4700::1111", false],
  ["2001:4860:4860::8888", false],
  ["2a00:1450:4001:80f::200e", false],
  ["::", true],
  ["0:0:0:0:0:0:0:1", true],
  ["::ffff:7f00:1", true],
  ["0:0:0:0:0:FFFF:a9fe:a9fe", true],
  ["::ffff:8.8.8.8", false],
  ["::ffff:808:808", false],
  ["::7f00:1", true],
  ["::127.0.0.1", true],
  ["::10.0.0.1", true],
  ["::ffff:0:7f00:1", true],
  ["64:ff9b::7f00:1", true],
  ["64:ff9b::192.168.0.1", true],
  ["64:ff9b::8.8.8.8", false],
  ["64:ff9b:1::8.8.8.8", true],
  ["2002:7f00:1::", true],
  ["2001:0:4136:e378::1", true],
  ["2001:db8::1", true],
  ["fec0::1", true],
  ["feff::1", true],
  ["febf::1", true],
  ["fe80::1%eth0", true],
  ["fc00::1", true],
  ["ff02::1", true],
  ["100::1", true],
  ["4000::1", true],
] as const) {
  test(`${address} is ${isPrivate ? "" : "not "}of a private network`, () => {
    assert.equal(isPrivateAddress(address), isPrivate);
  });
}

test("a name that leads into a private network is not one that says so", () => {
  assert.ok(saysPrivate("localhost") && saysPrivate("[::1]") && saysPrivate("127.0.0.1"));
  assert.ok(!saysPrivate("example.com") && !saysPrivate("localhost.example.com"));
});

test("of a page its words are kept, without scripts, styles and navigation", async () => {
  const html = `<html><head><title>T</title><style>.a{}</style></head><body><nav>Menu</nav>
    <main><h1>Ducks</h1><p>They <b>quack</b>, see <a href="/x">here</a>.</p><script>alert(1)</script>
    <pre>const a = 1;\n  a++;</pre><ul><li>one</li></ul><img src="x" alt="A duck"></main></body></html>`;
  const text = await textOfHtml(html, WORKER, systemClock);
  assert.match(text, /Ducks\s+They quack, see here\./);
  assert.match(text, /const a = 1;\n {2}a\+\+;/);
  assert.doesNotMatch(text, /alert|Menu|\.a\{/);
});

test("a page that takes too long to read is given up", async () => {
  const clock = new FakeClock();
  const text = textOfHtml("<div>".repeat(200_000), WORKER, clock);
  const refused = assert.rejects(text, { code: "invalidRequest", message: /Paste the part you mean/ });
  await clock.advance(10_000);
  await refused;
});

const WORKER = new URL("../../server/web/htmlWorker.ts", import.meta.url);
const unending = new AbortController().signal;

function get(path: string) {
  return fetchPage(base + path, { clock: systemClock, signal: unending });
}
