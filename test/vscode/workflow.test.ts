import assert from "node:assert/strict";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "./until.ts";
import { MODEL, requestFor, useDuck } from "./useDuck.ts";

const FILE = "src/greet.ts";
const GREET = `/** Says hello to somebody by name. */
export function greetPolitely(name: string): string {
  return "Good day, " + name;
}
`;
const EDIT = `${FILE}
<<<<<<< SEARCH
  return "Good day, " + name;
=======
  return \`Good day, \${name}\`;
>>>>>>> REPLACE
`;

const duck = useDuck({
  files: {
    [FILE]: GREET,
    "src/app.ts": 'import { greetPolitely } from "./greet.ts";\n\nconsole.log(greetPolitely("Ada"));\n',
  },
});

/** Asks for a change; resolves when the model was asked for it and says nothing. */
async function proposing(wish: string): Promise<void> {
  const { chat, models } = duck;
  models.reply({ type: "answer", pieces: ["I join it otherwise.\n\n", EDIT] });
  models.hold();
  await chat.ask(`/refactor ${FILE} ${wish}`);
  await requestFor(duck, wish);
  await step("Under way: Propose").waitFor();
}

const step = (text: string) => duck.chat.answer.locator(".workflow .step").filter({ hasText: text });

async function greeting(): Promise<string> {
  return readFile(join(duck.editor.workspace, FILE), "utf8");
}

test("a command that is cancelled while it proposes says where it stopped, and writes nothing", async () => {
  const { chat, editor, models } = duck;
  await proposing("with less noise");
  await chat.button("Stop").click();
  await step("Stopped: Propose").waitFor();
  await step("Stopped: Check").waitFor();
  assert.match((await step("Analyse").textContent()) ?? "", /^Done: Analyse.*named in 1 other file/);
  await chat.finished();
  models.release();
  await chat.says("Stopped");
  await editor.screenshot("workflow-cancelled");
  assert.equal(await chat.answer.getByRole("button", { name: "Accept" }).count(), 0);
  assert.equal(await greeting(), GREET);
});

test("killed while it proposes, it goes on from the log without analysing again, and what it proposes is accepted and written", async () => {
  const { chat, editor, models } = duck;
  await proposing("into a template");
  const pid = await editor.serverPid();
  process.kill(pid, "SIGKILL");
  models.release();
  await chat.says("The work was cut off");
  await step("Stopped: Propose").waitFor();
  await editor.screenshot("workflow-cut-off");
  // Analysed anew, it would be named nowhere.
  await rm(join(editor.workspace, "src/app.ts"));
  await until(async () => (await editor.serverPid()) !== pid, "a new server");
  await chat.ready(MODEL);
  await chat.button("Continue").click();
  await step("Done: Check").waitFor();
  assert.match((await step("Analyse").textContent()) ?? "", /^Done: Analyse.*named in 1 other file/);
  assert.equal(await greeting(), GREET);
  await chat.answer.getByRole("button", { name: "Accept", exact: true }).click();
  await chat.says("Applied to 1 file");
  await step("Done: Apply").waitFor();
  assert.match(await greeting(), /return `Good day, \$\{name\}`;/);
  await editor.screenshot("workflow-resumed");
});

test("the doctor tells three faults apart, the worst first, and choosing one does what helps", async () => {
  const { chat, editor, models } = duck;
  const { page } = editor;
  const rows = page.locator(".quick-input-list .monaco-list-row");
  const row = (text: string | RegExp) => rows.filter({ hasText: text });
  const lookAround = async () => {
    await editor.runCommand("RubberDuck: Doctor");
    await row("Copy the report").waitFor();
    return rows.allTextContents();
  };
  const aside = `${editor.storePath}-aside`;
  await rename(editor.storePath, aside);
  await writeFile(editor.storePath, "not a folder");
  await editor.runCommand("RubberDuck: Restart Server");
  await chat.frame.getByText("Conversations cannot be kept").waitFor();
  await models.close();

  const [model = "", store = "", index = ""] = await lookAround();
  await editor.screenshot("doctor");
  assert.match(model, /Model.*127\.0\.0\.1:\d+.*See whether .* runs/s);
  assert.match(store, /Store.*store cannot be used.*Do what its details say/s);
  assert.match(index, /Code index.*not been read yet.*read it now/s);

  await row("Code index").click();
  assert.match((await lookAround()).join("|"), /Code index[^|]*(?:1 file is read|is being read)/);
  await row("Store").first().click();
  const details = page.locator(".monaco-dialog-box").filter({ hasText: "RubberDuck's store" });
  await details.filter({ hasText: "Set rubberduck.store.path to a folder." }).waitFor();
  await editor.screenshot("doctor-store");
  await details.getByRole("button", { name: "Cancel" }).click();
  await rm(editor.storePath);
  await rename(aside, editor.storePath);
  const [still = "", ...others] = await lookAround();
  assert.match(still, /Model/);
  assert.match(others.join("|"), /Store[^|]* is open/);
  await chat.frame.getByText("Conversations cannot be kept").waitFor({ state: "hidden" });
  await row("Model").first().click();
  await row("Offline").first().waitFor();
});
