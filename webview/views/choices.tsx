import { useRef, useState } from "preact/hooks";
import type { Turn } from "../../server/protocol/transcript.ts";
import { usePanel } from "./context.ts";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** What a message may have meant, to choose from: one tab stop, the arrows go from one to the next. */
export function Choices({ turn }: { turn: Turn }) {
  const panel = usePanel();
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const choices = turn.choices ?? [];
  if (choices.length === 0) return null;
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (current + step + choices.length) % choices.length;
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  const isUnderWay = panel.choosing.underWay.value === turn.accepted.turnId;
  return (
    <div class="buttons meanings" role="toolbar" aria-label="What did you mean?" ref={list} onKeyDown={move}>
      {choices.map(({ label, as }, index) => (
        <button
          key={label}
          type="button"
          class="button secondary small"
          tabIndex={index === current ? 0 : -1}
          aria-disabled={isUnderWay}
          onFocus={() => setCurrent(index)}
          onClick={() => {
            void panel.choosing.choose(turn, as);
            panel.focus();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
