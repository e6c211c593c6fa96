import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDesktop } from "./desktopEditor.ts";
import { driveWindow, type EditorWindow, windowReady } from "./editorWindow.ts";
import { endMarked, endMarkedWithUs, extensionHosts, languageServers, MARKER } from "./processes.ts";
import { startServed } from "./servedEditor.ts";
import { Settings } from "./settings.ts";
import { until } from "./until.ts";

export interface EditorOptions {
  /** The folder to open, absolute. */
  readonly workspace: string;
  /** User settings on top of those every test has; undefined takes one of these away. */
  readonly settings?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly theme?: Theme;
  /** Opens the folder in restricted mode. Default false: every folder is trusted. */
  readonly asksForTrust?: boolean;
  /** Default: the packaged extension, dist/rubberduck.vsix. */
  readonly vsix?: string;
  /** Further extensions, by their folder in test/fixtures. */
  readonly extensions?: readonly string[];
}

/** A real VS Code with the packaged extension, a profile and a store of its own. The first window is open. */
export interface Editor extends EditorWindow {
  readonly workspace: string;
  /** All that VS Code and its extensions write: settings, logs, what they keep. */
  readonly profilePath: string;
  /** Where RubberDuck keeps its files, unless the settings say otherwise. Within the profile. */
  readonly storePath: string;
  /** A further window of the same profile and VS Code server, on the same folder or on none. */
  openWindow(what?: "workspace" | "nothing"): Promise<EditorWindow>;
  /** Changes user settings while the editor runs; undefined removes one. */
  setSettings(changes: Record<string, unknown>): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** The language servers that run now: one a window. */
  serverPids(): number[];
  /** The only language server, as soon as there is one and not more. */
  serverPid(): Promise<number>;
  /** The processes in which extensions run: one a window. */
  extensionHostPids(): number[];
  /** Ends everything that this editor started, leftover language servers too, and removes its profile. */
  dispose(): Promise<void>;
}

export type Theme = "light" | "dark" | "highContrast" | "highContrastLight";

const ROOT = join(import.meta.dirname, "..", "..");

const THEMES: Record<Theme, { readonly name: string; readonly cssClass: string }> = {
  light: { name: "Light Modern", cssClass: "vs" },
  dark: { name: "Dark Modern", cssClass: "vs-dark" },
  highContrast: { name: "Default High Contrast", cssClass: "hc-black" },
  highContrastLight: { name: "Default High Contrast Light", cssClass: "hc-light" },
};

/** Starts VS Code: the served one, or with RUBBERDUCK_EDITOR=desktop the one of `npm run test:electron`. */
export async function openEditor(options: EditorOptions): Promise<Editor> {
  const marker = randomUUID();
  const home = mkdtempSync(join(tmpdir(), "rubberduck-editor-"));
  const storePath = join(home, "store");
  const theme = options.theme ?? "dark";
  const settings = new Settings(join(home, "user"), {
    "rubberduck.store.path": storePath,
    // Tests count what is sent to a model; those about titles and suggestions turn them on.
    "rubberduck.titles.useModel": false,
    "rubberduck.completions.eagerness": "off",
    "workbench.colorTheme": THEMES[theme].name,
    ...(options.asksForTrust && {
      "security.workspace.trust.enabled": true,
      "security.workspace.trust.startupPrompt": "never",
      "security.workspace.trust.banner": "never",
    }),
    ...options.settings,
  });
  const start = process.env.RUBBERDUCK_EDITOR === "desktop" ? startDesktop : startServed;
  const unwatch = endMarkedWithUs(marker, home);
  const cleanUp = async (): Promise<void> => {
    await endMarked(marker);
    unwatch();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const running = await start({
      workspace: options.workspace,
      userDataDir: join(home, "user"),
      extensionsDir: join(home, "extensions"),
      vsixs: [options.vsix ?? join(ROOT, "dist", "rubberduck.vsix"), ...(await pack(options.extensions ?? [], home))],
      env: {
        ...cleanEnvironment(),
        XDG_CONFIG_HOME: join(home, "config"),
        EXTENSIONS_GALLERY: "{}",
        ...options.env,
        [MARKER]: marker,
      },
      log: () => {},
      asksForTrust: options.asksForTrust ?? false,
    });
    const openWindow = async (what: "workspace" | "nothing" = "workspace"): Promise<EditorWindow> => {
      const page = await running.open(what);
      await windowReady(page);
      return driveWindow(page);
    };
    const first = await openWindow();
    const themeShown = (shown: Theme): Promise<void> =>
      first.page.locator(`.monaco-workbench.${THEMES[shown].cssClass}`).waitFor();
    await themeShown(theme);
    return {
      ...first,
      workspace: options.workspace,
      profilePath: home,
      storePath,
      openWindow,
      setSettings: (changes) => settings.change(first, changes),
      setTheme: async (next) => {
        await settings.change(first, { "workbench.colorTheme": THEMES[next].name });
        await themeShown(next);
      },
      serverPids: () => languageServers(marker),
      extensionHostPids: () => extensionHosts(marker),
      serverPid: () =>
        until(() => {
          const pids = languageServers(marker);
          return pids.length === 1 && pids[0];
        }, "one language server"),
      dispose: async () => {
        await running.close().catch(() => {});
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function pack(extensions: readonly string[], into: string): Promise<string[]> {
  const { createVSIX } = await import("@vscode/vsce");
  return Promise.all(
    extensions.map(async (name) => {
      const packagePath = join(into, `${name}.vsix`);
      const cwd = join(ROOT, "test", "fixtures", name);
      await createVSIX({ cwd, packagePath, dependencies: false, skipLicense: true, allowMissingRepository: true });
      return packagePath;
    }),
  );
}

/** VS Code changes its ways when it is started from a VS Code's terminal or a Node test runner. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_TEST_|NODE_OPTIONS$|npm_)/.test(name)),
  );
}
