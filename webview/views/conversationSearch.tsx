import type { RefObject } from "preact";
import type { ConversationHit } from "../../server/protocol/requests.ts";
import { type ConversationSearch, SEARCH_LIMIT, type SearchResult } from "../conversationSearch.ts";
import { count, shortTime } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

interface FieldProps {
  field: RefObject<HTMLInputElement | null>;
  /** Where ↓ leads. */
  list: RefObject<HTMLDivElement | null>;
}

export function SearchField({ field, list }: FieldProps) {
  const panel = usePanel();
  const { search } = panel.conversations;
  const total = panel.conversations.rows.value.filter((row) => !row.deleted).length;
  const onKeyDown = (event: KeyboardEvent) => {
    const [first] = search.result.value?.hits ?? [];
    if (event.key === "ArrowDown") list.current?.querySelector<HTMLElement>('[data-row-main][tabindex="0"]')?.focus();
    else if (event.key === "Enter" && first !== undefined && !search.searching.value) panel.openHit(first);
    else if (event.key === "Escape" && search.query.value !== "") search.query.value = "";
    else return;
    event.preventDefault();
  };
  return (
    <search class="search">
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={field}
          class="field"
          type="search"
          aria-label="Search conversations"
          placeholder={total === 1 ? "Search the conversation" : `Search ${count(total)} conversations`}
          maxLength={1000}
          value={search.query.value}
          onInput={(event) => {
            search.query.value = event.currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
      </div>
    </search>
  );
}

export function SearchHits({ result, list }: { result: SearchResult; list: RefObject<HTMLDivElement | null> }) {
  const { hits } = result;
  const { listProps, tabIndexOf } = useRoving(hits.length);
  return (
    <>
      <h2 class="list-group">
        <span role="status">{found(result)}</span>
      </h2>
      <div ref={list} {...listProps}>
        <ul>
          {hits.map((hit, row) => (
            <Hit key={hit.conversationId} hit={hit} tabIndex={tabIndexOf(row)} />
          ))}
        </ul>
      </div>
    </>
  );
}

/** While the first answer is on its way. */
export function SearchState({ search }: { search: ConversationSearch }) {
  if (search.alert.value !== undefined) {
    return (
      <p class="list-empty muted" role="alert">
        {search.alert.value}
      </p>
    );
  }
  return (
    <p class="list-empty muted" role="status">
      Searching
    </p>
  );
}

function Hit({ hit, tabIndex }: { hit: ConversationHit; tabIndex: 0 | -1 }) {
  const panel = usePanel();
  const title = hit.title || "New conversation";
  const more = hit.matches > 1 ? `${count(hit.matches)} messages match` : undefined;
  return (
    <li class="item" data-row>
      <button
        type="button"
        class="clip"
        data-row-main
        tabIndex={tabIndex}
        title={more === undefined ? title : `${title}\n${more}`}
        onClick={() => panel.openHit(hit)}
      >
        <Marked text={title} marks={hit.titleMarks} />
      </button>
      <span class="state num">{shortTime(hit.updatedAt)}</span>
      {hit.snippet !== undefined && (
        <span class="meta" title={hit.snippet.text}>
          <span class="clip">
            <Marked text={hit.snippet.text} marks={hit.snippet.marks} />
          </span>
        </span>
      )}
    </li>
  );
}

function Marked({ text, marks }: { text: string; marks: ConversationHit["titleMarks"] }) {
  const pieces = marks.flatMap(([start, end], index) => [
    text.slice(marks[index - 1]?.[1] ?? 0, start),
    <mark key={start}>{text.slice(start, end)}</mark>,
  ]);
  return (
    <>
      {pieces}
      {text.slice(marks.at(-1)?.[1] ?? 0)}
    </>
  );
}

function found({ hits, conversations }: SearchResult): string {
  if (hits.length === 0) return `None of ${count(conversations)} conversations has these words`;
  if (hits.length === SEARCH_LIMIT) return `The newest ${SEARCH_LIMIT} of ${count(conversations)} conversations`;
  return `${count(hits.length)} of ${count(conversations)} ${conversations === 1 ? "conversation" : "conversations"}`;
}
