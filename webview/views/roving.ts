import { useState } from "preact/hooks";

/**
 * Makes a list one tab stop: up and down move between rows, right goes into a row's actions, left comes back. Each row
 * carries `data-row`, is or holds one element with `data-row-main`, and may hold `.actions` or `.buttons`.
 */
export function useRoving(rows: number) {
  const [current, setCurrent] = useState(0);
  const stop = Math.min(current, rows - 1);
  return {
    tabIndexOf: (row: number): 0 | -1 => (row === stop ? 0 : -1),
    listProps: {
      onFocusIn: (event: FocusEvent) => {
        const row = rowOf(event.target);
        if (row !== null) setCurrent(rowsOf(event.currentTarget).indexOf(row));
      },
      onKeyDown: (event: KeyboardEvent) => {
        if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
        if (move(event)) event.preventDefault();
      },
    },
  };
}

function move(event: KeyboardEvent): boolean {
  const row = rowOf(event.target);
  if (row === null) return false;
  const rows = rowsOf(event.currentTarget);
  switch (event.key) {
    case "ArrowDown":
      return focusMain(rows[rows.indexOf(row) + 1]);
    case "ArrowUp":
      return focusMain(rows[rows.indexOf(row) - 1]);
    case "Home":
      return focusMain(rows[0]);
    case "End":
      return focusMain(rows.at(-1));
    case "ArrowRight":
    case "ArrowLeft":
      return moveInRow(row, event);
    default:
      return false;
  }
}

/** Into a row's actions and back. Answers whether there was somewhere to go. */
export function moveInRow(row: HTMLElement, { key, target }: KeyboardEvent): boolean {
  if (key === "ArrowRight") return focusNext(row, target, 1);
  return key === "ArrowLeft" && focusNext(row, target, -1);
}

function focusMain(row: HTMLElement | undefined): boolean {
  if (row === undefined) return false;
  const main = row.matches("[data-row-main]") ? row : row.querySelector<HTMLElement>("[data-row-main]");
  main?.focus();
  return main !== null;
}

function focusNext(row: HTMLElement, from: EventTarget | null, step: number): boolean {
  const all = row.querySelectorAll<HTMLElement>("[data-row-main], :is(.actions, .buttons) button");
  // Where there is no room, some actions are only in the menu.
  const stops = Array.from(all).filter((stop) => stop.checkVisibility());
  const next = stops[stops.indexOf(from as HTMLElement) + step];
  next?.focus();
  return next !== undefined;
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
}

function rowsOf(list: EventTarget | null): HTMLElement[] {
  return list instanceof Element ? Array.from(list.querySelectorAll<HTMLElement>("[data-row]")) : [];
}
