import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

/** Some of this repository: code that was not written to be analysed. */
const REAL = "server/hybrid";
const HERE = join(import.meta.dirname, "../..", REAL);

const duck = useDuck({
  offline: true,
  files: {
    ...realFiles(),
    "src/matching.ts": real("matching.ts"),
    "src/receipt.ts": `// TODO: charge for sending it\nexport function sending() {\n${"  console.log(0);\n".repeat(60)}}\n`,
    "test/orders.test.ts": 'import { loadOrders } from "../src/orders.ts";\n\nloadOrders("orders.json");\n',
    "src/main.ts": `import { loadOrders } from "./orders.ts";
import { printInvoice } from "./invoice.ts";

for (const order of loadOrders("orders.json")) console.log(printInvoice(order));
`,
    "src/orders.ts": `import { readFileSync } from "node:fs";

export interface Order {
  readonly id: string;
  readonly cents: number;
}

export function loadOrders(path: string): Order[] {
  return JSON.parse(readFileSync(path, "utf8"));
}
`,
    "src/invoice.ts": `import type { Order } from "./orders.ts";

export function printInvoice(order: Order): string {
  return \`\${order.id}: \${(order.cents / 100).toFixed(2)}\`;
}
`,
    "tools/thermometer.py": `"""Reads the temperature of the warehouse."""


def read_sensor(port):
    with open(port) as device:
        return device.readline()


def celsius_from_fahrenheit(degrees):
    return (degrees - 32) * 5 / 9
`,
    "tools/report.py": `from thermometer import celsius_from_fahrenheit


def weekly_report(readings):
    return [celsius_from_fahrenheit(reading) for reading in readings]
`,
    "README.md": "# Shop\n\nOrders and a cold warehouse.\n",
  },
});

test("without a model it answers from the code and says so", async () => {
  const { chat, models } = duck;
  await chat.ask("Where is celsius_from_fahrenheit?");
  assert.match(await chat.finished(), /^No model was used\./);
  await chat.says("return (degrees - 32) * 5 / 9");
  await chat.says("RubberDuck: Choose Model");
  assert.deepEqual(models.requests, []);
});

test("a click on a source link opens the file at that line", async () => {
  const { chat, editor } = duck;
  await chat.ask("Where is printInvoice defined?");
  await chat.finished();
  const link = chat.answer.getByRole("link", { name: /^src\/invoice\.ts:\d+$/ }).first();
  const line = (await link.textContent())?.split(":").at(-1);
  await link.click();
  await editor.page.locator(".tabs-container .tab.active").filter({ hasText: "invoice.ts" }).waitFor();
  await until(async () => (await editor.statusBar()).includes(`Ln ${line}, Col 1`), `the cursor in line ${line}`);
});

test("the receipt line opens and lists the code that was used", async () => {
  const { chat, editor } = duck;
  await chat.ask("How does loadOrders read its file?");
  await chat.finished();
  await chat.button(/^Receipt:.*no model$/).click();
  const receipt = chat.frame.getByRole("region", { name: "Receipt" });
  await receipt.getByText("No model was used").waitFor();
  const place = receipt.getByRole("button", { name: /^src\/orders\.ts:\d+/ }).first();
  await place.click();
  await editor.page.locator(".tabs-container .tab.active").filter({ hasText: "orders.ts" }).waitFor();
  await chat.button(/^Receipt:/).click();
  await receipt.waitFor({ state: "detached" });
});

test("/analyze shows what can be measured without a model, as tables with links into the code", async () => {
  const { chat, editor, models } = duck;
  const folder = editor.workspace;
  commit(folder, "Begin");
  appendFileSync(join(folder, REAL, "orders.ts"), "\n");
  commit(folder, "Change what is hard to understand");
  await editor.openFile("src/invoice.ts");
  await chat.resize(380);
  await chat.ask("/analyze");
  const words = await chat.finished();
  for (const what of [
    ...["Complex functions", "Long functions", "Hot files", "Duplicated code"],
    ...["Exported, named in no other file", "No test of that name", "Left to do"],
  ]) {
    await chat.answer.getByRole("heading", { name: what }).waitFor();
  }
  assert.match(words, /No model was used\..*what matters most.*RubberDuck: Choose Model/);
  assert.deepEqual(models.requests, []);
  const rows = chat.answer.getByRole("row");
  await rows.filter({ hasText: "TODO charge for sending it" }).waitFor();
  await rows
    .filter({ hasText: `${REAL}/matching.ts:` })
    .filter({ hasText: "src/matching.ts:" })
    .waitFor();
  await chat.answer.getByRole("link", { name: "decide", exact: true }).first().click();
  await editor.page.locator(".tabs-container .tab.active").filter({ hasText: "orders.ts" }).waitFor();
  const line =
    1 +
    readFileSync(join(folder, REAL, "orders.ts"), "utf8")
      .split("\n")
      .findIndex(isDecide);
  await until(async () => (await editor.statusBar()).some((item) => item.startsWith(`Ln ${line},`)), `line ${line}`);

  await chat.answer.getByRole("heading", { name: "Complex functions" }).scrollIntoViewIfNeeded();
  await editor.screenshot("analyze-dark");
  await editor.setTheme("light");
  await editor.screenshot("analyze-light");
  await chat.resize(300);
  assert.equal(await chat.overflow(), 0);
  await editor.screenshot("analyze-300");
  await editor.setTheme("dark");
});

function isDecide(line: string): boolean {
  return /function decide\(/.test(line);
}

function realFiles(): Record<string, string> {
  return Object.fromEntries(readdirSync(HERE).map((name) => [`${REAL}/${name}`, real(name)]));
}

function real(name: string): string {
  return readFileSync(join(HERE, name), "utf8");
}

function commit(folder: string, message: string): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
  git("init", "-q");
  git("add", ".");
  git("-c", "user.name=Duck", "-c", "user.email=duck@example.org", "commit", "-q", "-m", message);
}
