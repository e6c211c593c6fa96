import { useEffect } from "preact/hooks";
import type { Memory, MemorySource, RecallHit } from "../../../server/protocol/memory.ts";
import { shortened, sourceWords } from "../../memory/words.ts";
import { shortTime } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Signals } from "./signals.tsx";

/** Why it was found, what it rests on, and what stood in its place before. */
export function MemoryDetails({ memory, hit }: { memory: Memory; hit: RecallHit | undefined }) {
  const { memories, host } = usePanel();
  const { sources, anchors, supersedes } = memory;
  useEffect(() => (supersedes.length === 0 ? undefined : memories.watch(supersedes)), [memories, supersedes]);
  return (
    <div class="memory-details">
      {hit !== undefined && <Signals signals={hit.signals} name="Why it was found" />}
      {sources.map((source, index) => (
        <Source key={index} source={source} />
      ))}
      {anchors.map(({ path, symbol }) => (
        <div key={`${path} ${symbol}`}>
          Speaks of{" "}
          <button type="button" class="row-link" onClick={() => host.do({ kind: "openFile", path })}>
            {symbol === undefined ? path : `${symbol} in ${path}`}
          </button>
        </div>
      ))}
      {supersedes.map((id) => {
        const older = memories.memory(id);
        const text = older === undefined || older.text === "" ? "a forgotten memory" : `“${shortened(older.text, 80)}”`;
        return (
          <div key={id}>
            Replaced {text}
            {older !== undefined && ` of ${shortTime(older.createdAt)}`}
          </div>
        );
      })}
    </div>
  );
}

function Source({ source }: { source: MemorySource }) {
  const panel = usePanel();
  const { conversationId, turnId, who } = source;
  const words =
    who === "user" || who === "assistant" ? `Said by ${sourceWords(source)}` : `Taken ${sourceWords(source)}`;
  return (
    <div>
      {words}
      {conversationId !== undefined && turnId !== undefined && (
        <>
          {" "}
          <button type="button" class="text-button" onClick={() => panel.openAt(conversationId, turnId)}>
            Show
          </button>
        </>
      )}
    </div>
  );
}
