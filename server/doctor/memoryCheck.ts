import type { EmbedderStatus } from "../protocol/memory.ts";
import { count } from "../util/count.ts";
import type { Finding } from "./doctor.ts";
import type { DoctorSources } from "./sources.ts";

/** More than that is looked through by nobody. */
const FULL_INBOX = 50;
const MUCH_JUNK = 0.2;

export async function checkMemory({ memory, store }: DoctorSources, signal: AbortSignal): Promise<Finding> {
  if ((await store?.())?.state !== "open") {
    return {
      ...{ state: "warning", finding: "Without the store nothing is remembered or recalled." },
      ...{ remedy: "See what is said of the store." },
    };
  }
  const { counts, episodes, embedder, junk, unreadable = 0 } = await memory(signal);
  const memories = counts.active === 1 ? "memory" : "memories";
  const held = `${counts.active.toLocaleString("en-US")} ${memories} and ${count(episodes, "message")} can be recalled`;
  if (unreadable > 0) {
    return {
      ...{
        state: "problem",
        finding: `${count(unreadable, "record")} of what was remembered cannot be read any more. ${held}.`,
      },
      ...{ remedy: "Verifying the store says where.", command: "rubberduck.verifyStore" },
    };
  }
  if (embedder.state === "failed") {
    return {
      ...{ state: "problem", finding: `${embedder.message ?? "Meaning cannot be compared."} ${held} by their words.` },
      ...{ remedy: "See the output channel for the cause.", command: "rubberduck.showOutput" },
    };
  }
  if (counts.pending > FULL_INBOX) {
    return {
      ...{ state: "warning", finding: `${counts.pending} memories wait in the inbox. ${held}.` },
      ...{ remedy: "Approve or reject them.", command: "rubberduck.memory.show" },
    };
  }
  if (junk.rate > MUCH_JUNK) {
    return {
      ...{ state: "warning", finding: `${junk.count} of ${junk.of} memories were of no use. ${held}.` },
      ...{ remedy: "Forget what you do not need.", command: "rubberduck.memory.show" },
    };
  }
  return { state: "ok", finding: `${held}, ${meaning(embedder)}.` };
}

function meaning({ state, model, done = 0, total = 0 }: EmbedderStatus): string {
  switch (state) {
    case "ready":
      return `by words and by meaning${model === undefined ? "" : ` (${model})`}`;
    case "building":
      return `by words; meaning is being worked out (${done} of ${total})`;
    default:
      return "by words";
  }
}
