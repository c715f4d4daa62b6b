import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Attributes, Field, Rule, ScalarRule, SequenceRule, TextRule } from '../cybertipline/index.ts';
import {
  decodeReferences,
  hasFormat,
  hasIllegalCharacters,
  readTime,
  responseCodes,
} from '../cybertipline/index.ts';

/** A document that the receiving side refuses, with the code and the sentence that it answers. */
export class RefusedDocument extends Error {
  override readonly name = 'RefusedDocument';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads a received document against its description: order, occurrence, unknown names, types and limits.
 *
 * It walks the parsed document, not the value, so a mistake in the serializer or in the validator of the sending side
 * does not hide itself. Returns the value that the document states. Throws a `RefusedDocument`: 4110 when the text is
 * not well-formed XML, 4100, naming the element, when it breaks the format.
 */
export function readReceived(xml: string, root: string, rule: SequenceRule, now: Date): Value {
  const [document, ...others] = childElements(parse(xml), 'The document');
  if (document === undefined || others.length > 0 || document.name !== root)
    throw invalid(`The document must be one ${root} element`);
  return readSequence(document, rule, now);
}

export type Value = Readonly<Record<string, unknown>>;

/** A node as fast-xml-parser gives it when it keeps the order. */
type Node = Readonly<Record<string, unknown>>;

interface Element {
  readonly name: string;
  readonly children: readonly Node[];
  readonly attributes: ReadonlyMap<string, string>;
}

const textName = '#text';
const cdataName = '#cdata';
const attributesName = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  textNodeName: textName,
  cdataPropName: cdataName,
  maxNestedTags: 32,
});

const declaration =
  /^\uFEFF?<\?xml\s+version\s*=\s*["']1\.\d+["'](?:\s+encoding\s*=\s*["']utf-8["'])?(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>/i;

function parse(xml: string): readonly Node[] {
  // A document type could define entities; the format has none.
  if (xml.includes('<!DOCTYPE')) throw malformed('a document type is not accepted');
  if (hasIllegalCharacters(xml)) throw malformed('it holds a character that XML 1.0 does not permit');
  // The validator below passes over a broken declaration, and one in the wrong place.
  const body = xml.replace(declaration, '');
  if (/<\?xml/i.test(body)) throw malformed('its XML declaration is broken or not at its start');
  const validity = XMLValidator.validate(xml);
  if (validity !== true) throw malformed(`line ${validity.err.line}: ${validity.err.code}`);
  try {
    return nodesOf(parser.parse(xml));
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : 'it cannot be read');
  }
}

function readElement(element: Element, rule: Rule, now: Date): unknown {
  if (rule.kind === 'sequence') return readSequence(element, rule, now);
  if (rule.kind === 'content') {
    const text = readScalar(textOf(element), rule.value, `Element '${element.name}'`, now);
    const value = { value: text, ...readAttributes(element, rule.attributes, now) };
    refuseBroken(element, rule.relations, value);
    return value;
  }
  refuseAttributes(element, {});
  if (rule.kind === 'choice') return readChoice(element, rule.alternatives, now);
  if (rule.kind === 'flags') return readFlags(element, rule.names);
  return readScalar(textOf(element), rule, `Element '${element.name}'`, now);
}

function readChoice(element: Element, alternatives: Readonly<Record<string, Rule>>, now: Date): Value {
  const [chosen, ...others] = childElements(element.children, element.name);
  const rule = chosen && own(alternatives, chosen.name);
  if (chosen === undefined || rule === undefined || others.length > 0)
    throw invalid(`Element '${element.name}' must hold exactly one of its published elements`);
  return { [chosen.name]: readElement(chosen, rule, now) };
}

function readFlags(element: Element, names: readonly string[]): string[] {
  return childElements(element.children, element.name).map((flag, index, all) => {
    refuseAttributes(flag, {});
    if (!names.includes(flag.name))
      throw invalid(`Element '${flag.name}' is not expected in element '${element.name}'`);
    if (all.findIndex(({ name }) => name === flag.name) !== index)
      throw invalid(`Element '${flag.name}' may stand only once in element '${element.name}'`);
    if (!['', 'true', '1'].includes(textOf(flag).trim()))
      throw invalid(`Element '${flag.name}' can only be true`);
    return flag.name;
  });
}

function readSequence(element: Element, rule: SequenceRule, now: Date): Value {
  const order = Object.keys(rule.fields);
  const read: Record<string, unknown> = readAttributes(element, rule.attributes, now);
  let position = 0;
  for (const child of childElements(element.children, element.name)) {
    const place = order.indexOf(child.name);
    const field = own(rule.fields, child.name);
    if (field === undefined)
      throw invalid(`Element '${child.name}' is not expected in element '${element.name}'`);
    if (place < position)
      throw invalid(
        `Element '${child.name}' must stand before element '${order[position]}' in '${element.name}'`,
      );
    position = place;
    read[child.name] = joined(read[child.name], readElement(child, field.rule, now), child.name, field);
  }
  for (const [name, { occurs }] of Object.entries<Field>(rule.fields)) {
    if ((occurs === 'one' || occurs === 'some') && read[name] === undefined)
      throw invalid(`Element '${name}' is missing from element '${element.name}'`);
  }
  refuseBroken(element, rule.relations, read);
  return read;
}

