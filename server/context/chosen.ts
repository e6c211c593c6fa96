import { LEFT_OUT_SHOWN } from "./receipt.ts";
import { ceilingsOf } from "./room.ts";
import type { Part, RememberedBlock } from "./sources/part.ts";
import { headingTokens } from "./sources/recalled.ts";
import { type Fit, fit } from "./tokenBudget.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * The parts that go in. The heading of what is remembered takes room, too: the first line under it has that counted in. What
 * was said in an exchange that goes along is not quoted besides.
 */
export function choose(parts: readonly Part[], room: number, tokenizer: Tokenizer): Fit<Part> {
  const blocks = new Set<RememberedBlock>();
  for (const { remembered } of parts) if (remembered !== undefined) blocks.add(remembered.block);
  const headings = new Map([...blocks].map((block) => [block, headingTokens(block, tokenizer)]));
  const reserved = [...headings.values()].reduce((sum, tokens) => sum + tokens, 0);
  const ceilings = ceilingsOf(room);
  const fitted = fit(
    parts,
    room - reserved,
    { ...ceilings, memory: (ceilings.memory ?? 0) - reserved },
    LEFT_OUT_SHOWN,
  );
  return { ...fitted, chosen: withHeadings(notSaidTwice(fitted.chosen), headings) };
}

type Chosen = Fit<Part>["chosen"];

function notSaidTwice(chosen: Chosen): Chosen {
  const shown = new Set(chosen.flatMap(({ candidate: { exchange, item } }) => (exchange ? (item().turnId ?? []) : [])));
  return chosen.filter(({ candidate: { remembered } }) => {
    const { kind, source } = remembered?.hit ?? {};
    return kind !== "episode" || source?.turnId === undefined || !shown.has(source.turnId);
  });
}

function withHeadings(chosen: Chosen, headings: ReadonlyMap<RememberedBlock, number>): Chosen {
  const headed = new Set<RememberedBlock>();
  return chosen.map(({ candidate, tokens }) => {
    const block = candidate.remembered?.block;
    if (block === undefined || headed.has(block)) return { candidate, tokens };
    headed.add(block);
    return { candidate, tokens: tokens + (headings.get(block) ?? 0) };
  });
}
