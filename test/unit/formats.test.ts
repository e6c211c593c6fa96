import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { ansiOf } from "../../server/gateway/formats/ansi.ts";
import { htmlOf } from "../../server/gateway/formats/html.ts";
import { createRenderer, type Format } from "../../server/gateway/formats/renderer.ts";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, updateAll } from "../../server/protocol/transcript.ts";

let points = 0;
after(() => console.log(`points: ${points}`));

/** What a model, a file or a peer may try on a terminal or a page. */
const HOSTILE: readonly string[] = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter((sign) => !"\t\n".includes(sign)),
  ...Array.from({ length: 33 }, (_, code) => String.fromCharCode(0x7f + code)),
  ...[
    "\u061c",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
  ],
  ...Array.from({ length: 96 }, (_, code) => String.fromCodePoint(0xe0020 + code)),
  ...[
    "\x1b[2J",
    "\x1b[31m",
    "\x1b]8;;http://evil.example\x07here\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;title\x07",
  ],
  ...[
    "\x1bP+q544e\x1b\\",
    "\x9b2J",
    "\x1b[?1049h",
    "\x1b[6n",
    "\r\x1b[K",
    "\x1bc",
    "\x1b]1337;File=:AA==\x07",
    "\x1b_G\x1b\\",
  ],
  ...[
    "a\rb",
    "\x08\x08\x08",
    "\x07",
    "\x1b[8m hidden \x1b[0m",
    "\u202etxt.exe",
    "\x1b[1;1H",
    "\x1b[=5n",
    "\x1b%G",
    "\x1b(0",
    ...["\x1b[5m", "\x1b[3;1H", "\x1b[999D", "\x1b[s\x1b[u", "\x1b#8", "\x1b[?25l", "\x1b[0;0r", "\x1b[?2004l"],
    ...["\x1b]10;?\x07", "\x1b[>c"],
  ],
];
/** The styles that are ours, in the format that has them. */
const OWN = [1, 2, 22, 36, 39].map((code) => `\x1b[${code}m`);
const STEERS = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

test("no sign of a model, a name or a message steers the terminal or hides in the page", () => {
  for (const hostile of HOSTILE) {
    for (const format of ["text", "ansi", "html"] as const) {
      for (const event of events(`before ${hostile} after`)) {
        const written = strings(createRenderer(format, { stream: true })(event)).join("\n");
        assert.doesNotMatch(
          format === "ansi" ? withoutOwn(written) : written,
          STEERS,
          `${format} ${JSON.stringify(hostile)}`,
        );
      }
    }
    points++;
  }
  assert.ok(points >= 200, String(points));
});

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      "# Title\n",
      "\n\n",
      "- one\n- two\n",
      "```ts\nconst a = 1;\n```\n",
      "**bold** ",
      "`code` ",
      "> said\n",
    ),
    fc.constantFrom(
      "[a.ts](<a.ts:1>) ",
      "[web](https://example.org) ",
      "<script>x</script>",
      "| a | b |\n|---|---|\n| 1 | 2 |\n",
    ),
    fc.constantFrom(...HOSTILE, "\r\n", "😀"),
    fc.string({ maxLength: 10 }),
  ),
  { maxLength: 20 },
);

test("an answer that comes in whatever pieces reads in the end as it does in one", () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(400), { maxLength: 8 }), (parts, cuts) => {
      const text = parts.join("");
      for (const format of ["text", "ansi"] as const) {
        const render = createRenderer(format, { stream: true });
        const grown = split(text, cuts).map((piece) => (render(delta(piece)) as { text: string }).text);
        const body = (createRenderer(format, { stream: true })(done(text)) as { body: string }).body;
        assert.ok(body.startsWith(grown.join("")), `${format}: ${JSON.stringify([grown, body])}`);
      }
    }),
  );
});

test("a page that puts blocks in their places as they come holds in the end what the whole answer gives", () => {
  const text = "# Title\n\nSome **bold** words and `code`.\n\n- one\n- two\n\n```ts\nconst a = 1;\n```\n\nThe end.";
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 30 }), (cuts) => {
      const render = createRenderer("html", { stream: true });
      const page: string[] = [];
      for (const piece of split(text, cuts)) {
        const { block, blocks } = render(delta(piece)) as { block: number; blocks: string[] };
        page.splice(block, Number.POSITIVE_INFINITY, ...blocks);
      }
      assert.equal(page.join(""), htmlOf(text));
    }),
  );
});

test("HTML that a model writes is text, links lead to the web alone, pictures are not fetched", () => {
  const html = htmlOf(
    '<img src=x onerror=alert(1)> <b>x</b>\n\n[a](javascript:alert(1)) [b](https://example.org/?a="b") ![p](https://example.org/p.png) [c](command:x) [d](<file:///etc>)\n\n```"><script>\nx\n```\n\n- [x] done',
  );
  const tags = [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
  assert.deepEqual([...new Set(tags)].sort(), ["a", "code", "li", "p", "pre", "ul"]);
  assert.deepEqual(
    [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
    ["https://example.org/?a=&#34;b&#34;", "https://example.org/p.png"],
  );
});

test("a terminal shows headings, code and places in the code in our own styles", () => {
  assert.equal(
    ansiOf("# Where\n\nIn [`a.ts:3`](<a.ts:3>), see `b`:\n\n```ts\n# no heading\n```\n- **one**\n"),
    "\x1b[1mWhere\x1b[22m\n\nIn `a.ts:3`, see \x1b[36mb\x1b[39m:\n\n\x1b[2m```ts\x1b[22m\n  \x1b[36m# no heading\x1b[39m\n\x1b[2m```\x1b[22m\n• \x1b[1mone\x1b[22m\n",
  );
});

test("a client that takes no streams gets each answer once, whole", () => {
  for (const format of ["json", "text", "ansi", "html"] satisfies Format[]) {
    const render = createRenderer(format, { stream: false });
    assert.equal(render(delta("half ")), undefined);
    assert.ok(JSON.stringify(render(done("half an answer"))).includes("half an answer"));
  }
});

test("a program that reads JSON gets the events as they are", () => {
  const render = createRenderer("json", { stream: true });
  for (const event of events("x")) assert.equal(render(event), event);
});

function delta(text: string): ChatEvent {
  return { type: "text", turnId: "t", offset: 0, text };
}

function done(text: string): ChatEvent {
  return { type: "done", seq: 3, at: AT, turnId: "t", text, stopReason: "complete" };
}

const AT = "2026-01-02T03:04:05.000Z";

/** Every kind of event that has words in it. */
function events(text: string): ChatEvent[] {
  const accepted = {
    ...{ type: "accepted" as const, seq: 1, at: AT, turnId: "t", operationId: "o", content: text },
    ...{ attachments: [], options: {}, client: "cli" as const },
  };
  const titled = { type: "titled" as const, seq: 2, at: AT, title: text, byUser: true };
  const failed = { ...done(text), stopReason: "error" as const, error: { code: "timedOut" as const, message: text } };
  return [
    accepted,
    titled,
    delta(text),
    { type: "progress", turnId: "t", message: text },
    {
      type: "step",
      seq: 4,
      at: AT,
      turnId: "t",
      step: { id: "s", tool: "x", label: text, state: "running", offset: 0 },
    },
    failed as ChatEvent,
    { type: "snapshot", transcript: updateAll(emptyTranscript, [accepted, titled, done(text)]) },
  ];
}

/** Every text of a value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

function split(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

function withoutOwn(text: string): string {
  return OWN.reduce((left, style) => left.replaceAll(style, ""), text);
}
