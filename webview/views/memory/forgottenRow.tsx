import { clock } from "../../state.ts";

interface ForgottenRowProps {
  text: string;
  finalAt?: string;
  /** How many messages go with it. */
  messages: number;
  tabIndex: 0 | -1;
  onUndo: () => void;
  onForgetNow: () => void;
}

/** The row itself says what became of it, and until when it can be undone. */
export function ForgottenRow({ text, finalAt, messages, tabIndex, onUndo, onForgetNow }: ForgottenRowProps) {
  return (
    <>
      <div class="undo">
        <span class="clip muted" title={text}>
          Forgotten: {text}
        </span>
        <button type="button" class="text-button" data-row-main tabIndex={tabIndex} onClick={onUndo}>
          Undo
        </button>
        <span class="buttons">
          <button
            type="button"
            class="text-button"
            tabIndex={-1}
            title="Remove it from every file now, for good"
            onClick={onForgetNow}
          >
            Forget now
          </button>
        </span>
      </div>
      <div class="row-why">
        {finalAt === undefined ? (
          <span>The message and its answer go for good in ten minutes</span>
        ) : (
          <span>
            Text, vector, snapshot and log go for good at {clock(finalAt)}
            {messages > 0 && `, and ${messages === 1 ? "one message" : `${messages} messages`} with them`}
          </span>
        )}
      </div>
    </>
  );
}
