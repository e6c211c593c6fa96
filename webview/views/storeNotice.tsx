import type { PanelAction } from "../../server/protocol/panel.ts";
import type { StoreStatus } from "../../server/protocol/store.ts";
import { usePanel } from "./context.ts";
import { Notice } from "./notice.tsx";

/** Why conversations are not kept, or not there, and what can be done; nothing while all is well. Over every view. */
export function StoreNotice() {
  const { store } = usePanel().state.value;
  if (store === undefined) return null;
  switch (store.state) {
    case "locked":
      return <Locked store={store} />;
    case "readOnly":
      return (
        <Notice kind="warning" icon="lock" title="Your conversations can only be read" onTop>
          <p>Nothing is written to them. New ones are kept in memory and are gone with this window.</p>
          <Buttons store={store} />
        </Notice>
      );
    case "unavailable":
      return (
        <Notice kind="error" title="Conversations cannot be kept" onTop>
          <p>Their folder cannot be used. New ones are kept in memory and are gone with this window.</p>
          <Buttons store={store} />
        </Notice>
      );
    default:
      return null;
  }
}

function Locked({ store }: { store: StoreStatus }) {
  const cause = store.remedies.includes("recoveryCode")
    ? "Their key is not with this editor."
    : "The file that holds their key is missing or damaged.";
  return (
    <Notice kind="warning" icon="lock" title="Your conversations are locked" onTop>
      <p>{cause} Nothing is lost. Until they are unlocked, new ones are kept in memory only.</p>
      <Buttons store={store} />
    </Notice>
  );
}

function Buttons({ store: { remedies } }: { store: StoreStatus }) {
  const { host } = usePanel();
  const can = (action: PanelAction) => () => host.do(action);
  return (
    <div class="buttons">
      {remedies.includes("recoveryCode") && (
        <button type="button" class="button" onClick={can({ kind: "enterRecoveryCode" })}>
          Enter recovery code
        </button>
      )}
      {remedies.includes("newStore") && (
        <button type="button" class="button secondary" onClick={can({ kind: "startNewStore" })}>
          Start a new store…
        </button>
      )}
      <button type="button" class="button secondary" onClick={can({ kind: "showStoreDetails" })}>
        Show details
      </button>
    </div>
  );
}
