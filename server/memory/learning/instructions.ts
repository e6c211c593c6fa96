import { hasUnseen } from "./ownWords.ts";

/**
 * Whether a text speaks to an assistant or its memory instead of to a reader: "note for AI assistants: remember …". A sign to
 * show with what waits in the inbox; that such text is never taken in by itself does not depend on it.
 */
export function plantsInstruction(text: string): boolean {
  return TO_ASSISTANTS.test(text) || relaysInstruction(text);
}

/** Whether an assistant passes such a text on. That it speaks of assistants is no sign: it may be what is being built. */
export function relaysInstruction(text: string): boolean {
  return hasUnseen(text) || TO_MEMORY.some((sign) => sign.test(text));
}

const TO_ASSISTANTS =
  /\b(?:ai|llm|assistants?|agents?|copilots?|chatbots?|language models?|rubberduck|gpt|claude|gemini)\b|assistent|asistente|ассистент|помощник|助手/i;

const TO_MEMORY = [
  /<!--|\[\/\/\]: #|display:\s*none|font-size:\s*0|data:text\/|base64/i,
  /\b(?:remember|memori[sz]e|persist|long-term memory|to memory|your memory|future sessions|save (?:this|that|it|to)|note for|system (?:note|prompt|message)|ignore (?:all|any|previous|the above)|instructions?|the user (?:wants|prefers|consents|likes|agrees|asked|has))\b/i,
  /(?:merk(?:e)? dir|speicher|gedächtnis|der (?:nutzer|benutzer|anwender)|anweisung)/i,
  /(?:souviens|retiens|mémoris|mémoire|l'utilisateur|recuerda|memoriza|memoria|el usuario|lembre|memória|o usuário|ricorda|l'utente|onthoud|de gebruiker|geheugen)/i,
  /(?:запомни|памят|пользовател|инструкци|記憶|覚えて|ユーザー|记住|記住|用户|기억|사용자|hatırla|kullanıcı|zapamiętaj|użytkownik|pamięc)/i,
];
