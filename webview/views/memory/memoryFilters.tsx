import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MemoryKind } from "../../../server/protocol/memory.ts";
import { MEMORY_KINDS } from "../../../server/protocol/memory.ts";
import { KIND_NAMES } from "../../memory/words.ts";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import { useRoving } from "../roving.ts";

/** Which memories are listed. */
export function MemoryFilters() {
  const { memoryPage } = usePanel();
  const { overview, onlyPinned, onlyStale } = memoryPage;
  return (
    <div class="filters" role="toolbar" aria-label="Filter">
      <KindFilter />
      <Toggle on={onlyPinned} icon="pinned" label="Pinned" number={overview.value?.pinned} />
      <Toggle on={onlyStale} icon="warning" label="Stale" number={overview.value?.counts.stale} />
    </div>
  );
}

interface ToggleProps {
  on: Signal<boolean>;
  icon: string;
  label: string;
  number: number | undefined;
}

function Toggle({ on, icon, label, number }: ToggleProps) {
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={on.value}
      onClick={() => {
        on.value = !on.value;
      }}
    >
      <Icon name={icon} />
      {label} {number !== undefined && <span class="num">{count(number)}</span>}
    </button>
  );
}

const KINDS: readonly (MemoryKind | undefined)[] = [undefined, ...MEMORY_KINDS];

function nameOf(kind: MemoryKind | undefined): string {
  return kind === undefined ? "All kinds" : `${KIND_NAMES[kind]}s`;
}

function KindFilter() {
  const { kind } = usePanel().memoryPage;
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <span class="kind-filter">
      <button
        ref={button}
        type="button"
        class="toggle"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {nameOf(kind.value)}
        <Icon name="chevron-down" />
      </button>
      {isOpen && <KindMenu onClose={close} onLeave={() => setOpen(false)} />}
    </span>
  );
}

function KindMenu({ onClose, onLeave }: { onClose: () => void; onLeave: () => void }) {
  const { kind } = usePanel().memoryPage;
  const menu = useRef<HTMLDivElement>(null);
  const { listProps, tabIndexOf } = useRoving(KINDS.length);
  useEffect(() => menu.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus(), []);
  return (
    <div
      ref={menu}
      class="popup model-menu"
      role="menu"
      aria-label="Kind of memory"
      tabIndex={-1}
      {...listProps}
      onKeyDown={(event) => {
        listProps.onKeyDown(event);
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node && menu.current?.contains(event.relatedTarget))) onLeave();
      }}
    >
      {KINDS.map((choice, row) => (
        <button
          key={nameOf(choice)}
          type="button"
          class="menu-item"
          role="menuitemradio"
          aria-checked={kind.value === choice}
          data-row
          data-row-main
          tabIndex={tabIndexOf(row)}
          onClick={() => {
            kind.value = choice;
            onClose();
          }}
        >
          <Icon name={kind.value === choice ? "check" : "blank"} />
          <span class="clip">{nameOf(choice)}</span>
        </button>
      ))}
    </div>
  );
}
