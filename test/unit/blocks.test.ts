import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BlockParser, type EditPiece } from "../../server/edits/blocks.ts";

const EDIT = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n";
const block = (path: string, search = "old\n", replace = "new\n") => ({ type: "block", path, search, replace });

for (const [title, text, said, edits] of [
  ["talk alone", "Nothing to change here, I think.\n", "Nothing to change here, I think.\n", []],
  ["an edit alone", `src/a.ts\n${EDIT}`, "", [block("src/a.ts")]],
  ["no line end behind it", `src/a.ts\n${EDIT.trimEnd()}`, "", [block("src/a.ts")]],
  [
    "talk around it",
    `I rename it.\n\nsrc/a.ts\n${EDIT}\nThat is all.`,
    "I rename it.\n\n\nThat is all.",
    [block("src/a.ts")],
  ],
  ["a fence behind the path", `src/a.ts\n\`\`\`ts\n${EDIT}\`\`\`\nDone`, "Done", [block("src/a.ts")]],
  ["a fence before the path", `\`\`\`\nsrc/a.ts\n${EDIT}\`\`\`\n`, "", [block("src/a.ts")]],
  ["two edits in one fence", `a.ts\n\`\`\`\n${EDIT}${EDIT}\`\`\`\n`, "", [block("a.ts"), block("a.ts")]],
  ["a path in bold code", `### **\`src/a b.ts\`**:\n\n${EDIT}`, "", [block("src/a b.ts")]],
  ["a path in a sentence", `In src/a.ts:\n${EDIT}`, "", [block("src/a.ts")]],
  ["a name without a dot", `Makefile\n${EDIT}`, "", [block("Makefile")]],
  [
    "the same file again",
    `a.ts\n${EDIT}\nAnd here, too:\n${EDIT}`,
    "\nAnd here, too:\n",
    [block("a.ts"), block("a.ts")],
  ],
  ["CRLF", `a.ts\r\n${EDIT.replaceAll("\n", "\r\n")}`, "", [block("a.ts")]],
  ["a new file", "a.ts\n<<<<<<< SEARCH\n=======\nnew\n>>>>>>> REPLACE\n", "", [block("a.ts", "")]],
  ["lines taken out", "a.ts\n<<<<<<< SEARCH\nold\n=======\n>>>>>>> REPLACE\n", "", [block("a.ts", "old\n", "")]],
  ["a deletion", "src/a.ts\n<<<<<<< DELETE >>>>>>>\n", "", [{ type: "delete", path: "src/a.ts" }]],
  [
    "markers in code between longer ones",
    "a.md\n<<<<<<<< SEARCH\n<<<<<<< SEARCH\n========\n=======\n>>>>>>>> REPLACE\n",
    "",
    [block("a.md", "<<<<<<< SEARCH\n", "=======\n")],
  ],
  ["a code block in the talk", "Like this:\n```ts\nf();\n```\nSee?\n", "Like this:\n```ts\nf();\n```\nSee?\n", []],
] as const) {
  test(`an answer with ${title} is told apart`, () => {
    const pieces = parsed([text]);
    assert.equal(textOf(pieces), said);
    assert.deepEqual(
      pieces.filter(({ type }) => type === "block" || type === "delete"),
      edits,
    );
    assert.equal(
      pieces.some(({ type }) => type === "malformed"),
      false,
    );
  });
}

for (const [title, text, why] of [
  ["no path", EDIT, /No path/],
  ["no end", "a.ts\n<<<<<<< SEARCH\nold\n=======\nnew\n", /breaks off/],
  ["no divider", "a.ts\n<<<<<<< SEARCH\nold\n>>>>>>> REPLACE\n", /no =======/],
  ["two dividers", "a.ts\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n", /markers/],
  ["another edit inside", `a.ts\n<<<<<<< SEARCH\n${EDIT}`, /markers/],
  ["a deletion of nothing", "<<<<<<< DELETE >>>>>>>\n", /No path/],
] as const) {
  test(`an edit with ${title} is shown as it came, and never an edit`, () => {
    const pieces = parsed([text]);
    assert.equal(textOf(pieces), text);
    assert.equal(
      pieces.some(({ type }) => type === "block" || type === "delete"),
      false,
    );
    const malformed = pieces.find((piece) => piece.type === "malformed");
    assert.match(malformed?.why ?? "", why);
  });
}

test("talk is given out before its line ends, and half a marker is not", () => {
  const parser = new BlockParser();
  assert.deepEqual([...parser.push("Sure, I will do")], [{ type: "text", text: "Sure, I will do" }]);
  assert.deepEqual([...parser.push(" that.\nsrc/a.ts\n<<<<<<")], [{ type: "text", text: " that.\n" }]);
});

const lines = fc.constantFrom(
  ...[
    "src/a.ts",
    "Makefile",
    "**`b c.ts`**:",
    "```ts",
    "```",
    "~~~",
    "",
    "  ",
    "Well, let me see.",
    "one two three four five six",
    "Done",
    "old",
    "- c.ts",
  ],
  ...[
    "<<<<<<< SEARCH",
    "=======",
    ">>>>>>> REPLACE",
    "<<<<<<<< SEARCH",
    "========",
    ">>>>>>>> REPLACE",
    "<<<<<<< DELETE >>>>>>>",
    "<<<<<<< SEARCH it",
  ],
  "x".repeat(300),
);
const texts = fc
  .tuple(fc.array(lines, { maxLength: 24 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([all, end, last]) => all.join(end) + (last ? end : ""));

test("however an answer is cut into pieces, what comes of it is the same", () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }), (text, sizes) => {
      const pieces: string[] = [];
      for (let at = 0, next = 0; at < text.length; next++) {
        const size = (sizes[next % sizes.length] ?? 0) + 1;
        pieces.push(text.slice(at, at + size));
        at += size;
      }
      assert.deepEqual(merged(parsed(pieces)), merged(parsed([text])));
    }),
    { numRuns: 2000 },
  );
});

test("no word of an answer is lost: what is no edit and no header of one is said", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const pieces = parsed([text]);
      const isEdit = pieces.some(({ type }) => type === "block" || type === "delete");
      if (!isEdit) assert.equal(textOf(pieces), text);
    }),
  );
});

function parsed(pieces: readonly string[]): EditPiece[] {
  const parser = new BlockParser();
  return [...pieces.flatMap((piece) => [...parser.push(piece)]), ...parser.end()];
}

function merged(pieces: readonly EditPiece[]): EditPiece[] {
  const result: EditPiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.type === "text" && last?.type === "text")
      result[result.length - 1] = { ...last, text: last.text + piece.text };
    else result.push(piece);
  }
  return result;
}

function textOf(pieces: readonly EditPiece[]): string {
  return pieces.flatMap((piece) => (piece.type === "text" ? [piece.text] : [])).join("");
}
