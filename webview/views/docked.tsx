import type { Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { EventError } from "../../server/protocol/errors.ts";
import type { ModelStatus } from "../../server/protocol/requests.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Notice } from "./notice.tsx";

/** What concerns the whole window, quietly, below the bar. */
export function Strips() {
  return (
    <>
      <IncognitoStrip />
      <WindowStrip />
    </>
  );
}

function IncognitoStrip() {
  const panel = usePanel();
  if (!panel.incognito.isOn.value) return null;
  return (
    <div class="strip" role="note">
      <span>Nothing here is written or remembered. Closing it erases it.</span>
      <button type="button" class="text-button push" onClick={() => void panel.closeIncognito()}>
        Close
      </button>
    </div>
  );
}

function WindowStrip() {
  const { host, state } = usePanel();
  const { trusted, hasFolder } = state.value;
  if (!trusted) {
    return (
      <div class="strip" role="status">
        <Icon name="shield" />
        <span>Restricted mode: no file is read and nothing is sent to a model.</span>
        <button type="button" class="text-button" onClick={() => host.do({ kind: "manageTrust" })}>
          Manage trust
        </button>
      </div>
    );
  }
  if (hasFolder) return null;
  return (
    <div class="strip" role="status">
      <Icon name="folder" />
      <span>No folder is open, so there is no code to search. Open a folder to ask about its code.</span>
    </div>
  );
}

/** What concerns every answer, above the box: one at a time, the worst first. */
export function DockedNotices() {
  const { state, conversation, composer, memories, incognito } = usePanel();
  const { server, model } = state.value;
  const trouble = conversation.trouble.value;
  if (server === "stopped") return <Stopped message={state.value.serverMessage} />;
  for (const alert of [composer.alert, memories.alert]) {
    if (alert.value !== undefined) return <Failed alert={alert} />;
  }
  if (incognito.isGone.value) {
    const close = () => {
      incognito.isGone.value = false;
    };
    return (
      <Notice kind="info" icon="eye-closed" title="The incognito conversation is gone" docked onClose={close}>
        <p>It was closed with its window. Nothing of it was written, so it cannot be brought back.</p>
      </Notice>
    );
  }
  // A locked store has a notice of its own.
  if (trouble !== undefined && state.value.store?.state !== "locked") {
    return <Trouble error={trouble} onRetry={() => conversation.retryNow()} />;
  }
  return model !== undefined && model.breaker.state === "open" ? <EndpointSilent model={model} /> : null;
}

/** What the user asked for and did not get, until they close it. */
export function Failed({ alert }: { alert: Signal<string | undefined> }) {
  const close = () => {
    alert.value = undefined;
  };
  return (
    <Notice kind="error" title="That did not work" docked onClose={close}>
      <p>{alert.value}</p>
    </Notice>
  );
}

function Trouble({ error, onRetry }: { error: EventError; onRetry: () => void }) {
  const isElsewhere = error.code === "storeBusy";
  return (
    <Notice
      kind="warning"
      icon={isElsewhere ? "multiple-windows" : "warning"}
      title={isElsewhere ? "Another window owns this workspace" : "The conversation cannot be shown in full"}
      docked
    >
      <p>{error.message}</p>
      <div class="buttons">
        <button type="button" class="text-button" onClick={onRetry}>
          Try again
        </button>
      </div>
    </Notice>
  );
}

function Stopped({ message }: { message: string | undefined }) {
  const { host } = usePanel();
  const canRestart = host.offers("restartServer");
  return (
    <Notice kind="error" title={canRestart ? "RubberDuck's server has stopped" : "This page may not join"} docked>
      <p>{message ?? "Your conversations are kept. Restart it to go on."}</p>
      {canRestart && (
        <div class="buttons">
          <button type="button" class="button" onClick={() => host.do({ kind: "restartServer" })}>
            Restart server
          </button>
          <button type="button" class="button secondary" onClick={() => host.do({ kind: "showOutput" })}>
            Show output
          </button>
        </div>
      )}
    </Notice>
  );
}

function EndpointSilent({ model }: { model: ModelStatus }) {
  const panel = usePanel();
  const seconds = useSecondsUntil(model.breaker.retryAt);
  const nextTry =
    seconds === undefined ? "" : `; next try ${seconds === 0 ? "with your next message" : `in ${seconds} s`}`;
  return (
    <Notice
      kind="info"
      icon="debug-disconnect"
      title={`${model.configured?.host ?? "The endpoint"} does not answer`}
      docked
    >
      <p>
        {model.breaker.lastError} Answering offline<span aria-live="off">{nextTry}</span>.
      </p>
      <div class="buttons">
        <button type="button" class="text-button" onClick={() => panel.tryEndpointNow()}>
          Try now
        </button>
        {panel.host.offers("chooseModel") && (
          <button type="button" class="text-button" onClick={() => panel.host.do({ kind: "chooseModel" })}>
            Choose model
          </button>
        )}
      </div>
    </Notice>
  );
}

function useSecondsUntil(at: string | undefined): number | undefined {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (at === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  if (at === undefined) return undefined;
  return Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
}
