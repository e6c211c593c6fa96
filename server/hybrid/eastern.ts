import type { CommandName } from "../protocol/slashCommands.ts";

/** Chinese, Japanese and Korean write no spaces around what is ordered, and Japanese and Korean say it last. */
export function easternOrder(clause: string): CommandName | undefined {
  const said = clause.trim();
  if (!/^[^\n]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u.test(said) || NOT_ORDERED.test(said)) return undefined;
  return ORDERED.find(([, pattern]) => pattern.test(said))?.[0];
}

/** Negated, asked, or past. */
const NOT_ORDERED =
  /ないで|なくて|しない|するな|ました|した(?:。|$)|方法|なぜ|どう|何|いつ|べき|不要|别|不用|不必|了(?:吗|。|$)|什么|怎么|如何|为何|是否|应该|已经|하지 ?마|지 말|어떻게|왜|무엇|했/u;

const PLEASE = "(?:ください|下さい|くれ|くれる|くれますか|もらえますか|もらえる|ほしい|欲しい|ね)?[\\s。.!！?？]*$";
const japanese = (words: string) => `(?:${words})${PLEASE}`;
const WROTE = "(?:書いて|作って|作成して|追加して|生成して|付けて|つけて)";

const ORDERED: readonly (readonly [CommandName, RegExp])[] = [
  [
    "commit",
    new RegExp(`${japanese(`コミットメッセージを?${WROTE}`)}|(?:写|生成|编写).*提交信息|커밋 메시지.*(?:작성|써)`, "u"),
  ],
  [
    "test",
    new RegExp(
      `${japanese(`テスト(?:コード)?を?${WROTE}`)}|(?:写|添加|生成|编写|加).*测试|테스트.*(?:작성|추가|써)`,
      "u",
    ),
  ],
  [
    "doc",
    new RegExp(
      `${japanese(`(?:コメント|ドキュメント|docstring)を?${WROTE}`)}|(?:写|添加|生成|编写|加).*(?:注释|文档)|(?:주석|문서).*(?:작성|추가|달아)`,
      "u",
    ),
  ],
  ["refactor", new RegExp(`${japanese("リファクタ(?:リング)?して|きれいにして")}|重构|简化|리팩[토터]링해`, "u")],
  ["explain", new RegExp(`${japanese("(?:説明|解説)して")}|解释|讲解|설명해`, "u")],
  ["fix", new RegExp(`${japanese("修正して|直して|デバッグして")}|修复|修正|고쳐|수정해`, "u")],
  ["analyze", new RegExp(`${japanese("(?:分析|解析)して")}|分析|분석해`, "u")],
  ["complete", new RegExp(`${japanese("完成させて|補完して")}|补全|完成这|완성해`, "u")],
  [
    "generate",
    new RegExp(
      `${japanese(`(?:関数|クラス|コンポーネント|スクリプト|Dockerfile|ファイル)を?${WROTE}`)}|(?:写|创建|生成|编写)一?[个份段]?.*(?:函数|类|组件|脚本|Dockerfile)|(?:함수|클래스|컴포넌트|스크립트).*(?:만들어|작성해)`,
      "u",
    ),
  ],
];

/** Points at what is selected or open. */
export const POINTS_EASTERN =
  /^(?:この|これ|その|それ|選択|请?(?:帮我)?(?:为|给|把|对)?(?:解释|重构|修复|分析)?(?:一下)?(?:这|该|选中)|이 |이것|선택)/u;
