import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM_FLAGS } from "../../scripts/chromium.ts";
import { until } from "../fakes/clock.ts";
import { type ModelServer, startModelServer } from "../fakes/modelServer.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** The built server with its page, in a real browser. */
let browser: Browser;
let models: ModelServer;
let folder: string;
const children: ChildProcess[] = [];

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    args: CHROMIUM_FLAGS,
  });
  models = await startModelServer();
});
after(async () => {
  await browser.close();
  await models.close();
});
afterEach(async () => {
  models.reply();
  models.release();
  for (const child of children.splice(0)) await kill(child);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const environment = () => ({ ...process.env, XDG_CONFIG_HOME: join(folder, "config") });
const place = () => ["--folder", join(folder, "code"), "--store", join(folder, "store")];

async function serve(port = 0): Promise<ChildProcess> {
  if (port === 0) {
    folder = await mkdtemp(join(tmpdir(), "page-"));
    await mkdir(join(folder, "code"));
    await writeFile(join(folder, "code", "greet.ts"), "export const greetPolitely = () => 'Good day';\n");
  }
  const model = ["--base-url", models.baseUrl, "--model", "duck-1"];
  const args = [CLI, "serve", ...place(), ...model, "--json", "--port", String(port)];
  const child = spawn(process.execPath, args, { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  await once(createInterface(child.stdout), "line");
  return child;
}

async function link(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "access", "link", ...place()], {
    env: environment(),
  });
  return stdout.trim();
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function openPage(url: string): Promise<{ page: Page; faults: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1000, height: 760 } })).newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.text().includes("Content Security Policy") && faults.push(message.text()));
  await page.goto(url);
  return { page, faults };
}

const log = (page: Page) => page.getByRole("log");
const box = (page: Page) => page.getByLabel("Message", { exact: true });

/** As somebody who sees whether it can be sent. */
async function say(page: Page, text: string): Promise<void> {
  await page.getByText(/^Starting/).waitFor({ state: "detached" });
  await box(page).fill(text);
  await box(page).press("Enter");
}

test("a link opens the panel once: its code leaves the address, a second use is told what to do", async () => {
  await serve();
  const url = await link();
  const { page, faults } = await openPage(url);
  await page.getByText("Ask about your code").first().waitFor();
  assert.equal(new URL(page.url()).hash, "");
  assert.deepEqual(await page.context().cookies(), []);
  const again = await openPage(url);
  await again.page.getByText("This page may not join").waitFor();
  await again.page.getByText("Open in Browser").waitFor();
  assert.equal(await again.page.getByRole("button", { name: "Restart server" }).count(), 0);
  await page.reload();
  await page.getByText("Ask about your code").first().waitFor();
  assert.deepEqual(faults, []);
});

test("two pages share a conversation: each sees the other's message, its answer as it grows, and that it is there", async () => {
  await serve();
  const [one, two] = [await openPage(await link()), await openPage(await link())];
  models.reply({ type: "answer", pieces: ["It begins", " and ends."] });
  models.hold();
  await say(one.page, "Who greets?");
  await one.page.getByText(/^(Thinking|Asking)/).waitFor();
  await two.page.getByRole("button", { name: /Switch conversation/ }).click();
  await two.page.getByRole("button", { name: "Who greets?" }).first().click();
  await two.page.getByRole("article", { name: /^You/ }).getByText("Who greets?").waitFor();
  models.release();
  for (const { page } of [one, two]) await log(page).getByText("It begins and ends.").waitFor();
  for (const { page } of [one, two]) await page.getByRole("button", { name: "1 other is here: browser" }).waitFor();
  await box(two.page).pressSequentially("And");
  await one.page.getByText("Browser is typing").waitFor();
  await two.page.context().close();
  await one.page.getByRole("button", { name: /is here/ }).waitFor({ state: "detached" });
  // Shown as they are: what a page sent is that page's own words.
  assert.equal(await one.page.locator(".from").count(), 0);
  assert.deepEqual([...one.faults, ...two.faults], []);
});

test("its server is killed in the middle of an answer and started again: the page comes back by itself, with what had arrived", async () => {
  const child = await serve();
  const { page } = await openPage(await link());
  const port = Number(new URL(page.url()).port);
  models.reply({ type: "answer", pieces: ["It begins, ", "and never ends."] });
  models.hold();
  models.release(2);
  await say(page, "Tell me");
  await log(page).getByText("It begins,").waitFor();
  await box(page).fill("what I was writing");
  await kill(child);
  await page.getByText("Starting. What you write is kept until then.").waitFor();
  await serve(port);
  await page.getByText("The answer was cut off").waitFor();
  assert.equal(await box(page).inputValue(), "what I was writing");
  models.release();
  models.reply({ type: "answer", pieces: ["Here I am."] });
  await say(page, "Are you there?");
  await log(page).getByText("Here I am.").waitFor();
  assert.equal(await log(page).getByText("Tell me").count(), 1);
});

test("a page whose token is revoked is told so, and stops asking", async () => {
  await serve();
  const { page } = await openPage(await link());
  await page.getByText("Ask about your code").first().waitFor();
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "access", "revoke", "Browser", ...place()], {
    env: environment(),
  });
  assert.match(stdout, /Revoked: Browser/);
  await page.getByText("This page may not join").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("rubberduck.token")), null);
});

test("what a page cannot do is not offered: code is copied, not inserted", async () => {
  await serve();
  const { page } = await openPage(await link());
  models.reply({ type: "answer", pieces: ["```ts\nconst a = 1;\n```\n"] });
  await say(page, "Show me");
  await page.getByRole("figure").hover();
  await page.getByRole("button", { name: "Copy", exact: true }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: "Insert at cursor" }).count(), 0);
  await page.getByRole("button", { name: "New conversation" }).click();
  await until(async () => (await page.getByText("Ask about your code").count()) > 0);
});
