import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { SearchHit } from "../../server/protocol/requests.ts";
import { silentLog } from "../../server/util/log.ts";
import { CodeIndex, type CodeIndexOptions } from "../../server/workspace/codeIndex.ts";

/** A folder with these files, gone after the test. */
export function workspace(t: TestContext, files: Record<string, string | Uint8Array>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "codeIndex-")));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** An index of this folder in a real worker, closed after the test. */
export function codeIndex(t: TestContext, folder: string, options: Partial<CodeIndexOptions> = {}): CodeIndex {
  const index = new CodeIndex({
    folders: [{ path: folder, name: "app" }],
    workerUrl: new URL("../../server/workspace/indexWorker.ts", import.meta.url),
    grammars: join(import.meta.dirname, "../../node_modules/@vscode/tree-sitter-wasm/wasm"),
    log: silentLog,
    home: "/nobody",
    ...options,
  });
  t.after(() => index.dispose());
  return index;
}

export function labels(hits: readonly SearchHit[]): string[] {
  return hits.map((hit) => hit.label);
}
