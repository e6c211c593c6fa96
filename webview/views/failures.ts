import type { EventError } from "../../server/protocol/errors.ts";

/** What can be done about an answer that could not be made. */
export type Remedy = "changeKey" | "chooseModel" | "answerOffline" | "tryAgain" | "showOutput";

export interface Failure {
  readonly title: string;
  /** The likeliest to help comes first. */
  readonly remedies: readonly Remedy[];
}

export const REMEDY_WORDS: Readonly<Record<Remedy, string>> = {
  changeKey: "Change key",
  chooseModel: "Choose model",
  answerOffline: "Answer offline",
  tryAgain: "Try again",
  showOutput: "Show output",
};

export function failureOf(code: EventError["code"]): Failure {
  return FAILURES[code] ?? { title: "Something went wrong", remedies: ["tryAgain", "showOutput"] };
}

const FAILURES: Readonly<Partial<Record<EventError["code"], Failure>>> = {
  keyRefused: { title: "The key was refused", remedies: ["changeKey", "chooseModel", "answerOffline"] },
  modelNotConfigured: { title: "No model is set up", remedies: ["chooseModel", "answerOffline"] },
  rateLimited: { title: "The endpoint asks to wait", remedies: ["tryAgain", "chooseModel", "answerOffline"] },
  modelUnavailable: { title: "The endpoint does not answer", remedies: ["tryAgain", "chooseModel", "answerOffline"] },
  timedOut: { title: "The endpoint took too long", remedies: ["tryAgain", "chooseModel", "answerOffline"] },
  modelProtocol: { title: "The endpoint answered something else", remedies: ["chooseModel", "answerOffline"] },
  modelRefused: { title: "The endpoint refused the request", remedies: ["chooseModel", "tryAgain", "answerOffline"] },
  contextTooLong: { title: "Too much for this model", remedies: ["chooseModel", "answerOffline"] },
  storeFailed: { title: "The answer could not be saved", remedies: ["tryAgain", "showOutput"] },
};
