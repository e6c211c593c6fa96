import type { Memory } from "../../server/protocol/memory.ts";
import type { HostMessage } from "../../server/protocol/panel.ts";
import type { Panel } from "../panel.ts";

type Command = Extract<HostMessage, { type: "command" }>;
/** From the context menu of a memory's row. */
type RowCommand = Extract<Command, { memoryId: string }>;
/** From the view's title, or the command palette. */
type PageCommand = Extract<
  Command,
  { name: "writeMemory" | "tidyMemory" | "testMemory" | "undoMemory" | "showPastMemory" }
>;

export function onMemoryCommand(panel: Panel, command: RowCommand | PageCommand): void {
  if ("memoryId" in command) onRow(panel, command);
  else onPage(panel, command);
}

function onRow(panel: Panel, { name, memoryId: id, place: where }: RowCommand): void {
  const { memories } = panel;
  const place = { id, place: where };
  const memory = memories.memory(id);
  if (name === "forgetMemory") void memories.startForgetting(place);
  else if (memory === undefined) return;
  else if (name === "correctMemory") memories.startCorrecting(place);
  else if (name === "pinMemory") void memories.pin(place, !memory.pinned);
  else if (name === "muteMemory") void memories.mute(place, !memories.isMuted(id));
  else showSource(panel, memory);
}

function showSource(panel: Panel, { sources }: Memory): void {
  for (const { conversationId, turnId } of sources) {
    if (conversationId === undefined || turnId === undefined) continue;
    panel.openAt(conversationId, turnId);
    return;
  }
  panel.memories.alert.value = "This was not said in a conversation that is kept.";
}

function onPage(panel: Panel, { name }: PageCommand): void {
  const { memoryPage } = panel;
  if (panel.view.value !== "memory") panel.openMemory();
  if (name === "writeMemory") memoryPage.writing.value = "";
  else if (name === "tidyMemory") void memoryPage.tidy();
  else if (name === "testMemory") void memoryPage.testRecall();
  else if (name === "undoMemory") void memoryPage.undo();
  else memoryPage.choosesMoment.value = true;
}
