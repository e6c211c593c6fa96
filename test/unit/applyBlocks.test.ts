import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyBlocks } from "../../server/edits/applyBlocks.ts";
import type { Block } from "../../server/protocol/edits.ts";

/** Each file with a block that fits, and what it makes of it. */
interface Sample {
  readonly name: string;
  readonly text: string;
  readonly search: string;
  readonly replace: string;
  readonly result: string;
}

const QUEUE = `export class Queue {
  private items: string[] = [];

  add(item: string): void {
    this.items.push(item);
    this.changed();
  }

  take(): string | undefined {
    if (this.items.length === 0) return undefined;
    return this.items.shift();
  }
}
`;

const RATES = `import json


def load(path):
    with open(path) as file:
        return json.load(file)


def rate(table, name):
    entry = table.get(name)
    if entry is None:
        raise KeyError(name)
    return entry["rate"]
`;

const samples: readonly Sample[] = [
  sample(
    "a line becomes several",
    QUEUE,
    "    this.changed();\n",
    "    if (this.isOpen) {\n      this.changed();\n    }\n",
  ),
  sample("two lines become one", QUEUE, "    this.items.push(item);\n    this.changed();\n", "    this.put(item);\n"),
  sample("a line is put behind another", RATES, "import json\n", "import json\nimport os\n"),
  sample(
    "a line is put before another",
    RATES,
    "    entry = table.get(name)\n",
    "    name = name.lower()\n    entry = table.get(name)\n",
  ),
  sample("lines go", RATES, "    if entry is None:\n        raise KeyError(name)\n", ""),
  sample(
    "lines with a blank one between",
    QUEUE,
    "  }\n\n  take(): string | undefined {\n",
    "  }\n\n  /** The oldest. */\n  take(): string | undefined {\n",
  ),
  sample("the last line", RATES, '    return entry["rate"]\n', '    return float(entry["rate"])\n'),
];

/** What may differ: how the file became what it is, and what it is to be then. */
const tolerated: readonly (readonly [string, (sample: Sample) => readonly [current: string, result: string]])[] = [
  ["nothing differs", ({ text, result }) => [text, result]],
  ["lines were added above", both((text) => `// one\n// two\n${text}`)],
  ["lines were added below", both((text) => `${text}\n# more\n`)],
  ["the file has CRLF", both((text) => text.replaceAll("\n", "\r\n"))],
  ["the file has a byte order mark", both((text) => `\uFEFF${text}`)],
  ["the file has both", both((text) => `\uFEFF${text.replaceAll("\n", "\r\n")}`)],
  ["the file lost its last newline", both((text) => text.slice(0, -1))],
  ["all was wrapped", both((text) => `{\n${deeper(text, "    ")}}\n`)],
  ["all was wrapped by a tab", both((text) => `{\n${deeper(text, "\t")}}\n`)],
  ["all was wrapped, with CRLF", both((text) => `{\n${deeper(text, "  ")}}\n`.replaceAll("\n", "\r\n"))],
  ["it is indented with tabs", (one) => [tabs(one.text, one), tabs(one.result, one)]],
  ["it is indented with tabs, with CRLF", (one) => [crlf(tabs(one.text, one)), crlf(tabs(one.result, one))]],
  ["it has blanks at the ends of its lines where it is changed", (one) => [blanksIn(one), one.result]],
];

/** How the block may be written otherwise. */
const writings: readonly (readonly [string, (block: Block) => Block])[] = [
  ["as it is", (block) => block],
  ["with CRLF", ({ search, replace }) => ({ search: crlf(search), replace: crlf(replace) })],
  ["with blanks behind its search", ({ search, replace }) => ({ search: search.replaceAll("\n", "  \n"), replace })],
  [
    "without its last newlines",
    ({ search, replace }) => ({ search: search.slice(0, -1), replace: replace.replace(/\n$/, "") }),
  ],
];

