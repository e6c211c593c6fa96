import type { SecretSpan } from "./secretSpan.ts";
import { isMadeUp, isWordy } from "./secretValues.ts";

interface TokenKind {
  readonly name: string;
  /** Searched first, since most texts have none of them: one of these stands in every token of the kind. */
  readonly marks: readonly string[];
  /** What follows a boundary. Everything repeated is bounded, or cannot begin again inside of itself. */
  readonly pattern: string;
  /** Whether the prefix is so common that the rest must not read like words. */
  readonly random?: true;
}

const KINDS: readonly TokenKind[] = [
  { name: "AWS key", marks: ["AKIA", "ASIA", "ABIA", "ACCA"], pattern: "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" },
  { name: "AWS key", marks: ["ABSK"], pattern: "ABSK[A-Za-z0-9+/]{109,269}={0,2}" },
  { name: "GitHub token", marks: ["gh"], pattern: "gh[pousr]_[A-Za-z0-9]{30,255}" },
  { name: "GitHub token", marks: ["github_pat_"], pattern: "github_pat_[A-Za-z0-9_]{22,255}" },
  {
    name: "GitLab token",
    marks: ["gl"],
    pattern: "gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[\\w.-]{20,300}",
  },
  { name: "GitLab token", marks: ["GR1348941"], pattern: "GR1348941[\\w-]{20}" },
  { name: "Slack token", marks: ["xox"], pattern: "xox[abcdeoprs](?:\\.xox[bp])?-[A-Za-z0-9-]{10,300}" },
  { name: "Slack token", marks: ["xapp-"], pattern: "xapp-\\d-[A-Za-z0-9-]{20,300}" },
  {
    name: "Slack webhook",
    marks: ["hooks.slack.com"],
    pattern: "hooks\\.slack\\.com/(?:services|workflows)/[\\w/-]{20,200}",
  },
  { name: "Stripe key", marks: ["_live_", "_test_"], pattern: "[srp]k_(?:live|test)_[A-Za-z0-9]{16,255}" },
  { name: "Stripe key", marks: ["whsec_"], pattern: "whsec_[A-Za-z0-9+/=]{24,255}" },
  { name: "Anthropic key", marks: ["sk-ant-"], pattern: "sk-ant-[\\w-]{20,300}" },
  { name: "OpenRouter key", marks: ["sk-or-"], pattern: "sk-or-[\\w-]{20,300}" },
  { name: "OpenAI key", marks: ["sk-"], pattern: "sk-[\\w-]{20,300}", random: true },
  { name: "Google key", marks: ["AIza"], pattern: "AIza[\\w-]{35}" },
  { name: "Google token", marks: ["ya29."], pattern: "ya29\\.[\\w-]{20,1000}" },
  { name: "Google client secret", marks: ["GOCSPX-"], pattern: "GOCSPX-[\\w-]{20,40}" },
  { name: "Google token", marks: ["1//0"], pattern: "1//0[\\w-]{40,200}" },
  { name: "Azure secret", marks: ["Q~"], pattern: "[\\w~.]{3}\\dQ~[\\w~.-]{31,34}" },
  { name: "Azure signature", marks: ["sig="], pattern: "sig=[A-Za-z0-9%+/]{40,120}={0,2}" },
  { name: "npm token", marks: ["npm_"], pattern: "npm_[A-Za-z0-9]{36}" },
  { name: "PyPI token", marks: ["pypi-"], pattern: "pypi-[\\w-]{50,1000}" },
  { name: "RubyGems key", marks: ["rubygems_"], pattern: "rubygems_[0-9a-f]{48}" },
  { name: "crates.io token", marks: ["cio"], pattern: "cio[A-Za-z0-9]{32}", random: true },
  { name: "NuGet key", marks: ["oy2"], pattern: "oy2[a-z0-9]{43}" },
  { name: "Docker token", marks: ["dckr_"], pattern: "dckr_[po]at_[\\w-]{20,100}" },
  { name: "Twilio key", marks: ["SK", "AC"], pattern: "(?:SK|AC)[0-9a-f]{32}" },
  { name: "SendGrid key", marks: ["SG."], pattern: "SG\\.[\\w-]{16,32}\\.[\\w-]{30,64}" },
  { name: "Mailgun key", marks: ["key-"], pattern: "key-[0-9a-f]{32}" },
  { name: "Mailgun key", marks: ["-"], pattern: "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}" },
  { name: "Mailchimp key", marks: ["-us"], pattern: "[0-9a-f]{32}-us\\d{1,2}" },
  { name: "Brevo key", marks: ["xkeysib-"], pattern: "xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}" },
  { name: "Resend key", marks: ["re_"], pattern: "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,40}" },
  { name: "Telegram token", marks: [":AA"], pattern: "\\d{8,10}:AA[\\w-]{32,34}" },
  { name: "Discord token", marks: ["."], pattern: "[MNO][A-Za-z\\d_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40}" },
  {
    name: "Discord webhook",
    marks: ["/api/webhooks/"],
    pattern: "discord(?:app)?\\.com/api/webhooks/\\d{5,30}/[\\w-]{40,100}",
  },
  { name: "Teams webhook", marks: ["webhook.office.com"], pattern: "webhook\\.office\\.com/[\\w@/-]{40,300}" },
  { name: "Vault token", marks: ["hv"], pattern: "hv[sbr]\\.[\\w-]{20,300}" },
  { name: "Terraform token", marks: [".atlasv1."], pattern: "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}" },
  { name: "DigitalOcean token", marks: ["_v1_"], pattern: "do[opr]_v1_[0-9a-f]{64}" },
  { name: "Heroku key", marks: ["HRKU-"], pattern: "HRKU-[\\w-]{30,80}" },
  { name: "Shopify token", marks: ["shp"], pattern: "shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{32}" },
  { name: "Databricks token", marks: ["dapi", "dose"], pattern: "(?:dapi|dose)[0-9a-f]{32}(?:-\\d)?" },
  { name: "Hugging Face token", marks: ["hf_", "api_org_"], pattern: "(?:hf_|api_org_)[A-Za-z0-9]{30,60}" },
  {
    name: "Supabase key",
    marks: ["sbp_", "sb_secret_"],
    pattern: "(?:sbp_(?:v0_)?[0-9a-f]{40}|sb_secret_[\\w-]{20,60})",
  },
  { name: "Square token", marks: ["sq0"], pattern: "sq0[a-z]{3}-[\\w-]{22,60}" },
  { name: "Square token", marks: ["EAAA"], pattern: "EAAA[\\w-]{60}" },
  { name: "Facebook token", marks: ["EAA"], pattern: "EAA[A-Za-z0-9]{80,300}" },
  { name: "Twitter token", marks: ["AAAAAAAAAAAAAAAAAAA"], pattern: "A{19,22}[A-Za-z0-9%]{80,120}", random: true },
  { name: "Linear key", marks: ["lin_"], pattern: "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}" },
  { name: "Notion token", marks: ["secret_", "ntn_"], pattern: "(?:secret|ntn)_[A-Za-z0-9]{43,50}" },
  { name: "Figma token", marks: ["fig"], pattern: "fig[dou]r?_[\\w-]{36,60}" },
  { name: "Postman key", marks: ["PMAK-"], pattern: "PMAK-[0-9a-f]{24}-[0-9a-f]{34}" },
  {
    name: "Atlassian token",
    marks: ["ATATT3", "ATCTT3", "ATBB"],
    pattern: "(?:AT[AC]TT3[\\w=-]{50,300}|ATBB[A-Za-z0-9]{24,40})",
  },
  { name: "Airtable token", marks: ["pat"], pattern: "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}" },
  { name: "Doppler token", marks: ["dp."], pattern: "dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{40,80}" },
  { name: "Pulumi token", marks: ["pul-"], pattern: "pul-[0-9a-f]{40}" },
  { name: "PlanetScale secret", marks: ["pscale_"], pattern: "pscale_(?:tkn|pw|oauth)_[\\w.=-]{32,64}" },
  {
    name: "Fly.io token",
    marks: ["fo1_", "fm1", "fm2"],
    pattern: "(?:fo1_[\\w-]{40,50}|fm[12][ar]?_[A-Za-z0-9+/=]{60,1000})",
  },
  {
    name: "Grafana token",
    marks: ["glsa_", "glc_"],
    pattern: "(?:glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|glc_[A-Za-z0-9+/=]{32,400})",
  },
  {
    name: "New Relic key",
    marks: ["NRAK-", "NRJS-", "NRII-"],
    pattern: "(?:NRAK-[A-Z0-9]{27}|NRJS-[0-9a-f]{19}|NRII-[\\w-]{32})",
  },
  { name: "Sentry token", marks: ["sntry"], pattern: "sntry[su]_[\\w+/=-]{40,400}" },
  { name: "Dropbox token", marks: ["sl."], pattern: "sl\\.(?:u\\.)?[\\w-]{100,1500}" },
  { name: "Groq key", marks: ["gsk_"], pattern: "gsk_[A-Za-z0-9]{40,60}" },
  { name: "Perplexity key", marks: ["pplx-"], pattern: "pplx-[A-Za-z0-9]{40,60}" },
  { name: "Replicate token", marks: ["r8_"], pattern: "r8_[A-Za-z0-9]{37}" },
  { name: "xAI key", marks: ["xai-"], pattern: "xai-[A-Za-z0-9]{60,90}" },
  { name: "ElevenLabs key", marks: ["sk_"], pattern: "sk_[0-9a-f]{48}" },
  { name: "LangSmith key", marks: ["lsv2_"], pattern: "lsv2_[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}" },
  { name: "Tailscale key", marks: ["tskey-"], pattern: "tskey-[a-z]{3,12}-[\\w-]{16,80}" },
  { name: "Netlify token", marks: ["nfp_", "nf"], pattern: "nf[pcoub]_[A-Za-z0-9]{36,50}" },
  { name: "Neon key", marks: ["napi_"], pattern: "napi_[A-Za-z0-9]{40,80}" },
  { name: "Render key", marks: ["rnd_"], pattern: "rnd_[A-Za-z0-9]{28,40}" },
  { name: "Cloudflare key", marks: ["v1.0-"], pattern: "v1\\.0-[0-9a-f]{24}-[0-9a-f]{146}" },
  { name: "age key", marks: ["AGE-SECRET-KEY-1"], pattern: "AGE-SECRET-KEY-1[0-9A-Z]{58}" },
  {
    name: "Artifactory token",
    marks: ["AKCp", "cmVmdGtu"],
    pattern: "(?:AKCp[A-Za-z0-9]{60,72}|cmVmdGtu[A-Za-z0-9]{56})",
  },
  { name: "Sonar token", marks: ["sqp_", "squ_", "sqa_"], pattern: "sq[pua]_[0-9a-f]{40}" },
  { name: "Buildkite token", marks: ["bk"], pattern: "bk(?:ua|aj|ct)_[0-9a-f]{40}" },
  { name: "CircleCI token", marks: ["CCIPAT_", "CCIPRJ_"], pattern: "CCIP(?:AT|RJ)_[\\w]{20,30}_[0-9a-f]{40}" },
  { name: "Contentful token", marks: ["CFPAT-"], pattern: "CFPAT-[\\w-]{43}" },
  { name: "1Password token", marks: ["ops_eyJ"], pattern: "ops_eyJ[A-Za-z0-9+/=]{100,2000}" },
  { name: "Plaid token", marks: ["access-"], pattern: "access-(?:sandbox|development|production)-[0-9a-f-]{36}" },
  { name: "Razorpay key", marks: ["rzp_"], pattern: "rzp_(?:live|test)_[A-Za-z0-9]{14,24}" },
  {
    name: "PayPal token",
    marks: ["access_token$"],
    pattern: "access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}",
  },
  { name: "Mapbox token", marks: ["sk.eyJ"], pattern: "sk\\.eyJ[\\w-]{20,300}\\.[\\w-]{20,60}" },
  { name: "Adafruit key", marks: ["aio_"], pattern: "aio_[A-Za-z0-9]{28}" },
];

