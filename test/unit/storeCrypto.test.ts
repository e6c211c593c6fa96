import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { commitmentOf, deriveKey, isSame, KEY_BYTES, type Sealed, seal, unseal } from "../../server/store/crypto.ts";

/**
 * NIST's examples for 256-bit keys and 96-bit nonces: test cases 13 to 16 of "The Galois/Counter Mode of Operation" (McGrew,
 * Viega), and the first of CAVP's gcmDecrypt256.rsp.
 */
const VECTORS = [
  {
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    plaintext: "",
    aad: "",
    ciphertext: "",
    tag: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    plaintext: "00".repeat(16),
    aad: "",
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
    aad: "",
    ciphertext:
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
    tag: "b094dac5d93471bdec1a502270e3cc6c",
  },
  {
    key: "feffe9928665731c6d6a8f9467308308".repeat(2),
    nonce: "cafebabefacedbaddecaf888",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ciphertext:
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
  {
    key: "f5a2b27c74355872eb3ef6c5feafaa740e6ae990d9d48c3bd9bb8235e589f010",
    nonce: "58d2240f580a31c1d24948e9",
    plaintext: "",
    aad: "",
    ciphertext: "",
    tag: "15e051a5e4a5f5da6cea92e2ebee5bac",
  },
].map((vector) => ({
  key: hex(vector.key),
  plaintext: hex(vector.plaintext),
  aad: hex(vector.aad),
  sealed: { nonce: hex(vector.nonce), ciphertext: hex(vector.ciphertext), tag: hex(vector.tag) },
}));

/** RFC 5869, appendix A.1 to A.3 (SHA-256). */
const DERIVATIONS = [
  {
    secret: "0b".repeat(22),
    salt: range(0x00, 0x0c),
    purpose: range(0xf0, 0xf9),
    key: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
  {
    secret: range(0x00, 0x4f),
    salt: range(0x60, 0xaf),
    purpose: range(0xb0, 0xff),
    key: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
  },
  {
    secret: "0b".repeat(22),
    salt: "",
    purpose: "",
    key: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  },
];

test("NIST's examples of AES-256-GCM open to their plaintext", () => {
  for (const { key, sealed, aad, plaintext } of VECTORS) assert.deepEqual(unseal(key, sealed, aad), plaintext);
});

test("NIST's examples with any one bit flipped, of key, nonce, ciphertext, tag or what is bound, do not open", () => {
  let points = 0;
  for (const { key, sealed, aad } of VECTORS) {
    for (const part of ["key", "nonce", "ciphertext", "tag", "aad"] as const) {
      const whole = { ...sealed, key, aad };
      for (let bit = 0; bit < whole[part].length * 8; bit++) {
        const changed = { ...whole, [part]: flipped(whole[part], bit) };
        assert.equal(unseal(changed.key, changed, changed.aad), undefined, `${part}, bit ${bit}`);
        points++;
      }
    }
  }
  console.log(`points: ${points}`);
});

test("a shortened tag or nonce does not open, though the library would take it", () => {
  for (const { key, sealed, aad } of VECTORS) {
    for (const bytes of [0, 4, 8, 12, 15]) {
      assert.equal(unseal(key, { ...sealed, tag: sealed.tag.subarray(0, bytes) }, aad), undefined);
    }
    assert.equal(unseal(key, { ...sealed, nonce: sealed.nonce.subarray(0, 8) }, aad), undefined);
    assert.equal(unseal(key, { ...sealed, tag: Buffer.concat([sealed.tag, sealed.tag]) }, aad), undefined);
  }
});

test("what is sealed opens again, under a nonce of its own each time", () => {
  const nonces = new Set<string>();
  fc.assert(
    fc.property(bytes(KEY_BYTES, KEY_BYTES), bytes(0, 200), bytes(0, 40), (key, plaintext, aad) => {
      const sealed = seal(key, plaintext, aad);
      assert.deepEqual(unseal(key, sealed, aad), plaintext);
      assert.equal(sealed.ciphertext.length, plaintext.length);
      assert.ok(!nonces.has(sealed.nonce.toString("hex")));
      nonces.add(sealed.nonce.toString("hex"));
    }),
  );
});

test("what is sealed opens with nothing changed in it only", () => {
  const part = fc.constantFrom<"key" | "aad" | keyof Sealed>("key", "nonce", "ciphertext", "tag", "aad");
  fc.assert(
    fc.property(
      bytes(KEY_BYTES, KEY_BYTES),
      bytes(1, 60),
      bytes(1, 20),
      part,
      fc.nat(),
      (key, plaintext, aad, part, at) => {
        const whole = { ...seal(key, plaintext, aad), key, aad };
        const changed = { ...whole, [part]: flipped(whole[part], at % (whole[part].length * 8)) };
        assert.equal(unseal(changed.key, changed, changed.aad), undefined);
      },
    ),
  );
});

test("keys are derived by HKDF-SHA-256", () => {
  for (const { secret, salt, purpose, key } of DERIVATIONS) {
    assert.deepEqual(hkdf(hex(secret), hex(salt), hex(purpose), key.length / 2), hex(key));
  }
  fc.assert(
    fc.property(bytes(0, 80), bytes(0, 80), fc.string({ unit: "grapheme" }), (secret, salt, purpose) => {
      assert.deepEqual(deriveKey(secret, salt, purpose), hkdf(secret, salt, Buffer.from(purpose), KEY_BYTES));
    }),
  );
});

test("another secret, salt or purpose derives another key", () => {
  const derived = [
    deriveKey(hex("00"), hex("00"), "a"),
    deriveKey(hex("01"), hex("00"), "a"),
    deriveKey(hex("00"), hex("01"), "a"),
    deriveKey(hex("00"), hex("00"), "b"),
  ];
  assert.equal(new Set(derived.map((key) => key.toString("hex"))).size, derived.length);
});

test("a commitment fits its key and context alone, and does not show the key", () => {
  fc.assert(
    fc.property(bytes(KEY_BYTES, KEY_BYTES), bytes(1, 40), fc.nat(), (key, context, at) => {
      const commitment = commitmentOf(key, context);
      assert.ok(isSame(commitment, commitmentOf(key, context)));
      assert.ok(!isSame(commitment, commitmentOf(flipped(key, at % (key.length * 8)), context)));
      assert.ok(!isSame(commitment, commitmentOf(key, flipped(context, at % (context.length * 8)))));
      assert.ok(!isSame(commitment, key));
    }),
  );
  assert.ok(!isSame(hex("00"), hex("0000")));
});

/** As RFC 5869 writes it: the published examples show that it is, and so what ours is measured by. */
function hkdf(secret: Buffer, salt: Buffer, purpose: Buffer, length: number): Buffer {
  const extracted = hmac(salt.length === 0 ? Buffer.alloc(32) : salt, secret);
  let block = Buffer.alloc(0);
  let expanded = block;
  for (let count = 1; expanded.length < length; count++) {
    block = hmac(extracted, Buffer.concat([block, purpose, Buffer.from([count])]));
    expanded = Buffer.concat([expanded, block]);
  }
  return expanded.subarray(0, length);
}

function hmac(key: Buffer, data: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(createHmac("sha256", key).update(data).digest());
}

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
}

function range(from: number, to: number): string {
  return Buffer.from(Array.from({ length: to - from + 1 }, (_, index) => from + index)).toString("hex");
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}
