import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { useStickToBottom } from "./stickToBottom.ts";
import { OutgoingView, TurnView } from "./turn.tsx";

/** Silent for screen readers, who would hear every piece of an answer: finished sentences are said elsewhere. */
export function TranscriptView() {
  const { turns, composer } = usePanel();
  const outgoing = composer.outgoing.value;
  const { scroller, atBottom, jump } = useStickToBottom(outgoing.length);
  return (
    <main class="transcript-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the keyboard */}
      <div class="scroll" ref={scroller} tabIndex={0} role="log" aria-live="off" aria-label="Conversation">
        <div class="transcript">
          {turns.value.map(({ turn, waits, isLast }) => (
            <TurnView key={turn.accepted.turnId} turn={turn} waits={waits} isLast={isLast} />
          ))}
          {outgoing.map((message) => (
            <OutgoingView key={message.operationId} content={message.content} />
          ))}
        </div>
      </div>
      {!atBottom && (
        <button type="button" class="button secondary small jump" onClick={jump}>
          <Icon name="arrow-down" />
          Jump to latest
        </button>
      )}
    </main>
  );
}
