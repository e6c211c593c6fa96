import type { SecretSpan } from "./secretSpan.ts";
import { isPlaceholder, isWordy } from "./secretValues.ts";

const AUTHORITY =
  /(?<=:\/\/[^\s:/@"'`<>]{0,100}:)([^\s"'`<>@/:]{1}[^\s"'`<>@/]{2,200}(?:@(?=[^\s"'`<>@/]{1,200}@)[^\s"'`<>@/]{1,200})?)@([\w.-]{0,100})/g;
/** A password in which a slash was not escaped; never behind a port. */
const DATABASE_AUTHORITY =
  /(?<=(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver)(?:\+\w{1,16})?:\/\/[^\s:/@"'`<>]{0,100}:)((?!\d{1,5}\/)[^\s"'`<>@:]{3,200})@([\w.-]{0,100})/g;

const HEADER =
  /(?<![A-Za-z-])(?:(?:proxy-)?authorization["']?\s{0,3}[:=,]\s{0,3}["'`]?(?:(?:bearer|basic|token|apikey|key|digest)\s{1,3})?|(?:bearer|basic)\s{1,3})([\w.~+/=-]{8,1000})/gi;

const COMMAND =
  /(?<![\w-])(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|docker login|podman login|redis-cli|curl|wget|mongosh?|smbclient|ldapsearch|az login|sqlcmd)(?= )/g;
const COMMAND_OPTION = / (?:-[paPw] ?|(?:-u|--user)[ =]?["']?[^\s:"']{1,60}:)["']?([^\s"']{4,100})/g;
const COMMAND_LENGTH = 300;

/** Passwords in addresses, credentials in headers and in options of well-known commands. */
export function addressedSecrets(text: string): SecretSpan[] {
  return [...inAddresses(text), ...inHeaders(text), ...inCommands(text)];
}

function inAddresses(text: string): SecretSpan[] {
  if (!text.includes("://")) return [];
  return [...text.matchAll(AUTHORITY), ...text.matchAll(DATABASE_AUTHORITY)].flatMap(
    ({ index, 1: password = "", 2: host = "" }) => {
      if (isPlaceholder(password) || /(?:^|\.)example\.(?:com|org|net)$/.test(host)) return [];
      return [{ start: index, end: index + password.length, name: "password" }];
    },
  );
}

function inHeaders(text: string): SecretSpan[] {
  return Array.from(text.matchAll(HEADER)).flatMap(({ index, 0: header, 1: value = "" }) => {
    const isNamed = /^[a-z-]*auth/i.test(header);
    if (isPlaceholder(value) || !/\d|[a-z][A-Z]/.test(value)) return [];
    if (isWordy(value) && !(isNamed && /\d/.test(value))) return [];
    if (value.length < (isNamed && /\s/.test(header) ? 8 : 12)) return [];
    const end = index + header.length;
    return [{ start: end - value.length, end, name: "credentials" }];
  });
}

function inCommands(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const { index, 0: command } of text.matchAll(COMMAND)) {
    const from = index + command.length;
    if (from < (spans.at(-1)?.end ?? 0)) continue;
    const line = text.slice(from, from + COMMAND_LENGTH).split("\n", 1)[0] ?? "";
    for (const { index: at, 0: option, 1: value = "" } of line.matchAll(COMMAND_OPTION)) {
      if (/^[./~-]|^\d+(?::\d+)?$|^https?:/.test(value) || isPlaceholder(value)) continue;
      const end = from + at + option.length;
      spans.push({ start: end - value.length, end, name: "password" });
    }
  }
  return spans;
}
