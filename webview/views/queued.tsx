import { useLayoutEffect, useRef } from "preact/hooks";
import type { Turn } from "../../server/protocol/transcript.ts";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";

/** Under a message that waits: what can be done with it until it is answered. */
export function QueuedLine({ turn }: { turn: Turn }) {
  const panel = usePanel();
  const { queue } = panel;
  const isNext = panel.next.value === turn.accepted.turnId;
  const line = useRef<HTMLDivElement>(null);
  const isRevised = queue.revision.value?.turnId === turn.accepted.turnId;
  const wasRevised = useRef(isRevised);
  useLayoutEffect(() => {
    const isOver = wasRevised.current && !isRevised;
    wasRevised.current = isRevised;
    // The field took the focus with it.
    if (isOver && document.activeElement === document.body) line.current?.querySelector("button")?.focus();
  });
  return (
    <div class="queued meta" ref={line}>
      {isRevised ? <RevisionActions /> : <WaitingActions turn={turn} isNext={isNext} />}
    </div>
  );
}

function WaitingActions({ turn, isNext }: { turn: Turn; isNext: boolean }) {
  const { queue, composer } = usePanel();
  return (
    <>
      <Icon name="clock" />
      <span>Queued</span>
      {turn.accepted.replaces === undefined && (
        <IconButton icon="edit" label="Edit this waiting message" onClick={() => queue.revise(turn)} />
      )}
      {!isNext && <IconButton icon="arrow-up" label="Answer this next" onClick={() => void queue.promote(turn)} />}
      <button type="button" class="text-button" onClick={() => void composer.takeBack(turn)}>
        Take back
      </button>
      <button
        type="button"
        class="text-button"
        title="Stop the answer under way, keep what it said, and answer this"
        onClick={() => void queue.sendNow(turn, isNext)}
      >
        Send now
      </button>
    </>
  );
}

function RevisionActions() {
  const { queue } = usePanel();
  return (
    <>
      <button type="button" class="text-button" title="Cancel (Esc)" onClick={() => queue.cancel()}>
        Cancel
      </button>
      <button type="button" class="text-button" title="Save (Enter)" onClick={() => void queue.save()}>
        Save
      </button>
    </>
  );
}

/** The words of a message that waits, in place. */
export function RevisedMessage({ text }: { text: string }) {
  const { queue } = usePanel();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) void queue.save();
    else if (event.key === "Escape") queue.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <textarea
      ref={field}
      class="field"
      rows={1}
      aria-label="Waiting message"
      title="Enter saves, Esc gives up"
      value={text}
      onInput={(event) => queue.write(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
