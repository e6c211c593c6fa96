import { shortened } from "../../memory/words.ts";
import { count } from "../../state.ts";
import { usePanel } from "../context.ts";
import { Notice } from "../notice.tsx";

/** Whether what is remembered comes back when it is asked for, and how fast. */
export function RecallTest() {
  const { memoryPage } = usePanel();
  const test = memoryPage.test.value;
  if (test === undefined) return null;
  const close = () => {
    memoryPage.test.value = undefined;
  };
  if (test === "running") return <Notice kind="info" icon="beaker" title="Asking for what is remembered" onTop />;
  const { asked, found, recallP50Ms, recallP95Ms, missed } = test;
  const title =
    asked === 0
      ? "There is nothing to ask for yet"
      : `${count(found)} of ${count(asked)} came back among the first ten`;
  return (
    <Notice kind="info" icon="beaker" title={title} onTop onClose={close}>
      {asked > 0 && (
        <p class="num">
          Half within {recallP50Ms.toFixed(1)} ms, 95 of 100 within {recallP95Ms.toFixed(1)} ms.
        </p>
      )}
      {missed.length > 0 && (
        <p>
          Not found:{" "}
          {missed.slice(0, 3).map(({ id, question }) => (
            <button
              key={id}
              type="button"
              class="text-button"
              onClick={() => {
                memoryPage.query.value = question;
              }}
            >
              {shortened(question, 60)}
            </button>
          ))}
        </p>
      )}
    </Notice>
  );
}
