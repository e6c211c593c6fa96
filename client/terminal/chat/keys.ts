import type { Key } from "ink";
import type { CommandSuggestion } from "../../../server/protocol/commands.ts";
import type { Chat } from "./chat.ts";
import { type Deletion, deleted, inserted, isOnFirstLine, isOnLastLine, type Motion, moved } from "./lineEditor.ts";

/** The commands that fit what stands in the box. */
export interface Offered {
  readonly suggestions: readonly CommandSuggestion[];
  /** -1: Enter sends what stands there. */
  readonly selected: number;
  readonly select: (index: number) => void;
  readonly close: () => void;
}

/** A key in the conversation. */
export function onChatKey(chat: Chat, offered: Offered, input: string, key: Key): void {
  const { value: line } = chat.line;
  if (onOfferedKey(chat, offered, key)) return;
  if (key.escape) {
    if (chat.panel.answering.value) void chat.panel.composer.stop();
    return;
  }
  if (key.return) {
    if (key.meta) chat.write(inserted(line, "\n"));
    else if (line.draft.slice(0, line.caret).endsWith("\\")) chat.write(inserted(deleted(line, "left"), "\n"));
    else chat.submit();
    return;
  }
  if (key.ctrl && onControlKey(chat, input)) return;
  if (key.upArrow && isOnFirstLine(line)) recall(chat, chat.history.older(line.draft));
  else if (key.downArrow && isOnLastLine(line)) recall(chat, chat.history.newer());
  else edit(chat, input, key);
}

function edit(chat: Chat, input: string, key: Key): void {
  const { value: line } = chat.line;
  const motion = motionOf(input, key);
  const deletion = deletionOf(input, key);
  if (motion !== undefined) chat.write(moved(line, motion));
  else if (deletion !== undefined) chat.write(deleted(line, deletion));
  else if (!key.ctrl && !key.meta && !key.tab && input !== "") type(chat, input);
}

/** Keys that come quickly come together: an Enter at their end sends. What is pasted comes another way. */
function type(chat: Chat, input: string): void {
  const isSent = /^[^\r\n]+\r$/.test(input);
  chat.write(inserted(chat.line.value, typed(isSent ? input.slice(0, -1) : input)));
  if (isSent) chat.submit();
}

/** What was typed or pasted; signs that steer a terminal do not stand in messages. */
export function typed(input: string): string {
  return input.replace(/\r\n?/g, "\n").replace(/(?![\t\n])\p{Cc}/gu, "");
}

function onOfferedKey(chat: Chat, { suggestions, selected, select, close }: Offered, key: Key): boolean {
  if (suggestions.length === 0) return false;
  if (key.downArrow) select((selected + 1) % suggestions.length);
  else if (key.upArrow) select((Math.max(selected, 0) + suggestions.length - 1) % suggestions.length);
  else if (key.escape) close();
  else if (key.tab) recall(chat, suggestions[Math.max(selected, 0)]?.text);
  else if (key.return && !key.meta && selected >= 0) {
    const text = suggestions[selected]?.text ?? "";
    recall(chat, text);
    // Behind a name that wants more, more is to be written.
    if (!text.endsWith(" ")) chat.submit();
  } else return false;
  return true;
}

/** The whole of it, with the caret behind. */
function recall(chat: Chat, text: string | undefined): void {
  if (text !== undefined) chat.write({ draft: text, caret: text.length });
}

function onControlKey(chat: Chat, input: string): boolean {
  switch (input) {
    case "o":
      chat.showConversations();
      return true;
    case "r":
      chat.showReceipt();
      return true;
    case "n":
      chat.newConversation();
      return true;
    case "j":
      chat.write(inserted(chat.line.value, "\n"));
      return true;
    default:
      return false;
  }
}

function motionOf(
  input: string,
  { leftArrow, rightArrow, upArrow, downArrow, home, end, ctrl, meta }: Key,
): Motion | undefined {
  if (leftArrow) return ctrl || meta ? "wordLeft" : "left";
  if (rightArrow) return ctrl || meta ? "wordRight" : "right";
  if (upArrow) return "up";
  if (downArrow) return "down";
  if (home || (ctrl && input === "a")) return "lineStart";
  if (end || (ctrl && input === "e")) return "lineEnd";
  if (meta && input === "b") return "wordLeft";
  if (meta && input === "f") return "wordRight";
  return undefined;
}

function deletionOf(input: string, { backspace, delete: del, ctrl, meta }: Key): Deletion | undefined {
  if (backspace) return meta ? "wordLeft" : "left";
  if (del) return "right";
  if (!ctrl) return undefined;
  return ({ w: "wordLeft", u: "toLineStart", k: "toLineEnd", d: "right", h: "left" } as const)[input];
}

/** A key in the list of conversations. */
export function onListKey(chat: Chat, input: string, key: Key): void {
  const { rows, selected, filter } = chat;
  const last = rows.value.length - 1;
  if (key.escape) chat.page.value = "chat";
  else if (key.downArrow) selected.value = Math.min(last, selected.value + 1);
  else if (key.upArrow) selected.value = Math.max(0, selected.value - 1);
  else if (key.return) {
    const row = rows.value[selected.value];
    if (row !== undefined) chat.open(row);
  } else if (key.ctrl && input === "n") chat.newConversation();
  else if (key.backspace) refilter(chat, filter.value.slice(0, -1));
  else if (!key.ctrl && !key.meta && !key.tab && input !== "") refilter(chat, filter.value + typed(input));
}

function refilter({ filter, selected }: Chat, text: string): void {
  filter.value = text;
  selected.value = 0;
}
