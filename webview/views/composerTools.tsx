import type { Panel } from "../panel.ts";
import { usePanel } from "./context.ts";
import { ContextMeter } from "./contextMeter.tsx";
import { IconButton } from "./icon.tsx";
import { ModelControl } from "./modelMenu.tsx";

/** Below the box: which model would answer, and the button that sends or stops. */
export function ComposerTools() {
  const panel = usePanel();
  const hasText = panel.composer.draft.value.trim() !== "";
  const isReady = panel.state.value.server === "ready" && hasText;
  const answering = panel.answering.value;
  return (
    <div class="composer-tools">
      <IconButton icon="mention" label="Add context" keys="@" onClick={() => startMention(panel)} />
      <ModelControl model={panel.state.value.model} />
      <span class="push" />
      <ContextMeter />
      {answering && <IconButton icon="debug-stop" label="Stop" keys="Esc" onClick={() => void panel.composer.stop()} />}
      {(!answering || hasText) && (
        <IconButton
          icon="arrow-up"
          label="Send"
          keys="Enter"
          type="submit"
          class={isReady ? "send is-ready" : "send"}
          disabled={!isReady}
        />
      )}
    </div>
  );
}

/** Writes the @ that opens the list of what can be added. */
function startMention(panel: Panel): void {
  const { draft, caret } = panel.composer;
  const before = draft.value.slice(0, caret.value);
  const at = before === "" || /\s$/.test(before) ? "@" : " @";
  panel.composer.write({ draft: before + at + draft.value.slice(caret.value), caret: before.length + at.length });
  panel.focus();
}
