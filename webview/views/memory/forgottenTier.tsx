import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { useRoving } from "../roving.ts";
import { MemoryRow } from "./memoryRow.tsx";
import { Tier } from "./tier.tsx";

/** What is on its way out: it can be brought back here, also when the answer is gone in whose receipt it was forgotten. */
export function ForgottenTier() {
  const { forgotten, list } = usePanel().memoryPage;
  // What was forgotten on this page says so in its own row.
  const shown = new Set(list.ids.value);
  const ids = forgotten.value.filter((id) => !shown.has(id));
  const { listProps, tabIndexOf } = useRoving(ids.length);
  if (ids.length === 0) return null;
  return (
    <Tier name="Forgotten" count={count(ids.length)} about="can be brought back">
      <ul {...listProps}>
        {ids.map((id, index) => (
          <MemoryRow key={id} id={id} place="forgotten" tabIndex={tabIndexOf(index)} />
        ))}
      </ul>
    </Tier>
  );
}
