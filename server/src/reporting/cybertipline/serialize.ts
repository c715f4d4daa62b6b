import type { Attributes, Field, Rule } from './description.ts';
import { fileDetails } from './file-details.ts';
import type { FileDetails } from './file-details.ts';
import type { Fieldset } from './records.ts';
import { isFieldset } from './records.ts';
import { report } from './report.ts';
import type { Report } from './report.ts';
import { escapeAttribute, escapeText } from './xml-text.ts';

/**
 * The `<report>` document for `/submit`, elements in the published order.
 *
 * Writes what it is given and judges nothing: run `checkReport` first. A character that XML cannot carry
 * becomes U+FFFD, of which `checkReport` warns. Throws a TypeError for a value that cannot be written at all.
 */
export function reportXml(value: Report): string {
  return document('report', report, value);
}

/** The `<fileDetails>` document for `/fileinfo`; as `reportXml`, after `checkFileDetails`. */
export function fileDetailsXml(value: FileDetails): string {
  return document('fileDetails', fileDetails, value);
}

function document(name: string, rule: Rule, value: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, rule, value, '')}`;
}

function element(name: string, rule: Rule, value: unknown, indent: string): string {
  if (rule.kind === 'sequence') {
    const values = fieldsetOf(name, value);
    const inner = Object.entries(rule.fields).map(([key, field]) =>
      elements(key, field, values[key], `${indent}  `),
    );
    return enclosing(name, attributes(rule.attributes, values), inner, indent);
  }
  if (rule.kind === 'content') {
    const { value: text, ...rest } = fieldsetOf(name, value);
    return `${indent}<${name}${attributes(rule.attributes, rest)}>${escapeText(String(text))}</${name}>\n`;
  }
  if (rule.kind === 'choice') {
    const values = fieldsetOf(name, value);
    const inner = Object.entries(rule.alternatives)
      .filter(([key]) => values[key] !== undefined)
      .map(([key, alternative]) => element(key, alternative, values[key], `${indent}  `));
    return enclosing(name, '', inner, indent);
  }
  if (rule.kind === 'flags') {
    const stated = listOf(name, value);
    const present = rule.names.filter((flag) => stated.includes(flag));
    // Without a flag the element would say nothing.
    if (present.length === 0) return '';
    const inner = present.map((flag) => `${indent}  <${flag}/>\n`);
    return enclosing(name, '', inner, indent);
  }
  return `${indent}<${name}>${escapeText(String(value))}</${name}>\n`;
}

function elements(name: string, { occurs, rule }: Field, value: unknown, indent: string): string {
  if (value === undefined) return '';
  if (occurs === 'one' || occurs === 'optional') return element(name, rule, value, indent);
  return listOf(name, value)
    .map((each) => element(name, rule, each, indent))
    .join('');
}

function enclosing(name: string, attributeText: string, inner: readonly string[], indent: string): string {
  return inner.every((each) => each === '')
    ? `${indent}<${name}${attributeText}/>\n`
    : `${indent}<${name}${attributeText}>\n${inner.join('')}${indent}</${name}>\n`;
}

function attributes(described: Attributes, values: Fieldset): string {
  return Object.keys(described)
    .filter((name) => values[name] !== undefined)
    .map((name) => ` ${name}="${escapeAttribute(String(values[name]))}"`)
    .join('');
}

function fieldsetOf(name: string, value: unknown): Fieldset {
  if (!isFieldset(value)) throw new TypeError(`${name} must be a group of fields`);
  return value;
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be a list`);
  return value;
}
