import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { highlight } from "../highlight.ts";
import { languageOf } from "../languages.ts";
import { usePanel } from "./context.ts";
import { IconButton } from "./icon.tsx";
import { memo } from "./memo.ts";

interface CodeBlockProps {
  code: string;
  /** As the model wrote it. */
  language: string;
  file: string;
}

export const CodeBlock = memo(({ code, language, file }: CodeBlockProps) => {
  const { host } = usePanel();
  const { id, label, grammar } = languageOf(language);
  const title = file === "" ? label : `${label} · ${file}`;
  return (
    <figure class="code" aria-label={`Code, ${title}`}>
      <div class="code-bar">
        <span class="meta clip">{title}</span>
        <div class="actions" role="toolbar" aria-label="Code actions">
          <CopyButton label="Copy" text={code} />
          {host.offers("insertAtCursor") && (
            <IconButton
              icon="insert"
              label="Insert at cursor"
              onClick={() => host.do({ kind: "insertAtCursor", text: code })}
            />
          )}
          {host.offers("newFile") && (
            <IconButton
              icon="new-file"
              label="Open as new file"
              onClick={() => host.do({ kind: "newFile", text: code, language: id })}
            />
          )}
        </div>
      </div>
      <ColouredCode code={code} grammar={grammar} />
    </figure>
  );
});

/** Says for a moment that it worked. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const { host, conversation } = usePanel();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    host.do({ kind: "copy", text });
    conversation.spoken.value = "Copied";
    setCopied(true);
  };
  return <IconButton icon={copied ? "check" : "copy"} label={label} onClick={copy} />;
}

/** The nodes inside `<code>` belong to the highlighter, not to preact. */
function ColouredCode({ code, grammar }: { code: string; grammar: string | undefined }) {
  const element = useRef<HTMLElement>(null);
  const isNew = useRef(true);
  useLayoutEffect(() => {
    const colour = () => element.current?.replaceChildren(highlight(code, grammar) ?? code);
    if (!isNew.current) {
      colour();
      return;
    }
    // Colours take longest of all that is drawn, and somebody who scrolls past does not miss them.
    isNew.current = false;
    element.current?.replaceChildren(code);
    const idle = requestIdleCallback(colour, { timeout: 500 });
    return () => cancelIdleCallback(idle);
  }, [code, grammar]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code is scrolled with the keyboard
    <pre tabIndex={0}>
      <code ref={element} />
    </pre>
  );
}
