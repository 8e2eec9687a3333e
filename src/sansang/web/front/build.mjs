// Builds the scripts, the style and the fonts into ../static/built, with names that change with their content.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const out = new URL("../static/built/", import.meta.url).pathname;
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const names = {};
const fonts = ["vietnamese-400", "latin-400", "vietnamese-700", "latin-700"].map(
  (one) => `be-vietnam-pro-${one}-normal.woff2`,
);
for (const font of fonts) copyFileSync(`node_modules/@fontsource/be-vietnam-pro/files/${font}`, join(out, font));

async function one(entry, name, format) {
  const made = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: ["es2022"],
    external: ["*.woff2"],
    legalComments: "linked",
    outfile: name,
  });
  const text = made.outputFiles.find((file) => !file.path.endsWith("LEGAL.txt")).contents;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const [stem, ending] = name.split(".");
  names[name] = `${stem}.${hash}.${ending}`;
  writeFileSync(join(out, names[name]), text);
  // Packed once, here; whoever can take it gets it so.
  writeFileSync(join(out, `${names[name]}.br`), brotliCompressSync(text));
  writeFileSync(join(out, `${names[name]}.gz`), gzipSync(text, { level: 9 }));
}
await one("style.css", "style.css");
await one("app.ts", "app.js", "esm");
await one("passkey.ts", "passkey.js", "esm");
const icon = readFileSync("icon.svg");
names["icon.svg"] = `icon.${createHash("sha256").update(icon).digest("hex").slice(0, 10)}.svg`;
writeFileSync(join(out, names["icon.svg"]), icon);
// The pictures beside words are drawn into the pages, so they cost no request and stand there without scripts.
const pictures = [
  "ban",
  "calculator",
  "camera",
  "check",
  "ellipsis",
  "file-clock",
  "flame",
  "flag",
  "handshake",
  "house",
  "layout-dashboard",
  "message-square",
  "pencil",
  "phone-call",
  "printer",
  "qr-code",
  "repeat",
  "share-2",
  "shield-alert",
  "timer",
  "truck",
];
const drawn = Object.fromEntries(
  pictures.map((one) => [
    one,
    readFileSync(`node_modules/lucide-static/icons/${one}.svg`, "utf8")
      .match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1]
      .replace(/\s*\n\s*/g, ""),
  ]),
);
writeFileSync(join(out, "icons.json"), JSON.stringify(drawn));
// What is carried in these files is other people's work, under terms that want to be carried too.
const carried = [
  "@fontsource/be-vietnam-pro",
  "@simplewebauthn/browser",
  "idb",
  "idiomorph",
  "lean-qr",
  "lucide-static",
];
const terms = (name) =>
  readFileSync(
    join(
      "node_modules",
      name,
      readdirSync(join("node_modules", name)).find((one) => /^licen[cs]e/i.test(one)),
    ),
    "utf8",
  );
writeFileSync(
  join(out, "licences.txt"),
  carried.map((one) => `${one}\n\n${terms(one).trim()}\n`).join(`\n${"-".repeat(72)}\n`),
);
// Nobody signs in with a passkey without a network.
const cached = [
  ...Object.entries(names)
    .filter(([name]) => name !== "passkey.js")
    .map(([, built]) => built),
  ...fonts,
].map((name) => `/static/built/${name}`);
const worker = await build({
  entryPoints: ["worker.ts"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: ["es2022"],
  define: {
    CACHED: JSON.stringify(cached),
    VERSION: JSON.stringify(createHash("sha256").update(cached.join()).digest("hex").slice(0, 10)),
  },
});
writeFileSync(join(out, "worker.js"), worker.outputFiles[0].contents);
writeFileSync(join(out, "names.json"), JSON.stringify(names, null, 1));
