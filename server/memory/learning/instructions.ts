import { hasUnseen } from "./ownWords.ts";

/**
 * Whether a text speaks to an assistant or its memory instead of to a reader: "note for AI assistants: remember …". A sign to
 * show with what waits in the inbox; that such text is never taken in by itself does not depend on it.
 */
export function plantsInstruction(text: string): boolean {
  return hasUnseen(text) || SIGNS.some((sign) => sign.test(text));
}

const SIGNS = [
  /<!--|\[\/\/\]: #|display:\s*none|font-size:\s*0|data:text\/|base64/i,
  /\b(?:ai|llm|assistants?|agents?|copilots?|chatbots?|language models?|rubberduck|gpt|claude|gemini)\b/i,
  /\b(?:remember|memori[sz]e|persist|long-term memory|to memory|your memory|future sessions|save (?:this|that|it|to)|note for|system (?:note|prompt|message)|ignore (?:all|any|previous|the above)|instructions?|the user (?:wants|prefers|consents|likes|agrees|asked|has))\b/i,
  /(?:merk(?:e)? dir|speicher|gedächtnis|der (?:nutzer|benutzer|anwender)|assistent|anweisung)/i,
  /(?:souviens|retiens|mémoris|mémoire|l'utilisateur|recuerda|memoriza|memoria|el usuario|asistente|lembre|memória|o usuário|ricorda|l'utente|onthoud|de gebruiker|geheugen)/i,
  /(?:запомни|памят|пользовател|ассистент|помощник|инструкци|記憶|覚えて|ユーザー|助手|记住|記住|用户|기억|사용자|hatırla|kullanıcı|zapamiętaj|użytkownik|pamięc)/i,
];
