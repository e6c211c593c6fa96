import { useEffect, useState } from "preact/hooks";
import type { Hunk, ProposedFile } from "../../../server/protocol/edits.ts";
import { openHunks } from "../../../server/protocol/review.ts";
import { type LineCounts, lineCounts } from "../../reviews/lineDiff.ts";
import { fileKey, type ReviewPlace } from "../../reviews/places.ts";
import { FILE_CHANGES, fileName, visible } from "../../reviews/words.ts";
import { usePanel } from "../context.ts";
import { Icon, IconButton } from "../icon.tsx";
import { GuardedNote } from "./guardedNote.tsx";
import { HunkView } from "./hunkView.tsx";
import { FIRST_HUNKS, MoreButton } from "./more.tsx";

interface FileCardProps {
  readonly place: ReviewPlace;
  readonly file: ProposedFile;
  readonly isOpen: boolean;
  /** Those that are drawn. */
  readonly hunks: readonly Hunk[];
  readonly isFoldable: boolean;
  /** Of the card's rows: its head, then each change. */
  tabIndexOf(row: number): 0 | -1;
}

/** A file, and what shall change in it. */
export function FileCard({ place, file, isOpen, hunks, isFoldable, tabIndexOf }: FileCardProps) {
  const { reviews } = usePanel();
  const key = fileKey(place, file);
  const outcome = place.review.outcomes?.find(({ path }) => path === file.path);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="edit" role="group" aria-label={visible(file.label)}>
      <Head place={place} file={file} isOpen={isOpen} isFoldable={isFoldable} tabIndex={tabIndexOf(0)} />
      {file.guarded !== undefined && <GuardedNote place={place} file={file} guarded={file.guarded} />}
      {outcome?.state === "refused" && (
        <p class="edit-note meta is-warning">
          <Icon name="warning" />
          <span>Left as it was. {visible(outcome.why ?? "")}</span>
        </p>
      )}
      {hunks.map((hunk, index) => (
        <HunkView key={hunk.id} place={{ ...place, file, hunk }} tabIndex={tabIndexOf(index + 1)} />
      ))}
      {isOpen && (
        <MoreButton
          shown={hunks.length}
          all={file.hunks.length}
          name="change"
          step={FIRST_HUNKS}
          onMore={(shown) => reviews.folds.draw(key, shown)}
        />
      )}
    </div>
  );
}

interface HeadProps extends Pick<FileCardProps, "place" | "file" | "isOpen" | "isFoldable"> {
  readonly tabIndex: 0 | -1;
}

function Head({ place, file, isOpen, isFoldable, tabIndex }: HeadProps) {
  const { host, reviews } = usePanel();
  const { name, folder } = fileName(file);
  const toggle = () => reviews.folds.setOpen(fileKey(place, file), !isOpen);
  const open = () => host.do({ kind: "openFile", path: file.path });
  const words = [folder, file.change === "modify" ? "" : FILE_CHANGES[file.change].toLowerCase()];
  return (
    <div class="edit-head" data-row>
      {!isFoldable && <Icon name="file-code" />}
      <span class="clip">
        <button
          type="button"
          class="row-link"
          data-row-main
          tabIndex={tabIndex}
          title={visible(file.label)}
          aria-expanded={isFoldable ? isOpen : undefined}
          onClick={isFoldable ? toggle : open}
        >
          {isFoldable && <Icon name={isOpen ? "chevron-down" : "chevron-right"} />}
          {name}
        </button>{" "}
        <span class="meta">{words.filter(Boolean).join(" · ")}</span>
      </span>
      {isFoldable && !isOpen && <Left place={place} file={file} />}
      <Counts file={file} />
      <span class="buttons">
        {host.offers("showDiff") && (
          <IconButton
            icon="diff"
            label="Open in the diff editor"
            tabIndex={-1}
            onClick={() => reviews.showDiff(place, file)}
          />
        )}
      </span>
    </div>
  );
}

/** Of a folded file: what is to be decided in it. */
function Left({ place, file }: Pick<HeadProps, "place" | "file">) {
  const { decisions, state } = place.review;
  const left = openHunks({ files: [file], decisions }).length;
  if (state !== "open" || left === 0) return null;
  return <span class="meta num">{left} left</span>;
}

function Counts({ file: { hunks } }: { file: ProposedFile }) {
  const counts = useCounts(hunks);
  return (
    <span class="meta num edit-counts">
      {counts !== undefined && counts.added > 0 && (
        <span class="added" title={`${counts.added} lines added`}>
          +{counts.added}
        </span>
      )}
      {counts !== undefined && counts.removed > 0 && (
        <span class="removed" title={`${counts.removed} lines removed`}>
          −{counts.removed}
        </span>
      )}
    </span>
  );
}

/** Comparing long texts takes a moment each: they are counted when there is time for it. */
function useCounts(hunks: readonly Hunk[]): LineCounts | undefined {
  const isLong = hunks.reduce((sum, { search, replace }) => sum + search.length + replace.length, 0) > LONG;
  const [counts, setCounts] = useState(isLong ? undefined : lineCounts(hunks));
  useEffect(() => {
    if (!isLong) return;
    const idle = requestIdleCallback(() => setCounts(lineCounts(hunks)));
    return () => cancelIdleCallback(idle);
  }, [hunks, isLong]);
  return counts;
}

/** UTF-16 code units. */
const LONG = 20_000;
