import { type ExactObject, type ExactValue, isExactNumber, isObject } from './exact-json.ts';
import { isEntity, propertiesOf } from './shapes.ts';

const NAMESPACE = 'http://schema.intuit.com/finance/v3';

const escape = (text: string): string =>
  text
    // Control characters cannot be written in XML 1.0 at all.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

const attribute = (name: string, value: ExactValue | undefined): string =>
  value === undefined || value === null ? '' : ` ${name}="${escape(plain(value))}"`;

const plain = (value: ExactValue): string => (isExactNumber(value) ? value.rawJSON : String(value));

/** An answer as XML: members of the JSON form become elements in Intuit's order, or attributes where Intuit has them. */
export function answerXml(answer: ExactObject): string {
  const { time, requestId, ...content } = answer;
  const inner = Object.entries(content)
    .map(([name, value]) => memberXml(name, value))
    .join('');
  const attributes = attribute('requestId', requestId) + attribute('time', time);
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse xmlns="${NAMESPACE}"${attributes}>${inner}</IntuitResponse>`;
}

/** A member of an envelope: an entity, a fault, an answer inside an answer, or a list of them. */
function memberXml(name: string, value: ExactValue | undefined): string {
  if (Array.isArray(value)) return value.map((item) => memberXml(name, item)).join('');
  if (!isObject(value)) return '';
  if (name === 'Fault') return faultXml(value);
  if (name === 'QueryResponse') return envelopeXml(name, value, ['startPosition', 'maxResults', 'totalCount']);
  if (name === 'CDCResponse') return envelopeXml(name, value, ['size']);
  if (name === 'BatchItemResponse') return envelopeXml(name, value, ['bId']);
  return elementXml(name, name, value);
}

function envelopeXml(name: string, value: ExactObject, attributes: readonly string[]): string {
  const head = attributes.map((member) => attribute(member, value[member])).join('');
  const inner = Object.entries(value)
    .filter(([member]) => !attributes.includes(member))
    .map(([member, item]) => memberXml(member, item))
    .join('');
  return `<${name}${head}>${inner}</${name}>`;
}

function faultXml(fault: ExactObject): string {
  const errors = (fault['Error'] as ExactObject[]).map((error) => {
    const texts = ['Message', 'Detail']
      .map((name) => `<${name}>${escape(plain(error[name] ?? ''))}</${name}>`)
      .join('');
    const element = error['element'] === '' ? undefined : error['element'];
    return `<Error${attribute('code', error['code'])}${attribute('element', element)}>${texts}</Error>`;
  });
  return `<Fault${attribute('type', fault['type'])}>${errors.join('')}</Fault>`;
}

/** One element of a type; a list becomes the element repeated. */
export function elementXml(name: string, type: string | undefined, value: ExactValue | undefined): string {
  if (value === undefined || value === null || type === 'Any') return '';
  if (Array.isArray(value)) return value.map((item) => elementXml(name, type, item)).join('');
  if (!isObject(value)) return `<${name}>${escape(plain(value))}</${name}>`;
  if (type === 'Ref') {
    return `<${name}${attribute('name', value['name'])}${attribute('type', value['type'])}>${escape(plain(value['value'] ?? ''))}</${name}>`;
  }
  if (type === 'Memo') return `<${name}>${escape(plain(value['value'] ?? ''))}</${name}>`;
  return objectXml(name, type ?? '', value);
}

function objectXml(name: string, type: string, value: ExactObject): string {
  const own = isEntity(type)
    ? ['domain', 'status', 'sparse'].map((member) => attribute(member, value[member])).join('')
    : '';
  const inner = (propertiesOf(type) ?? [])
    .map((property) => elementXml(property.name, property.type, value[property.name]))
    .join('');
  return `<${name}${own}>${inner}</${name}>`;
}