function joined(earlier: unknown, value: unknown, name: string, { occurs }: Field): unknown {
  if (occurs === 'any' || occurs === 'some') return Array.isArray(earlier) ? [...earlier, value] : [value];
  if (earlier !== undefined) throw invalid(`Element '${name}' may stand only once`);
  return value;
}

function readAttributes(element: Element, described: Attributes, now: Date): Record<string, unknown> {
  refuseAttributes(element, described);
  const read: Record<string, unknown> = {};
  for (const [name, { occurs, rule }] of Object.entries(described)) {
    const text = element.attributes.get(name);
    if (text !== undefined)
      read[name] = readScalar(text, rule, `Attribute '${name}' of '${element.name}'`, now);
    else if (occurs === 'one') throw invalid(`Attribute '${name}' is missing from element '${element.name}'`);
  }
  return read;
}

function refuseAttributes({ name: element, attributes }: Element, described: Attributes): void {
  for (const name of attributes.keys()) {
    if (!Object.hasOwn(described, name) && !name.startsWith('xmlns') && !name.startsWith('xsi:'))
      throw invalid(`Attribute '${name}' is not expected on element '${element}'`);
  }
}

function refuseBroken({ name }: Element, relations: SequenceRule['relations'], value: Value): void {
  const broken = relations.find((relation) => relation.broken(value));
  if (broken !== undefined) throw invalid(`Element '${broken.field}' of '${name}': ${broken.message}`);
}

function readScalar(text: string, rule: ScalarRule, where: string, now: Date): string | number | boolean {
  if (rule.kind === 'text') return readText(text, rule, where);
  const token = text.trim();
  if (rule.kind === 'boolean') {
    if (!['true', 'false', '1', '0'].includes(token)) throw invalid(`${where} must be true or false`);
    return token === 'true' || token === '1';
  }
  if (!('least' in rule)) {
    const time = readTime(rule.kind, token);
    if (time === null) throw invalid(`${where} must be in ISO 8601 form with its time zone`);
    if (rule.tense === 'past' && time > now.getTime()) throw invalid(`${where} must be in the past`);
    return token;
  }
  const lexical = rule.kind === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
  if (!lexical.test(token)) throw invalid(`${where} must be a number`);
  const value = Number(token);
  if (value < rule.least || value > rule.most)
    throw invalid(`${where} must be between ${rule.least} and ${rule.most}`);
  return value;
}

function readText(text: string, rule: TextRule, where: string): string {
  if (rule.blank === 'refused' && /^\s*$/.test(text)) throw invalid(`${where} must not be blank`);
  if (rule.oneOf !== undefined && !rule.oneOf.includes(text))
    throw invalid(`${where} has no published value`);
  if (rule.longest !== undefined && text.length > rule.longest)
    throw invalid(`${where} is longer than ${rule.longest} characters`);
  if (rule.format !== undefined && !hasFormat(rule.format, text)) throw invalid(`${where} is malformed`);
  return text;
}

function childElements(nodes: readonly Node[], parent: string): Element[] {
  return nodes.flatMap((node): Element[] => {
    const name = Object.keys(node).find((key) => key !== attributesName);
    if (name === undefined) return [];
    if (name === textName || name === cdataName) {
      if (textOfNode(node).trim() !== '') throw invalid(`Element '${parent}' must not hold text of its own`);
      return [];
    }
    const attributes = Object.entries(node[attributesName] ?? {});
    return [
      {
        name,
        children: nodesOf(node[name]),
        attributes: new Map(attributes.map(([key, value]) => [key, decoded(String(value))])),
      },
    ];
  });
}

function textOf({ name, children }: Element): string {
  return children
    .map((node) => {
      if (!(textName in node) && !(cdataName in node)) throw invalid(`Element '${name}' must hold text only`);
      return textOfNode(node);
    })
    .join('');
}

function textOfNode(node: Node): string {
  if (textName in node) return decoded(String(node[textName]));
  return nodesOf(node[cdataName])
    .map((part) => String(part[textName]))
    .join('');
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value)
    ? value.filter((node): node is Node => typeof node === 'object' && node !== null)
    : [];
}

function decoded(text: string): string {
  const plain = decodeReferences(text);
  if (plain === null) throw malformed('it holds an unknown entity or a bare ampersand');
  return plain;
}

function invalid(message: string): RefusedDocument {
  return new RefusedDocument(responseCodes.validationFailed, `${message.replace(/\.$/, '')}.`);
}

function malformed(reason: string): RefusedDocument {
  return new RefusedDocument(responseCodes.malformedXml, `Malformed XML submittal: ${reason}.`);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
