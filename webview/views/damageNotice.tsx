import { useState } from "preact/hooks";
import { damageText } from "../../server/protocol/damage.ts";
import { usePanel } from "./context.ts";
import { Notice } from "./notice.tsx";

/** Where something of the conversation is lost, it opens with that: whoever reads on knows that it has gaps. */
export function DamageNotice() {
  const { damage } = usePanel().conversation.transcript.value;
  const [isClosed, setClosed] = useState(false);
  if (damage === undefined || isClosed) return null;
  return (
    <Notice kind="warning" title="This conversation has gaps" onTop onClose={() => setClosed(true)}>
      <p>{damageText(damage)} Run "RubberDuck: Verify Store" to see which.</p>
    </Notice>
  );
}
