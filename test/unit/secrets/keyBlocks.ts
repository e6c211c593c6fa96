import { made } from "./random.ts";

const DASHES = "-".repeat(5);

/** Private keys as they stand in files, code and messages: the text, and lines of it that must be gone. */
export function keyBlocks(random: () => number): { name: string; text: string; secrets: string[] }[] {
  const lines = () => [...Array.from({ length: 12 }, () => made("{b64}", random)), made("{b22}==", random)];
  const begin = (kind: string) => `${DASHES}BEGIN ${kind}${DASHES}`;
  const end = (kind: string) => `${DASHES}END ${kind}${DASHES}`;
  const kinds = [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "DSA PRIVATE KEY",
  ];
  const whole = kinds.map((kind) => {
    const body = lines();
    return { name: `a ${kind}`, text: `${begin(kind)}\n${body.join("\n")}\n${end(kind)}\n`, secrets: body };
  });
  const shaped = (name: string, shape: (body: string[], kind: string) => string) => {
    const body = lines();
    return { name, text: shape(body, "PRIVATE KEY"), secrets: body };
  };
  return [
    ...whole,
    shaped(
      "a PGP key",
      (body) =>
        `${begin("PGP PRIVATE KEY BLOCK")}\nVersion: GnuPG v2\n\n${body.join("\n")}\n=aB3d\n${end("PGP PRIVATE KEY BLOCK")}`,
    ),
    shaped(
      "a key with headers",
      (body, kind) =>
        `${begin(`RSA ${kind}`)}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n${body.join("\n")}\n${end(`RSA ${kind}`)}`,
    ),
    shaped("a key in JSON", (body, kind) =>
      JSON.stringify({ private_key: `${begin(kind)}\n${body.join("\n")}\n${end(kind)}\n`, x: 1 }),
    ),
    shaped(
      "a key in an environment file",
      (body, kind) => `KEY="${begin(kind)}\\n${body.join("\\n")}\\n${end(kind)}"\nA=1`,
    ),
    shaped("a key in JSON in JSON", (body, kind) =>
      JSON.stringify(JSON.stringify(`${begin(kind)}\n${body.join("\n")}\n${end(kind)}`)),
    ),
    shaped("a key joined line by line", (body, kind) =>
      [begin(kind), ...body, end(kind)].map((line) => `  "${line}\\n"`).join(" +\n"),
    ),
    shaped("a key in YAML", (body, kind) => `key: |\n  ${[begin(kind), ...body, end(kind)].join("\n  ")}\nx: 1`),
    shaped("a key in a comment", (body, kind) =>
      [begin(kind), ...body, end(kind)].map((line) => `// ${line}`).join("\n"),
    ),
    shaped("a key in a diff", (body, kind) => [begin(kind), ...body, end(kind)].map((line) => `+${line}`).join("\n")),
    shaped("a quoted key", (body, kind) => [begin(kind), ...body, end(kind)].map((line) => `> ${line}`).join("\n")),
    shaped("a key with CRLF", (body, kind) => [begin(kind), ...body, end(kind)].join("\r\n")),
    shaped("a key in one line", (body, kind) => [begin(kind), ...body, end(kind)].join(" ")),
    shaped("a key whose end is cut off", (body, kind) => `${begin(kind)}\n${body.join("\n")}`),
    shaped(
      "a key whose end is cut off before more text",
      (body, kind) => `${begin(kind)}\n${body.slice(0, 9).join("\n")}\n\nand then it stopped`,
    ),
    shaped("a key whose beginning is cut off", (body, kind) => `${body.join("\n")}\n${end(kind)}\nrest`),
    shaped(
      "a key in JSON whose beginning is cut off",
      (body, kind) => `${body.join("\\n")}\\n${end(kind)}\\n", "x": 1`,
    ),
    shaped("the middle of a key", (body) => `${body.join("\n")}\nrest`),
    shaped("the numbered middle of a key", (body) => body.map((line, index) => `${index + 7}\t${line}`).join("\n")),
  ];
}
