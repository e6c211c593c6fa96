import type { ModelRequest } from "./languageModel.ts";

/** Whether a model takes pictures, by its name: that of a family which is known to. */
export function seesImages(name: string): boolean {
  const id = name.toLowerCase().replace(/[\s_]+/g, "-");
  return FAMILIES.some((family) => family.test(id)) && !BLIND.test(id);
}

/** Whether an endpoint refused a request because of the pictures in it. */
export function refusesImages(refusal: string, request: ModelRequest): boolean {
  const hasImages = request.messages.some((message) => message.role === "user" && message.images !== undefined);
  return hasImages && REFUSAL.test(refusal);
}

/** After the lists of their makers and of Ollama's "vision" models. */
const FAMILIES = [
  /(^|[^a-z])(vision|multimodal|vlm?)([^a-z]|$)/,
  /gpt-(4o|4\.[15]|[5-9])|gpt-4-turbo|chatgpt-4o|(^|\/)o[134](-|$)/,
  /claude-(3|[4-9]|opus|sonnet|haiku|fable)/,
  /gemini|gemma-?3|gemma-?4|paligemma/,
  /llava|moondream|minicpm-?v|minicpm-?o|pixtral|molmo|internvl|cogvlm|idefics|smolvlm|kimi-vl/,
  /qwen-?[\d.]*-?vl|qvq|llama-?4|mistral-(small-?3\.[1-9]|medium-?3)|phi-?4-multimodal|glm-4(\.\d)?v/,
];

/** Members of those families without eyes. */
const BLIND = /gemma-?3[:-](270m|1b)|o1-mini|o1-preview|o3-mini|embed|whisper|tts|audio/;

const REFUSAL = /image|vision|multimodal|picture|content.{0,60}(string|list|array|text)|mmproj/i;
