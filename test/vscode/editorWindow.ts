import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { until } from "./until.ts";

/** One window of VS Code, driven as a person drives it. */
export interface EditorWindow {
  readonly page: Page;
  /** Reloads the window: the extension host starts anew, the server and the profile stay. */
  reload(): Promise<void>;
  /** RubberDuck's chat panel, opened if it is not in view. */
  panel(): Promise<FrameLocator>;
  /** Runs a command of the palette by its full title, such as "RubberDuck: Choose Model". */
  runCommand(title: string): Promise<void>;
  /** Opens a file by the path within the workspace. */
  openFile(path: string): Promise<void>;
  /** The texts of the notifications that stand on the screen. */
  notifications(): Promise<string[]>;
  /** The texts of the status bar's items, left to right. */
  statusBar(): Promise<string[]>;
  /** Writes out/screenshots/<name>.png and returns its path. */
  screenshot(name: string): Promise<string>;
}

const SCREENSHOTS = join(import.meta.dirname, "..", "..", "out", "screenshots");
const PANEL = 'iframe.webview.ready[src*="extensionId=rubberduck.rubberduck"]';

export function driveWindow(page: Page): EditorWindow {
  return {
    page,
    reload: async () => {
      const loaded = page.waitForEvent("load");
      // Loading the page anew would lose what VS Code has not written down yet: it does so once a minute, and here.
      await runCommand(page, "Developer: Reload Window");
      await loaded;
      await windowReady(page);
    },
    panel: () => openPanel(page),
    runCommand: (title) => runCommand(page, title),
    openFile: (path) => openFile(page, path),
    notifications: () => texts(page, ".notifications-toasts .notification-list-item-message"),
    statusBar: () => texts(page, ".part.statusbar .statusbar-item"),
    screenshot: async (name) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      const path = join(SCREENSHOTS, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
  };
}

/** The workbench is drawn and its extensions have put something into the status bar. */
export async function windowReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor({ timeout: 60_000 });
}

async function openPanel(page: Page): Promise<FrameLocator> {
  const frame = page.locator(PANEL);
  const tab = page.getByRole("tab", { name: /^RubberDuck\b/ }).first();
  await until(
    async () => {
      if (await frame.first().isVisible()) return true;
      // Clicking the tab of a view that is already open would close it.
      if ((await tab.isVisible()) && (await tab.getAttribute("aria-selected")) !== "true") await tab.click();
      return false;
    },
    "the chat panel",
    30_000,
  );
  return page.frameLocator(PANEL).first().frameLocator("iframe#active-frame");
}

async function runCommand(page: Page, title: string): Promise<void> {
  // Exactly this title: what was used lately stands first, even if it only contains the title.
  const row = page
    .locator(".quick-input-list .monaco-list-row")
    .filter({ has: page.getByText(title, { exact: true }) });
  try {
    await until(
      async () => {
        await fillPalette(page, `>${title}`);
        await row.first().click({ timeout: 5_000 });
        return true;
      },
      `the command ${title}`,
      30_000,
    );
  } catch (error) {
    throw new Error(`"${title}" could not be run. The palette offers: ${(await offered(page)).join(" | ")}`, {
      cause: error,
    });
  }
}

async function openFile(page: Page, path: string): Promise<void> {
  const name = path.split("/").at(-1) ?? path;
  // The rows of what stood in the palette before go away under the mouse.
  const row = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: name });
  await until(
    async () => {
      await fillPalette(page, path);
      await row.first().click({ timeout: 5_000 });
      return true;
    },
    `the file ${path}`,
    30_000,
  );
  await page.locator(".tabs-container .tab.active").filter({ hasText: name }).waitFor();
}

async function fillPalette(page: Page, text: string): Promise<void> {
  const input = page.locator(".quick-input-widget input.input");
  await until(async () => {
    await page.keyboard.press("F1");
    await input.fill(text, { timeout: 2_000 });
    return true;
  }, "the command palette");
}

function offered(page: Page): Promise<string[]> {
  return texts(page, ".quick-input-list .monaco-list-row .label-name");
}

async function texts(page: Page, selector: string): Promise<string[]> {
  const all = await page.locator(selector).allInnerTexts();
  return all.map((text) => text.replace(/[\s\u00a0]+/g, " ").trim()).filter((text) => text !== "");
}
