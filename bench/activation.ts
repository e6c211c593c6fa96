import type { EditorWindow } from "../test/vscode/editorWindow.ts";
import { openEditor } from "../test/vscode/harness.ts";
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
  if (count === 0) return { ours: [], builtIn: [] };
  const editor = await openEditor({ workspace });
  const ours: Activation[] = [];
  const builtIn: Activation[] = [];
  try {
    for (let window = 0; window < count; window++) {
      // A new profile's first window also has everything else to do for the first time: it counts like any other.
      if (window > 0) await editor.reload();
      const report = await startupReport(editor);
      await editor.runCommand("View: Close Editor");
      ours.push(activationIn(report, OURS));
      builtIn.push(activationIn(report, SMALL_BUILT_IN));
    }
  } finally {
    await editor.dispose();
  }
  return { ours, builtIn };
}

/** What "Developer: Startup Performance" says once the extension runs. */
async function startupReport({ page, statusBar, runCommand }: EditorWindow): Promise<string> {
  const running = async () => (await statusBar()).some((text) => text.includes("Offline"));
  await until(running, "RubberDuck in the status bar", 30_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await runCommand("Developer: Startup Performance");
  const report = page.locator('.monaco-editor[data-uri^="perf:"] .view-lines');
  return until(
    async () => {
      await report.click();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.press("ControlOrMeta+c");
      const text = await page.evaluate(() => navigator.clipboard.readText());
      return text.includes(`| ${OURS} `) && text;
    },
    "VS Code's report on its start",
    30_000,
  );
}

/** A row of the table: | extension | eager | load code | call activate | finish activate | event | by |. */
function activationIn(report: string, extension: string): Activation {
  const cells = report.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const [, , , load, call, finish] = cells.find((row) => row[1] === extension) ?? [];
  return { loadMs: Number(load), callMs: Number(call), finishMs: Number(finish) };
}
