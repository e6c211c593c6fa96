import { openEditor } from "../test/vscode/harness.ts";
import type { EditorWindow } from "../test/vscode/editorWindow.ts";
import { until } from "../test/vscode/until.ts";

/** How one extension started, as VS Code itself measured it. Whole milliseconds. */
export interface Activation {
  /** Reading and evaluating its bundle. */
  readonly loadMs: number;
  /** `activate()`, until it returned. */
  readonly callMs: number;
  /** Until what `activate()` returned was resolved. */
  readonly finishMs: number;
}

const OURS = "rubberduck.rubberduck";
/** Comes with VS Code, starts with every window as ours does, and does little. */
const SMALL_BUILT_IN = "vscode.merge-conflict";

/** Starts `count` windows of a real VS Code with the packaged extension on `workspace`, one after another. */
export async function activations(workspace: string, count: number) {
  const editor = await openEditor({ workspace });
  const ours: Activation[] = [];
  const builtIn: Activation[] = [];
  try {
    for (let window = 0; window < count; window++) {
      if (window > 0) await editor.reload();
      const report = await startupReport(editor);
      ours.push(activationIn(report, OURS));
      builtIn.push(activationIn(report, SMALL_BUILT_IN));
    }
  } finally {
    await editor.dispose();
  }
  return { ours, builtIn };
}

/** What "Developer: Startup Performance" says once the extension is running. The page is closed again. */
async function startupReport(window: EditorWindow): Promise<string> {
  const running = async () => (await window.statusBar()).some((text) => text.includes("Offline"));
  await until(running, "RubberDuck in the status bar", 30_000);
  await window.runCommand("Developer: Startup Performance");
  return "";
}

/** A row of the table: | extension | eager | load code | call activate | finish activate | event | by |. */
function activationIn(report: string, extension: string): Activation {
  const cells = report.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const [, , , load, call, finish] = cells.find((row) => row[1] === extension) ?? [];
  return { loadMs: Number(load), callMs: Number(call), finishMs: Number(finish) };
}
