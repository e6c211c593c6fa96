import { usageOf } from "../../server/protocol/usage.ts";
import type { Panel } from "../panel.ts";
import { titleOf, usageDetail } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";
import { Who } from "./people.tsx";

/** Title of what is shown; opens and closes the list of conversations. */
export function Bar() {
  const panel = usePanel();
  const page = PAGES[panel.view.value];
  const isUnknown = panel.isLoading.value && panel.isEmpty.value;
  const isIncognito = panel.incognito.isOn.value;
  const shown = isIncognito ? "Incognito" : isUnknown ? "Conversation" : titleOf(panel.conversation.transcript.value);
  const usage = usageOf(panel.conversation.transcript.value);
  const title = page ?? shown;
  return (
    <header class="bar">
      <button
        type="button"
        class="bar-title"
        aria-expanded={page !== undefined}
        aria-label={page ? `${page}. Back` : `Conversation: ${title}. Switch conversation`}
        title={page ? "Back (Esc)" : [title, ...(usage ? [usageDetail(usage)] : [])].join("\n")}
        onClick={() => panel.toggleConversations()}
      >
        {isIncognito && page === undefined && <Icon name="eye-closed" />}
        <h1 class="clip">{title}</h1>
        <Icon name={page ? "chevron-up" : "chevron-down"} />
      </button>
      {page === undefined && <Who />}
      {panel.host.client === "browser" && <PageButtons panel={panel} />}
    </header>
  );
}

/** What is shown instead of the conversation. */
const PAGES = { chat: undefined, conversations: "Conversations", memory: "Memory" } as const;

/** What an editor shows in the title of the view. */
function PageButtons({ panel }: { panel: Panel }) {
  return (
    <div class="page-tools" role="toolbar" aria-label="RubberDuck">
      <IconButton icon="add" label="New conversation" onClick={() => panel.newConversation()} />
      <IconButton icon="library" label="Memory" onClick={() => panel.openMemory()} />
    </div>
  );
}
