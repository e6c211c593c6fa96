import { useEffect, useId, useState } from "preact/hooks";
import { type CommandMatch, matchCommands } from "../commands.ts";
import type { Panel } from "../panel.ts";

/** The commands that fit what is typed, and which of them is chosen. */
export interface SlashMenu {
  readonly isOpen: boolean;
  readonly matches: readonly CommandMatch[];
  readonly selected: number;
  readonly listId: string;
  optionId(index: number): string;
  select(index: number): void;
  run(index: number): void;
  /** Answers whether the key was meant for the menu. */
  onKey(key: string): boolean;
}

export function useSlashMenu(panel: Panel): SlashMenu {
  const listId = useId();
  const draft = panel.composer.draft.value;
  const [closedFor, setClosedFor] = useState<string>();
  const [choice, setChoice] = useState({ draft, index: 0 });
  const matches = matchCommands(draft);
  const isOpen = matches.length > 0 && closedFor !== draft;
  const selected = choice.draft === draft ? choice.index : 0;

  useEffect(() => {
    if (isOpen) panel.conversation.spoken.value = `${matches.length} ${matches.length === 1 ? "command" : "commands"}`;
  }, [panel, isOpen, matches.length]);

  const nameAt = (index: number) => `/${matches[index]?.command.name ?? ""}`;
  const select = (index: number) => setChoice({ draft, index: (index + matches.length) % matches.length });
  const complete = () => {
    panel.composer.writeAll(`${nameAt(selected)} `);
  };
  const run = (index: number) => {
    panel.send(nameAt(index));
    panel.focus();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => select(selected + 1),
    ArrowUp: () => select(selected - 1),
    Tab: complete,
    Enter: () => run(selected),
    Escape: () => setClosedFor(draft),
  };
  return {
    isOpen,
    matches,
    selected,
    listId,
    optionId: (index) => `${listId}-${index}`,
    select,
    run,
    onKey: (key) => {
      const act = isOpen ? keys[key] : undefined;
      act?.();
      return act !== undefined;
    },
  };
}
