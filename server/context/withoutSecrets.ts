import type { Turn } from "../protocol/transcript.ts";
import { redact } from "../util/redaction.ts";
import type { ContextRequest } from "./contextRequest.ts";
import type { Material } from "./sources/attachmentReader.ts";

/**
 * The border of the prompt: whatever goes into one comes through here first. What tools give does so in the toolbox,
 * and code that the index found in its worker (indexSearch.ts).
 */

/** A kept message holds no secret; a log may be older than that, though, and a command asks in words of its own. */
export class RequestsWithoutSecrets {
  /** What was said stays as it is: a turn is looked through once, not with each message that follows it. */
  readonly #known = new WeakMap<Turn, Turn>();

  of(request: ContextRequest): ContextRequest {
    const { question, continues, history } = request;
    return {
      ...request,
      question: redact(question).text,
      history: history.map((turn) => this.#turn(turn)),
      ...(continues !== undefined && { continues: redact(continues).text }),
    };
  }

  #turn(turn: Turn): Turn {
    const known = this.#known.get(turn) ?? turnWithoutSecrets(turn);
    this.#known.set(turn, known);
    return known;
  }
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