for (const one of samples) {
  for (const [how, change] of tolerated) {
    for (const [writing, write] of writings) {
      test(`It is applied when ${one.name}, ${how}, and the block is written ${writing}`, () => {
        const [current, result] = change(one);
        const blocks = [write(one)];
        assert.deepEqual(applyBlocks({ original: one.text, current, blocks }), { kind: "applied", text: result });
        assert.deepEqual(applyBlocks({ original: one.text, current: result, blocks }), {
          kind: "applied",
          text: result,
        });
      });
    }
  }
}

const refused: readonly (readonly [
  string,
  (sample: Sample) => { current?: string; original?: string; blocks: Block[] },
])[] = [
  [
    "a line of it was changed",
    (one) => ({ current: one.text.replace(firstOf(one), `${firstOf(one)} + 1`), blocks: [one] }),
  ],
  ["it is gone", (one) => ({ current: one.text.replace(one.search, "    other()\n"), blocks: [one] })],
  ["it stands there twice by now", (one) => ({ current: one.text + one.search, blocks: [one] })],
  [
    "it stands there again, indented otherwise",
    (one) => ({ current: one.text + deeper(one.search, "   "), blocks: [one] }),
  ],
  ["it stood there twice", (one) => ({ original: one.text + one.search, current: one.text, blocks: [one] })],
  [
    "a letter of it only looks the same",
    (one) => ({ blocks: [{ ...one, search: one.search.replace(/[aeo]/, lookalike) }] }),
  ],
  ["a letter is of another case", (one) => ({ blocks: [{ ...one, search: one.search.replace(/[a-z]/, upper) }] })],
  [
    "blanks inside a line differ",
    (one) => ({ blocks: [{ ...one, search: one.search.replace(/(\S)([ (])/, "$1  $2") }] }),
  ],
  ["a blank of it does not break lines", (one) => ({ blocks: [{ ...one, search: `\u00a0${one.search}` }] })],
  ["it leaves something out", (one) => ({ blocks: [{ ...one, search: `${one.search}...\n${one.search}` }] })],
  ["what replaces it leaves something out", (one) => ({ blocks: [{ ...one, replace: "// ... existing code ...\n" }] })],
  ["it searches nothing", (one) => ({ blocks: [{ ...one, search: "" }] })],
  ["two blocks touch the same lines", (one) => ({ blocks: [one, { search: one.search, replace: "other()\n" }] })],
  ["another block does not fit", (one) => ({ blocks: [one, { search: "nowhere()\n", replace: "" }] })],
];

for (const one of samples) {
  for (const [why, request] of refused) {
    test(`It is refused when ${one.name}, and ${why}`, () => {
      const result = applyBlocks({ original: one.text, current: one.text, ...request(one) });
      assert.equal(result.kind, "refused");
      assert(result.kind === "refused" && /^[A-Z].*\.$/.test(result.why));
    });
  }
}

const single: readonly (readonly [string, string, string, readonly Block[], string | null])[] = [
  ["fills an empty file", "", "", [{ search: "", replace: "a\n" }], "a\n"],
  ["leaves an empty file that was filled so", "", "a\n", [{ search: "", replace: "a\n" }], "a\n"],
  ["refuses to fill what somebody else filled", "", "b\n", [{ search: "", replace: "a\n" }], null],
  ["changes one place of a long line", long("k7"), long("k7"), [{ search: "k7", replace: "done" }], long("done")],
  [
    "changes one place of a long line that was changed elsewhere",
    long("k7"),
    `var y;${long("k7")}`,
    [{ search: "k7", replace: "done" }],
    `var y;${long("done")}`,
  ],
  [
    "refuses a number of a long line that was made longer",
    long("k7"),
    long("k78"),
    [{ search: "k7", replace: "done" }],
    null,
  ],
  [
    "leaves a long line as it is that was changed so",
    long("k7"),
    long("done"),
    [{ search: "k7", replace: "done" }],
    long("done"),
  ],
  ["refuses what stands in a long line twice", long("k7,k7"), long("k7,k7"), [{ search: "k7", replace: "done" }], null],
  [
    "changes two places of a long line",
    long("k7,k8"),
    long("k7,k8"),
    [
      { search: "k8", replace: "b" },
      { search: "k7", replace: "aaa" },
    ],
    long("aaa,b"),
  ],
  [
    "finds composed letters that the file has decomposed",
    "e\u0301tat = 1\nb\n",
    "e\u0301tat = 1\nb\n",
    [{ search: "\u00e9tat = 1\n", replace: "state = 1\n" }],
    "state = 1\nb\n",
  ],
  [
    "takes dots that stand there for text",
    "a(...b)\n...\nc\n",
    "a(...b)\n...\nc\n",
    [{ search: "...\nc\n", replace: "d\n" }],
    "a(...b)\nd\n",
  ],
  [
    "keeps the end of each line in a file with both",
    "a\r\nb\nc\r\n",
    "a\r\nb\nc\r\n",
    [{ search: "b\n", replace: "x\n" }],
    "a\r\nx\nc\r\n",
  ],
  [
    "refuses lines that are indented unevenly",
    "  a\n  b\n",
    "  a\n    b\n",
    [{ search: "  a\n  b\n", replace: "c\n" }],
    null,
  ],
  [
    "refuses tabs of different widths",
    "  a\n    b\n",
    "\ta\n\t\t\tb\n",
    [{ search: "  a\n    b\n", replace: "c\n" }],
    null,
  ],
  [
    "tells by the block how wide a tab is",
    "    a\n",
    "\t\t\ta\n",
    [{ search: "    a\n", replace: "    b\n        c\n" }],
    "\t\t\tb\n\t\t\t\tc\n",
  ],
  [
    "refuses to guess how wide a tab is",
    "    a\n",
    "\t\t\ta\n",
    [{ search: "    a\n", replace: "    b\n     c\n" }],
    null,
  ],
  ["refuses to move lines over the margin", "    a\n", "a\n", [{ search: "    a\n", replace: "  b\n    a2\n" }], null],
  ["indents anew", "a\nb\nc\n", "a\nb\nc\n", [{ search: "b\n", replace: "  b\n" }], "a\n  b\nc\n"],
  ["takes blanks from a line's end", "a\nb  \nc\n", "a\nb  \nc\n", [{ search: "b\n", replace: "b\n" }], "a\nb\nc\n"],
  [
    "leaves what wraps already",
    "f()\nb\n",
    "if x:\n    f()\nb\n",
    [{ search: "f()\n", replace: "if x:\n    f()\n" }],
    "if x:\n    f()\nb\n",
  ],
  ["takes a last line away, and leaves no newline", "a\nb", "a\nb", [{ search: "b\n", replace: "" }], "a"],
  ["finds lines that moved", "a\nb\nc\nd\n", "c\nd\na\nb\n", [{ search: "b\n", replace: "x\n" }], "c\nd\na\nx\n"],
  [
    "leaves one of two neighbours that was changed",
    "a\nb\nc\nd\n",
    "a\nx\nc\nd\n",
    [
      { search: "b\n", replace: "x\n" },
      { search: "c\n", replace: "y\n" },
    ],
    "a\nx\ny\nd\n",
  ],
  [
    "leaves two neighbours that were changed",
    "a\nb\nc\nd\n",
    "a\nx\ny\nd\nnew\n",
    [
      { search: "b\n", replace: "x\n" },
      { search: "c\n", replace: "y\n" },
    ],
    "a\nx\ny\nd\nnew\n",
  ],
  ["leaves lines away that are gone", "a\nb\nc\nd\n", "a\nc\nd\n", [{ search: "b\n", replace: "" }], "a\nc\nd\n"],
  ["refuses lines of which some are gone", "a\nb\nc\nd\n", "a\nc\nd\n", [{ search: "b\nc\n", replace: "" }], null],
  [
    "refuses a replacement that stands elsewhere",
    "a\nb\nc\nx\n",
    "a\nq\nc\nx\n",
    [{ search: "b\n", replace: "x\n" }],
    null,
  ],
  [
    "refuses a replacement of which more was changed",
    "p\na\nb\nn\n",
    "p\na\nb2\nn\n",
    [{ search: "a\nb\n", replace: "a\n" }],
    null,
  ],
  [
    "refuses a rest that stands behind the replacement",
    "p\na\nb\nc\n",
    "p\na2\nb\nc\n",
    [{ search: "a\nb\nc\n", replace: "a2\n" }],
    null,
  ],
  [
    "follows the tabs of a file where the search has none",
    "def f():\n\treturn 1\n",
    "def f():\n\treturn 1\n",
    [{ search: "def f():\n", replace: "def f():\n    x = 2\n" }],
    "def f():\n\tx = 2\n\treturn 1\n",
  ],
  [
    "follows the blanks of a file",
    "f {\n  a\n}\n",
    "f {\n  a\n}\n",
    [{ search: "\ta\n", replace: "\tif b {\n\t\ta\n\t}\n" }],
    "f {\n  if b {\n    a\n  }\n}\n",
  ],
  [
    "keeps the star of a comment behind a tab",
    "c {\n  /**\n   * a\n   */\n}\n",
    "c {\n\t/**\n\t * a\n\t */\n}\n",
    [{ search: "  /**\n   * a\n   */\n", replace: "  /**\n   * b\n   * c\n   */\n" }],
    "c {\n\t/**\n\t * b\n\t * c\n\t */\n}\n",
  ],
  ["refuses blanks only", "a\n\nb\n", "a\n\nb\n", [{ search: "\n", replace: "x\n" }], null],
  ["refuses other quotes", "a = 'x'\n", "a = 'x'\n", [{ search: 'a = "x"\n', replace: "b\n" }], null],
  ["applies nothing without blocks", "a\r\n", "a\r\n", [], "a\r\n"],
];

for (const [what, original, current, blocks, text] of single) {
  test(`It ${what}`, () => {
    const result = applyBlocks({ original, current, blocks });
    assert.deepEqual(result.kind === "applied" ? result.text : null, text);
  });
}

const word = fc.constantFrom("a", "b", "c", "d()", "  e", "    f", "\tg", "", "}", "e\u0301", "\u00e9");
const end = fc.constantFrom("\n", "\r\n");
const fileText = fc
  .tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(word, end), { minLength: 1, maxLength: 14 }), fc.boolean())
  .map(
    ([mark, lines, cut]) =>
      mark +
      lines
        .map(([text, lineEnd], i) => `${text}${text && i % 3 ? i : ""}${cut && i === lines.length - 1 ? "" : lineEnd}`)
        .join(""),
  );
