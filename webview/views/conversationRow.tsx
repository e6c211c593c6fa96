import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationSummary } from "../../server/protocol/requests.ts";
import type { ConversationRow } from "../conversations.ts";
import { count, shortTime, usageDetail, usageText } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";

interface RowProps {
  row: ConversationRow;
  tabIndex: 0 | -1;
}

export function ConversationRowView({ row, tabIndex }: RowProps) {
  const { conversations } = usePanel();
  const { conversationId } = row.summary;
  const renaming = conversations.renaming.value === conversationId;
  const setRenaming = (on: boolean) => {
    conversations.renaming.value = on ? conversationId : undefined;
  };
  const main = useRef<HTMLButtonElement>(null);
  useFocusOnReturn(main, renaming || row.deleted);
  if (row.deleted && row.summary.incognito) return <ErasedRow tabIndex={tabIndex} />;
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
  const { conversationId, pinned } = summary;
  const title = titleOfRow(summary);
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
      aria-current={conversationId === panel.conversation.id.value ? "true" : undefined}
      data-vscode-context={menuContext(conversationId)}
      onKeyDown={onKeyDown}
    >
      <button
        ref={main}
        type="button"
        class="clip"
        data-row-main
        tabIndex={tabIndex}
        title={title}
        onClick={() => panel.openConversation(conversationId)}
      >
        {title}
      </button>
      <span class="state">
        {summary.incognito && <Icon name="eye-closed" />}
        {pinned && (
          <>
            <Icon name="pinned" />
            <span class="sr-only">pinned</span>
          </>
        )}
        {summary.answering && (
          <>
            <Icon name="loading" spin />
            <span class="sr-only">answering</span>
          </>
        )}
      </span>
      <Meta summary={summary} />
      <div class="actions" role="toolbar" aria-label={`Actions for ${title}`}>
        <IconButton
          icon={pinned ? "pinned" : "pin"}
          label={pinned ? "Unpin" : "Pin"}
          tabIndex={-1}
          onClick={() => void panel.conversations.pin(summary)}
        />
        <IconButton icon="edit" label="Rename" keys="F2" tabIndex={-1} onClick={onRename} />
        <IconButton
          icon="export"
          label="Export"
          tabIndex={-1}
          onClick={() => panel.exportConversation(conversationId)}
        />
        <IconButton icon="trash" label="Delete" keys="Del" tabIndex={-1} onClick={remove} />
      </div>
    </li>
  );
}

/** What was said in an incognito one stands in no list. */
function titleOfRow({ title, incognito }: ConversationSummary): string {
  return incognito ? "Incognito" : title || "New conversation";
}

function Meta({ summary: { messages, updatedAt, usage } }: { summary: ConversationSummary }) {
  return (
    <span class="meta num" title={usage && usageDetail(usage)}>
      <span class="clip">
        {count(messages)} {messages === 1 ? "message" : "messages"} · {shortTime(updatedAt)}
        {usage !== undefined && ` · ${usageText(usage)}`}
      </span>
    </span>
  );
}

/** VS Code shows its own context menu, with the commands that package.json names for it. */
function menuContext(conversationId: string): string {
  return JSON.stringify({ webviewSection: "conversation", conversationId, preventDefaultContextMenuItems: true });
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

/** An incognito one was nowhere else: there is nothing to undo. */
function ErasedRow({ tabIndex }: { tabIndex: 0 | -1 }) {
  const line = useRef<HTMLSpanElement>(null);
  useEffect(() => line.current?.focus(), []);
  return (
    <li class="item" data-row>
      <span ref={line} class="clip muted" role="status" data-row-main tabIndex={tabIndex}>
        Erased the incognito conversation
      </span>
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
