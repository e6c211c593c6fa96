import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Icon, IconButton } from "../icon.tsx";

/** Searches memory; ↓ leads to what was found, Esc clears it, and + writes one by hand. */
export function MemorySearch({ scroller }: { scroller: RefObject<HTMLElement | null> }) {
  const { memoryPage } = usePanel();
  const { active = 0, stale = 0 } = memoryPage.overview.value?.counts ?? {};
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") {
      scroller.current?.querySelector<HTMLElement>('[data-row-main][tabindex="0"]')?.focus();
    } else if (event.key === "Escape" && memoryPage.query.value !== "") memoryPage.query.value = "";
    else return;
    event.preventDefault();
  };
  return (
    <search class="search with-button">
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={field}
          class="field"
          type="search"
          aria-label="Search memory"
          placeholder={active + stale === 1 ? "Search one memory" : `Search ${count(active + stale)} memories`}
          maxLength={1000}
          value={memoryPage.query.value}
          onInput={(event) => {
            memoryPage.query.value = event.currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <IconButton
        icon="add"
        label="Remember…"
        onClick={() => {
          memoryPage.writing.value = "";
        }}
      />
    </search>
  );
}
