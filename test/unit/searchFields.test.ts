import assert from "node:assert/strict";
import { test } from "node:test";
import { readFields, WEIGHT } from "../../server/workspace/search/fields.ts";

function fieldsOf(label: string, text: string) {
  const words: [string, number, number][] = [];
  const definitions: string[] = [];
  const imports: string[] = [];
  readFields(label, text, {
    word: (word, weight, block) => words.push([word, weight, block]),
    definition: (name) => definitions.push(name),
    imports: (specifier) => imports.push(specifier),
  });
  return { words, definitions, imports };
}

test("words count by where they stand: code, comments, strings, imports", () => {
  const { words } = fieldsOf("a.ts", 'import { x } from "./lib";\n/* told\n twice */ run("quoted"); // why\n');
  const weightOf = (name: string) => words.find(([word]) => word === name)?.[1];
  assert.equal(weightOf("lib"), WEIGHT.import);
  assert.equal(weightOf("told"), WEIGHT.comment);
  assert.equal(weightOf("run"), WEIGHT.body);
  assert.equal(weightOf("quoted"), WEIGHT.string);
  assert.equal(weightOf("why"), WEIGHT.comment);
});

test("definitions and imports are found in many languages", () => {
  const cases: [string, string, string[], string[]][] = [
    [
      "a.py",
      "from os.path import join\nclass Shop:\n    def open(self):\n        '''def not_me'''\n",
      ["Shop", "open"],
      ["os.path"],
    ],
    ["a.go", 'import "net/http"\n\nfunc (s *Server) Serve() error {\n}\n', ["Serve"], ["net/http"]],
    [
      "a.rs",
      "use crate::net::Client;\npub(crate) fn connect() {}\npub struct Line;\n",
      ["connect", "Line"],
      ["crate::net::Client"],
    ],
    [
      "a.c",
      '#include "auth.h"\n#define LIMIT 3\nstatic int\nread_key(int fd)\n{\n  return call(fd);\n}\n',
      ["LIMIT", "read_key"],
      ["auth.h"],
    ],
    [
      "A.java",
      "import java.util.List;\npublic class A {\n  public static void main(String[] args) {\n  }\n}\n",
      ["A", "main"],
      ["java.util.List"],
    ],
    ["a.php", "<?php\nfunction total($x) {\n}\n", ["total"], []],
    ["a.rb", "require 'json'\ndef self.parse(x)\nend\n", ["parse"], ["json"]],
    [
      "a.tsx",
      "export const View = () => null;\nexport default class Page {\n  async render(props) {\n  }\n}\n",
      ["View", "Page", "render"],
      [],
    ],
  ];
  for (const [label, text, definitions, imports] of cases) {
    const found = fieldsOf(label, text);
    assert.deepEqual(found.definitions, definitions, label);
    assert.deepEqual(found.imports, imports, label);
  }
});

test("lines are counted in blocks of fifteen, also inside comments", () => {
  const text = `/*\n${"line\n".repeat(20)}*/\nafter\n`;
  assert.equal(fieldsOf("a.ts", text).words.find(([word]) => word === "after")?.[2], 1);
});

test("hostile text takes no longer than other text", () => {
  const size = 300_000;
  for (const piece of [
    "(",
    "`",
    '"',
    "/*",
    "'''",
    "<!--",
    "export ",
    "async ",
    "import ",
    "a(",
    "\\",
    "{-",
    "func (",
    "=>",
  ])
    for (const label of ["a.ts", "a.py", "a.c", "a.hs", "a.rb", "a.css", "a.md"])
      fieldsOf(label, piece.repeat(size / piece.length));
});

test("a file is read by its name, also one that is called like a part of JavaScript", () => {
  for (const label of ["__proto__", "constructor", "a.__proto__", "toString"])
    assert.equal(fieldsOf(label, "word").words.length, 1);
});
