import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { analysisReport } from "../../server/commands/analysisReport.ts";
import { Analysis } from "../../server/workspace/analysis/analysis.ts";
import { type AnalysedFile, CodeAnalysis } from "../../server/workspace/analysis/codeAnalysis.ts";
import type { FunctionFindings } from "../../server/workspace/analysis/findings.ts";
import { tokensOf } from "../../server/workspace/analysis/tokens.ts";
import { SyntaxTrees } from "../../server/workspace/syntaxTrees.ts";

const GRAMMARS = join(import.meta.dirname, "../../node_modules/@vscode/tree-sitter-wasm/wasm");
const WORKER = new URL("../../server/workspace/analysis/analysisWorker.ts", import.meta.url);

describe("complexity is decisions plus one", () => {
  test("of TypeScript: branches, loops, cases but for the default, catch, ternaries, and, or", async () => {
    const [classify, inner, arrow] = await functionsOf(
      "a.ts",
      `function classify(x: number, y?: string) {
  if (x > 1 && y) return 1;
  else if (x < 0 || !y) return 2;
  for (const c of y) while (c) x++;
  switch (x) {
    case 1: return 3;
    case 2: return 4;
    default: return 5;
  }
  function inner() { return x ? 1 : y ?? 2; }
  try { inner(); } catch { return 0; }
}
const arrow = (a: number) => a;
`,
    );
    assert.deepEqual(classify && [classify.name, classify.complexity], ["classify", 10]);
    assert.deepEqual(inner && [inner.name, inner.complexity], ["inner", 3]);
    assert.deepEqual(arrow && [arrow.name, arrow.complexity, arrow.startLine], ["arrow", 1, 13]);
  });

  test("of Python: elif, boolean operators, except, conditional expressions", async () => {
    const [grade] = await functionsOf(
      "a.py",
      `def grade(x, y):
    if x and y or not x:
        return 1
    elif x:
        return 2 if y else 3
    for i in y:
        try:
            i()
        except ValueError:
            pass
`,
    );
    assert.deepEqual(grade && [grade.name, grade.complexity, grade.endLine], ["grade", 8, 10]);
  });

  test("of Go, Rust and Java", async () => {
    const [go] = await functionsOf(
      "a.go",
      "package a\nfunc F(x int) int {\n\tif x > 1 || x < 0 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n",
    );
    assert.deepEqual(go && [go.name, go.complexity], ["F", 3]);
    const [rust] = await functionsOf(
      "a.rs",
      "fn f(x: u8) -> u8 {\n  match x {\n    1 => 1,\n    2 => 2,\n    _ => 3,\n  }\n}\n",
    );
    assert.deepEqual(rust && [rust.name, rust.complexity], ["f", 3]);
    const [java] = await functionsOf(
      "A.java",
      "class A {\n  int f(int x) {\n    while (x > 0) x--;\n    return x > 1 ? 1 : 2;\n  }\n}\n",
    );
    assert.deepEqual(java && [java.name, java.complexity], ["f", 3]);
  });
});

describe("duplicated code", () => {
  const body = (name: string, value: string) =>
    [
      `export function ${name}(orders: Order[], rate: number) {`,
      "  let total = 0;",
      "  const seen = new Map<string, number>();",
      "  for (const order of orders) {",
      `    if (order.state === ${value} || order.lines.length === 0) continue;`,
      "    const gross = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);",
      "    total += gross * (1 + rate);",
      "    seen.set(order.customer, (seen.get(order.customer) ?? 0) + gross);",
      "  }",
      "  return { total, customers: [...seen.entries()].sort((a, b) => b[1] - a[1]) };",
      "}",
      "",
    ].join("\n");

  test("is found in two files, whatever values, blanks and comments it has", async () => {
    const { duplicates } = await analysed({
      "a.ts": body("first", '"open"'),
      "b.ts": `// Another file.\n\n${body("second", "'closed'").replaceAll("\n", "   // x\n\n")}`,
    });
    assert.equal(duplicates.length, 1);
    const [first, second] = duplicates[0]?.places ?? [];
    assert.deepEqual([first?.label, first?.endLine], ["a.ts", 11]);
    assert.equal(second?.label, "b.ts");
  });

  test("is none in a table of values, nor in what is alike by its form only", async () => {
    const table = `export const TABLE = [\n${'  { name: "a", value: 1 },\n'.repeat(200)}];\n`;
    const { duplicates } = await analysed({
      "a.ts": table,
      "b.ts": table.replace("TABLE", "OTHER"),
      "c.ts": "const x = 1;\n",
    });
    assert.deepEqual(duplicates, []);
  });
});

