/* What the page inside a package does. It is put behind `verification.ts`, whose functions it calls. */
import { sha256Hex, verifyPackage, type Finding, type PackageManifest } from './verification.ts';

/** As much of a browser's page as is used here: the server is built without a browser's types. */
interface PageElement {
  textContent: string | null;
  className: string;
  append(child: PageElement): void;
  replaceChildren(...children: readonly PageElement[]): void;
}
interface FileInput extends PageElement {
  readonly files: ArrayLike<File> | null;
  addEventListener(type: 'change', listener: () => void): void;
}
declare const document: {
  readonly body: { readonly dataset: Readonly<Record<string, string | undefined>> };
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: 'input[type=file]'): Iterable<FileInput>;
  createElement(name: string): PageElement;
};

/** Shows what is found about the files that a person chooses. Nothing leaves the browser. */
export function watchChoices(): void {
  const manifest = JSON.parse(document.querySelector('#manifest')?.textContent ?? '') as PackageManifest;
  for (const input of document.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => {
      const files = Array.from(input.files ?? []);
      show('Reading…', []);
      check(manifest, files).catch((error: unknown) =>
        show(`It could not be verified: ${String(error)}`, []),
      );
    });
  }
}

async function check(manifest: PackageManifest, files: readonly File[]): Promise<void> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const read = async (name: string) => {
    const file = byName.get(name);
    return file === undefined ? null : new Uint8Array(await file.arrayBuffer());
  };
  const findings = await verifyPackage(manifest, read);
  const spelled = await read('manifest.json');
  const same = spelled !== null && (await sha256Hex(spelled)) === document.body.dataset['manifestSha256'];
  findings.push({
    good: same,
    about: 'manifest.json',
    text: same ? 'It is the one that this page was made for.' : 'It is missing, or not the one of this page.',
  });
  const listed = new Set([
    ...manifest.files.map(({ name }) => name),
    'manifest.json',
    'README.html',
    'SHA256SUMS',
  ]);
  for (const file of files) {
    if (listed.has(file.name)) continue;
    const sha256 = await sha256Hex(new Uint8Array(await file.arrayBuffer()));
    const exhibit = manifest.exhibits.find(({ contentSha256 }) => contentSha256 === sha256);
    const text = exhibit
      ? `Opened, this is exhibit ${exhibit.id}, unaltered since it was sealed.`
      : 'It is not part of the package.';
    findings.push({ good: exhibit !== undefined, about: file.name, text });
  }
  const bad = findings.filter(({ good }) => !good).length;
  show(
    bad === 0
      ? 'The package is intact.'
      : `The package is NOT intact: ${bad} of ${findings.length} checks failed.`,
    findings,
  );
}

function show(verdict: string, findings: readonly Finding[]): void {
  const outcome = document.querySelector('#outcome');
  if (outcome === null) return;
  outcome.className = findings.length === 0 ? '' : findings.every(({ good }) => good) ? 'good' : 'bad';
  const heading = document.createElement('p');
  heading.textContent = verdict;
  const list = document.createElement('ul');
  for (const { good, about, text } of findings.toSorted((a, b) => Number(a.good) - Number(b.good))) {
    const item = document.createElement('li');
    item.className = good ? 'good' : 'bad';
    item.textContent = `${good ? 'Good' : 'BAD'}: ${about}. ${text}`;
    list.append(item);
  }
  outcome.replaceChildren(heading, list);
}
