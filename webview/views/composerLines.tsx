import type { IndexStatus } from "../../server/protocol/requests.ts";
import { count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";

/** Above the box: what the code index is doing, while that matters. */
export function IndexLine({ index }: { index: IndexStatus | undefined }) {
  if (index?.state === "indexing") {
    const files = index.total === undefined ? count(index.files) : `${count(index.files)} of ${count(index.total)}`;
    return (
      <div class="typing meta">
        <Icon name="loading" spin />
        <span class="clip num">Indexing {files} files</span>
      </div>
    );
  }
  if (index?.state !== "failed") return null;
  return (
    <div class="typing meta is-warning">
      <Icon name="warning" />
      <span>{index.message ?? "The code could not be indexed."}</span>
    </div>
  );
}

/** Below the box: the keys that do something now, or why nothing can be sent. */
export function ComposerHint() {
  const panel = usePanel();
  const { server } = panel.state.value;
  if (server !== "ready") {
    return (
      <div class="composer-hint" role="status">
        <span class="clip">
          {server === "starting"
            ? "Starting. What you write is kept until then."
            : "Not running. What you write is kept."}
        </span>
      </div>
    );
  }
  const others = panel.people.others.value.length;
  const isReviewing = !panel.answering.value && panel.reviews.current.value !== undefined;
  return (
    <div class="composer-hint">
      {panel.incognito.isOn.value && <span>Reads your memory, writes nothing</span>}
      {panel.answering.value && (
        <span>
          <kbd>Esc</kbd> stop
        </span>
      )}
      {panel.answering.value && others > 0 && <span class="push at-380">All {others + 1} see this answer</span>}
      {isReviewing && (
        <>
          <span>
            <kbd>Alt</kbd> <kbd>↓</kbd> next change
          </span>
          <span>
            <kbd>Ctrl</kbd> <kbd>Enter</kbd> accept
          </span>
        </>
      )}
      {!panel.answering.value && !panel.incognito.isOn.value && !isReviewing && (
        <>
          <span>
            <kbd>/</kbd> commands
          </span>
          <span>
            <kbd>@</kbd> context
          </span>
        </>
      )}
      {!isReviewing && !(panel.answering.value && others > 0) && (
        <span class="push at-380">
          <kbd>Shift</kbd> <kbd>Enter</kbd> new line
        </span>
      )}
    </div>
  );
}
