import { useLayoutEffect, useRef } from "preact/hooks";
import { openHunks } from "../../../server/protocol/review.ts";
import { type ReviewPlace, reviewKey } from "../../reviews/places.ts";
import { endOf, inTheWay } from "../../reviews/words.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";
import { Notice } from "../notice.tsx";

/** Below the files: what is left to decide, or what came of it. */
export function ReviewFoot({ place }: { place: ReviewPlace }) {
  const { reviews } = usePanel();
  const foot = useRef<HTMLDivElement>(null);
  useWantedFoot(foot, reviewKey(place));
  const { review } = place;
  const alert = reviews.alertOf(place);
  const hindrance = inTheWay(review);
  const isUndecided = review.state === "open" && openHunks(review).length > 0;
  return (
    <>
      {hindrance !== undefined && (
        <p class="edit-outcome meta is-warning">
          <Icon name="warning" />
          <span>{hindrance}</span>
        </p>
      )}
      {alert !== undefined && (
        <Notice kind="error" title="That did not work" onClose={() => reviews.closeAlert(place)}>
          <p>{alert}</p>
        </Notice>
      )}
      <div class="edit-foot" ref={foot} tabIndex={-1}>
        {isUndecided ? <RestButtons place={place} /> : <End place={place} />}
      </div>
    </>
  );
}

function RestButtons({ place }: { place: ReviewPlace }) {
  const { reviews } = usePanel();
  const { review } = place;
  const rest = openHunks(review);
  const usual = openHunks({ ...review, files: review.files.filter(({ guarded }) => guarded === undefined) });
  return (
    <>
      {usual.length > 0 && (
        <button type="button" class="button secondary" onClick={() => void reviews.accept(place, usual)}>
          Accept rest
        </button>
      )}
      <button type="button" class="button secondary" onClick={() => void reviews.reject(place, rest)}>
        Reject rest
      </button>
      <span class="meta at-380">
        {usual.length < rest.length ? "Guarded files are accepted one by one" : "Applies as one undo step"}
      </span>
    </>
  );
}

const ICONS = { open: "loading", applying: "loading", applied: "check", closed: "close", reverted: "discard" } as const;

function End({ place }: { place: ReviewPlace }) {
  const { reviews } = usePanel();
  const { review } = place;
  const isReverting = reviews.isReverting(place);
  const isClosed = Object.values(review.decisions).every(({ decision }) => decision === "rejected");
  const state = review.state === "open" ? (isClosed ? "closed" : "applying") : review.state;
  const isBusy = state === "applying" || isReverting;
  return (
    <>
      <span class="edit-outcome meta">
        <Icon name={isBusy ? "loading" : ICONS[state]} spin={isBusy} />
        <span>{isReverting ? "Taking it back…" : endOf({ ...review, state })}</span>
      </span>
      {state === "applied" && !isReverting && hasUndo(place) && (
        <button type="button" class="text-button meta" onClick={() => void reviews.revert(place)}>
          Undo
        </button>
      )}
    </>
  );
}

function hasUndo({ review: { outcomes = [] } }: ReviewPlace): boolean {
  return outcomes.some(({ state }) => state === "changed");
}

/** When nothing is left to decide, the keyboard is where it can be undone. */
function useWantedFoot(foot: { readonly current: HTMLElement | null }, key: string): void {
  const { reviews } = usePanel();
  const wanted = reviews.wanted.value;
  useLayoutEffect(() => {
    if (wanted?.key !== key || wanted.on !== "foot") return;
    reviews.wanted.value = undefined;
    foot.current?.focus({ preventScroll: true });
  }, [reviews, foot, wanted, key]);
}
