import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { useRoving } from "../roving.ts";
import { MemoryRow } from "./memoryRow.tsx";
import { Tier } from "./tier.tsx";

/** What is on its way out: it can be brought back here, also when the answer is gone in whose receipt it was forgotten. */
export function ForgottenTier() {
  const ids = usePanel().memoryPage.forgotten.value;
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
