import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface VirtualRow {
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  /** Pixels; estimated until it was measured. */
  readonly height: number;
}

export interface VirtualRowsOptions {
  /** What tells one row from all others, whatever rows come before it. */
  readonly keys: readonly string[];
  /** In pixels, until the row was drawn and measured. */
  readonly estimate: (index: number) => number;
  /** A row that stays, even where it is not in view: it has the focus. */
  readonly pinned: number | undefined;
  /** Default "end": the list opens at its end and stays there as it grows. */
  readonly anchor?: "start" | "end";
  /** What scrolls, where that is not the list alone. */
  readonly scroller?: RefObject<HTMLDivElement | null>;
  /** Pixels of what scrolls that stand above the list. Default 0. */
  readonly above?: number;
}

/**
 * Draws of a long list only what is in view. Rows have any height, measured once they are drawn. Rows that come or change
 * above what is in view do not move it; at its end the list stays at its end.
 */
export function useVirtualRows(given: VirtualRowsOptions) {
  const { keys, estimate, pinned, anchor = "end", above = 0 } = given;
  const own = useRef<HTMLDivElement>(null);
  const scroller = given.scroller ?? own;
  const [, draw] = useReducer((times: number) => times + 1, 0);
  const options = {
    count: keys.length,
    getItemKey: useStable((index: number) => keys[index] ?? index, keys),
    estimateSize: estimate,
    rangeExtractor: useStable((range: Range) => withPinned(range, pinned), pinned),
    getScrollElement: () => scroller.current,
    observeElementRect: anchor === "end" ? observeSize : observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => draw(undefined),
    anchorTo: anchor,
    followOnAppend: anchor === "end",
    scrollMargin: above,
    scrollEndThreshold: NEAR,
    overscan: 2,
  } as const;
  const [virtualizer] = useState(
    () =>
      new Virtualizer<HTMLDivElement, HTMLElement>({
        ...options,
        ...(anchor === "end" ? atEnd(keys, estimate) : AT_START),
      }),
  );
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const totalHeight = virtualizer.getTotalSize();
  return {
    scroller,
    rows: virtualizer
      .getVirtualItems()
      .map(({ index, start, size }): VirtualRow => ({ index, top: start - above, height: size })),
    totalHeight,
    isAtEnd: isAtEnd(virtualizer),
    measure: virtualizer.measureElement,
    toEnd: () => virtualizer.scrollToEnd(),
    toRow: (index: number, align: "start" | "center" = "start") => virtualizer.scrollToIndex(index, { align }),
  };
}

/** Pixels that still count as the end: zoomed pages round. */
const NEAR = 4;

type Rows = Virtualizer<HTMLDivElement, HTMLElement>;

function isAtEnd(rows: Rows): boolean {
  return rows.getTotalSize() - (rows.scrollRect?.height ?? 0) - (rows.scrollOffset ?? 0) <= NEAR;
}

/** What takes room beside the list, such as a message that grows while it is written, does not hide the list's end. */
function observeSize(rows: Rows, onSize: (size: { width: number; height: number }) => void) {
  return observeElementRect(rows, (size) => {
    const stays = isAtEnd(rows);
    onSize(size);
    if (stays) rows.scrollToEnd();
  });
}

function withPinned({ startIndex, endIndex, overscan, count }: Range, pinned: number | undefined): number[] {
  const first = Math.max(0, startIndex - overscan);
  const last = Math.min(count - 1, endIndex + overscan);
  const shown = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  if (pinned === undefined || pinned >= count || (pinned >= first && pinned <= last)) return shown;
  return pinned < first ? [pinned, ...shown] : [...shown, pinned];
}

/** A list that is opened shows its end. */
function atEnd(keys: readonly string[], estimate: (index: number) => number) {
  const height = keys.reduce((sum, _, index) => sum + estimate(index), 0);
  return { initialOffset: height, initialRect: { width: 0, height: window.innerHeight } };
}

const AT_START = { initialRect: { width: 0, height: 0 } };

/** The same function as long as `from` is the same: the list is laid out anew only when it changed. */
function useStable<F>(make: F, from: unknown): F {
  const last = useRef({ make, from });
  if (last.current.from !== from) last.current = { make, from };
  return last.current.make;
}
