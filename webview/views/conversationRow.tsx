import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ConversationSummary } from "../../server/protocol/requests.ts";
import type { ConversationRow } from "../conversations.ts";
import { clock, count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";

interface RowProps {
  row: ConversationRow;
  tabIndex: 0 | -1;
}

export function ConversationRowView({ row, tabIndex }: RowProps) {
  const [renaming, setRenaming] = useState(false);
  const main = useRef<HTMLButtonElement>(null);
  useFocusOnReturn(main, renaming || row.deleted);
  if (row.deleted) return <DeletedRow summary={row.summary} tabIndex={tabIndex} />;
  if (renaming) return <RenameRow summary={row.summary} onDone={() => setRenaming(false)} />;
  return <LiveRow summary={row.summary} main={main} tabIndex={tabIndex} onRename={() => setRenaming(true)} />;
}

/** A row that was renamed or brought back has the focus that its field or its Undo had. */
function useFocusOnReturn(main: RefObject<HTMLButtonElement | null>, isAway: boolean): void {
  const wasAway = useRef(isAway);
  useLayoutEffect(() => {
    if (wasAway.current && !isAway) main.current?.focus();
    wasAway.current = isAway;
  }, [main, isAway]);
}

interface LiveRowProps {
  summary: ConversationSummary;
  main: RefObject<HTMLButtonElement | null>;
  tabIndex: 0 | -1;
  onRename: () => void;
}

function LiveRow({ summary, main, tabIndex, onRename }: LiveRowProps) {
  const panel = usePanel();
  const title = summary.title || "New conversation";
  const remove = () => void panel.deleteConversation(summary);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "F2") onRename();
    else if (event.key === "Delete") remove();
    else return;
    event.preventDefault();
  };
  return (
    <li
      class="item"
      data-row
      aria-current={summary.conversationId === panel.conversation.id.value ? "true" : undefined}
      onKeyDown={onKeyDown}
    >
      <button
        ref={main}
        type="button"
        class="clip"
        data-row-main
        tabIndex={tabIndex}
        title={title}
        onClick={() => panel.openConversation(summary.conversationId)}
      >
        {title}
      </button>
      <span class="state">
        {summary.answering && (
          <>
            <Icon name="loading" spin />
            <span class="sr-only">answering</span>
          </>
        )}
      </span>
      <span class="meta num">
        <span class="clip">
          {count(summary.messages)} {summary.messages === 1 ? "message" : "messages"} · {when(summary.updatedAt)}
        </span>
      </span>
      <div class="actions" role="toolbar" aria-label={`Actions for ${title}`}>
        <IconButton icon="edit" label="Rename" keys="F2" tabIndex={-1} onClick={onRename} />
        <IconButton icon="trash" label="Delete" keys="Del" tabIndex={-1} onClick={remove} />
      </div>
    </li>
  );
}

function RenameRow({ summary, onDone }: { summary: ConversationSummary; onDone: () => void }) {
  const { conversations } = usePanel();
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => field.current?.select(), []);
  const done = () => {
    isDone.current = true;
    onDone();
  };
  /** Taking the field away blurs it: by then it is decided. */
  const save = () => {
    if (isDone.current) return;
    const title = field.current?.value.trim() ?? "";
    if (title !== "" && title !== summary.title) void conversations.rename(summary.conversationId, title);
    done();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") save();
    else if (event.key === "Escape") done();
    else return;
    event.preventDefault();
  };
  return (
    <li class="item is-renaming" data-row>
      <input
        ref={field}
        class="field"
        aria-label="New title"
        maxLength={200}
        defaultValue={summary.title}
        onKeyDown={onKeyDown}
        onBlur={save}
      />
    </li>
  );
}

/** The row itself says what became of it; its Undo takes the focus that the row had. */
function DeletedRow({ summary, tabIndex }: { summary: ConversationSummary; tabIndex: 0 | -1 }) {
  const { conversations } = usePanel();
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => undo.current?.focus(), []);
  return (
    <li class="item" data-row>
      <span class="clip muted" role="status">
        Deleted “{summary.title || "New conversation"}”
      </span>
      <button
        ref={undo}
        type="button"
        class="text-button"
        data-row-main
        tabIndex={tabIndex}
        onClick={() => void conversations.restore(summary)}
      >
        Undo
      </button>
      <span class="meta">
        <span class="clip">In the trash</span>
      </span>
    </li>
  );
}

function when(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const isRecent = Date.now() - date.getTime() < 86_400_000;
  return isRecent ? clock(at) : date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}
