import { useEffect, useId, useState } from "preact/hooks";
import type { CommandSuggestion } from "../../server/protocol/commands.ts";
import { isCommand, isCommandName } from "../commands.ts";
import type { Panel } from "../panel.ts";
import { useSlashSuggestions } from "./slashSuggestions.ts";

/** The commands that fit what is typed, or what stands behind one, and which of them is chosen. */
export interface SlashMenu {
  readonly isOpen: boolean;
  readonly suggestions: readonly CommandSuggestion[];
  /** -1 where Enter sends what stands in the box: behind a name, until something is chosen. */
  readonly selected: number;
  readonly listId: string;
  /** What is offered: "Commands", or what stands behind one. */
  readonly name: "Commands" | "Arguments";
  optionId(index: number): string;
  pick(index: number): void;
  /** Answers whether the key was meant for the menu. */
  onKey(key: string): boolean;
}

export function useSlashMenu(panel: Panel): SlashMenu {
  const listId = useId();
  const draft = panel.composer.draft.value;
  const isAtEnd = panel.composer.caret.value === draft.length;
  const [closedFor, setClosedFor] = useState<string>();
  const [choice, setChoice] = useState<{ draft: string; text: string }>();
  const suggestions = useSlashSuggestions(panel, isAtEnd ? draft : "");
  const isOpen = suggestions.length > 0 && closedFor !== draft;
  const isName = isCommandName(draft);
  // What was chosen stays chosen when the server's answer puts it elsewhere.
  const chosen = choice?.draft === draft ? suggestions.findIndex(({ text }) => text === choice.text) : -1;
  const selected = chosen < 0 && isName ? 0 : chosen;

  useEffect(() => {
    if (isOpen) panel.conversation.spoken.value = counted(suggestions.length, isName ? "command" : "suggestion");
  }, [panel, isOpen, isName, suggestions.length]);

  // Closed and chosen is meant for this one command, not for the next that looks the same.
  const isMeant = isCommand(draft);
  useEffect(() => {
    if (isMeant) return;
    setClosedFor(undefined);
    setChoice(undefined);
  }, [isMeant]);

  const select = (index: number) => {
    const { text } = suggestions[(index + suggestions.length) % suggestions.length] ?? {};
    if (text !== undefined) setChoice({ draft, text });
  };
  const complete = (index: number) => {
    panel.composer.writeAll(suggestions[index]?.text ?? draft);
    panel.focus();
  };
  const run = (index: number) => {
    const text = suggestions[index]?.text ?? draft;
    // Behind "/memory search " more is to be written.
    if (!isName && text.endsWith(" ")) return complete(index);
    panel.send(text.trim());
    panel.focus();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => select(selected + 1),
    ArrowUp: () => select(selected < 0 ? -1 : selected - 1),
    Tab: () => complete(Math.max(selected, 0)),
    Escape: () => setClosedFor(draft),
    ...(selected >= 0 && { Enter: () => run(selected) }),
  };
  return {
    isOpen,
    suggestions,
    selected,
    listId,
    name: isName ? "Commands" : "Arguments",
    optionId: (index) => `${listId}-${index}`,
    pick: (index) => (isName ? run(index) : complete(index)),
    onKey: (key) => {
      const act = isOpen ? keys[key] : undefined;
      act?.();
      return act !== undefined;
    },
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