/** Also behind an escape (`\n`) and behind a percent code, as tokens stand in JSON and URLs. */
const BOUNDARY = "(?<=^|[^A-Za-z0-9]|\\\\[nrt]|%[0-9A-Fa-f]{2})";

const TOKENS = KINDS.map((kind) => ({ ...kind, pattern: new RegExp(BOUNDARY + kind.pattern, "g") }));

/** A run of its characters is read once: it begins where no such character stands before. */
const JWT = /(?<![\w-])eyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}\.[\w-]{0,}/g;
const JWT_AFTER_ESCAPE = /(?<=\\[nrt])eyJ[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,1000}/g;

/** An access key and its secret, side by side. */
const AWS_PAIR = /(?<=(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9+\n]{1,12})[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;

/** Tokens that are known by their form, wherever they stand. */
export function tokenSecrets(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const { name, marks, pattern, random } of TOKENS) {
    if (!marks.some((mark) => text.includes(mark))) continue;
    for (const { index, 0: token } of text.matchAll(pattern)) {
      if (isMadeUp(token) || (random && isWordy(token))) continue;
      spans.push({ start: index, end: index + token.length, name });
    }
  }
  if (text.includes("eyJ")) spans.push(...matches(text, JWT, "JWT"), ...matches(text, JWT_AFTER_ESCAPE, "JWT"));
  if (text.includes("AKIA") || text.includes("ASIA")) spans.push(...matches(text, AWS_PAIR, "AWS secret key"));
  return spans;
}

function matches(text: string, pattern: RegExp, name: string): SecretSpan[] {
  return Array.from(text.matchAll(pattern), ({ index, 0: token }) => ({
    start: index,
    end: index + token.length,
    name,
  }));
}
