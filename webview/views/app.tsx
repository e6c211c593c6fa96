import { useEffect } from "preact/hooks";
import type { Panel } from "../panel.ts";
import { Bar } from "./bar.tsx";
import { ComposerView } from "./composer.tsx";
import { PanelContext } from "./context.ts";
import { ConversationList } from "./conversationList.tsx";
import { DamageNotice } from "./damageNotice.tsx";
import { DockedNotices, Strips } from "./docked.tsx";
import { MemoryView } from "./memory/memoryView.tsx";
import { useReviewKeys } from "./reviews/reviewKeys.ts";
import { RewoundLine } from "./rewound.tsx";
import { StoreNotice } from "./storeNotice.tsx";
import { TranscriptView } from "./transcript.tsx";
import { Welcome } from "./welcome.tsx";

export function App({ panel }: { panel: Panel }) {
  useEscape(panel);
  useReviewKeys(panel);
  return (
    <PanelContext.Provider value={panel}>
      <Bar />
      <StoreNotice />
      <Page panel={panel} />
      <div class="sr-only" role="status">
        {panel.conversation.spoken}
      </div>
      <div class="sr-only" role="status">
        {panel.people.spoken}
      </div>
      <div class="sr-only" role="status">
        {panel.memories.spoken}
      </div>
    </PanelContext.Provider>
  );
}

function Page({ panel }: { panel: Panel }) {
  switch (panel.view.value) {
    case "chat":
      return <Chat panel={panel} />;
    case "conversations":
      return <ConversationList />;
    case "memory":
      return <MemoryView />;
  }
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
      <RewoundLine />
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
      if (panel.view.value !== "chat") panel.closePage();
      else if (panel.composer.editing.value !== undefined) panel.composer.cancelEdit();
      else if (panel.answering.value) void panel.composer.stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [panel]);
}
