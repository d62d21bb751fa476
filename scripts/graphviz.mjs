// graphviz.mjs BACKEND WASM NAMES: the package holds its WebAssembly as a string of one character per byte, with U+0100 for 0,
// and the host's functions as a table of one-letter names. Both are written out.

import { readFileSync, writeFileSync } from "node:fs";

const [source, wasm, names] = process.argv.slice(2);
const text = readFileSync(source, "utf8");

const start = text.lastIndexOf("binaryDecode(") + "binaryDecode(".length;
const quote = text[start];
let end = start + 1;
while (text[end] !== quote) {
  end += text[end] === "\\" ? 2 : 1;
}
// A template literal reads a CR as a LF; a quoted string cannot hold either, but for its escapes.
const string = new Function("return " + text.slice(start, end + 1))();
const bytes = Uint8Array.from(string, (c) => c.charCodeAt(0) & 0xff);
await WebAssembly.compile(bytes);
writeFileSync(wasm, bytes);

const imports = text.match(/var wasmImports=\{([^}]*)\}/)[1].split(",").sort();
const exports = [...text.matchAll(/_([a-z_]+)(?:"\])?=wasmExports\["([^"]+)"\]/g)].map(([, name, short]) => `${short}:${name}`);
const start0 = text.match(/wasmExports\["([^"]+)"\]\(\);FS\./)[1];
writeFileSync(names, ["imports", ...imports, "", "exports", `${start0}:constructors`, ...exports, ""].join("\n"));
