import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./until.ts";
import { useDuck } from "./useDuck.ts";

const duck = useDuck({
  offline: true,
  files: {
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
