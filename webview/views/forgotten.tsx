import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ForgetStage } from "../../server/protocol/events.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import type { WantedFocus } from "../forgetting.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { VersionSwitcher } from "./versions.tsx";

/** One quiet line in the place of a message that was forgotten. */
export function ForgottenLine({ turn, position, setSize }: { turn: Turn; position: number; setSize: number }) {
  const { forgetting } = usePanel();
  const { turnId } = turn.accepted;
  const stage = turn.forgotten ?? "erased";
  const line = useRef<HTMLElement>(null);
  useWantedFocus(line, turnId, stage === "undoable" ? "undo" : "gone");
  return (
    <article
      ref={line}
      class="message-forgotten meta"
      tabIndex={-1}
      aria-label={stage === "undoable" ? "Forgotten message, can be brought back" : "Forgotten message"}
      aria-posinset={position}
      aria-setsize={setSize}
    >
      <Icon name="eye-closed" />
      <span>{WORDS[stage]}</span>
      {stage === "undoable" && (
        <>
          <button
            type="button"
            class="text-button"
            title="Bring the message and its answer back"
            onClick={() => void forgetting.undo(turn)}
          >
            Undo
          </button>
          <button
            type="button"
            class="text-button"
            title="Remove it from every file now, for good. Otherwise that is done ten minutes after it was forgotten"
            onClick={() => void forgetting.forgetNow(turn)}
          >
            Forget now
          </button>
        </>
      )}
      <VersionSwitcher turnId={turnId} />
    </article>
  );
}

const WORDS: Readonly<Record<ForgetStage, string>> = {
  undoable: "Forgotten.",
  final: "Removing it from every file…",
  erased: "A message was forgotten",
};

/** What was asked for takes the keyboard along: to Undo, to the line, or back to the message. */
export function useWantedFocus(element: RefObject<HTMLElement | null>, turnId: string, on: WantedFocus["on"]): void {
  const { forgetting } = usePanel();
  const wanted = forgetting.focus.value;
  useLayoutEffect(() => {
    if (wanted?.turnId !== turnId || wanted.on !== on) return;
    forgetting.focus.value = undefined;
    const target = on === "undo" ? element.current?.querySelector("button") : element.current;
    target?.focus({ preventScroll: true });
  }, [forgetting, wanted, turnId, on, element]);
}
