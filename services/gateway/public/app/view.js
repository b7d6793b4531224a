import { causeName, sinceOf } from './holds.js';
import { formatMoney } from './money.js';

/** Draws. Text always goes in as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/** `element('td', { class: 'number' }, 'text', child)` */
export function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {}))
    if (value !== undefined && value !== null) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SEVERITIES = {
  hard: ['Hard', 'Unshipped orders are held'],
  soft: ['Soft', 'New orders are held'],
  warn: ['Warning', 'Nothing is held yet'],
};

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** In the viewer's zone; the exact instant as a tooltip. */
export function timeElement(iso) {
  if (!iso) return element('span', { class: 'muted' }, 'unknown');
  return element('time', { datetime: iso, title: iso }, when.format(new Date(iso)));
}

export function severityBadge(severity) {
  const [label, meaning] = SEVERITIES[severity] ?? [severity, ''];
  return element('span', { class: `badge ${severity}`, title: meaning }, label);
}

export function customerLabel(hold, name) {
  if (name === undefined) return element('span', { class: 'name pending' }, `Customer ${hold.account_id}`);
  return element('span', { class: 'name' }, name ?? `Customer ${hold.account_id}`);
}

/** One row of the table. `data-label` names the column where the table turns into cards. */
export function holdRow(hold, name, isNew) {
  const money = (value) => formatMoney(value, hold.currency);
  const members = hold.member_customer_ids.length;
  const cell = (label, className, ...children) => element('td', { 'data-label': label, class: className }, ...children);
  return element(
    'tr',
    { 'data-account': hold.account_id, class: isNew ? 'new' : undefined },
    cell('Severity', null, severityBadge(hold.severity)),
    element(
      'th',
      { scope: 'row', 'data-label': 'Customer' },
      customerLabel(hold, name),
      element('span', { class: 'muted id' }, `No. ${hold.account_id}${members > 1 ? ` and ${members - 1} more` : ''}`),
    ),
    cell('Exposure', 'number', money(hold.exposure)),
    cell('Limit', 'number', hold.limit_in_force === null ? 'none' : money(hold.limit_in_force)),
    cell('Over by', 'number strong', hold.excess === null ? '' : money(hold.excess)),
    cell('Since', null, timeElement(sinceOf(hold))),
    cell('Cause', 'causes', ...hold.causes.map((cause) => causeLine(cause, money)), wayOut(hold, money)),
  );
}

function causeLine(cause, money) {
  const amount = cause.amount === null ? '' : ` by ${money(cause.amount)}`;
  const note = cause.note ? `: ${cause.note}` : '';
  return element(
    'span',
    { class: 'cause' },
    `${causeName(cause.kind)}${cause.kind === 'over_limit' ? amount : ''}${note}`,
  );
}

const wayOut = (hold, money) =>
  hold.way_out === null
    ? null
    : element('span', { class: 'muted' }, `A payment of ${money(hold.way_out)} would release it`);

/** One tile per currency: amounts of different currencies do not add up. */
export function totalsList(totals) {
  return totals.map(({ currency, count, exposure, excess }) =>
    element(
      'div',
      {},
      element('dt', {}, count === 1 ? `1 hold in ${currency}` : `${count} holds in ${currency}`),
      element('dd', {}, formatMoney(exposure, currency)),
      element('dd', { class: 'muted' }, `${formatMoney(excess, currency)} over limits`),
    ),
  );
}

const NEWS = { placed: 'Hold placed', changed: 'Hold changed', released: 'Hold released' };

export function newsLine(kind, hold, name) {
  const because =
    kind === 'released' ? (hold.released_because ?? '') : hold.causes.map((cause) => causeName(cause.kind)).join(', ');
  return element(
    'li',
    { class: kind, 'data-account': hold.account_id },
    timeElement(new Date().toISOString()),
    element('strong', {}, NEWS[kind]),
    element('span', { class: 'who-is-it' }, name ?? `Customer ${hold.account_id}`),
    element(
      'span',
      { class: 'muted' },
      [formatMoney(hold.exposure, hold.currency), because.replaceAll('_', ' ')].filter(Boolean).join(' · '),
    ),
  );
}
