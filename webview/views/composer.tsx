import { useLayoutEffect, useRef } from "preact/hooks";
import type { Panel } from "../panel.ts";
import { chipLabel } from "../state.ts";
import { ComposerHint, IndexLine } from "./composerLines.tsx";
import { ComposerTools } from "./composerTools.tsx";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { type SlashMenu, useSlashMenu } from "./slashMenu.ts";
import { SlashPopup } from "./slashPopup.tsx";

export function ComposerView() {
  const panel = usePanel();
  const menu = useSlashMenu(panel);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        panel.send();
        panel.focus();
      }}
    >
      <IndexLine index={panel.state.value.index} />
      {menu.isOpen && <SlashPopup menu={menu} />}
      <div class="composer-box">
        <EditorChipView />
        <Box panel={panel} menu={menu} />
        <ComposerTools />
      </div>
      <ComposerHint />
    </form>
  );
}

function Box({ panel, menu }: { panel: Panel; menu: SlashMenu }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = panel.composer.draft.value;
  const requests = panel.focusRequests.value;
  useLayoutEffect(() => {
    const element = box.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [requests]);
  return (
    <textarea
      ref={box}
      rows={1}
      aria-label="Message"
      placeholder={panel.isEmpty.value ? "Ask about your code" : "Add to the conversation"}
      aria-autocomplete="list"
      aria-controls={menu.isOpen ? menu.listId : undefined}
      aria-activedescendant={menu.isOpen ? menu.optionId(menu.selected) : undefined}
      value={draft}
      onInput={(event) => {
        panel.composer.draft.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (menu.onKey(event.key) || onKey(event, panel)) event.preventDefault();
      }}
    />
  );
}

function onKey(event: KeyboardEvent, panel: Panel): boolean {
  if (event.key === "Enter" && !event.shiftKey) {
    panel.send();
    return true;
  }
  if (event.key !== "ArrowUp" || panel.composer.draft.value !== "") return false;
  panel.composer.recall();
  panel.focus();
  return true;
}

function EditorChipView() {
  const panel = usePanel();
  const chip = panel.chip.value;
  if (chip === undefined) return null;
  const label = chipLabel(chip);
  return (
    <div class="chips">
      <span class="chip" title={`${chip.label}: goes along with what you ask`}>
        <Icon name="file-code" />
        <span class="clip">{label}</span>
        <button
          type="button"
          aria-label={`Remove ${label}`}
          title={`Remove ${label}`}
          onClick={() => panel.removeChip()}
        >
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}
