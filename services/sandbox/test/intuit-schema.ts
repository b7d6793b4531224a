import { readFileSync } from 'node:fs';
import { XMLParser } from 'fast-xml-parser';
import { validateXML } from 'xmllint-wasm';
import type { Json } from './json.ts';

const folder = new URL('./xsd/', import.meta.url);
const names = ['IntuitRestServiceDef.xsd', 'Finance.xsd', 'IntuitNamesTypes.xsd', 'IntuitBaseTypes.xsd', 'Report.xsd'];
const files = names.map((fileName) => ({ fileName, contents: readFileSync(new URL(fileName, folder), 'utf8') }));

/** An element of a type as the schema declares it. */
export interface SchemaElement {
  name: string;
  type: string;
}

/** A type of Intuit's schema, inherited parts included. */
export interface SchemaType {
  elements: SchemaElement[];
  attributes: string[];
  /** The element's text, for types such as a reference. */
  hasText: boolean;
}

type Node = Record<string, Json>;
const complex = new Map<string, Node>();
const enums = new Map<string, string[]>();
/** Entities that may stand where the schema says IntuitObject. */
const objects = new Map<string, string>();

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '' });
const tagOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@')!;
const childrenOf = (node: Node): Node[] => node[tagOf(node)] as Node[];
const attributesOf = (node: Node): Record<string, string> => node[':@'] ?? {};

for (const { contents } of files) {
  const schema = (parser.parse(contents) as Node[]).find((node) => tagOf(node) === 'xs:schema')!;
  for (const node of childrenOf(schema)) {
    const { name = '', type = '', substitutionGroup } = attributesOf(node);
    if (tagOf(node) === 'xs:complexType') complex.set(name, node);
    if (tagOf(node) === 'xs:simpleType')
      enums.set(
        name,
        deep(node, 'xs:enumeration').map((one) => attributesOf(one)['value']!),
      );
    if (tagOf(node) === 'xs:element' && substitutionGroup === 'IntuitObject') objects.set(name, type);
  }
}

function deep(node: Node, tag: string): Node[] {
  const below = Array.isArray(childrenOf(node)) ? childrenOf(node) : [];
  return below.flatMap((child) => [...(tagOf(child) === tag ? [child] : []), ...deep(child, tag)]);
}

/** A type with what it inherits; undefined for simple types. */
export function schemaType(name: string): SchemaType | undefined {
  const node = complex.get(name);
  if (node === undefined) return undefined;
  const [extension] = deep(node, 'xs:extension');
  const base = extension === undefined ? undefined : schemaType(attributesOf(extension)['base'] ?? '');
  return {
    elements: [...(base?.elements ?? []), ...deep(node, 'xs:element').flatMap(elementOf)],
    attributes: [...(base?.attributes ?? []), ...deep(node, 'xs:attribute').map((one) => attributesOf(one)['name']!)],
    hasText: deep(node, 'xs:simpleContent').length > 0 || base?.hasText === true,
  };
}

function elementOf(node: Node): SchemaElement[] {
  const { name, type = '', ref } = attributesOf(node);
  if (ref === 'IntuitObject') return [...objects].map(([entity, entityType]) => ({ name: entity, type: entityType }));
  return name === undefined ? [] : [{ name, type }];
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** JSON as the XML Intuit would have written: fails on a name, an enumeration value or a nesting the schema lacks. */
export function schemaXml(element: string, type: string, json: Json, at = element): string {
  const shape = schemaType(type);
  if (shape === undefined) return simpleXml(element, type, json, at);
  if (typeof json !== 'object' || json === null) throw new Error(`${at} should be an object of ${type}`);
  const left = new Map(Object.entries(json).filter(([, value]) => value !== undefined));
  const attributes = shape.attributes.map((name) => {
    const value = left.get(name);
    left.delete(name);
    return value === undefined || value === null ? '' : ` ${name}="${escape(String(value))}"`;
  });
  const text = shape.hasText ? escape(String(left.get('value') ?? '')) : '';
  if (shape.hasText) left.delete('value');
  const inner = shape.elements.map(({ name, type: nested }) => {
    const value = left.get(name);
    left.delete(name);
    const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return list.map((one) => schemaXml(name, nested, one, `${at}.${name}`)).join('');
  });
  if (left.size > 0) throw new Error(`${at}: ${type} has no ${[...left.keys()].join(', ')}`);
  return `<${element}${attributes.join('')}>${text}${inner.join('')}</${element}>`;
}

function simpleXml(element: string, type: string, json: Json, at: string): string {
  const allowed = enums.get(type) ?? [];
  const value = typeof json === 'object' && json !== null ? json.value : json;
  if (allowed.length > 0 && !allowed.includes(String(value))) throw new Error(`${at}: ${value} is not one of ${type}`);
  return `<${element}>${escape(String(value))}</${element}>`;
}

const NAMESPACE = 'xmlns="http://schema.intuit.com/finance/v3"';

/** A reply `{Invoice: {...}, time}` as an IntuitResponse. */
export const replyXml = (reply: object): string =>
  schemaXml('IntuitResponse', 'IntuitResponse', reply).replace('<IntuitResponse', `<IntuitResponse ${NAMESPACE}`);

/** A request body: one entity or a batch. */
export const requestXml = (element: string, body: object): string =>
  schemaXml(element, element === 'IntuitBatchRequest' ? element : objects.get(element)!, body).replace(
    `<${element}`,
    `<${element} ${NAMESPACE}`,
  );

/** What xmllint objects to in these documents. */
export async function objections(documents: readonly string[]): Promise<string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `document-${index}.xml`, contents }));
  const [main, ...preload] = files;
  const { errors } = await validateXML({
    xml,
    schema: [main!],
    preload,
    initialMemoryPages: 1024,
    maxMemoryPages: 8192,
  });
  return errors.map((error) => error.rawMessage);
}

/** Values of an enumeration of the schema. */
export const enumeration = (name: string): string[] => enums.get(name) ?? [];
