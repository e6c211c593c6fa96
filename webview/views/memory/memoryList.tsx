import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { usePanel } from "../context.ts";
import { Meter } from "../meter.tsx";
import { useVirtualRows } from "../virtualRows.ts";
import { MemoryDetails } from "./memoryDetails.tsx";
import { MemoryRow } from "./memoryRow.tsx";
import { useVirtualRoving } from "./virtualRoving.ts";

interface MemoryListProps {
  label: string;
  scroller: RefObject<HTMLDivElement | null>;
  /** What stands above the list and may become higher or lower. */
  above: RefObject<HTMLElement | null>;
}

/** All memories that were asked for, however many: only those in view are drawn, and fetched. */
export function MemoryList({ label, scroller, above }: MemoryListProps) {
  const { memoryPage } = usePanel();
  const { ids } = memoryPage.list;
  const keys = useMemo(() => ids.value.map((id, index) => id ?? `place ${index}`), [ids.value]);
  const { current, tabIndexOf, listProps } = useVirtualRoving(keys.length);
  const top = useTop(listProps.ref, scroller, above);
  const list = useVirtualRows({ keys, estimate: () => ROW, pinned: current, anchor: "start", scroller, above: top });
  const missing = list.rows.flatMap(({ index }) => (ids.value[index] === undefined ? index : []));
  useEffect(() => {
    if (missing.length > 0) void memoryPage.need(missing);
  }, [memoryPage, missing.join(" ")]);
  return (
    <ul {...listProps} class="memory-list" aria-label={label} style={{ height: `${list.totalHeight}px` }}>
      {list.rows.map(({ index, top: rowTop }) => (
        <ListRow
          key={keys[index]}
          id={ids.value[index]}
          index={index}
          top={rowTop}
          of={keys.length}
          tabIndex={tabIndexOf(index)}
          measure={list.measure}
        />
      ))}
    </ul>
  );
}

/** A memory of one line, and what it is. */
const ROW = 44;

interface ListRowProps {
  /** Absent until its part of the list is here. */
  id: string | undefined;
  index: number;
  top: number;
  of: number;
  tabIndex: 0 | -1;
  measure: (element: HTMLElement | null) => void;
}

function ListRow({ id, index, top, of, tabIndex, measure }: ListRowProps) {
  const { memoryPage } = usePanel();
  const item = {
    ref: measure,
    "data-index": index,
    "aria-posinset": index + 1,
    "aria-setsize": of,
    style: { transform: `translateY(${top}px)` },
  };
  if (id === undefined) {
    return (
      <li {...item} class="row" data-row>
        <span class="row-text is-muted" data-row-main tabIndex={tabIndex}>
          Loading
        </span>
        <div class="row-why">&nbsp;</div>
      </li>
    );
  }
  const hit = memoryPage.hits.value.get(id);
  const isPast = memoryPage.at.value !== undefined;
  return (
    <MemoryRow
      id={id}
      place="page"
      item={item}
      tabIndex={tabIndex}
      onPage
      query={memoryPage.query.value}
      {...(isPast && { past: memoryPage.past.value.get(id) })}
      {...(hit && {
        aside: (
          <span class="score">
            <Meter label="Relevance" value={hit.score} />
          </span>
        ),
      })}
      details={(memory) => <MemoryDetails memory={memory} hit={hit} />}
    />
  );
}

/** How far down the list begins, however high what stands above it is. */
function useTop(
  list: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  above: RefObject<HTMLElement | null>,
): number {
  const [top, setTop] = useState(0);
  const measure = () => {
    if (list.current === null || scroller.current === null) return;
    const from = scroller.current.getBoundingClientRect().top - scroller.current.scrollTop;
    setTop(Math.round(list.current.getBoundingClientRect().top - from));
  };
  useLayoutEffect(measure);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (above.current !== null) observer.observe(above.current);
    return () => observer.disconnect();
  }, [above]);
  return top;
}
