import type { Command } from "./command.ts";

export const clearCommand: Command = {
  name: "clear",
  summary: "Start afresh in this conversation: earlier messages leave the view and are not sent any more",
  async *run() {
    yield { type: "clear" };
    yield { type: "end", stopReason: "complete" };
  },
};