const change = fc
  .tuple(fileText, fc.nat(13), fc.integer({ min: 1, max: 4 }), fc.array(word, { maxLength: 3 }))
  .map(([text, start, count, lines]) => {
    const all = text.replace("\uFEFF", "").split(/(?<=\n)/);
    const from = Math.min(start, all.length - 1);
    const search = all.slice(from, from + count).join("");
    return {
      text,
      before: all.slice(0, from).join(""),
      search,
      behind: all.slice(from + count).join(""),
      replace: lines.map((one) => `${one}\n`).join(""),
    };
  });

test("What stands outside of the changed lines keeps every byte, and what is refused changes nothing", () => {
  fc.assert(
    fc.property(change, ({ text, before, search, behind, replace }) => {
      const result = applyBlocks({ original: text, current: text, blocks: [{ search, replace }] });
      if (result.kind === "refused") return;
      const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
      const isAlready = result.text === text;
      const isMissingEnd = behind === "" && !text.endsWith("\n");
      assert(
        isAlready ||
          result.text.startsWith(mark + (isMissingEnd && replace === "" ? before.replace(/\r?\n$/, "") : before)),
      );
      assert(isAlready || result.text.endsWith(behind));
    }),
    { numRuns: 2000 },
  );
});

test("Blocks that were applied change nothing when they are applied again", () => {
  fc.assert(
    fc.property(change, ({ text, search, replace }) => {
      const blocks = [{ search, replace }];
      const once = applyBlocks({ original: text, current: text, blocks });
      if (once.kind === "applied") assert.deepEqual(applyBlocks({ original: text, current: once.text, blocks }), once);
    }),
    { numRuns: 2000 },
  );
});

