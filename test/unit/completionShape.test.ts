import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { delayMs, LEAST_DELAY_MS, MOST_DELAY_MS } from "../../server/completion/delay.ts";
import { filtered } from "../../server/completion/filters.ts";
import { placeIn } from "../../server/completion/place.ts";
import { cutAtSyntax, shapeOf } from "../../server/completion/shape.ts";
import { EAGERNESS } from "../../server/protocol/completions.ts";

/** The cursor stands at the bar. */
function at(marked: string, language = "typescript") {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const place = placeIn({ uri: "u", path: "/a", language, version: 1, text: () => text }, offset);
  if (place === undefined) throw new Error("no place");
  return place;
}

test("several lines are asked for only in a block that is empty", () => {
  assert.equal(shapeOf(at("function f() {\n  |\n}\n")), "block");
  assert.equal(shapeOf(at("def f():\n    |\n", "python")), "block");
  assert.equal(shapeOf(at("function f() {\n  |\n  g();\n}\n")), "line");
  assert.equal(shapeOf(at("const a = |")), "line");
  assert.equal(shapeOf(at("f();\n|")), "line");
  assert.equal(shapeOf(at("// {\n// |")), "line");
});

test("a block ends with the bracket that is closed behind it, or before a line that is indented less", () => {
  const braces = at("function f() {\n  |\n}\n");
  assert.equal(
    cutAtSyntax("if (a) {\n    b();\n  }\n  c();\n}\nfunction g() {}", braces, "block"),
    "if (a) {\n    b();\n  }\n  c();",
  );
  const python = at("def f():\n    |\n", "python");
  assert.equal(cutAtSyntax("a = 1\n    return a\n\ndef g():\n    pass", python, "block"), "a = 1\n    return a");
});

test("a line ends at its end, and before the bracket that stands behind the cursor", () => {
  assert.equal(cutAtSyntax("a, b);\nc", at("f(|);"), "line"), "a, b");
  assert.equal(cutAtSyntax("g(a), b);", at("f(|)"), "line"), "g(a), b");
  assert.equal(cutAtSyntax('")" + a)', at("f(|)"), "line"), '")" + a');
});

test("what stands there already, blanks and secrets are not shown", () => {
  const why = (answer: string, marked: string) => {
    const place = at(marked);
    const result = filtered(answer, place, shapeOf(place));
    return result.kind === "none" ? result.why : result.text;
  };
  assert.equal(why("  \n ", "const a = |"), "The model had nothing to add here.");
  assert.equal(why("const total = sum(a);", "const total = |"), "sum(a);");
  assert.equal(why("sum(a);", "const total = |\nconst total = sum(a);\n"), "The suggestion repeats what follows.");
  assert.equal(why("sum(a);", "const total = sum(a);\nconst total = |"), "The suggestion repeats the line before.");
  assert.equal(why(`"ghp_${"a1B2".repeat(9)}";`, "const t = |"), "The suggestion looked like a password or key.");
  assert.equal(why("x".repeat(2000), "const t = |"), "The suggestion was too long.");
});

test("whatever a model says, one line is shown where one was asked for", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "(", ")", "\n", " ", '"', "}") }), (answer) => {
      const place = at("call(one, |)\nnext();");
      const result = filtered(answer, place, "line");
      if (result.kind === "none") return;
      assert.ok(!result.text.includes("\n"));
    }),
  );
});

test("a bracket that a suggestion opens is closed by it, though one stands behind the cursor", () => {
  assert.deepEqual(filtered("g(a)", at("f(|)"), "line"), { kind: "shown", text: "g(a)" });
  assert.deepEqual(filtered("g(a))", at("f(|)"), "line"), { kind: "shown", text: "g(a)" });
});

test("the pause is never shorter than 100 ms nor longer than 1,000", () => {
  const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
  const pace = fc.record({ intervalMs: ms, latencyMs: ms, taken: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(
    fc.property(pace, fc.constantFrom(...EAGERNESS), (one, eagerness) => {
      const pause = delayMs(one, eagerness);
      assert.ok(pause >= LEAST_DELAY_MS && pause <= MOST_DELAY_MS);
      assert.ok(delayMs({ ...one, taken: 1 }, eagerness) <= delayMs({ ...one, taken: 0 }, eagerness));
    }),
  );
});

test("a document with CRLF is seen with LF", () => {
  const { prefix, suffix, line } = at("a();\r\nb(|\r\nc();\r\n");
  assert.deepEqual({ prefix, suffix, line }, { prefix: "a();\nb(", suffix: "\nc();\n", line: "b(" });
});
