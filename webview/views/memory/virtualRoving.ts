import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { moveInRow } from "../roving.ts";

/** As useRoving, for a list that draws only what is in view: rows are told by `data-index`; `current` must stay drawn. */
export function useVirtualRoving(rows: number) {
  const list = useRef<HTMLUListElement>(null);
  const wanted = useRef<number | undefined>(undefined);
  /** What has the focus: when the part of the list comes that it was drawn for, another takes its place. */
  const focused = useRef<Element | null>(null);
  const [current, setCurrent] = useState(0);
  const stop = Math.max(0, Math.min(current, rows - 1));
  useLayoutEffect(() => {
    if (focused.current?.isConnected === false && document.activeElement === document.body) wanted.current = stop;
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"] [data-row-main]`);
    if (wanted.current === undefined || row == null) return;
    wanted.current = undefined;
    row.focus();
  });
  const goTo = (index: number) => {
    if (index < 0 || index >= rows) return false;
    wanted.current = index;
    setCurrent(index);
    return true;
  };
  return {
    current: stop,
    tabIndexOf: (index: number): 0 | -1 => (index === stop ? 0 : -1),
    listProps: {
      ref: list,
      onFocusIn: ({ target }: FocusEvent) => {
        const index = indexOf(rowOf(target));
        if (index !== undefined) setCurrent(index);
        focused.current = target as Element | null;
      },
      onFocusOut: ({ relatedTarget }: FocusEvent) => {
        if (relatedTarget !== null) focused.current = null;
      },
      onKeyDown: (event: KeyboardEvent) => {
        const row = rowOf(event.target);
        const index = indexOf(row);
        const isText = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
        if (row === null || index === undefined || isText) return;
        const to = targetOf(event.key, index, rows);
        if (to === undefined ? moveInRow(row, event) : goTo(to)) event.preventDefault();
      },
    },
  };
}

function targetOf(key: string, index: number, rows: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return index + 1;
    case "ArrowUp":
      return index - 1;
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return undefined;
  }
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
}

function indexOf(row: HTMLElement | null): number | undefined {
  return row === null ? undefined : Number(row.dataset.index);
}
