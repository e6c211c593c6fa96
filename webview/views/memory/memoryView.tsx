import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Failed } from "../docked.tsx";
import { Notice } from "../notice.tsx";
import { EmptyMemory } from "./emptyMemory.tsx";
import { ForgottenTier } from "./forgottenTier.tsx";
import { InboxTier } from "./inboxTier.tsx";
import { MemoryFilters } from "./memoryFilters.tsx";
import { MemoryFooter } from "./memoryFooter.tsx";
import { MemoryList } from "./memoryList.tsx";
import { MemorySearch } from "./memorySearch.tsx";
import { PastMoment } from "./pastMoment.tsx";
import { PatternsTier } from "./patternsTier.tsx";
import { RecallTest } from "./recallTest.tsx";
import { Tier, TierLine } from "./tier.tsx";
import { WrittenMemory } from "./writtenMemory.tsx";

/** The page of all that is remembered. */
export function MemoryView() {
  const { memoryPage, memories } = usePanel();
  const scroller = useRef<HTMLDivElement>(null);
  const above = useRef<HTMLDivElement>(null);
  const isNow = memoryPage.at.value === undefined;
  const isWhole = !memoryPage.isFiltered.value;
  return (
    <>
      <MemorySearch scroller={scroller} />
      <MemoryFilters />
      <PastMoment />
      <main
        class="scroll memory"
        aria-label="Memory"
        aria-busy={memoryPage.isFinding.value}
        ref={scroller as RefObject<HTMLElement>}
      >
        <div ref={above}>
          <WrittenMemory />
          <RecallTest />
          {memoryPage.note.value !== undefined && (
            <Notice
              kind="info"
              title={memoryPage.note.value}
              onTop
              onClose={() => {
                memoryPage.note.value = undefined;
              }}
            />
          )}
          {isNow && isWhole && <InboxTier />}
        </div>
        {isWhole ? <LongTerm scroller={scroller} above={above} /> : <FoundList scroller={scroller} above={above} />}
        {isNow && isWhole && memoryPage.overview.value !== undefined && (
          <>
            <ForgottenTier />
            <PatternsTier />
            <ShortTerm />
          </>
        )}
      </main>
      {memories.alert.value !== undefined && <Failed alert={memories.alert} />}
      {memoryPage.alert.value !== undefined && <Failed alert={memoryPage.alert} />}
      <MemoryFooter />
      <div class="sr-only" role="status">
        {memoryPage.spoken.value || memoryPage.inbox.spoken.value}
      </div>
    </>
  );
}

interface ListProps {
  scroller: RefObject<HTMLDivElement | null>;
  above: RefObject<HTMLDivElement | null>;
}

function LongTerm(props: ListProps) {
  const total = usePanel().memoryPage.list.total.value;
  return (
    <Tier name="Long-term" count={total === undefined ? "" : count(total)} about="facts, decisions, preferences">
      {total === 0 || total === undefined ? <EmptyMemory /> : <MemoryList label="Long-term" {...props} />}
    </Tier>
  );
}

function FoundList(props: ListProps) {
  const { list, overview } = usePanel().memoryPage;
  const { active = 0, stale = 0 } = overview.value?.counts ?? {};
  const total = list.total.value;
  return (
    <>
      <h2 class="list-group">
        <span role="status" class="num">
          {total === undefined ? "Searching" : `${count(total)} of ${count(active + stale)} memories`}
        </span>
      </h2>
      {total !== undefined && total > 0 && <MemoryList label="Found" {...props} />}
    </>
  );
}

function ShortTerm() {
  const shortTerm = usePanel().memoryPage.overview.value?.shortTerm;
  if (shortTerm === undefined) return null;
  const { held, capacity, hitRate } = shortTerm;
  const reused = hitRate === undefined ? "" : ` · ${Math.round(hitRate * 100)}% reused`;
  return (
    <TierLine name="Short-term" count={`${count(held)} of ${count(capacity)}`} about={`recent messages${reused}`} />
  );
}
