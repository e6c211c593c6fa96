import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type ActionSituation, codeActionsFor, resolveCodeAction } from "../../server/language/codeActions.ts";
import { enclosingFunction } from "../../server/language/enclosingFunction.ts";
import type { CodeActionCall } from "../../server/protocol/codeActions.ts";

const situation: ActionSituation = {
  trusted: true,
  hasModel: true,
  isInside: (path) => path.startsWith("/ws/"),
};

const TEXT = `import { a } from "./a.ts";

/** Says hello. */
export function greet(
  name: string,
): string {
  if (name === "") {
    return a;
  }
  return \`Hello \${nam}\`;
}

export class Greeter {
  greetAll(names: readonly string[]): string[] {
    return names.map((name) => greet(name));
  }
}
`;
const document = TextDocument.create("file:///ws/src/greet.ts", "typescript", 1, TEXT);
const problem: Diagnostic = {
  range: { start: { line: 9, character: 18 }, end: { line: 9, character: 21 } },
  message: "Cannot find name 'nam'.\nDid you mean 'name'?",
  source: "ts",
  code: 2552,
  severity: 1,
};

const at = (line: number, character = 0) => ({ start: { line, character }, end: { line, character } });
const lines = (from: number, to: number) => ({ start: { line: from, character: 0 }, end: { line: to, character: 1 } });
const titles = (actions: readonly CodeAction[]) => actions.map(({ title }) => title.replace(" (RubberDuck)", ""));

function called(action: CodeAction | undefined, open = document): CodeActionCall {
  assert.ok(action);
  return resolveCodeAction(action, () => open).command?.arguments?.[0];
}

test("on a selection everything is offered, for its lines", () => {
  const actions = codeActionsFor(document, lines(6, 8), [], situation);
  assert.deepEqual(titles(actions), [
    "Refactor the selection…",
    "Document the selection",
    "Explain the selection",
    "Generate tests for the selection",
    "Analyze this file",
  ]);
  const { startLine, endLine, path, command } = called(actions[0]);
  assert.deepEqual(
    { startLine, endLine, path, command },
    {
      startLine: 7,
      endLine: 9,
      path: "/ws/src/greet.ts",
      command: "refactor",
    },
  );
});

test("on a problem it offers to fix and to explain it, and leaves the language's own fix the preferred one", () => {
  const actions = codeActionsFor(document, at(9, 19), [problem], situation);
  const fix = actions.find(({ kind }) => kind === "quickfix");
  assert.equal(fix?.title, "Fix: Cannot find name 'nam'. Did you mean 'name'? (ts 2552) (RubberDuck)");
  assert.deepEqual(fix?.diagnostics, [problem]);
  assert.deepEqual(called(fix).problem, "Cannot find name 'nam'. Did you mean 'name'? (ts 2552)");
  assert.ok(actions.every(({ isPreferred }) => isPreferred === undefined));
});

test("the cursor in a function means all of it, as it stands when the action is chosen", () => {
  const [refactor] = codeActionsFor(document, at(7), [], situation);
  assert.equal(refactor?.title, "Refactor greet… (RubberDuck)");
  const longer = TextDocument.create(
    document.uri,
    "typescript",
    2,
    TEXT.replace("    return a;", "    a();\n    return a;"),
  );
  assert.deepEqual([called(refactor).startLine, called(refactor).endLine], [4, 11]);
  assert.deepEqual([called(refactor, longer).startLine, called(refactor, longer).endLine], [4, 12]);
});

test("by itself the lightbulb shows at the name of a function only", () => {
  const ask = (line: number) => codeActionsFor(document, at(line), [], situation, { invoked: false });
  assert.equal(ask(3).length, 5);
  assert.deepEqual(ask(7), []);
});

test("without a model only what works without one is offered", () => {
  const actions = codeActionsFor(document, lines(6, 8), [problem], { ...situation, hasModel: false });
  assert.deepEqual(titles(actions), [
    "Explain: Cannot find name 'nam'. Did you mean 'name'? (ts 2552)",
    "Explain the selection",
    "Analyze this file",
  ]);
});

test("only the kinds that are asked for are given", () => {
  const kinds = (only: string) =>
    new Set(codeActionsFor(document, at(9, 19), [problem], situation, { only: [only] }).map(({ kind }) => kind));
  assert.deepEqual([...kinds("refactor")], ["refactor.rewrite"]);
  assert.deepEqual([...kinds("quickfix")], ["quickfix"]);
  assert.deepEqual([...kinds("source.organizeImports")], []);
});

test("nothing is offered in a secret file, outside of the folders, in restricted mode, in a document that is no file", () => {
  const of = (uri: string, now = situation) =>
    codeActionsFor(TextDocument.create(uri, "typescript", 1, TEXT), lines(0, 3), [problem], now);
  assert.deepEqual(of("file:///ws/.env"), []);
  assert.deepEqual(of("file:///elsewhere/a.ts"), []);
  assert.deepEqual(of("untitled:Untitled-1"), []);
  assert.deepEqual(of(document.uri, { ...situation, trusted: false }), []);
});

test("an action that was made up, or whose document was closed, runs nothing", () => {
  const made: CodeAction = { title: "x", data: { command: "rm", uri: document.uri, startLine: 0 } };
  assert.equal(resolveCodeAction(made, () => document).command, undefined);
  const [refactor] = codeActionsFor(document, lines(6, 8), [], situation);
  assert.ok(refactor);
  assert.equal(resolveCodeAction(refactor, () => undefined).command, undefined);
});

const FUNCTIONS: readonly {
  readonly text: string;
  readonly line: number;
  readonly found: [string, number, number] | undefined;
}[] = [
  { text: TEXT, line: 14, found: ["greetAll", 13, 15] },
  { text: TEXT, line: 16, found: undefined },
  { text: TEXT, line: 0, found: undefined },
  {
    text: "def read(port):\n    with open(port) as device:\n\n        return device\n\n\nprint(1)\n",
    line: 3,
    found: ["read", 0, 3],
  },
  { text: "def read(port):\n    return 1\n\nprint(1)\n", line: 3, found: undefined },
  {
    text: "func (s *Server) Serve() {\n\tif true {\n\t\treturn\n\t} else {\n\t\ts.x()\n\t}\n}\n",
    line: 4,
    found: ["Serve", 0, 6],
  },
  { text: "const one = () => 1;\nconst two = 2;\n", line: 0, found: ["one", 0, 0] },
  { text: "def deep\n  each do\n    call\n  end\nend\nmore\n", line: 2, found: ["deep", 0, 4] },
  { text: "void main()\n{\n}\n", line: 1, found: undefined },
];

for (const [index, { text, line, found }] of FUNCTIONS.entries()) {
  test(`function ${index + 1} is found by its form and its indentation`, () => {
    const at = enclosingFunction(text.split("\n"), line);
    assert.deepEqual(at && [at.name, at.startLine, at.endLine], found);
  });
}
