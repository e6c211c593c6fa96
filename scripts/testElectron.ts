import { join } from "node:path";
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from "@vscode/test-electron";
import { test } from "./test.ts";

/** The suite of test/vscode in desktop VS Code, which is downloaded into .vscode-test/ first. */
process.exit(await testElectron(process.argv.slice(2)));

async function testElectron(names: readonly string[]): Promise<number> {
  const program = await download();
  if (program === undefined) return 1;
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.error("Desktop VS Code needs a display. Run this as: xvfb-run -a npm run test:electron");
    return 1;
  }
  process.env.RUBBERDUCK_EDITOR = "desktop";
  process.env.RUBBERDUCK_VSCODE = program;
  process.env.RUBBERDUCK_VSCODE_CLI = resolveCliArgsFromVSCodeExecutablePath(program)[0];
  return test(names.length > 0 ? names : ["editor"]);
}

/** RUBBERDUCK_VSCODE names a program that is already there; RUBBERDUCK_VSCODE_VERSION a version other than the newest. */
async function download(): Promise<string | undefined> {
  if (process.env.RUBBERDUCK_VSCODE) return process.env.RUBBERDUCK_VSCODE;
  try {
    return await downloadAndUnzipVSCode({
      version: process.env.RUBBERDUCK_VSCODE_VERSION ?? "stable",
      cachePath: join(import.meta.dirname, "..", ".vscode-test"),
      timeout: 30_000,
    });
  } catch (error) {
    console.error(
      `Desktop VS Code could not be downloaded (${error instanceof Error ? error.message : error}).\n` +
        "Connect to update.code.visualstudio.com and run this again, or name an installed one:\n" +
        "  RUBBERDUCK_VSCODE=/path/to/the/program npm run test:electron\n" +
        "The same suite runs without it, in the VS Code that comes from the package registry: npm test -- editor",
    );
    return undefined;
  }
}
