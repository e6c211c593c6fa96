import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openEditor } from "./harness.ts";

test("probe", async () => {
  const t0 = performance.now();
  const lap = (s: string) => console.log(s, Math.round(performance.now() - t0));
  const ws = mkdtempSync(join(tmpdir(), "duck-probe-"));
  mkdirSync(join(ws, "src"));
  writeFileSync(
    join(ws, "src/greet.ts"),
    "/** Says hello. */\nexport function greet(name: string) {\n  return `hello ${name}`;\n}\n",
  );
  const editor = await openEditor({ workspace: ws });
  lap("open");
  const panel = await editor.panel();
  lap("panel");
  await panel.getByLabel("Message", { exact: true }).fill("Where is greet?");
  lap("fill");
  await panel.getByLabel("Message", { exact: true }).press("Enter");
  await panel.getByText("No model was used").first().waitFor();
  lap("answer");
  console.log(await panel.locator("body").innerText());
  console.log(await editor.statusBar());
  await editor.screenshot("probe");
  lap("shot");
  await editor.reload();
  lap("reload");
  await editor.panel();
  lap("panel");
  await panel.getByText("No model was used").first().waitFor();
  lap("answer");
  await editor.dispose();
  lap("dispose");
});
