import { z } from "zod";

const chunk = z.object({
  choices: z.array(
    z.object({ text: z.string().nullish(), delta: z.object({ content: z.string().nullish() }).optional() }),
  ),
});

/** What a chunk of a raw completion says; Mistral's come in the form of a chat's. */
export function completionText(value: unknown): string {
  const [choice] = chunk.safeParse(value).data?.choices ?? [];
  return choice?.text ?? choice?.delta?.content ?? "";
}
