import { useLayoutEffect, useRef } from "preact/hooks";
import type { Turn } from "../../server/protocol/transcript.ts";
import { visible } from "../reviews/words.ts";
import type { RewindOutcome, RewindWhat } from "../rewinding.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";

/** At a message: what would go back, and what of it shall. */
export function RewindView({ turn }: { turn: Turn }) {
  const { rewinding } = usePanel();
  const { turnId } = turn.accepted;
  const box = useRef<HTMLDivElement>(null);
  const asked = rewinding.asked.value?.turnId === turnId ? rewinding.asked.value : undefined;
  const isAsked = asked !== undefined;
  const isKnown = asked?.outcome !== undefined;
  useLayoutEffect(() => {
    if (isAsked) (box.current?.querySelector("button") ?? box.current)?.focus();
    if (isAsked) box.current?.scrollIntoView({ block: "nearest" });
  }, [isAsked, isKnown]);
  useReturnedFocus(box, turnId);
  if (asked === undefined) return <div ref={box} hidden />;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    rewinding.cancel();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      class="rewind meta"
      ref={box}
      role="group"
      tabIndex={-1}
      aria-label="Go back to before this message"
      aria-busy={asked.isBusy}
      onKeyDown={onKeyDown}
    >
      {asked.outcome !== undefined && <WouldBe outcome={asked.outcome} />}
      {asked.outcome === undefined && asked.isBusy && <p>Looking at what would go back…</p>}
      {asked.alert !== undefined && (
        <p class="is-error" role="alert">
          <Icon name="error" /> {asked.alert}
        </p>
      )}
      <div class="buttons">
        {asked.outcome !== undefined && !asked.isBusy && <Choices turn={turn} outcome={asked.outcome} />}
        <button type="button" class="button secondary small" onClick={() => rewinding.cancel()}>
          Cancel
        </button>
      </div>
    </div>
  );
}

function WouldBe({ outcome: { restored, kept } }: { outcome: RewindOutcome }) {
  return (
    <>
      <p>This message and what followed leave the view, and are kept.</p>
      {restored.length > 0 && <p>Goes back: {named(restored)}.</p>}
      {kept.map(({ label, why }) => (
        <p key={label}>
          Stays as it is: {visible(label)}. {visible(why)}
        </p>
      ))}
      {restored.length + kept.length === 0 && <p>No file was changed since.</p>}
    </>
  );
}

function Choices({ turn, outcome }: { turn: Turn; outcome: RewindOutcome }) {
  const choices = outcome.restored.length > 0 ? WITH_FILES : WITHOUT_FILES;
  const { rewinding } = usePanel();
  return choices.map(([what, label], index) => (
    <button
      key={what}
      type="button"
      class={index === 0 ? "button small" : "button secondary small"}
      onClick={() => void rewinding.go(turn, what)}
    >
      {label}
    </button>
  ));
}

const WITH_FILES: readonly (readonly [RewindWhat, string])[] = [
  ["both", "Files and conversation"],
  ["files", "Only files"],
  ["conversation", "Only conversation"],
];
const WITHOUT_FILES: readonly (readonly [RewindWhat, string])[] = [["conversation", "Go back"]];

const NAMED = 3;

/** "a.ts, b.ts and 2 more". */
export function named(labels: readonly string[]): string {
  const more = labels.length - NAMED;
  return `${labels.slice(0, NAMED).map(visible).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The message takes the keyboard again when it was only asked. */
function useReturnedFocus(box: { readonly current: HTMLElement | null }, turnId: string): void {
  const { rewinding } = usePanel();
  const wanted = rewinding.focus.value === turnId;
  useLayoutEffect(() => {
    if (!wanted) return;
    rewinding.focus.value = undefined;
    box.current?.closest("article")?.focus({ preventScroll: true });
  }, [rewinding, wanted, box]);
}
