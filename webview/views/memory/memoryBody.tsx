import type { Memory } from "../../../server/protocol/memory.ts";
import { memoryLine, staleWords } from "../../memory/words.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import { Marked } from "./marked.tsx";
import type { BodyProps } from "./memoryRow.tsx";
import { RowActions } from "./rowActions.tsx";

/** A memory as it stands: what it says, what it is, why it is here. */
export function MemoryBody(props: BodyProps & { memory: Memory; isMuted: boolean }) {
  const { memory, isMuted, isOpen, onOpen, onForget, tabIndex, id, place, aside, details, query } = props;
  const { isLeftOut = false, past, onPage = false } = props;
  const readOnly = past !== undefined;
  const { memories, conversation } = usePanel();
  const quiet = isLeftOut || isMuted;
  return (
    <>
      <div class="row-top">
        <button
          type="button"
          class={quiet ? "row-text row-main is-muted" : "row-text row-main"}
          aria-expanded={details === undefined ? undefined : isOpen}
          tabIndex={tabIndex}
          data-row-main
          onClick={details === undefined ? undefined : onOpen}
        >
          <Marked text={memory.text} query={query} />
        </button>
        {aside}
      </div>
      <Line {...props} />
      {onPage && memory.status === "stale" && !readOnly && (
        <div class="buttons">
          <button
            type="button"
            class="button secondary small"
            tabIndex={-1}
            onClick={() => void memories.confirm({ id, place })}
          >
            Still true
          </button>
          <button
            type="button"
            class="button secondary small"
            tabIndex={-1}
            onClick={() => memories.startCorrecting({ id, place })}
          >
            Correct
          </button>
        </div>
      )}
      {isOpen && details?.(memory)}
      {!readOnly && (
        <RowActions
          place={{ id, place }}
          pinned={memory.pinned}
          muted={conversation.id.value === undefined || onPage ? undefined : isMuted}
          onCorrect={() => memories.startCorrecting({ id, place })}
          onForget={onForget}
        />
      )}
    </>
  );
}

function Line({ memory, isMuted, why, onPage = false }: BodyProps & { memory: Memory; isMuted: boolean }) {
  const { pinned, status, scope } = memory;
  const isStale = status === "stale";
  if (isMuted) {
    return (
      <div class="row-why">
        <span>
          <Icon name="mute" />
          muted in this conversation
        </span>
      </div>
    );
  }
  return (
    <div class="row-why">
      {!(isStale && onPage) && (
        <span>
          {pinned && <Icon name="pinned" />}
          {pinned && <span class="sr-only">Pinned </span>}
          {memoryLine(memory, onPage)}
          {why !== undefined && why !== "" && ` · ${why}`}
        </span>
      )}
      {scope.kind === "branch" && (
        <span>
          <Icon name="git-branch" />
          <span class="sr-only">only on branch </span>
          {scope.branch}
        </span>
      )}
      {isStale && (
        <span class="is-warning">
          <Icon name="warning" />
          {onPage ? "Stale" : "stale"}: {staleWords(memory)}
        </span>
      )}
    </div>
  );
}