test("an export that no other file names is unused; an entry, a type, and what another file imports are not", async () => {
  const { unused } = await analysed({
    "a.ts": "export function used() {}\nexport function lost() {}\nexport interface Shape {}\nlost();\n",
    "b.ts": 'import { used } from "./a.ts";\nused();\n',
    "index.ts": "export const version = 1;\n",
    "c.py": "def helper():\n    return 1\n\ndef _private():\n    return 2\n",
  });
  assert.deepEqual(
    unused.map(({ label, name }) => `${label} ${name}`),
    ["a.ts lost", "c.py helper"],
  );
});

test("what is left to do is found in comments, not in strings", async () => {
  const { files } = await analysed({ "a.ts": 'const s = "TODO";\n// TODO: mend\nf(); # FIXME\n' });
  assert.deepEqual(files[0]?.todos, [
    { line: 2, text: "TODO mend" },
    { line: 3, text: "FIXME" },
  ]);
});

test("tokens know their lines, and comments are none", () => {
  assert.deepEqual(
    tokensOf('a // no\n/* no\n */ b = "x\\"y" + 12;').map(({ text, line }) => `${line} ${text}`),
    ["1 a", "3 b", "3 =", '3 ""', "3 +", "3 0", "3 ;"],
  );
});

test("a thread of its own analyses, tells of each file, and can be stopped in the middle", async () => {
  const analysis = new CodeAnalysis(WORKER, GRAMMARS);
  let told = 0;
  const findings = await analysis.analyse(
    filesOf({ "a.ts": "function f() {}\n", "notes.txt": "hello\n" }),
    () => told++,
    new AbortController().signal,
  );
  assert.equal(told, 2);
  assert.equal(findings.files[0]?.functions?.length, 1);
  assert.equal(findings.files[1]?.functions, undefined);
  const stop = new AbortController();
  const stopped = analysis.analyse(filesOf({ "a.ts": "", "b.ts": "" }), () => stop.abort(), stop.signal);
  await assert.rejects(stopped, { name: "AbortError" });
});

test("the report shows the worst first, ten at most, with links, and nothing that hides in a name", () => {
  const functions = Array.from({ length: 12 }, (_, i): FunctionFindings => {
    return { name: i === 11 ? "x|](evil)`" : `f${i}`, startLine: i + 1, endLine: i + 1, complexity: 11 + i };
  });
  const text = analysisReport({
    what: "src/",
    findings: { files: [{ label: "src/a.ts", lines: 500, functions, todos: [] }], duplicates: [], unused: [] },
    all: ["src/a.ts"],
    commits: new Map([["src/a.ts", 7]]),
    problems: [],
    isWhole: false,
  });
  assert.match(text, /^\*\*src\/\*\*: 1 file, 500 lines, 12 functions\./);
  assert.match(text, /### Complex functions[\s\S]*\| \[x\\\|\\\]\(evil\)\\`\]\(<src\/a\.ts:12>\)[\s\S]*and 2 more\./);
  assert.match(text, /### Large files/);
  assert.match(text, /### Hot files[\s\S]*\| 7 \|/);
  assert.doesNotMatch(text, /No test of that name|Exported/);
});

async function functionsOf(label: string, text: string): Promise<readonly FunctionFindings[]> {
  const { files } = await analysed({ [label]: text });
  return files[0]?.functions ?? [];
}

async function analysed(files: Readonly<Record<string, string>>) {
  const analysis = new Analysis(new SyntaxTrees(GRAMMARS));
  for (const [label, text] of Object.entries(files)) await analysis.add(label, text);
  return analysis.findings();
}

async function* filesOf(files: Readonly<Record<string, string>>): AsyncGenerator<AnalysedFile> {
  for (const [label, text] of Object.entries(files)) yield { label, text };
}
