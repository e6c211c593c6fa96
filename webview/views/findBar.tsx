import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Finder, type Match } from "../find.ts";
import { count, type ShownTurn } from "../state.ts";
import { usePanel } from "./context.ts";
import { paint, rangesOf, unpaint } from "./highlightRanges.ts";
import { IconButton } from "./icon.tsx";
import type { useVirtualRows } from "./virtualRows.ts";

type List = ReturnType<typeof useVirtualRows>;

interface FindBarProps {
  turns: readonly ShownTurn[];
  list: List;
  onClose: () => void;
}

/** Finds in the whole conversation, of which the page itself holds only what is in view. */
export function FindBar({ turns, list, onClose }: FindBarProps) {
  const panel = usePanel();
  const field = useRef<HTMLInputElement>(null);
  const [finder] = useState(() => new Finder());
  const [query, setQuery] = useState("");
  const matches = useMemo(() => finder.find(query, turns), [finder, query, turns]);
  const [current, setCurrent] = useState(0);
  const at = Math.min(current, Math.max(0, matches.length - 1));
  const shown = useShown(list, query, matches[at]);

  useEffect(() => field.current?.focus(), []);
  const go = (index: number) => {
    if (matches.length === 0) return;
    const next = (index + matches.length) % matches.length;
    setCurrent(next);
    shown.show(matches[next]);
    panel.conversation.spoken.value = `${count(next + 1)} of ${count(matches.length)}`;
  };
  const close = () => {
    onClose();
    panel.focus();
  };
  return (
    <search class="find">
      <input
        ref={field}
        class="field"
        type="text"
        aria-label="Find in the conversation"
        placeholder="Find"
        value={query}
        onInput={({ currentTarget: { value } }) => {
          const found = finder.find(value, turns);
          setQuery(value);
          // The conversation is read from its end: so is the search.
          setCurrent(found.length - 1);
          shown.show(found.at(-1));
          panel.conversation.spoken.value = found.length === 0 ? "No results" : `${count(found.length)} found`;
        }}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Enter") go(at + (event.shiftKey ? -1 : 1));
          else if (event.key === "Escape") close();
          else return;
          event.preventDefault();
        }}
      />
      <span class="meta num">
        {query === "" ? "" : matches.length === 0 ? "No results" : `${count(at + 1)} of ${count(matches.length)}`}
      </span>
      <IconButton
        icon="arrow-up"
        label="Previous match"
        keys="Shift+Enter"
        disabled={matches.length === 0}
        onClick={() => go(at - 1)}
      />
      <IconButton
        icon="arrow-down"
        label="Next match"
        keys="Enter"
        disabled={matches.length === 0}
        onClick={() => go(at + 1)}
      />
      <IconButton icon="close" label="Close" keys="Esc" onClick={close} />
    </search>
  );
}

/** Ctrl+F opens the bar; with the bar open, it goes back into it. */
export function useFindKey(open: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      open();
      const field = document.querySelector<HTMLInputElement>(".find .field");
      field?.focus();
      field?.select();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [open]);
}

/** Colours what was found in the rows that are drawn, and brings one place into view. */
function useShown(list: List, query: string, current: Match | undefined) {
  const wanted = useRef<{ match: Match; tries: number } | undefined>(undefined);
  const inRow = (match: Match): Range | undefined => {
    const row = `[data-key="${CSS.escape(match.key)}"]`;
    const parts = Array.from(list.scroller.current?.querySelectorAll(`${row} ${PARTS[match.part]}`) ?? []);
    const ranges = parts.flatMap((part) => rangesOf(part, query));
    return ranges[Math.min(match.nth, ranges.length - 1)];
  };
  useEffect(() => {
    const scroller = list.scroller.current;
    if (scroller === null) return;
    const parts = Array.from(scroller.querySelectorAll(`${PARTS.message}, ${PARTS.answer}`));
    const place = current && inRow(current);
    paint(
      parts.flatMap((part) => rangesOf(part, query)),
      place,
    );
    if (wanted.current === undefined || wanted.current.match !== current || place === undefined) return;
    const [top, box] = [place.getBoundingClientRect().top, scroller.getBoundingClientRect()];
    const isInView = top > box.top + MARGIN && top < box.bottom - MARGIN;
    if (!isInView) scroller.scrollBy(0, top - box.top - box.height / 2);
    // Rows that are drawn for the first time get their heights one after another, and move the place once more.
    wanted.current =
      isInView || wanted.current.tries === 0 ? undefined : { match: current, tries: wanted.current.tries - 1 };
  });
  useEffect(() => unpaint, []);
  return {
    show: (match: Match | undefined) => {
      wanted.current = match && { match, tries: 5 };
      if (match !== undefined && inRow(match) === undefined) list.toRow(match.row, "center");
    },
  };
}

const PARTS = { message: ".bubble", answer: ".message-duck > .markdown" } as const;
/** Pixels from the edge, so that a found place has something around it. */
const MARGIN = 24;
