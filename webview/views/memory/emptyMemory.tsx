import { usePanel } from "../context.ts";
import { Icon } from "../icon.tsx";

/** Why there is nothing, and what to do. */
export function EmptyMemory() {
  const { state, memoryPage } = usePanel();
  const { store, server } = state.value;
  const isLocked = store?.state === "locked";
  if (isLocked) return <p class="list-empty muted">Memory is locked with your conversations. Nothing of it is lost.</p>;
  if (memoryPage.list.total.value === undefined && memoryPage.alert.value !== undefined) {
    return (
      <div class="list-empty">
        <p class="muted">What is remembered could not be read.</p>
        <button type="button" class="text-button" onClick={() => memoryPage.onChanged()}>
          Try again
        </button>
      </div>
    );
  }
  if (memoryPage.list.total.value === undefined) {
    return (
      <p class="list-empty muted" role="status">
        {server === "ready" ? "Loading" : "Starting"}
      </p>
    );
  }
  if (memoryPage.at.value !== undefined) return <p class="list-empty muted">Nothing was remembered then.</p>;
  return (
    <p class="list-empty muted">
      Nothing is remembered yet. Say “remember that …” in a conversation, or write it here with <Icon name="add" />.
    </p>
  );
}
