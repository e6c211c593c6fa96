import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Hunk } from "../../../server/protocol/edits.ts";
import { languageOf } from "../../languages.ts";
import { type DiffLine, diffLines } from "../../reviews/lineDiff.ts";
import { type HunkPlace, hunkKey } from "../../reviews/places.ts";
import { visible } from "../../reviews/words.ts";
import { colouredLines } from "../colouredLines.ts";
import { usePanel } from "../context.ts";
import { FIRST_LINES, MoreButton } from "./more.tsx";

interface DiffViewProps {
  readonly place: HunkPlace;
  readonly label: string;
  readonly tabIndex: 0 | -1;
}

/** A change line by line, with + and −. */
export function DiffView({ place, label, tabIndex }: DiffViewProps) {
  const { reviews } = usePanel();
  const { hunk, file } = place;
  const key = hunkKey(place, hunk);
  const lines = diffLines(hunk);
  const shown = Math.min(lines.length, reviews.folds.drawn(key, FIRST_LINES));
  const isWhole = shown === lines.length && !hasLongLine(hunk);
  useEffect(() => {
    if (isWhole) reviews.folds.noteSeen(key);
  }, [reviews, key, isWhole]);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: it stands in a section of its own */}
      <div class="diff mono" role="region" aria-label={`Changes, ${label}`} tabIndex={tabIndex}>
        <Lines hunk={hunk} shown={shown} language={file.language} />
      </div>
      {lines.every(({ kind }) => kind === "same") && <p class="edit-note meta">Only the last line's end changes.</p>}
      <MoreButton
        shown={shown}
        all={lines.length}
        name="line"
        step={MORE_LINES}
        tabIndex={tabIndex}
        onMore={(number) => reviews.folds.draw(key, number)}
      />
    </>
  );
}

/** Whether a line is cut off. */
export function hasLongLine(hunk: Hunk): boolean {
  return diffLines(hunk).some(({ text }) => text.length > MOST_CHARACTERS);
}

const MORE_LINES = 400;
/** UTF-16 code units of a line that are drawn. */
const MOST_CHARACTERS = 2000;
const CLASSES = { same: undefined, added: "add", removed: "del" } as const;

/** The colours come when there is time for them: they belong to the highlighter, not to preact. */
function Lines({ hunk, shown, language }: { hunk: Hunk; shown: number; language: string }) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => diffLines(hunk).slice(0, shown), [hunk, shown]);
  useLayoutEffect(() => {
    const rows = lines.map(rowOf);
    box.current?.replaceChildren(...rows);
    const idle = requestIdleCallback(() => colour(rows, lines, hunk, language), { timeout: 500 });
    return () => cancelIdleCallback(idle);
  }, [lines, hunk, language]);
  return <div ref={box} />;
}

function rowOf({ kind, text }: DiffLine): HTMLElement {
  const row = document.createElement("span");
  const className = CLASSES[kind];
  if (className !== undefined) row.className = className;
  const more = text.length - MOST_CHARACTERS;
  row.textContent = more > 0 ? `${visible(text.slice(0, MOST_CHARACTERS))} … ${more} more characters` : visible(text);
  return row;
}

function colour(rows: readonly HTMLElement[], lines: readonly DiffLine[], hunk: Hunk, language: string): void {
  const { grammar } = languageOf(language);
  if (hasLongLine(hunk)) return;
  const before = colouredLines(visible(hunk.search), grammar);
  const after = colouredLines(visible(hunk.replace), grammar);
  for (const [index, { kind, index: own }] of lines.entries()) {
    const coloured = (kind === "added" ? after : before)?.[own];
    if (coloured !== undefined) rows[index]?.replaceChildren(coloured);
  }
}
