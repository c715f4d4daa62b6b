/**
 * Text inside XML 1.0 documents: what may stand there (section 2.2), how it is escaped (2.4), how it is read.
 */

/** Everything XML 1.0 cannot carry, even escaped: control characters, lone surrogates, U+FFFE and U+FFFF. */
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A reader turns a bare carriage return into a line feed, and any white space in an attribute into a blank.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Whether `text` holds a character that an XML document cannot carry. */
export function hasIllegalCharacters(text: string): boolean {
  return text.search(illegal) !== -1;
}

/** `text` as element content. A character that XML cannot carry becomes U+FFFD, so that its loss can be seen. */
export function escapeText(text: string): string {
  return text
    .replace(illegal, '\uFFFD')
    .replace(/[&<>\r]/g, (character) => references[character] ?? character);
}

/** `text` as the content of a double-quoted attribute; illegal characters as in `escapeText`. */
export function escapeAttribute(text: string): string {
  return text
    .replace(illegal, '\uFFFD')
    .replace(/[&<>"\r\n\t]/g, (character) => references[character] ?? character);
}

/**
 * `text` of a document with its character references and the five predefined entities replaced.
 * Null when it holds any other entity, a bare ampersand, or a reference to a character that XML cannot carry.
 */
export function decodeReferences(text: string): string | null {
  let sound = true;
  const decoded = text.replace(
    /&(?:#x([0-9A-Fa-f]{1,6});|#([0-9]{1,7});|([a-z]{1,4});)?/g,
    (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      const character = name === undefined ? characterOf(hex, decimal) : characters[name];
      if (character === undefined) sound = false;
      return character ?? '';
    },
  );
  return sound ? decoded : null;
}

function characterOf(hex: string | undefined, decimal: string | undefined): string | undefined {
  if (hex === undefined && decimal === undefined) return undefined;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (point > 0x10ffff) return undefined;
  const character = String.fromCodePoint(point);
  return hasIllegalCharacters(character) ? undefined : character;
}
