import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { openTerminal, plain, type Terminal } from "../fakes/terminal.ts";
import { configBeside } from "./serverProcess.ts";
import { endAfterTest, useWorld } from "./world.ts";

const world = useWorld();

function chat({ env = {}, args = [] }: { env?: Record<string, string>; args?: string[] } = {}): Terminal {
  const { folder, storePath } = world.workspace;
  const where = ["--folder", folder, "--store", storePath];
  const config = { XDG_CONFIG_HOME: configBeside(storePath) };
  const terminal = openTerminal(["chat", ...where, ...args], { ...config, ...env });
  endAfterTest(terminal.kill);
  return terminal;
}

test("a message is answered in the terminal, its answer grows, and its receipt is shown", async () => {
  const { baseUrl } = world.configured();
  world.models.reply({ type: "answer", pieces: ["It begins", " and ends."] });
  world.models.hold();
  world.models.release(2);
  const { shows, press } = chat({ args: ["--base-url", baseUrl, "--model", "test-model"] });
  await shows("test-model");
  press("Who greets politely?");
  await shows("Who greets politely?");
  press("\r");
  await shows("It begins");
  world.models.release();
  await shows("It begins and ends.");
  await shows(/Code 1 · Messages 1 · [\d,]+ tokens/);
});

test("an editor and the terminal share a conversation; when the editor's server is killed, the terminal goes on", async () => {
  const editor = await world.start(world.configured());
  world.models.reply({ type: "answer", pieces: ["From the editor."] });
  await editor.send("Said in the editor", { conversationId: "shared" }).result;
  const { baseUrl } = world.configured();
  const model = ["--base-url", baseUrl, "--model", "test-model"];
  const { shows, press, forget } = chat({ args: ["--conversation", "shared", ...model] });
  await shows("Said in the editor");
  await shows("VS Code ·");
  await shows("From the editor.");
  world.models.reply({ type: "answer", pieces: ["To the terminal."] });
  press("Said in the terminal\r");
  await shows("To the terminal.");
  const seen = editor.follow("shared");
  await seen.until(({ turns }) => turns[1]?.accepted.client === "terminal", "the terminal's message in the editor");
  await editor.kill("SIGKILL");
  world.models.reply({ type: "answer", pieces: ["Without the editor."] });
  await shows("Starting …");
  forget();
  await shows("test-model");
  press("And now?\r");
  await shows("Without the editor.");
});

test("Ctrl+O lists the conversations and opens one; /help says the keys; Ctrl+C twice leaves", async () => {
  const editor = await world.start();
  await editor.send("First things first", { conversationId: "one" }).result;
  const { child, shows, press, forget } = chat();
  await shows("Offline");
  press("/help\r");
  await shows("Ctrl+O conversations · Ctrl+R receipt");
  press("\x0f");
  await shows("❯ First things first");
  forget();
  press("\r");
  await shows("No model was used");
  press("\x03");
  await shows("Ctrl+C again leaves");
  press("\x03");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});

test("without colours nothing is styled; for a screen reader lines are said in words", async () => {
  const editor = await world.start();
  await editor.send("Who greets politely?", { conversationId: "one" }).result;
  const bare = chat({ args: ["--no-color", "--conversation", "one"] });
  await bare.shows("No model was used");
  assert.doesNotMatch(bare.raw(), /\p{Cc}\[[0-9;]*m/u);
  const spoken = chat({ args: ["--screen-reader", "--conversation", "one"] });
  await spoken.shows(/You, VS Code · .*: Who greets politely\?/);
  await spoken.shows("RubberDuck: ");
  assert.doesNotMatch(plain(spoken.raw()), /[─│╭╰›❯]/);
});
