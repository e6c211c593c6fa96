import { useEffect } from "preact/hooks";
import type { Panel } from "../panel.ts";
import { Bar } from "./bar.tsx";
import { ComposerView } from "./composer.tsx";
import { PanelContext } from "./context.ts";
import { ConversationList } from "./conversationList.tsx";
import { DamageNotice } from "./damageNotice.tsx";
import { DockedNotices, Strips } from "./docked.tsx";
import { StoreNotice } from "./storeNotice.tsx";
import { TranscriptView } from "./transcript.tsx";
import { Welcome } from "./welcome.tsx";

export function App({ panel }: { panel: Panel }) {
  useEscape(panel);
  return (
    <PanelContext.Provider value={panel}>
      <Bar />
      <StoreNotice />
      {panel.view.value === "conversations" ? <ConversationList /> : <Chat panel={panel} />}
      <div class="sr-only" role="status">
        {panel.conversation.spoken}
      </div>
    </PanelContext.Provider>
  );
}

function Chat({ panel }: { panel: Panel }) {
  return (
    <>
      <Strips />
      <DamageNotice key={panel.conversation.id.value} />
      {panel.isEmpty.value && !panel.isLoading.value ? (
        <Welcome />
      ) : (
        <TranscriptView key={panel.conversation.id.value} />
      )}
      <DockedNotices />
      <ComposerView />
    </>
  );
}

/** Esc closes what is open (each view does that for itself), then stops the answer. */
function useEscape(panel: Panel): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (panel.view.value === "conversations") panel.toggleConversations();
      else if (panel.composer.editing.value !== undefined) panel.composer.cancelEdit();
      else if (panel.answering.value) void panel.composer.stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [panel]);
}
