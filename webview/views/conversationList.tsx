import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { groupRows } from "../conversations.ts";
import { usePanel } from "./context.ts";
import { ConversationRowView } from "./conversationRow.tsx";
import { SearchField, SearchHits, SearchState } from "./conversationSearch.tsx";
import { Notice } from "./notice.tsx";
import { useRoving } from "./roving.ts";

export function ConversationList() {
  const { conversations } = usePanel();
  const { search } = conversations;
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const isSearch = search.query.value.trim() !== "";
  const result = search.result.value;
  return (
    <>
      {conversations.rows.value.length > 0 && <SearchField field={field} list={list} />}
      <main class="scroll" aria-label="Conversations" aria-busy={search.searching.value}>
        {!isSearch && <Groups list={list} />}
        {isSearch && result !== undefined && search.alert.value === undefined && (
          <SearchHits result={result} list={list} />
        )}
        {isSearch && (result === undefined || search.alert.value !== undefined) && <SearchState search={search} />}
      </main>
      {conversations.alert.value !== undefined && (
        <Notice kind="error" title="That did not work" docked>
          <p>{conversations.alert.value}</p>
        </Notice>
      )}
      {isSearch ? <SearchKeys /> : <ListKeys />}
    </>
  );
}

function Groups({ list }: { list: RefObject<HTMLDivElement | null> }) {
  const { conversations } = usePanel();
  const rows = conversations.rows.value;
  const { listProps, tabIndexOf } = useRoving(rows.length);
  const hasRows = rows.length > 0;
  useEffect(() => {
    if (hasRows && document.activeElement?.closest("search") == null) {
      list.current?.querySelector<HTMLElement>("[data-row-main]")?.focus();
    }
  }, [list, hasRows]);
  return (
    <>
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
    </>
  );
}

function ListKeys() {
  return (
    <footer class="statusline">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> move
      </span>
      <span>
        <kbd>Enter</kbd> open
      </span>
      <span class="at-380">
        <kbd>F2</kbd> rename
      </span>
      <span>
        <kbd>Del</kbd> delete
      </span>
    </footer>
  );
}

function SearchKeys() {
  return (
    <footer class="statusline">
      <span>
        <kbd>Esc</kbd> clear
      </span>
      <span>
        <kbd>Enter</kbd> open at the match
      </span>
    </footer>
  );
}
