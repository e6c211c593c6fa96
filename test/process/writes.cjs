"use strict";
// Loaded before the server, and before its workers: notes every piece of text that is handed to a file and holds the mark,
// so that a file that is gone at once is seen as well.
const fs = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const { RUBBERDUCK_WRITES: report, RUBBERDUCK_MARK: mark } = process.env;
const append = fs.appendFileSync.bind(fs);
let isNoting = false;
append(report, `watching a ${isMainThread ? "process" : "worker"}\n`);

function note(name, data) {
  if (isNoting || data === undefined || data === null) return;
  const bytes = typeof data === "string" ? Buffer.from(data) : ArrayBuffer.isView(data) ? viewed(data) : undefined;
  if (bytes === undefined || !bytes.includes(mark)) return;
  const at = bytes.indexOf(mark);
  isNoting = true;
  append(report, `${name}: ${bytes.subarray(Math.max(0, at - 100), at + 100).toString("latin1")}\n`);
  isNoting = false;
}

const viewed = (view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);

for (const [module, names] of [
  [fs, ["write", "writeSync", "writeFile", "writeFileSync", "appendFile", "appendFileSync"]],
  [fs.promises, ["writeFile", "appendFile"]],
]) {
  for (const name of names) {
    const original = module[name];
    module[name] = function (target, data, ...rest) {
      note(name, data);
      return original.call(this, target, data, ...rest);
    };
  }
}

const open = fs.promises.open;
let isPatched = false;
fs.promises.open = async function (...given) {
  const handle = await open.apply(this, given);
  if (isPatched) return handle;
  isPatched = true;
  const prototype = Object.getPrototypeOf(handle);
  for (const name of ["write", "writeFile", "appendFile"]) {
    const original = prototype[name];
    prototype[name] = function (data, ...rest) {
      note(`FileHandle.${name}`, data);
      return original.call(this, data, ...rest);
    };
  }
  return handle;
};
require("node:module").syncBuiltinESMExports();
