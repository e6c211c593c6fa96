export function Icon({ name, spin = false }: { name: string; spin?: boolean }) {
  return <i class={`codicon codicon-${name}${spin ? " spin" : ""}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: string;
  /** The button's name. */
  label: string;
  /** Shown beside the name in the tooltip: "Enter". */
  keys?: string;
  class?: string;
  disabled?: boolean;
  tabIndex?: number;
  type?: "button" | "submit";
  onClick?: () => void;
}

export function IconButton({ icon, label, keys, class: extra = "", type = "button", ...rest }: IconButtonProps) {
  const title = keys === undefined ? label : `${label} (${keys})`;
  return (
    <button type={type} class={`icon-button ${extra}`} aria-label={label} title={title} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/** The duck, for whatever is answered without a model. */
export function Duck() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.35"
      stroke-linejoin="round"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <DuckShape />
    </svg>
  );
}

export function DuckOnWater() {
  return (
    <svg
      viewBox="0 0 48 48"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linejoin="round"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <g transform="translate(4 -1) scale(1.68)" stroke-width=".95">
        <DuckShape />
      </g>
      <path d="M2 42c3-2.2 6-2.2 9 0s6 2.2 9 0 6-2.2 9 0 6 2.2 9 0 5-2 8-.6" opacity=".75" />
    </svg>
  );
}

function DuckShape() {
  return (
    <>
      <path d="M11.9 11.3c-.9-.9-1.4-2.1-1.4-3.5a4.2 4.2 0 0 1 8.3-.8l2.4.9c.6.3.5 1.1-.1 1.3l-2.6.9c1.6 1.2 2.5 2.9 2.5 4.8 0 3.5-3.1 5.6-7.3 5.6H9.6c-4.2 0-7-3-7-7.4 0-1 .1-1.8.3-2.5 1.4 1.2 3.2 1.8 5.2 1.8 1.6 0 2.9-.4 3.8-1.1Z" />
      <path d="M8.3 15.2c1.5 1.7 4.6 1.9 6.4.2" />
      <circle cx="15.3" cy="7.2" r=".9" fill="currentColor" stroke="none" />
    </>
  );
}
