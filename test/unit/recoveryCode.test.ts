import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatRecoveryCode, parseRecoveryCode, RECOVERY_BYTES } from "../../server/store/recoveryCode.ts";

const secrets = fc.uint8Array({ minLength: RECOVERY_BYTES, maxLength: RECOVERY_BYTES });
const LETTERS = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];

test("a code gives its secret back, however it is typed", () => {
  fc.assert(
    fc.property(secrets, fc.boolean(), fc.constantFrom("-", " ", "", " - ", "–", "\n"), (secret, lower, between) => {
      const code = formatRecoveryCode(secret);
      assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
      const typed = code.replaceAll("-", between).replaceAll("0", "o").replaceAll("1", "l");
      assert.deepEqual(parseRecoveryCode(lower ? typed.toLowerCase() : typed), Buffer.from(secret));
    }),
  );
});

test("one letter that is another, two that changed places, one too few or too many: seen", () => {
  let unseen = 0;
  fc.assert(
    fc.property(secrets, fc.nat(35), fc.constantFrom(...LETTERS), (secret, place, letter) => {
      const letters = formatRecoveryCode(secret).replaceAll("-", "");
      const other = letters[place] === letter ? (letter === "7" ? "8" : "7") : letter;
      const next = letters[place + 1] ?? "";
      const slips = [
        letters.slice(0, place) + other + letters.slice(place + 1),
        letters.slice(0, place) + letters.slice(place + 1),
        letters.slice(0, place) + letter + letters.slice(place),
      ];
      if (next !== "" && next !== letters[place]) {
        slips.push(letters.slice(0, place) + next + letters[place] + letters.slice(place + 2));
      }
      unseen += slips.filter((slip) => parseRecoveryCode(slip) !== undefined).length;
    }),
    { numRuns: 500 },
  );
  // 20 bits of checksum: one in a million.
  assert.ok(unseen <= 1);
});
