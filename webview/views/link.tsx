import type { ComponentChildren } from "preact";
import type { LinkTarget } from "../links.ts";
import { usePanel } from "./context.ts";

interface LinkProps {
  target: LinkTarget;
  children: ComponentChildren;
}

/**
 * A link without an address: there is nothing that the page could load, prefetch or navigate to. Only the host opens it,
 * after showing where it leads.
 */
export function Link({ target, children }: LinkProps) {
  const { host } = usePanel();
  const open = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
    host.do(target);
  };
  return (
    <a
      role="link"
      tabIndex={0}
      class={target.kind === "openFile" ? "link file" : "link"}
      title={describe(target)}
      // biome-ignore lint/a11y/useValidAnchor: wraps like text, which a button does not
      onClick={open}
      onKeyDown={(event) => event.key === "Enter" && open(event)}
    >
      {children}
    </a>
  );
}

function describe(target: LinkTarget): string {
  if (target.kind === "openLink") return target.url;
  return `Open ${target.path}${target.line === undefined ? "" : `:${target.line}`}`;
}
