import { useLayoutEffect, useRef } from "preact/hooks";
import type { Decision } from "../../../server/protocol/edits.ts";
import { type HunkPlace, hunkKey } from "../../reviews/places.ts";
import { DECIDED, hunkName, hunkTitle, visible } from "../../reviews/words.ts";
import { usePanel } from "../context.ts";
import { Icon, IconButton } from "../icon.tsx";
import { DiffView } from "./diffView.tsx";
import { ReasonField } from "./reasonField.tsx";

interface HunkViewProps {
  readonly place: HunkPlace;
  readonly tabIndex: 0 | -1;
}

/** One change: to be decided, or one line that says what was. */
export function HunkView({ place, tabIndex }: HunkViewProps) {
  const { reviews } = usePanel();
  const { review, file, hunk } = place;
  const key = hunkKey(place, hunk);
  const decision = review.decisions[hunk.id];
  const isLeft = review.state === "open" && decision === undefined;
  const isOpen = reviews.folds.isOpen(key, isLeft && file.guarded === undefined);
  const name = hunkName(file, hunk);
  const row = useRef<HTMLElement>(null);
  useWantedPlace(row, key);
  return (
    <section
      ref={row}
      class={`hunk${isLeft && reviews.current.value === key ? " is-focused" : ""}`}
      aria-label={decision === undefined ? name : `${name}, ${decision.decision}`}
      data-row
      data-hunk={key}
      onFocusIn={() => isLeft && reviews.noteFocus(key)}
    >
      <div class="hunk-head">
        <button
          type="button"
          class="fold num"
          data-row-main
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          onClick={() => reviews.folds.setOpen(key, !isOpen)}
        >
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
          <span class="sr-only">{name}</span>
          <span aria-hidden="true">{hunkTitle(file, hunk)}</span>
        </button>
        {decision !== undefined && <Decided place={place} decision={decision} />}
        {isLeft && <Choices place={place} isCurrent={reviews.current.value === key} />}
      </div>
      {hunk.covered && isLeft && (
        <p class="edit-note meta">
          <Icon name="key" />
          <span>
            A secret stands here that is not kept. It can be applied until RubberDuck restarts; then ask again.
          </span>
        </p>
      )}
      {isOpen && <DiffView place={place} label={name} tabIndex={tabIndex} />}
      {decision?.decision === "rejected" && <Reason place={place} decision={decision} tabIndex={tabIndex} />}
    </section>
  );
}

function Choices({ place, isCurrent }: { place: HunkPlace; isCurrent: boolean }) {
  const { reviews } = usePanel();
  const { hunk, file } = place;
  return (
    <span class="buttons">
      <button
        type="button"
        class="button secondary small"
        tabIndex={-1}
        title="Reject (Ctrl+Backspace)"
        onClick={() => void reviews.reject(place, [hunk])}
      >
        Reject
      </button>
      {file.guarded === undefined && (
        <button
          type="button"
          class={isCurrent ? "button small" : "button secondary small"}
          tabIndex={-1}
          title="Accept (Ctrl+Enter)"
          onClick={() => void reviews.accept(place, [hunk])}
        >
          Accept
        </button>
      )}
    </span>
  );
}

function Decided({ place, decision: { decision } }: { place: HunkPlace; decision: Decision }) {
  const { reviews } = usePanel();
  const { state } = place.review;
  return (
    <>
      <span class="state meta">
        <Icon name={decision === "accepted" ? "check" : "close"} />
        {DECIDED[decision]}
      </span>
      {(state === "open" || state === "closed") && (
        <span class="buttons">
          <IconButton
            icon="discard"
            label="Undo"
            tabIndex={-1}
            onClick={() => void reviews.reopen(place, place.hunk)}
          />
        </span>
      )}
    </>
  );
}

function Reason({ place, decision: { reason }, tabIndex }: HunkViewProps & { decision: Decision }) {
  const { reviews } = usePanel();
  if (reason !== undefined) return <p class="edit-note meta">{visible(reason)}</p>;
  return reviews.asksReason(place, place.hunk) ? <ReasonField place={place} tabIndex={tabIndex} /> : null;
}

/** Takes the focus when it was asked for, and comes into view. */
function useWantedPlace(row: { readonly current: HTMLElement | null }, key: string): void {
  const { reviews } = usePanel();
  const wanted = reviews.wanted.value;
  useLayoutEffect(() => {
    if (wanted?.key !== key || wanted.on === "foot") return;
    const target = row.current?.querySelector<HTMLElement>(wanted.on === "reason" ? ".field" : "[data-row-main]");
    if (!target) return;
    reviews.wanted.value = undefined;
    target.focus({ preventScroll: true });
    row.current?.scrollIntoView({ block: "nearest" });
  }, [reviews, row, wanted, key]);
}
