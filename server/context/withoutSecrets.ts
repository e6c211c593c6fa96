import type { Turn } from "../protocol/transcript.ts";
import { Breather } from "../util/breather.ts";
import { redact } from "../util/redaction.ts";
import type { ContextRequest } from "./contextRequest.ts";
import type { Material } from "./sources/attachmentReader.ts";

/**
 * The border of the prompt: whatever goes into one comes through here first. What tools give does so in the toolbox,
 * and code that the index found in its worker (indexSearch.ts).
 */

/** About 10 ms. */
const AT_ONCE_CHARACTERS = 200_000;

/** A kept message holds no secret; a log may be older than that, though, and a command asks in words of its own. */
export class RequestsWithoutSecrets {
  /** What was said stays as it is: a turn is looked through once, not with each message that follows it. */
  readonly #known = new WeakMap<Turn, Turn>();

  /** A long history that nobody has looked through yet takes a second: others have their turn meanwhile. */
  async of(request: ContextRequest): Promise<ContextRequest> {
    const { question, continues, history } = request;
    return {
      ...request,
      question: redact(question).text,
      history: await this.#turns(history),
      ...(continues !== undefined && { continues: redact(continues).text }),
    };
  }

  async #turns(history: readonly Turn[]): Promise<Turn[]> {
    const breather = new Breather(AT_ONCE_CHARACTERS);
    const turns: Turn[] = [];
    for (const turn of history) {
      let known = this.#known.get(turn);
      if (known === undefined) {
        known = turnWithoutSecrets(turn);
        this.#known.set(turn, known);
        await breather.after(lengthOf(turn));
      }
      turns.push(known);
    }
    return turns;
  }
}

function lengthOf({ accepted, text }: Turn): number {
  return accepted.content.length + text.length;
}

function turnWithoutSecrets(turn: Turn): Turn {
  const { accepted, text } = turn;
  const content = redact(admitted(accepted.content, "start")).text;
  return { ...turn, accepted: { ...accepted, content }, text: redact(admitted(text, "start")).text };
}

/** Before it is cut to the room there is, so that half a secret is known for one. */
export function materialWithoutSecrets(material: Material): Material {
  const { label, text, keep } = material;
  return { ...material, label: redact(label).text, text: redact(admitted(text, keep)).text };
}

/** No window has room for more, and to look through it would take as long as the answer. */
const ADMITTED_CHARACTERS = 1_000_000;

/** Its beginning or end, where it is larger than anything that could be sent: whole lines, if there are any. */
function admitted(text: string, keep: "start" | "end"): string {
  if (text.length <= ADMITTED_CHARACTERS) return text;
  if (keep === "start") {
    const shown = text.slice(0, ADMITTED_CHARACTERS);
    return shown.slice(0, shown.lastIndexOf("\n") + 1) || shown.toWellFormed();
  }
  const shown = text.slice(-ADMITTED_CHARACTERS);
  return shown.slice(shown.indexOf("\n") + 1).toWellFormed();
}
