import { z } from "zod";
import type { Usage } from "../protocol/events.ts";
import type { Price } from "../protocol/requests.ts";

/** A model that an endpoint offers. */
export interface OfferedModel {
  readonly name: string;
  readonly price?: Price;
}

/** What models cost: as the user says, else as the endpoint itself says in its list of models. Never a guess. */
export class Prices {
  #stated: Readonly<Record<string, Price>> = {};
  #offered = new Map<string, Price>();

  /** What the settings say, by name. */
  state(prices: Readonly<Record<string, Price>>): void {
    this.#stated = prices;
  }

  /** What the endpoint says that answers now. */
  learn(offered: readonly OfferedModel[]): void {
    this.#offered = new Map(offered.flatMap(({ name, price }) => (price === undefined ? [] : [[name, price]])));
  }

  /** Of a model of that endpoint. */
  of(name: string): Price | undefined {
    return Object.hasOwn(this.#stated, name) ? this.#stated[name] : this.#offered.get(name);
  }
}

/** The usage with what it cost, if a price is known. */
export function priced(usage: Usage, price: Price | undefined): Usage {
  if (price === undefined) return usage;
  const costUsd = (usage.promptTokens * price.prompt + usage.completionTokens * price.completion) / TOKENS_PER_PRICE;
  return { ...usage, costUsd };
}

/** A list of models in OpenAI's form, with prices in OpenRouter's: USD for one token, as text. -1 stands for "it depends". */
export const ModelList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      pricing: z
        .object({ prompt: z.coerce.number().min(0), completion: z.coerce.number().min(0) })
        .optional()
        .catch(undefined),
    }),
  ),
});

export function offeredIn({ data }: z.infer<typeof ModelList>): OfferedModel[] {
  return data.map(({ id, pricing }) => ({
    name: id,
    ...(pricing && {
      price: { prompt: pricing.prompt * TOKENS_PER_PRICE, completion: pricing.completion * TOKENS_PER_PRICE },
    }),
  }));
}

const TOKENS_PER_PRICE = 1_000_000;
