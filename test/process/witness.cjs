"use strict";
// Loaded before the server: writes down each process it starts, each connection it opens, and each look into a folder.
const fs = require("node:fs");
const net = require("node:net");
const { sep } = require("node:path");

const { RUBBERDUCK_WITNESS: report, RUBBERDUCK_WATCHED: watched } = process.env;
const append = fs.appendFileSync.bind(fs);
const note = (line) => append(report, `${line}\n`);

const READERS = [
  "readFile",
  "open",
  "readdir",
  "opendir",
  "watch",
  "watchFile",
  "createReadStream",
  "stat",
  "lstat",
  "access",
  "readlink",
];
for (const module of [fs, fs.promises]) {
  for (const name of READERS.flatMap((reader) => [reader, `${reader}Sync`])) {
    const original = module[name];
    if (typeof original !== "function") continue;
    module[name] = function (path, ...rest) {
      const asked = path instanceof URL ? path.pathname : String(path);
      if (asked === watched || asked.startsWith(watched + sep)) note(`${name} ${asked}`);
      return original.call(this, path, ...rest);
    };
  }
}

const processes = require("node:child_process");
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) {
  const original = processes[name];
  processes[name] = (...given) => {
    note(`${name} ${String(given[0])}`);
    return original(...given);
  };
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (typeof options === "object" && options !== null && options.port !== undefined)
    note(`connect ${options.host}:${options.port}`);
  return connect.apply(this, given);
};
