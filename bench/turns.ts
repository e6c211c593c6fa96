import { randomUUID } from "node:crypto";
import OpenAI from "openai";
import type { ServerProcess } from "../test/process/serverProcess.ts";
import type { Message } from "./endpoint.ts";
import type { Turn } from "./openLoop.ts";
import { TurnClock } from "./timedReply.ts";

/** A question about the code through the server, in one of `conversations` conversations, in turn. */
export function serverTurn(server: ServerProcess, name: string, conversations: number): Turn {
  return async (index) => {
    const clock = new TurnClock();
    // Each is another one: of what was asked before the meaning is known.
    const content = `${QUESTIONS[index % QUESTIONS.length]} (${name} ${index})`;
    const fields = { conversationId: `${name}-${index % conversations}`, operationId: randomUUID() };
    const { result } = server.send(content, fields, (event) => {
      if (event.type === "accepted") clock.accepted();
      if (event.type === "progress" && event.message.startsWith("Summarising")) clock.summarising();
      if (event.type === "text") clock.text(event.text);
    });
    const { stopReason } = await result;
    if (stopReason !== "complete") throw new Error(`A turn ended with "${stopReason}".`);
    return clock.times;
  };
}

/** The same prompt again and again, straight from the library. */
export function directTurn(baseUrl: string, messages: Message[]): Turn {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 });
  return async () => {
    const clock = new TurnClock();
    const stream = await client.chat.completions.create({ model: "bench", messages, stream: true });
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content;
      if (text) clock.text(text);
    }
    return clock.times;
  };
}

const QUESTIONS = [
  "Where is a message accepted, and what makes it durable?",
  "How does the context builder choose what goes into the prompt?",
  "What happens when the endpoint closes the connection in the middle of an answer?",
  "Explain the circuit breaker. When does it open, and when does it try again?",
  "How are files that may hold secrets kept out of the code index?",
  "Which process owns the conversations when two windows are open on one folder?",
  "Write a test for withdrawing a queued message.",
  "Why does subscribe() send a caughtUp event?",
  "How can I rename a conversation from the command line?",
  "What is the difference between stop and cancel in conversation/engine.ts?",
];
