import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** For tests: no sandbox (root has none), nothing that talks to anybody else. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of a Chromium: one that is there, else one that is installed now. Says which. */
export async function ensureChromium(log: (line: string) => void): Promise<string> {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`CHROME_PATH is "${chosen}", which is not a program.`);
    return use(chosen, "from CHROME_PATH", log);
  }
  const found = installed();
  if (found) return use(found, "installed", log);
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    log("No Chromium found. Installing Debian's (apt-get install chromium) ...");
    apt("update");
    apt("install", "-y", "--no-install-recommends", "chromium");
    const fresh = installed();
    if (fresh) return use(fresh, "from apt-get", log);
    log("apt-get did not bring a Chromium.");
  }
  return use(download(log), "Playwright's", log);
}

function installed(): string | undefined {
  const own = {
    linux: [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/usr/bin/google-chrome-stable",
    ],
    darwin: [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    win32: [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA].map((folder) =>
      join(folder ?? "", "Google", "Chrome", "Application", "chrome.exe"),
    ),
  }[process.platform as string];
  return [...(own ?? []), chromium.executablePath()].find(isExecutable);
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["-q", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
}

function download(log: (line: string) => void): string {
  log("No Chromium found. Downloading Playwright's ...");
  const cli = join(import.meta.dirname, "..", "node_modules", "playwright-core", "cli.js");
  const { status } = spawnSync(process.execPath, [cli, "install", "chromium"], { stdio: "inherit" });
  if (status !== 0) {
    throw new Error("No Chromium could be found or downloaded. Install one, or set CHROME_PATH to its program.");
  }
  return chromium.executablePath();
}

function use(path: string, how: string, log: (line: string) => void): string {
  log(`Chromium: ${path} (${how})`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
