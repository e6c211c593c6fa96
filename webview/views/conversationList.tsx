import { useEffect, useRef } from "preact/hooks";
import { groupRows } from "../conversations.ts";
import { usePanel } from "./context.ts";
import { ConversationRowView } from "./conversationRow.tsx";
import { Notice } from "./notice.tsx";
import { useRoving } from "./roving.ts";

export function ConversationList() {
  const { conversations } = usePanel();
  const rows = conversations.rows.value;
  const { listProps, tabIndexOf } = useRoving(rows.length);
  const list = useRef<HTMLDivElement>(null);
  const hasRows = rows.length > 0;
  useEffect(() => {
    if (hasRows) list.current?.querySelector<HTMLElement>("[data-row-main]")?.focus();
  }, [hasRows]);
  return (
    <>
      <main class="scroll" aria-label="Conversations">
        {conversations.loaded.value && rows.length === 0 && (
          <p class="list-empty muted">No conversations yet. The first begins with what you ask.</p>
        )}
        <div ref={list} {...listProps}>
          {groupRows(rows, new Date()).map((group) => (
            <section key={group.name}>
              <h2 class="list-group">{group.name}</h2>
              <ul>
                {group.rows.map((row) => (
                  <ConversationRowView
                    key={row.summary.conversationId}
                    row={row}
                    tabIndex={tabIndexOf(rows.indexOf(row))}
                  />
                ))}
              </ul>
            </section>
          ))}
        </div>
      </main>
      {conversations.alert.value !== undefined && (
        <Notice kind="error" title="That did not work" docked>
          <p>{conversations.alert.value}</p>
        </Notice>
      )}
      <footer class="statusline">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> move
        </span>
        <span>
          <kbd>Enter</kbd> open
        </span>
        <span>
          <kbd>F2</kbd> rename
        </span>
        <span>
          <kbd>Del</kbd> delete
        </span>
      </footer>
    </>
  );
}
