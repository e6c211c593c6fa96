import type { SearchHit } from "../protocol/requests.ts";
import { redact } from "../util/redaction.ts";
import type { ContextRequest } from "./contextBuilder.ts";
import type { Material } from "./sources/attachmentReader.ts";

/** The border of the prompt: whatever goes into one comes through here first. What tools give does so in the toolbox. */

/** A kept message holds no secret; a log may be older than that, though, and a command asks in words of its own. */
export function requestWithoutSecrets(request: ContextRequest): ContextRequest {
  const { question, continues } = request;
  const history = request.history.map((turn) => {
    const accepted = { ...turn.accepted, content: redact(turn.accepted.content).text };
    return { ...turn, accepted, text: redact(turn.text).text };
  });
  return {
    ...request,
    question: redact(question).text,
    history,
    ...(continues !== undefined && { continues: redact(continues).text }),
  };
}

/** Before it is cut to the room there is, so that half a secret is known for one. */
export function materialWithoutSecrets(material: Material): Material {
  return { ...material, label: redact(material.label).text, text: redact(material.text).text };
}

export function hitWithoutSecrets(hit: SearchHit): SearchHit {
  return { ...hit, text: redact(hit.text).text };
}
