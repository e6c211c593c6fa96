import { visible } from "../reviews/words.ts";
import { usePanel } from "./context.ts";
import { Icon, IconButton } from "./icon.tsx";
import { named } from "./rewind.tsx";

/** Behind the last message, when somebody went back: what left the view, and what came of the files. */
export function RewoundLine() {
  const { rewinding } = usePanel();
  const rewound = rewinding.rewound.value;
  const came = rewinding.came.value;
  if (rewound === undefined && came === undefined) return null;
  return (
    <div class="rewound meta" role="status">
      <Icon name="discard" />
      <div>
        {rewound !== undefined && (
          <p>
            {rewound.messages === 1 ? "1 message" : `${rewound.messages} messages`} left the view{" "}
            <span aria-hidden="true">·</span>{" "}
            <button type="button" class="text-button" onClick={() => void rewinding.bringBack(rewound.turnId)}>
              Bring back
            </button>
          </p>
        )}
        {came !== undefined && came.restored.length > 0 && <p>Went back: {named(came.restored)}</p>}
        {came?.kept.map(({ label, why }) => (
          <p key={label}>
            Stayed as it is: {visible(label)}. {visible(why)}
          </p>
        ))}
      </div>
      {rewound === undefined && (
        <IconButton
          icon="close"
          label="Close"
          onClick={() => {
            rewinding.came.value = undefined;
          }}
        />
      )}
    </div>
  );
}
