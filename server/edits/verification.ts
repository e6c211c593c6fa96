import type { EditorDiagnostic } from "../protocol/editor.ts";
import type { EditorKnowledge } from "../tools/editorKnowledge.ts";
import type { Clock } from "../util/clock.ts";
import { count } from "../util/count.ts";

export interface Verified {
  readonly isWorse: boolean;
  /** In a few words: "no new problems", "2 new problems: Cannot find name 'x'." */
  readonly note: string;
}

/** Language extensions look at a change some time after it was made. */
const SETTLE_MS = 2000;

/** Whether a change made new problems: what the editor's language extensions say of the files, before and after. */
export class Verification {
  readonly #editor: EditorKnowledge;
  readonly #clock: Clock;

  constructor(editor: EditorKnowledge, clock: Clock) {
    this.#editor = editor;
    this.#clock = clock;
  }

  /** Undefined where nobody can say. */
  async look(paths: readonly string[], signal: AbortSignal): Promise<readonly EditorDiagnostic[] | undefined> {
    try {
      const found = await Promise.all(paths.map((path) => this.#editor.diagnostics(path, signal)));
      return found.flat().filter(({ severity }) => severity === "error" || severity === "warning");
    } catch {
      return undefined;
    }
  }

  async compare(
    before: readonly EditorDiagnostic[],
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<Verified | undefined> {
    await this.#clock.sleep(SETTLE_MS, signal);
    const after = await this.look(paths, signal);
    if (after === undefined) return undefined;
    const fresh = newIn(after, before);
    const [first] = fresh;
    if (first === undefined) return { isWorse: false, note: "no new problems" };
    return { isWorse: true, note: `${count(fresh.length, "new problem")}: ${first.message.split("\n", 1)[0]}` };
  }
}

/** Lines move; a problem is the same when it says the same of the same file. */
function newIn(after: readonly EditorDiagnostic[], before: readonly EditorDiagnostic[]): EditorDiagnostic[] {
  const known = new Map<string, number>();
  for (const one of before) known.set(keyOf(one), (known.get(keyOf(one)) ?? 0) + 1);
  return after.filter((one) => {
    const left = known.get(keyOf(one)) ?? 0;
    known.set(keyOf(one), left - 1);
    return left < 1;
  });
}

function keyOf({ path, severity, message, source = "", code = "" }: EditorDiagnostic): string {
  return JSON.stringify([path, severity, message, source, code]);
}
