const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What a person sees after consenting. */
export function connectedPage(companyName: string): string {
  const name = companyName.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Connected</title></head>
<body style="font-family:system-ui;margin:3rem"><h1>${name} is connected</h1>
<p>Its customers, invoices, payments and credit memos are being read now. <a href="/app">Back to Cashloop</a></p></body></html>`;
}
