import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from "../fakes/smallDisk.ts";
import { requestFor, useDuck } from "./useDuck.ts";

/** More than the room that is left in the last block of a file. */
const LONG = "and so on, ".repeat(1000);

describe("a disk that is full", { skip: whyNoSmallDisk() }, () => {
  let disk: SmallDisk;
  const duck = useDuck({
    store: () => {
      disk = mountSmallDisk();
      return join(disk.path, "store");
    },
  });
  after(() => disk.dispose());

  test("a message that cannot be kept stays in the box, with the cause; with room again it is sent", async () => {
    const { chat, models, editor } = duck;
    models.reply({ type: "answer", pieces: ["Yes."] });
    await chat.ask("Before");
    await chat.says("Yes.");
    await chat.finished();
    disk.fill();
    const question = `Is there room? ${LONG}`;
    await chat.box.fill(question);
    await chat.box.press("Enter");
    await chat.error.filter({ hasText: "disk is full" }).waitFor();
    await editor.screenshot("full-disk");
    assert.equal(await chat.box.inputValue(), question);
    disk.free();
    await chat.box.press("Enter");
    await chat.message.filter({ hasText: "Is there room?" }).waitFor();
    await chat.finished();
    await assertKept("Before", "Is there room?");
  });

  test("an answer that comes while the disk is full is shown, and kept as soon as there is room", async () => {
    const { chat, models, editor } = duck;
    models.reply({ type: "answer", pieces: ["The first half, ", LONG, "the second half."] });
    models.hold();
    await chat.ask("Tell me");
    await requestFor(duck, "Tell me");
    disk.fill();
    models.release();
    await chat.says("the second half.");
    await chat.finished();
    const notice = chat.frame.getByText("This answer is not saved yet");
    await notice.waitFor();
    await editor.screenshot("full-disk-answer");
    disk.free();
    await notice.waitFor({ state: "detached" });
    models.reply({ type: "answer", pieces: ["All is kept."] });
    await chat.ask("And now?");
    await chat.says("All is kept.");
    await chat.finished();
    await assertKept("Tell me", "the second half.", "And now?", "All is kept.");
  });

  /** By a server and a page that know nothing but what is on the disk. */
  async function assertKept(...texts: readonly string[]): Promise<void> {
    const { chat, editor } = duck;
    process.kill(await editor.serverPid(), "SIGKILL");
    await editor.reload();
    for (const text of texts) await chat.frame.getByRole("article").filter({ hasText: text }).last().waitFor();
  }
});
