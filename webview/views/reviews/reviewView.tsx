import type { ProposedFile, Review } from "../../../server/protocol/edits.ts";
import type { Turn } from "../../../server/protocol/transcript.ts";
import { fileKey, type ReviewPlace, reviewKey } from "../../reviews/places.ts";
import { usePanel } from "../context.ts";
import { useRoving } from "../roving.ts";
import { FileCard } from "./fileCard.tsx";
import { FIRST_FILES, FIRST_HUNKS, MoreButton } from "./more.tsx";
import { ReviewFoot } from "./reviewFoot.tsx";

/** The changes that an answer proposes. */
export function ReviewList({ turn: { reviews = [], accepted } }: { turn: Turn }) {
  return reviews.map((review) => <ReviewView key={review.id} turnId={accepted.turnId} review={review} />);
}

function ReviewView(given: ReviewPlace) {
  const { reviews } = usePanel();
  const review = reviews.shown(given);
  const place = { ...given, review };
  const key = reviewKey(place);
  const files = review.files.slice(0, reviews.folds.drawn(key, FIRST_FILES));
  const cards = files.map((file) => ({ file, ...layOut(place, file, reviews.folds) }));
  const rows = cards.reduce((sum, card) => sum + card.rows, 0);
  const { listProps, tabIndexOf } = useRows(rows);
  let before = 0;
  return (
    <section class="review" aria-label={`Changes: ${review.title}`}>
      <div class="edits" {...listProps}>
        {cards.map(({ file, isOpen, hunks, rows: own }) => {
          const first = before;
          before += own;
          return (
            <FileCard
              key={file.path}
              place={place}
              file={file}
              isOpen={isOpen}
              hunks={hunks}
              isFoldable={isMany(review)}
              tabIndexOf={(row) => tabIndexOf(first + row)}
            />
          );
        })}
      </div>
      <MoreButton
        shown={files.length}
        all={review.files.length}
        name="file"
        onMore={(n) => reviews.folds.draw(key, n)}
      />
      <ReviewFoot place={place} />
    </section>
  );
}

/** As many files as fit on a screen with what changes in them; of more only the first is unfolded. */
const FEW_FILES = 5;

function isMany({ files }: Review): boolean {
  return files.length > FEW_FILES;
}

function layOut(place: ReviewPlace, file: ProposedFile, folds: ReturnType<typeof usePanel>["reviews"]["folds"]) {
  const key = fileKey(place, file);
  const isOpen = folds.isOpen(key, !isMany(place.review) || file === place.review.files[0]);
  const hunks = isOpen ? file.hunks.slice(0, folds.drawn(key, FIRST_HUNKS)) : [];
  return { isOpen, hunks, rows: 1 + hunks.length };
}

function useRows(rows: number): ReturnType<typeof useRoving> {
  const { listProps, tabIndexOf } = useRoving(rows);
  const onKeyDown = (event: KeyboardEvent) => isPlain(event) && listProps.onKeyDown(event);
  return { tabIndexOf, listProps: { ...listProps, onKeyDown } };
}

/** Other keys than those that move in the list belong to whoever has the focus: code is scrolled sideways. */
function isPlain({ altKey, ctrlKey, metaKey, target, key }: KeyboardEvent): boolean {
  const isSideways = key === "ArrowLeft" || key === "ArrowRight";
  const inCode = target instanceof Element && target.matches(".diff");
  return !(altKey || ctrlKey || metaKey || (inCode && isSideways));
}
