import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { defaultStorePath } from "../../server/store/location.ts";

/**
 * What the manifest promises about folders that nobody trusts. Every setting is classified here: a new one fails until somebody
 * has thought about what a hostile repository could do with it.
 */
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));
const declared: Record<string, { scope?: string }> = manifest.contributes.configuration.properties;
const restricted: string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert(points >= 18);
});

/** What a repository could do with a setting if it could set it. */
const SETTINGS: Readonly<Record<string, { readonly harm: string }>> = {
  "rubberduck.model.baseUrl": { harm: "have the code and the key sent to its own server" },
  "rubberduck.model.name": { harm: "have another, dearer model asked" },
  "rubberduck.model.contextWindowTokens": { harm: "have more sent, and paid for" },
  "rubberduck.model.images": { harm: "have pictures sent that the model was not meant to get" },
  "rubberduck.model.editorModel": { harm: "have the code sent to another model, on the user's account" },
  "rubberduck.model.prices": { harm: "have costs shown that are none" },
  "rubberduck.titles.useModel": { harm: "have more sent than the user agreed to" },
  "rubberduck.model.tools": { harm: "have the model look through files that the user wanted out of its reach" },
  "rubberduck.memory.useModel": { harm: "have more sent than the user agreed to" },
  "rubberduck.memory.embeddings": { harm: "have what was said sent to an endpoint, or recall made worse" },
  "rubberduck.memory.embeddingsModel": { harm: "have what was said sent to another model" },
  "rubberduck.memory.embeddingsUrl": { harm: "have what was said sent to its own server" },
  "rubberduck.completions.eagerness": { harm: "have code sent that the user wanted no suggestions for" },
  "rubberduck.completions.model": { harm: "have the code sent to another, dearer model" },
  "rubberduck.store.path": { harm: "have conversations written into it, or read from it" },
};

test("every setting is classified, and no other", () => {
  assert.deepEqual(Object.keys(declared).sort(), Object.keys(SETTINGS).sort());
  points++;
});

for (const [name, { harm }] of Object.entries(SETTINGS)) {
  test(`a repository cannot ${harm}: ${name} is of the machine`, () => {
    assert.equal(declared[name]?.scope, "machine");
    points++;
  });
  test(`and is ignored before trust: ${name} is restricted`, () => {
    assert(restricted.includes(name));
    points++;
  });
}

test("without trust the extension is limited, and says how", () => {
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
  assert.match(manifest.capabilities.untrustedWorkspaces.description, /^%\w+%$/);
  assert.deepEqual(restricted.toSorted(), Object.keys(declared).toSorted());
  points++;
});

test("nothing in a repository starts the extension, and the extension contributes nothing that runs a repository's files", () => {
  assert.deepEqual(manifest.activationEvents, ["onStartupFinished"]);
  const runs = [
    "taskDefinitions",
    "debuggers",
    "terminal",
    "jsonValidation",
    "configurationDefaults",
    "problemMatchers",
  ];
  assert.deepEqual(
    Object.keys(manifest.contributes).filter((point) => runs.includes(point)),
    [],
  );
  points++;
});

test("the store is in the user's home or where the user's variables say, not where the server was started", () => {
  const variables = { XDG_DATA_HOME: "/data/me", LOCALAPPDATA: "/data/me" };
  for (const platform of ["linux", "darwin", "win32"] as const) {
    for (const env of [{}, variables]) {
      const path = defaultStorePath(platform, env);
      assert(path.startsWith(homedir()) || path.startsWith("/data/me"), path);
    }
  }
  points++;
});
