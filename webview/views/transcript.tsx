import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { rowsOf } from "../rows.ts";
import { usePanel } from "./context.ts";
import { useFastScroll } from "./fastScroll.ts";
import { FindBar, useFindKey } from "./findBar.tsx";
import { Icon } from "./icon.tsx";
import { estimatedHeight } from "./rowHeight.ts";
import { OutgoingView, TurnView } from "./turn.tsx";
import { useVirtualRows } from "./virtualRows.ts";

/** Silent for screen readers, who would hear every piece of an answer: finished sentences are said elsewhere. */
export function TranscriptView() {
  const panel = usePanel();
  const { turns, composer, conversation } = panel;
  const outgoing = composer.outgoing.value;
  const { earlier } = conversation.transcript.value;
  const rows = useMemo(() => rowsOf(turns.value, outgoing, earlier), [turns.value, outgoing, earlier]);
  const [focused, setFocused] = useState<string>();
  const pinned = focused === undefined ? -1 : rows.keys.indexOf(focused);
  const list = useVirtualRows({
    keys: rows.keys,
    estimate: (index) => {
      const shown = turns.value[index];
      return shown === undefined ? OUTGOING_HEIGHT : estimatedHeight(shown.turn);
    },
    pinned: pinned < 0 ? undefined : pinned,
  });
  usePull(outgoing.length, list.toEnd);
  useJump(list);
  useKeptFocus(list.scroller, focused !== undefined && pinned < 0);
  const isDrawn = useDrawn(list, rows.keys);
  const [isFinding, setFinding] = useState(false);
  useFindKey(() => setFinding(true));

  return (
    <main class="transcript-frame">
      {isFinding && <FindBar turns={turns.value} list={list} onClose={() => setFinding(false)} />}
      <div
        class="scroll"
        ref={list.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        aria-busy={earlier > 0}
        onKeyDown={(event) => {
          if (isPlain(event) && event.key === "Home") list.toRow(0);
          else if (isPlain(event) && event.key === "End") list.toEnd();
          else return;
          event.preventDefault();
        }}
        onFocusIn={({ target }) => setFocused(keyOf(target))}
        onFocusOut={({ relatedTarget }) => relatedTarget !== null && setFocused(keyOf(relatedTarget))}
      >
        <div class="transcript" style={{ height: `${list.totalHeight}px` }}>
          {list.rows.map(({ index, top, height }) => {
            const shown = turns.value[index];
            const message = outgoing[index - turns.value.length];
            return (
              <div
                key={rows.keys[index]}
                ref={list.measure}
                class="turn"
                data-index={index}
                data-key={rows.keys[index]}
                style={{ transform: `translateY(${top}px)` }}
              >
                {!isDrawn(index) && <div style={{ height: `${height}px` }} />}
                {isDrawn(index) && shown !== undefined && (
                  <TurnView {...shown} position={rows.positions[index] ?? 1} setSize={rows.messages} />
                )}
                {isDrawn(index) && message !== undefined && <OutgoingView content={message.content} />}
              </div>
            );
          })}
        </div>
      </div>
      {!list.isAtEnd && (
        <button type="button" class="button secondary small jump" onClick={list.toEnd}>
          <Icon name="arrow-down" />
          Jump to latest
        </button>
      )}
    </main>
  );
}

const OUTGOING_HEIGHT = 60;

type List = ReturnType<typeof useVirtualRows>;

/** The user said something: that is what they want to see. */
function usePull(outgoing: number, toEnd: () => void): void {
  const last = useRef(outgoing);
  useLayoutEffect(() => {
    if (outgoing > last.current) toEnd();
    last.current = outgoing;
  });
}

/** Which rows are drawn: all, but while the list flies by only those that were; the others keep their place. */
function useDrawn(list: List, keys: readonly string[]): (index: number) => boolean {
  const isFast = useFastScroll(list.scroller);
  const drawn = useRef<ReadonlySet<string>>(new Set());
  const isDrawn = (index: number) => !isFast || drawn.current.has(keys[index] ?? "");
  const now = list.rows.flatMap(({ index }) => (isDrawn(index) ? (keys[index] ?? []) : []));
  useLayoutEffect(() => {
    drawn.current = new Set(now);
  });
  return isDrawn;
}

/** Goes to the message that was asked for, as soon as it is here. */
function useJump(list: List): void {
  const { turns, jump } = usePanel();
  const wanted = jump.value;
  const index = wanted === undefined ? -1 : turns.value.findIndex(({ turn }) => turn.accepted.turnId === wanted);
  useEffect(() => {
    if (index < 0) return;
    jump.value = undefined;
    list.toRow(index);
    const row = () => list.scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    requestAnimationFrame(() => {
      // Something in it may have been waiting for the focus.
      if (row()?.contains(document.activeElement)) return;
      row()?.querySelector("article")?.focus({ preventScroll: true });
    });
  }, [index, jump, list]);
}

/** When a message with the focus is gone (taken back, answered anew), the keyboard stays in the conversation. */
function useKeptFocus(scroller: List["scroller"], isGone: boolean): void {
  useLayoutEffect(() => {
    if (isGone && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [scroller, isGone]);
}

function isPlain(event: KeyboardEvent): boolean {
  return (
    !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !(event.target instanceof HTMLInputElement)
  );
}

function keyOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;
}
