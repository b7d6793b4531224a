import type { Company } from '../domain/company.ts';

const escape = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');

/** What travels through the page unchanged. */
export interface ConsentRequest {
  client_id: string;
  redirect_uri: string;
  scope: string;
  state: string;
}

/** The page on which somebody picks the company to connect. */
export function consentPage(request: ConsentRequest, companies: readonly Company[]): string {
  const hidden = Object.entries(request).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  const choices = companies.map(
    ({ realmId, name, homeCurrency }, index) =>
      `<label><input type="radio" name="realm_id" value="${escape(realmId)}"${index === 0 ? ' checked' : ''} required> ` +
      `${escape(name)} <small>${escape(realmId)}, ${escape(homeCurrency)}</small></label>`,
  );
  const none = '<p>There is no company yet: make one with POST /admin/companies or load a ledger.</p>';
  return page(
    'Connect a company',
    `<p>Cashloop asks to read and write accounting data (${escape(request.scope)}).</p>
<form method="post" action="/oauth2/authorize">${hidden.join('')}
<fieldset><legend>Which company?</legend>${choices.length === 0 ? none : choices.join('\n')}</fieldset>
<button name="decision" value="connect"${choices.length === 0 ? ' disabled' : ''}>Connect</button>
<button name="decision" value="cancel" formnovalidate>No, thanks</button></form>`,
  );
}

export const refusalPage = (why: string): string => page('This request cannot be answered', `<p>${escape(why)}</p>`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} - QuickBooks stand-in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}
label{display:block;padding:.4rem 0}small{color:#555}button{font:inherit;padding:.5rem 1.2rem;margin:1rem .5rem 0 0}</style></head>
<body><h1>${title}</h1>${body}<p><small>This is a stand-in for QuickBooks Online, for local use and tests only.</small></p></body></html>`;
