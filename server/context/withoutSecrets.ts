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
  return { ...turn, accepted: { ...accepted, content: redact(accepted.content).text }, text: redact(text).text };
}

/** Before it is cut to the room there is, so that half a secret is known for one. */
export function materialWithoutSecrets(material: Material): Material {
  return { ...material, label: redact(material.label).text, text: redact(material.text).text };
}
