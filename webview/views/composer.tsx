import { useLayoutEffect, useRef } from "preact/hooks";
import type { Panel } from "../panel.ts";
import { ComposerChips } from "./chips.tsx";
import { ComposerHint, IndexLine } from "./composerLines.tsx";
import { ComposerTools } from "./composerTools.tsx";
import { usePanel } from "./context.ts";
import { EditingView } from "./editing.tsx";
import { useMentionMenu } from "./mentionMenu.ts";
import { MentionPopup } from "./mentionPopup.tsx";
import { TypingLine } from "./people.tsx";
import { type SlashMenu, useSlashMenu } from "./slashMenu.ts";
import { SlashPopup } from "./slashPopup.tsx";
import { useDrops } from "./useDrops.ts";

export function ComposerView() {
  const panel = usePanel();
  const slash = useSlashMenu(panel);
  const mentions = useMentionMenu(panel);
  const isOver = useDrops(panel);
  const menu: Menu = mentions.isOpen ? mentions : slash;
  return (
    <form
      class={panel.incognito.isOn.value ? "composer is-incognito" : "composer"}
      onSubmit={(event) => {
        event.preventDefault();
        panel.send();
        panel.focus();
      }}
    >
      <TypingLine />
      <IndexLine index={panel.state.value.index} />
      {mentions.isOpen ? <MentionPopup menu={mentions} /> : slash.isOpen && <SlashPopup menu={slash} />}
      <div class={isOver ? "composer-box is-over" : "composer-box"}>
        <EditingView />
        <ComposerChips />
        <Box panel={panel} menu={menu} />
        <ComposerTools />
      </div>
      <ComposerHint />
    </form>
  );
}

/** A list over the box, which keeps the focus. */
type Menu = Pick<SlashMenu, "isOpen" | "listId" | "selected" | "optionId" | "onKey">;

function Box({ panel, menu }: { panel: Panel; menu: Menu }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = panel.composer.draft.value;
  const requests = panel.focusRequests.value;
  useLayoutEffect(() => {
    const element = box.current;
    element?.focus();
    const { caret } = panel.composer;
    element?.setSelectionRange(caret.peek(), caret.peek());
  }, [requests, panel]);
  const noteCaret = (event: { currentTarget: HTMLTextAreaElement }) => {
    panel.composer.caret.value = event.currentTarget.selectionStart;
  };
  return (
    <textarea
      ref={box}
      rows={1}
      aria-label="Message"
      placeholder={placeholder(panel)}
      aria-autocomplete="list"
      aria-controls={menu.isOpen ? menu.listId : undefined}
      aria-activedescendant={menu.isOpen && menu.selected >= 0 ? menu.optionId(menu.selected) : undefined}
      value={draft}
      onInput={(event) => {
        const { value, selectionStart } = event.currentTarget;
        panel.composer.write({ draft: value, caret: selectionStart });
      }}
      onKeyUp={noteCaret}
      onClick={noteCaret}
      onPaste={(event) => {
        const files = Array.from(event.clipboardData?.files ?? []);
        if (files.length === 0) return;
        event.preventDefault();
        void panel.composer.drop({ files, uris: [] });
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (menu.onKey(event.key) || onKey(event, panel)) event.preventDefault();
      }}
    />
  );
}

function placeholder(panel: Panel): string {
  if (panel.incognito.isOn.value) return "Ask, nothing is written";
  return panel.isEmpty.value ? "Ask about your code" : "Add to the conversation";
}

function onKey(event: KeyboardEvent, panel: Panel): boolean {
  if (event.key === "Enter" && !event.shiftKey) {
    panel.send();
    return true;
  }
  // Whoever holds the key down clears the box, not what is attached.
  if (event.key === "Backspace" && !event.repeat && panel.composer.draft.value === "") return removeLastChip(panel);
  if (event.key !== "ArrowUp" || panel.composer.draft.value !== "") return false;
  panel.composer.recall();
  panel.focus();
  return true;
}

/** Backspace in an empty box. */
function removeLastChip(panel: Panel): boolean {
  const last = panel.composer.attachments.value.at(-1);
  if (panel.chip.value !== undefined) panel.removeChip();
  else if (last !== undefined) panel.composer.detach(last);
  else return false;
  return true;
}
