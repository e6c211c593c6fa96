import { fork } from "node:child_process";
import { once } from "node:events";
import type { ReplyPace } from "./timedReply.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface Endpoint {
  readonly baseUrl: string;
  /** The prompt of the last request. */
  lastPrompt(): Promise<Message[]>;
  dispose(): void;
}

/** Starts the mock endpoint where it shares no event loop with what is measured. */
export async function startEndpoint({ tokens, tokenMs }: ReplyPace): Promise<Endpoint> {
  const child = fork(new URL("mockEndpoint.ts", import.meta.url), [String(tokens), String(tokenMs)]);
  const [baseUrl] = await once(child, "message");
  return {
    baseUrl,
    lastPrompt: async () => {
      child.send("");
      const [prompt] = await once(child, "message");
      return prompt;
    },
    dispose: () => void child.kill(),
  };
}
