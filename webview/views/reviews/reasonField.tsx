import { useId, useState } from "preact/hooks";
import type { HunkPlace } from "../../reviews/places.ts";
import { hunkName } from "../../reviews/words.ts";
import { usePanel } from "../context.ts";

/** Why a change was rejected: told to the model, and remembered. */
export function ReasonField({ place, tabIndex }: { place: HunkPlace; tabIndex: 0 | -1 }) {
  const { reviews, incognito } = usePanel();
  const [reason, setReason] = useState("");
  const id = useId();
  const { file, hunk } = place;
  const save = () => {
    if (reason.trim() !== "") void reviews.reject(place, [hunk], reason.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      reviews.go(1) ?? reviews.reveal(place);
    }
    if (event.key === "Escape" && reason !== "") {
      event.preventDefault();
      setReason("");
    }
  };
  return (
    <>
      <label class="sr-only" for={id}>
        Why reject {hunkName(file, hunk).toLowerCase()}?
      </label>
      <input
        id={id}
        class="field"
        tabIndex={tabIndex}
        maxLength={MOST_CHARACTERS}
        placeholder={incognito.isOn.value ? "Reason" : "Reason (remembered)"}
        value={reason}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
        onBlur={save}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

const MOST_CHARACTERS = 500;
