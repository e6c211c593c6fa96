import type { RecallQuery } from "./recallItem.ts";

/**
 * Whether what is long remembered can be of any use for this. Thanks, assent and greetings are answered without it; what was
 * searched for on purpose is always looked for.
 */
export function isWorthAsking({ text, queryType }: Pick<RecallQuery, "text" | "queryType">): boolean {
  const words = wordsIn(text.slice(0, MOST_CHARACTERS));
  if (words.length === 0) return false;
  return queryType === "search" || words.length > MOST_WORDS || words.some((word) => !SMALL_TALK.has(word));
}

/** Small talk is short. */
const MOST_WORDS = 12;
const MOST_CHARACTERS = 2_000;

function wordsIn(text: string): string[] {
  const words =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu) ?? [];
  return words.map((word) => word.replaceAll("’", "'"));
}

/** What thanks, assent, refusal, praise and greetings are made of, in the languages that are most written. */
const SMALL_TALK: ReadonlySet<string> = new Set(
  `a i it's it is that's that the all me my for so much very you your to of and then
  thanks thank thx ty cheers appreciated ok okay k kk yes yep yeah yup no nope nah sure fine right alright agreed exactly correct indeed
  good great nice cool perfect awesome excellent wonderful amazing brilliant lovely super neat sweet wow well done job work lot
  hi hello hey hiya howdy morning afternoon evening night bye goodbye later welcome please sorry oops hm hmm ah oh aha lol haha
  go on ahead do continue proceed next got understood looks lgtm sounds works test ping there
  danke dank schön vielen sehr gut prima super toll genau ja nein doch hallo moin servus tschüss bitte gerne guten tag morgen abend klar passt weiter
  merci beaucoup bien d'accord oui non bonjour salut bonsoir au revoir parfait génial s'il vous plaît te
  gracias muchas mucho vale sí si hola buenos buenas días tardes noches adiós perfecto genial bueno por favor claro
  grazie mille ciao buongiorno va bene perfetto ottimo prego
  obrigado obrigada muito olá oi bom dia tchau valeu beleza perfeito
  bedankt dankje dank je wel hoi goed prima mooi graag
  tack hej bra tak mange kiitos hei takk dziękuję cześć dobrze tak děkuji ahoj díky dobře
  спасибо большое ок да нет привет здравствуйте хорошо отлично понятно пожалуйста пока супер дякую
  teşekkürler teşekkür ederim tamam evet hayır merhaba selam
  谢谢 谢谢你 多谢 好 好的 是 是的 对 不 你好 您好 嗨 再见 行 可以 明白 明白了 嗯 太好了 很好
  ありがとう ありがとうございます どうも はい いいえ こんにちは おはよう おはようございます こんばんは 了解 了解です わかりました
  감사합니다 고마워 고마워요 네 예 아니요 안녕하세요 안녕 좋아요 알겠습니다
  شكرا نعم لا مرحبا السلام عليكم تمام حسنا תודה כן לא שלום धन्यवाद हाँ नहीं नमस्ते ठीक है`
    .normalize("NFC")
    .split(/\s+/),
);
