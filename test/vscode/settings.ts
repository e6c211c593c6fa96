import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EditorWindow } from "./editorWindow.ts";
import { until } from "./until.ts";

type Values = Record<string, unknown>;

const QUIET: Values = {
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "files.hotExit": "off",
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
  "window.dialogStyle": "custom",
  // The palette does not open over a modal editor.
  "workbench.editor.useModal": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/**
 * The settings of one profile. Where VS Code runs as a server, a setting of scope "machine" is read from
 * Machine/settings.json alone; on the desktop that file does not exist and User/settings.json holds all.
 */
export class Settings {
  readonly #user: string;

  constructor(userDataDir: string, values: Values) {
    this.#user = join(userDataDir, "User", "settings.json");
    const all = { ...QUIET, ...values };
    write(this.#user, all);
    const machine = Object.entries(all).filter(([key]) => machineScoped().has(key));
    write(join(userDataDir, "Machine", "settings.json"), Object.fromEntries(machine));
  }

  /**
   * Changes user settings while the editor runs; undefined removes one. The served VS Code does not notice a change of
   * the file from outside: it is saved once more from within.
   */
  async change(window: EditorWindow, changes: Values): Promise<void> {
    const refused = Object.keys(changes).filter((key) => machineScoped().has(key));
    if (refused.length > 0) throw new Error(`Set ${refused.join(", ")} when opening: its scope is the machine.`);
    write(this.#user, { ...JSON.parse(readFileSync(this.#user, "utf8")), ...changes });
    const { page } = window;
    await window.runCommand("Preferences: Open User Settings (JSON)");
    await page.locator('.monaco-editor.focused[data-uri$="/User/settings.json"]').waitFor();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.type(" ");
    await page.keyboard.press("ControlOrMeta+s");
    await until(() => readFileSync(this.#user, "utf8").endsWith(" "), "the settings to be saved");
    await window.runCommand("View: Close Editor");
  }
}

function write(file: string, values: Values): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(values));
}

/** The keys that our package.json declares for the machine. */
function machineScoped(): Set<string> {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));
  const sections: { properties?: Record<string, { scope?: string }> }[] = [
    manifest.contributes?.configuration ?? [],
  ].flat();
  return new Set(
    sections
      .flatMap((section) => Object.entries(section.properties ?? {}))
      .filter(([, property]) => property.scope?.startsWith("machine"))
      .map(([key]) => key),
  );
}
