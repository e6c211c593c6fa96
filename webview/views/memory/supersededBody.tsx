import type { Memory } from "../../../server/protocol/memory.ts";
import { dayWords, shortened } from "../../memory/words.ts";
import { usePanel } from "../context.ts";
import { IconButton } from "../icon.tsx";
import { Marked } from "./marked.tsx";
import type { BodyProps } from "./memoryRow.tsx";

/** A newer one stands in its place; it is kept as history. */
export function SupersededBody(props: BodyProps & { memory: Memory; by: string | undefined }) {
  const { memory, by, tabIndex, query, onForget } = props;
  const { memories } = usePanel();
  const newer = by === undefined ? undefined : memories.memory(by);
  return (
    <>
      <div class="row-top">
        <span class="row-text is-muted" tabIndex={tabIndex} data-row-main>
          <Marked text={memory.text} query={query} />
        </span>
      </div>
      <div class="row-why">
        Superseded {dayWords(newer?.createdAt ?? memory.updatedAt)}
        {newer !== undefined && ` by “${shortened(newer.text, 40)}”`}
      </div>
      <div class="actions" role="toolbar" aria-label="Actions">
        <IconButton icon="trash" label="Forget" keys="Del" tabIndex={-1} onClick={onForget} />
      </div>
    </>
  );
}
