import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EditorDiagnostic, EditorSymbol } from "../../server/protocol/editor.ts";
import type { IndexStatus, SearchHit } from "../../server/protocol/requests.ts";
import { createTools } from "../../server/tools/index.ts";
import { Toolbox, type ToolOutcome } from "../../server/tools/toolbox.ts";
import { silentLog } from "../../server/util/log.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";

/** A folder with files, beside one that must not be seen, and the tools that look into it. */
export class ToolWorkspace implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "duck-tools-")));
  readonly folder = join(this.root, "ws");
  hits: SearchHit[] = [];
  diagnostics: EditorDiagnostic[] = [];
  symbols: EditorSymbol[] = [];
  readonly index: { -readonly [Key in keyof IndexStatus]: IndexStatus[Key] } = {
    state: "ready",
    files: 1,
    skipped: {},
  };
  readonly #toolbox: Toolbox;

  constructor(files: Readonly<Record<string, string | Uint8Array>>, { editor = true } = {}) {
    mkdirSync(this.folder);
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    const code: CodeSearch = {
      status: this.index,
      search: async (_, { limit }) => this.hits.slice(0, limit),
    };
    const knowledge = {
      diagnostics: async (of: string | undefined) =>
        this.diagnostics.filter(({ path }) => of === undefined || path === of),
      symbols: async () => this.symbols,
    };
    const paths = new WorkspacePaths([{ path: this.folder, name: "ws" }]);
    this.#toolbox = new Toolbox(createTools(paths, code, editor ? knowledge : undefined), silentLog);
  }

  get names(): string[] {
    return this.#toolbox.definitions.map(({ name }) => name);
  }

  /** From the folder; "../" leaves it. */
  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  call(name: string, input: object, signal = new AbortController().signal): Promise<ToolOutcome> {
    return this.#toolbox.prepare({ id: "c", name, arguments: JSON.stringify(input) }).run(signal);
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=Duck", "-c", "user.email=duck@example.test", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...who, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  commit(message: string): void {
    this.git("add", "-A", "-f");
    this.git("commit", "-q", "--allow-empty", "-m", message);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
