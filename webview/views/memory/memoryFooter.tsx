import { agoWords, embedderWords, percent, sizeWords } from "../../memory/words.ts";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";

/** How memory is: what is junk in it, how large it is, when it was tidied; and what can be taken back. */
export function MemoryFooter() {
  const { memoryPage } = usePanel();
  const overview = memoryPage.overview.value;
  if (overview === undefined) return null;
  const { junk, bytes, consolidatedAt, embedder, undoable } = overview;
  const onlyWords = embedderWords(embedder);
  const tidied = consolidatedAt === undefined ? "Never tidied" : `Tidied ${agoWords(consolidatedAt, Date.now())}`;
  return (
    <footer>
      {onlyWords !== undefined && (
        <div class="statusline is-note" role="status">
          <Icon name="info" />
          <span>{onlyWords}</span>
        </div>
      )}
      {undoable !== undefined && memoryPage.at.value === undefined && (
        <div class="statusline is-note">
          <span class="clip" title={undoable}>
            Last change: {undoable}
          </span>
          <button type="button" class="text-button push" onClick={() => void memoryPage.undo()}>
            Undo
          </button>
        </div>
      )}
      <div class="statusline num">
        <span title="Memories that were rejected, corrected or forgotten soon, or never used">
          Junk {percent(junk.rate)}
          <span class="at-380">
            {" "}
            ({count(junk.count)} of {count(junk.of)})
          </span>
        </span>
        <span>{sizeWords(bytes)}, encrypted</span>
        <button
          type="button"
          class="push"
          title="Tidy now"
          disabled={memoryPage.isTidying.value}
          onClick={() => void memoryPage.tidy()}
        >
          {memoryPage.isTidying.value ? "Tidying" : tidied}
        </button>
      </div>
    </footer>
  );
}
