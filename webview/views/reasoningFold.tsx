import type { Turn } from "../../server/protocol/transcript.ts";
import { duration } from "../state.ts";
import { FoldButton, useFold } from "./fold.tsx";
import { Markdown } from "./markdown.tsx";

/** What the model thought, on one line above the answer; opens in place. Closed it says how far it is. */
export function ReasoningFold({ turn }: { turn: Turn }) {
  const fold = useFold();
  const { reasoning } = turn;
  if (reasoning === undefined) return null;
  const isThinking = turn.state === "running" && turn.progress !== undefined;
  const lead = isThinking ? "Thinking" : "Thought";
  return (
    <div class="reasoning">
      <FoldButton fold={fold}>
        <span class="clip num">
          {reasoning.ms < 1000 ? lead : `${lead} for ${duration(reasoning.ms)}`}
          {isThinking && !fold.isOpen && <span aria-hidden="true"> · {lastLine(reasoning.text)}</span>}
        </span>
      </FoldButton>
      {fold.isOpen && (
        <section class="reasoning-text" id={fold.id} aria-label="What the model thought">
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
