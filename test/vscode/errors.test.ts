import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { delta } from "../fakes/modelServer.ts";
import { until } from "./until.ts";
import { MODEL, useDuck } from "./useDuck.ts";

const duck = useDuck();

test("an endpoint that speaks HTML is told apart from a model, and the offline answer works", async () => {
  const { chat, models } = duck;
  models.reply({ type: "raw", headers: { "content-type": "text/html" }, chunks: ["<html>Sign in</html>"] });
  await chat.ask("Who greets politely?");
  await chat.error.getByText("The endpoint answered something else").waitFor();
  await chat.error.getByText("Check the base URL").waitFor();
  await chat.error.getByRole("button", { name: "Choose model" }).waitFor();
  await chat.error.getByRole("button", { name: "Answer offline" }).click();
  await chat.says("No model was used.");
  await chat.says("src/greet.ts");
  await answersAgain();
});

test("an answer that is cut off keeps what arrived, and can be continued", async () => {
  const { chat, models } = duck;
  models.reply({ type: "raw", chunks: [delta({ content: "As far as this" })], ending: "cut" });
  models.hold();
  await chat.ask("How far do you come?");
  models.release(1);
  await chat.says("As far as this");
  models.release();
  await chat.says("The answer was cut off");
  await chat.says(`${host()} closed the connection`);
  assert.equal(await chat.finished(), "As far as this");
  models.reply({ type: "answer", pieces: [" and further."] });
  await chat.button("Continue").click();
  await chat.says("As far as this and further.");
});

test("after five failures it answers offline and says why, until Try now", async () => {
  const { chat, models } = duck;
  models.reply({ type: "status", status: 503 });
  const silent = chat.frame.getByRole("status").filter({ hasText: `${host()} does not answer` });
  await until(async () => {
    await chat.ask("Are you there?");
    await chat.finished();
    return silent.isVisible();
  }, "the breaker to open");
  const failures = models.requests.length;
  await silent.getByText("Answering offline").waitFor();
  await chat.ask("Who greets politely?");
  await chat.says(`${host()} does not answer; next try at`);
  assert.equal(models.requests.length, failures, "it is left alone");
  models.reply({ type: "answer", pieces: ["Here I am."] });
  await silent.getByRole("button", { name: "Try now" }).click();
  await silent.waitFor({ state: "detached" });
  await chat.ask("And now?");
  assert.equal(await chat.finished(), "Here I am.");
});

test("an endpoint that is down is named with cause and remedy", async () => {
  const { chat, editor, models } = duck;
  const address = await deadAddress();
  await chooseEndpoint(address, "gone-1");
  try {
    await chat.ready("gone-1", new URL(address).host);
    await chat.ask("Is anybody there?");
    await chat.error.getByText("The endpoint does not answer").waitFor();
    await chat.error
      .getByText(`${new URL(address).host} refused the connection. Is the model server running?`)
      .waitFor();
    await chat.error.getByRole("button", { name: "Try again" }).waitFor();
    await chat.error.getByRole("button", { name: "Answer offline" }).click();
    await chat.says("No model was used.");
    await until(async () => (await editor.statusBar()).includes("gone-1"), "the status bar to name the model");
  } finally {
    await chooseEndpoint(models.baseUrl, MODEL);
    await chat.ready(MODEL, host());
  }
});

/** A good answer also makes the endpoint's earlier failures forgotten. */
async function answersAgain(): Promise<void> {
  duck.models.reply({ type: "answer", pieces: ["All is well."] });
  await duck.chat.regenerate();
  await duck.chat.says("All is well.");
}

/** Through the menu that people use. */
async function chooseEndpoint(address: string, name: string): Promise<void> {
  const { editor } = duck;
  await editor.runCommand("RubberDuck: Choose Model");
  const dialog = editor.page.locator(".quick-input-widget");
  await dialog.getByText("OpenAI-compatible endpoint…").click();
  await dialog.getByText("Address of the endpoint").waitFor();
  await dialog.locator("input.input").fill(address);
  await dialog.locator("input.input").press("Enter");
  await dialog.getByText(`Model of ${new URL(address).host}`).waitFor();
  await dialog.locator("input.input").fill(name);
  await dialog.locator("input.input").press("Enter");
  await dialog.waitFor({ state: "hidden" });
}

function host(): string {
  return new URL(duck.models.baseUrl).host;
}

/** Where nobody listens any more. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}/v1`;
}
