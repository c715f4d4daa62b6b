import type { ReceivedReport, SandboxCounts } from './registry.ts';

/** The page at `/` for people who want to see what was filed. */
export function sandboxPage(reports: readonly ReceivedReport[], counts: SandboxCounts): string {
  const summary = [
    `${counts.opened} opened`,
    `${counts.uploaded} files`,
    `${counts.fileInfos} file details`,
    `${counts.finished} finished`,
    `${counts.retracted} retracted`,
    `${counts.lapsed} lapsed`,
  ].join(' · ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CyberTipline sandbox</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>CyberTipline sandbox</h1>
<p role="note"><strong>This is a sandbox.</strong> Nothing here was sent to NCMEC or to anyone else: what is filed stays
on this machine. Of uploaded files only digests and sizes are kept.</p>
<p>${summary}</p>
${reports.length === 0 ? '<p>No report has been received yet.</p>' : reports.toReversed().map(reportSection).join('\n')}
</main>
</body>
</html>
`;
}

function reportSection({
  reportId,
  state,
  openedAt,
  modifiedAt,
  lapsesAt,
  xml,
  files,
}: ReceivedReport): string {
  const times = [
    `Opened <time>${escape(openedAt)}</time>`,
    `last modified <time>${escape(modifiedAt)}</time>`,
    ...(lapsesAt === undefined ? [] : [`lapses <time>${escape(lapsesAt)}</time>`]),
  ].join(', ');
  return `<section>
<h2>Report ${escape(reportId)} <span class="${escape(state)}">${escape(state)}</span></h2>
<p>${times}.</p>
<details><summary>The report as received</summary><pre>${escape(xml)}</pre></details>
${files.map(fileSection).join('\n')}
</section>`;
}

function fileSection({ fileId, size, md5, sha256, detailsXml }: ReceivedReport['files'][number]): string {
  const details =
    detailsXml === undefined
      ? '<p>No file details.</p>'
      : `<details><summary>The file details as received</summary><pre>${escape(detailsXml)}</pre></details>`;
  return `<h3>File ${escape(fileId)}</h3>
<dl><dt>Size</dt><dd>${size} bytes</dd><dt>MD5</dt><dd>${escape(md5)}</dd><dt>SHA-256</dt><dd>${escape(sha256)}</dd></dl>
${details}`;
}

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
[role="note"] { border-left: 4px solid #b45309; padding: .5rem 1rem; background: #b4530914; }
section { border-top: 1px solid #8888; margin-top: 1.5rem; }
h2 span { font-size: .7em; font-weight: normal; border: 1px solid currentcolor; border-radius: 1em; padding: 0 .6em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid #8888; }
`;

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