test("The order of the blocks makes no difference", () => {
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i};\n`);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(lines, { minLength: 1 }),
      fc.array(word, { minLength: 12, maxLength: 12 }),
      (some, words) => {
        const blocks = some.map((search) => ({ search, replace: `${words[lines.indexOf(search)]}\n` }));
        const request = { original: lines.join(""), current: `above\n${lines.join("")}` };
        const [one, other] = [blocks, blocks.toReversed()].map((them) => applyBlocks({ ...request, blocks: them }));
        assert.equal(one?.kind, "applied");
        assert.deepEqual(one, other);
      },
    ),
  );
});

test("Where one line of a region got a tab in place of blanks and its neighbours did not, somebody moved it: refused", () => {
  const block = { search: "  if (a) {\n    stop();\n  }\n", replace: "  if (b) {\n    stop();\n  }\n" };
  const request = { original: block.search, blocks: [block] };
  assert.equal(applyBlocks({ ...request, current: "  if (a) {\n\t  stop();\n  }\n" }).kind, "refused");
  assert.deepEqual(applyBlocks({ ...request, current: "\tif (a) {\n\t\tstop();\n\t}\n" }), {
    kind: "applied",
    text: "\tif (b) {\n\t\tstop();\n\t}\n",
  });
});

test("A replacement may be longer than what a function takes in one call", () => {
  const replace = Array.from({ length: 300_000 }, (_, i) => `${i}\n`).join("");
  assert.deepEqual(applyBlocks({ original: "a\nb\n", current: "a\nb\n", blocks: [{ search: "b\n", replace }] }), {
    kind: "applied",
    text: `a\n${replace}`,
  });
});

test("A file of ten million characters is changed, one that is larger is refused", () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `${"some code ".repeat(10)}${i}\n`);
  const text = lines.join("");
  const search = lines[77_777] ?? "";
  const result = applyBlocks({ original: text, current: text, blocks: [{ search, replace: "x\n" }] });
  assert(result.kind === "applied" && result.text === text.replace(search, "x\n"));
  assert.equal(
    applyBlocks({ original: text, current: text + text, blocks: [{ search, replace: "x\n" }] }).kind,
    "refused",
  );
});

function sample(name: string, text: string, search: string, replace: string): Sample {
  assert.equal(text.split(search).length, 2);
  return { name, text, search, replace, result: text.replace(search, () => replace) };
}

function both(change: (text: string) => string): (sample: Sample) => readonly [string, string] {
  return ({ text, result }) => [change(text), change(result)];
}

function deeper(text: string, indent: string): string {
  return text.replace(/^(?=.)/gm, indent);
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

function tabs(text: string, { text: own }: Sample): string {
  const width = own === QUEUE ? 2 : 4;
  return text.replace(/^ +/gm, (blanks) => "\t".repeat(blanks.length / width));
}

function blanksIn({ text, search }: Sample): string {
  return text.replace(search, () => search.replace(/(?<=.)\n/g, " \t\n"));
}

function firstOf({ search }: Sample): string {
  return search.split("\n", 1)[0] ?? "";
}

function lookalike(letter: string): string {
  return { a: "\u0430", e: "\u0435", o: "\u043e" }[letter] ?? letter;
}

function upper(letter: string): string {
  return letter.toUpperCase();
}

function long(part: string): string {
  return `var x={${"a:1,".repeat(200)}b:${part},${"c:2,".repeat(200)}};`;
}
