import { Fragment } from "preact";
import { signalName } from "../../memory/words.ts";
import { Meter } from "../meter.tsx";

/** What each signal gave to a score, the largest first. */
export function Signals({ signals, name }: { signals: Readonly<Record<string, number>>; name: string }) {
  const shown = Object.entries(signals)
    .filter(([, value]) => value >= 0.005)
    .sort(([, one], [, other]) => other - one);
  return (
    <dl class="signals num" aria-label={name}>
      {shown.map(([signal, value]) => (
        <Fragment key={signal}>
          <dt>{signalName(signal)}</dt>
          <dd>
            <Meter label={signalName(signal)} value={value} />
          </dd>
          <dd>{value.toFixed(2)}</dd>
          <dd />
        </Fragment>
      ))}
    </dl>
  );
}
