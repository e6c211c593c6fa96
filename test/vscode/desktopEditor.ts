import { spawnSync } from "node:child_process";
import { _electron } from "playwright-core";
import { driveWindow } from "./editorWindow.ts";
import type { Launch, RunningEditor } from "./launch.ts";

/** Desktop VS Code, whose program `npm run test:electron` downloads and names in RUBBERDUCK_VSCODE. */
export async function startDesktop(launch: Launch): Promise<RunningEditor> {
  const executablePath = process.env.RUBBERDUCK_VSCODE;
  if (!executablePath) throw new Error("RUBBERDUCK_VSCODE does not name VS Code's program. Use: npm run test:electron");
  const flags = [`--user-data-dir=${launch.userDataDir}`, `--extensions-dir=${launch.extensionsDir}`];
  const cli = process.env.RUBBERDUCK_VSCODE_CLI ?? executablePath;
  const installs = launch.vsixs.flatMap((vsix) => ["--install-extension", vsix]);
  const install = spawnSync(cli, [...flags, ...installs, "--force"], {
    env: launch.env,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (install.status !== 0)
    throw new Error(`The extension could not be installed.\n${install.stdout}${install.stderr}`);

  const app = await _electron.launch({
    executablePath,
    args: [
      ...flags,
      "--no-sandbox",
      "--disable-gpu",
      "--disable-telemetry",
      "--disable-updates",
      ...(launch.asksForTrust ? [] : ["--disable-workspace-trust"]),
      "--skip-welcome",
      "--skip-release-notes",
      "--password-store=basic",
      launch.workspace,
    ],
    env: Object.fromEntries(Object.entries(launch.env).filter((entry): entry is [string, string] => !!entry[1])),
  });
  return {
    open: async (what) => {
      const [first] = app.windows();
      if (!first) return app.firstWindow();
      const next = app.waitForEvent("window");
      await driveWindow(first).runCommand(
        what === "workspace" ? "Workspaces: Duplicate As Workspace in New Window" : "New Window",
      );
      return next;
    },
    close: () => app.close(),
  };
}
