import { useId, useState } from "preact/hooks";
import type { Turn } from "../../server/protocol/transcript.ts";
import { duration } from "../state.ts";
import { Icon } from "./icon.tsx";
import { Markdown } from "./markdown.tsx";

/** What the model thought, on one line above the answer; opens in place. Closed it says how far it is. */
export function ReasoningFold({ turn }: { turn: Turn }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { reasoning } = turn;
  if (reasoning === undefined) return null;
  const isThinking = turn.state === "running" && turn.progress !== undefined;
  const lead = isThinking ? "Thinking" : "Thought";
  return (
    <div class="reasoning">
      <button
        type="button"
        class="fold"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "chevron-down" : "chevron-right"} />
        <span class="clip num">
          {reasoning.ms < 1000 ? lead : `${lead} for ${duration(reasoning.ms)}`}
          {isThinking && !open && <span aria-hidden="true"> · {lastLine(reasoning.text)}</span>}
        </span>
      </button>
      {open && (
        <section class="reasoning-text" id={id} aria-label="What the model thought">
          <Markdown text={reasoning.text} streaming={isThinking} />
          {reasoning.text.length >= MOST_SHOWN && <p class="meta">The rest was not kept.</p>}
        </section>
      )}
    </div>
  );
}

/** As much as the server keeps. */
const MOST_SHOWN = 65_536;

function lastLine(text: string): string {
  return text.trimEnd().slice(-200).split("\n").at(-1)?.trim() ?? "";
}
