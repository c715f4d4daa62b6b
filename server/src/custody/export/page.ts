import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import type { PackageManifest } from './verification.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * The page that explains a package and verifies it offline. One file without anything from elsewhere: its policy lets
 * nothing run but the script that it carries, which is the code of `breakwater case verify`, and lets nothing out.
 */
export async function explainingPage(manifest: PackageManifest, manifestSha256: string): Promise<string> {
  const script = `'use strict';\n${await sourceOf('verification')}\n${await sourceOf('page-script')}\nwatchChoices();\n`;
  const policy = `default-src 'none'; script-src '${sourceHash(script)}'; style-src '${sourceHash(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Case ${manifest.case.number}: what this package is</title>
<style>${STYLE}</style>
</head>
<body data-manifest-sha256="${manifestSha256}">
<main>
<h1>Case ${manifest.case.number}: what this package is, and how to verify it</h1>
<p>A child-safety desk exported this case at ${escape(manifest.exportedAt)} (UTC) for the holder of the key below. Reason given:
<q>${escape(manifest.why)}</q></p>
<h2>What is in it</h2>
<dl>
<dt>exhibit-….age</dt><dd>Preserved evidence, sealed: only the recipient's key opens it. With the program age:
<code>age --decrypt --identity KEY.txt exhibit-….age &gt; exhibit</code>. Opening evidence may be restricted by law; do it
only where you are allowed to.</dd>
<dt>case.json.age</dt><dd>What is known of the case: group, accounts, messages, decision, reports. Sealed in the same way.
${manifest.links === 'withheld' ? 'Links within texts are withheld.' : 'Links within texts are included, as it is addressed to whoever acts on them.'}</dd>
<dt>custody.json</dt><dd>The chain of custody: every sealing, look, hold, transfer, export and destruction, with who, when and why.</dd>
${manifest.ledgerKey === null ? '' : '<dt>ledger-proofs.json</dt><dd>Proofs that each of these events stands in the signed ledger of the desk.</dd>'}
<dt>certificate-….json</dt><dd>Where an exhibit was destroyed: the certificate of its destruction.</dd>
<dt>manifest.json, SHA256SUMS</dt><dd>The SHA-256 hash of every file. <code>sha256sum --check SHA256SUMS</code> verifies them without this page.</dd>
</dl>
<h2>Verify it here</h2>
<p>Choose all files of this package, or the folder that they lie in. They are read in this browser and go nowhere; this page
works without a network. A file that you opened with your key can be chosen as well: it is compared with what was sealed.</p>
<p><label>Files of the package <input type="file" id="files" multiple></label></p>
<p><label>Or the folder <input type="file" id="folder" webkitdirectory></label></p>
<div id="outcome" role="status"></div>
<h2>What to compare with the sender</h2>
<p>Whoever exchanged everything could have exchanged this page, too. So ask the sender, by a way that you trust, for these:</p>
<dl>
<dt>SHA-256 of manifest.json</dt><dd><code>${manifestSha256}</code></dd>
<dt>Export</dt><dd><code>${escape(manifest.exportId)}</code></dd>
<dt>Sealed to</dt><dd><code>${escape(manifest.recipient)}</code></dd>
${manifest.ledgerKey === null ? '<dt>Ledger</dt><dd>This package has no proofs of the ledger.</dd>' : `<dt>Key of the ledger</dt><dd><code>${escape(manifest.ledgerKey)}</code></dd>`}
</dl>
<h2>Exhibits</h2>
<table><caption>The hash is of the original content, before it was sealed.</caption>
<thead><tr><th scope="col">Exhibit</th><th scope="col">File</th><th scope="col">SHA-256 of the content</th><th scope="col">Bytes</th><th scope="col">Sealed on arrival</th></tr></thead>
<tbody>
${manifest.exhibits.map(exhibitRow).join('\n')}
</tbody></table>
</main>
<script type="application/json" id="manifest">${JSON.stringify(manifest).replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`;
}

function exhibitRow(exhibit: PackageManifest['exhibits'][number]): string {
  const file =
    exhibit.file ?? (exhibit.certificate === null ? 'being destroyed' : `destroyed: ${exhibit.certificate}`);
  const cells = [file, exhibit.contentSha256, String(exhibit.contentBytes), exhibit.sealedAt];
  return `<tr><th scope="row"><code>${escape(exhibit.id)}</code></th>${cells.map((cell) => `<td><code>${escape(cell)}</code></td>`).join('')}</tr>`;
}

/** A module of this folder as a plain script: it is one file with the others, so nothing is imported or exported. */
async function sourceOf(module: 'verification' | 'page-script'): Promise<string> {
  const source = await readFile(new URL(`./${module}.${extension}`, import.meta.url), 'utf8');
  const script = extension === 'ts' ? stripTypeScriptTypes(source) : source;
  return script
    .replaceAll(/^import [\s\S]*?;$/gm, '')
    .replaceAll(/^export \{\};$/gm, '')
    .replaceAll(/^export /gm, '')
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replaceAll('</', '<\\/');
}

/** How a content security policy names a script or style by its hash. */
function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; --line: #8888; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --good: #6fd6a0; --bad: #ff9a92; } }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-inline-size: 60rem; margin-inline: auto; padding: 1rem; }
dt { font-weight: 600; }
dd { margin-inline: 0; margin-block-end: .5rem; }
code { overflow-wrap: anywhere; font-size: .9em; }
table { border-collapse: collapse; inline-size: 100%; table-layout: fixed; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: start; vertical-align: top; overflow-wrap: anywhere; }
caption { text-align: start; padding-block: .3rem; }
label { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
input { max-inline-size: 100%; }
#outcome { border-inline-start: 4px solid var(--line); padding-inline-start: 1rem; }
#outcome > p { font-weight: 700; }
#outcome.good { border-color: var(--good); }
#outcome.bad { border-color: var(--bad); }
li.good, #outcome.good > p { color: var(--good); }
li.bad, #outcome.bad > p { color: var(--bad); }
li { overflow-wrap: anywhere; }
`;
