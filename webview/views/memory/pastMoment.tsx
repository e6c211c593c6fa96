import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";

/** What was remembered at a moment of the past. */
export function PastMoment() {
  const { at, choosesMoment } = usePanel().memoryPage;
  if (!choosesMoment.value && at.value === undefined) return null;
  const back = () => {
    at.value = undefined;
    choosesMoment.value = false;
  };
  return (
    <div class="strip" role="note">
      <Icon name="history" />
      <label class="past-moment">
        As of{" "}
        <input
          class="field"
          type="datetime-local"
          max={localTime(new Date())}
          defaultValue={at.value === undefined ? "" : localTime(new Date(at.value))}
          onChange={(event) => {
            const chosen = new Date(event.currentTarget.value);
            at.value = Number.isNaN(chosen.getTime()) ? undefined : chosen.toISOString();
          }}
        />
      </label>
      {at.value !== undefined && <span class="at-380">Read only</span>}
      <button type="button" class="text-button push" onClick={back}>
        Back to now
      </button>
    </div>
  );
}

/** As the field writes it: 2026-03-12T14:02. */
function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
