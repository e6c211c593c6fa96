import type { ProposedFile } from "../../../server/protocol/edits.ts";
import { openHunks } from "../../../server/protocol/review.ts";
import { diffLines } from "../../reviews/lineDiff.ts";
import { fileKey, hunkKey, type ReviewPlace } from "../../reviews/places.ts";
import { visible } from "../../reviews/words.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import { hasLongLine } from "./diffView.tsx";

interface GuardedNoteProps {
  readonly place: ReviewPlace;
  readonly file: ProposedFile;
  readonly guarded: string;
}

/** A file that is accepted by itself, once all that changes in it was looked at. */
export function GuardedNote({ place, file, guarded }: GuardedNoteProps) {
  const { reviews } = usePanel();
  const open = openHunks({ files: [file], decisions: place.review.decisions });
  const isLeft = place.review.state === "open" && open.length > 0;
  const isCurrent = open.some((hunk) => hunkKey(place, hunk) === reviews.current.value);
  return (
    <div class="edit-note meta">
      <Icon name="shield" />
      <div>
        <p>{visible(guarded)}</p>
        {isLeft && (
          <div class="buttons">
            {reviews.folds.wasLookedAt(place, file) ? (
              <button
                type="button"
                class={isCurrent ? "button small" : "button secondary small"}
                onClick={() => void reviews.accept(place, open, file.path)}
              >
                Accept this file
              </button>
            ) : (
              <Look place={place} file={file} />
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function Look({ place, file }: Pick<GuardedNoteProps, "place" | "file">) {
  const { reviews } = usePanel();
  const { folds } = reviews;
  const showAll = () => {
    const key = fileKey(place, file);
    folds.setOpen(key, true);
    folds.draw(key, file.hunks.length);
    for (const hunk of file.hunks) {
      folds.setOpen(hunkKey(place, hunk), true);
      folds.draw(hunkKey(place, hunk), diffLines(hunk).length);
    }
  };
  const isLong = file.hunks.some((hunk) => diffLines(hunk).length > MOST_LINES || hasLongLine(hunk));
  return (
    <>
      <button
        type="button"
        class="button secondary small"
        onClick={isLong ? () => reviews.showDiff(place, file) : showAll}
      >
        {isLong ? "Open in the diff editor" : "Show its changes"}
      </button>
      <span>Look at all of it to accept it</span>
    </>
  );
}

/** More are for the editor. */
const MOST_LINES = 2000;
