import type { Attachment } from "../../server/protocol/attachments.ts";
import type { ContextItem } from "../../server/protocol/events.ts";
import { editorLabel, ICONS, keyOf, labelOf, opens } from "../attachments.ts";
import type { Panel } from "../panel.ts";
import { count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

interface Shown {
  readonly key: string;
  readonly label: string;
  readonly icon: string;
  readonly title: string;
  /** Why nothing of it would be sent. */
  readonly problem?: string;
  readonly open?: () => void;
  readonly remove: () => void;
}

/** What goes along with the next message; each can be removed. One tab stop: arrows move, Delete removes. */
export function ComposerChips() {
  const chips = useChips();
  const panel = usePanel();
  const { listProps, tabIndexOf } = useRoving(chips.length);
  if (chips.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons is no form's fieldset
    <div
      class="chips"
      role="group"
      aria-label="Attached"
      {...listProps}
      onKeyDown={(event) => {
        const step = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" }[event.key];
        if (step !== undefined && moveBetween(event.currentTarget, event.target, step)) event.preventDefault();
        const row = chips[rowOf(event.currentTarget, event.target)];
        if ((event.key !== "Delete" && event.key !== "Backspace") || row === undefined) return;
        event.preventDefault();
        row.remove();
        panel.focus();
      }}
    >
      {chips.map((chip, row) => (
        <span
          key={chip.key}
          class={`chip${chip.problem === undefined ? "" : " is-missing"}`}
          title={chip.title}
          data-row
        >
          <Icon name={chip.problem === undefined ? chip.icon : "warning"} />
          <span class="clip">{chip.label}</span>
          {chip.problem !== undefined && <span class="sr-only">{chip.problem}</span>}
          <button
            type="button"
            data-row-main
            tabIndex={tabIndexOf(row)}
            aria-label={`Remove ${chip.label}`}
            title={`Remove ${chip.label}`}
            onClick={() => {
              chip.remove();
              panel.focus();
            }}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
    </div>
  );
}

/** What went along with a message. A click shows it. */
export function MessageChips({ attachments }: { attachments: readonly Attachment[] }) {
  const panel = usePanel();
  if (attachments.length === 0) return null;
  return (
    <div class="chips">
      {attachments.map((attachment) => {
        const label = labelOf(attachment);
        const open = opener(panel, attachment);
        const content = (
          <>
            <Icon name={ICONS[attachment.kind]} />
            <span class="clip">{label}</span>
          </>
        );
        return open === undefined ? (
          <span key={keyOf(attachment)} class="chip" title={label}>
            {content}
          </span>
        ) : (
          <button
            key={keyOf(attachment)}
            type="button"
            class="chip"
            title={`Open ${"path" in attachment ? attachment.path : label}`}
            onClick={open}
          >
            {content}
          </button>
        );
      })}
    </div>
  );
}

function opener(panel: Panel, attachment: Attachment): (() => void) | undefined {
  if (attachment.kind === "conversation") return () => panel.openConversation(attachment.conversationId);
  const action = opens(attachment);
  return action && (() => panel.host.do(action));
}

function useChips(): Shown[] {
  const panel = usePanel();
  const { composer, preview, chip: editor } = panel;
  const items = itemsByAttachment(preview.receipt.value);
  const named = composer.attachments.value.map((attachment, index): Shown => {
    const label = labelOf(attachment);
    const item = items.get(index);
    return {
      key: keyOf(attachment),
      label,
      icon: ICONS[attachment.kind],
      title: titleOf(label, item),
      ...(item?.missing && { problem: `${item.why}` }),
      remove: () => composer.detach(attachment),
    };
  });
  const open = editor.value;
  const isNamed = panel.attachments.value.length === composer.attachments.value.length;
  if (open === undefined || isNamed) return named;
  const label = editorLabel(open);
  const title = `${open.label}: goes along with what you ask`;
  const icon = open.startLine === undefined ? "file-code" : "selection";
  return [...named, { key: "editor", label, icon, title, remove: () => panel.removeChip() }];
}

function titleOf(label: string, item: ContextItem | undefined): string {
  if (item === undefined) return label;
  return item.missing ? `Not sent: ${item.why}` : `${item.label}: ${item.why}, ${count(item.tokens)} tokens`;
}

/** What the preview says about each attachment; of several pieces the one that stands for it comes first. */
function itemsByAttachment(
  receipt: { included: readonly ContextItem[]; leftOut: readonly ContextItem[] } | undefined,
): Map<number, ContextItem> {
  const items = new Map<number, ContextItem>();
  for (const item of [...(receipt?.included ?? []), ...(receipt?.leftOut ?? [])]) {
    if (item.attachment !== undefined && !items.has(item.attachment)) items.set(item.attachment, item);
  }
  return items;
}

function rowsOf(list: Element): HTMLElement[] {
  return Array.from(list.querySelectorAll<HTMLElement>("[data-row]"));
}

function rowOf(list: Element, target: EventTarget | null): number {
  return target instanceof Element ? rowsOf(list).findIndex((row) => row.contains(target)) : -1;
}

function moveBetween(list: Element, target: EventTarget | null, step: string): boolean {
  const next = rowsOf(list)[rowOf(list, target) + (step === "ArrowDown" ? 1 : -1)];
  next?.querySelector<HTMLElement>("[data-row-main]")?.focus();
  return next !== undefined;
}
