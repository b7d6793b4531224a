import { guessColumns } from './guess.ts';

const guessed = (headers: string[], ...rows: string[][]): Record<string, string> =>
  Object.fromEntries(Object.entries(guessColumns(headers, rows)).map(([field, at]) => [field, headers[at]!]));

test.each<[string, string[], string[], Record<string, string>]>([
  [
    'a tutorial export',
    [
      'countryCode',
      'customerID',
      'PaperlessDate',
      'invoiceNumber',
      'InvoiceDate',
      'DueDate',
      'InvoiceAmount',
      'Disputed',
      'SettledDate',
      'DaysLate',
    ],
    ['391', '0379-NEVHP', '4/6/2013', '611365', '1/2/2013', '2/1/2013', '55.94', 'No', '1/15/2013', '0'],
    {
      customer: 'customerID',
      number: 'invoiceNumber',
      date: 'InvoiceDate',
      due_date: 'DueDate',
      amount: 'InvoiceAmount',
      paid_date: 'SettledDate',
      country: 'countryCode',
    },
  ],
  [
    'SAP, technical names',
    [
      'MANDT',
      'BUKRS',
      'KUNNR',
      'AUGDT',
      'BELNR',
      'BUDAT',
      'BLDAT',
      'WAERS',
      'XBLNR',
      'BLART',
      'SHKZG',
      'DMBTR',
      'WRBTR',
      'ZFBDT',
      'ZTERM',
      'ZBD1T',
    ],
    [
      '100',
      '1000',
      '0000100345',
      '20190211',
      '1800000001',
      '20190103',
      '20190102',
      'EUR',
      '90001',
      'RV',
      'S',
      '100,00',
      '100,00',
      '20190102',
      'ZB30',
      '30',
    ],
    {
      customer: 'KUNNR',
      number: 'BELNR',
      date: 'BLDAT',
      baseline_date: 'ZFBDT',
      terms: 'ZBD1T',
      amount: 'WRBTR',
      paid_date: 'AUGDT',
      currency: 'WAERS',
      kind: 'BLART',
      side: 'SHKZG',
    },
  ],
  [
    'SAP, German names',
    [
      'Buchungskreis',
      'Debitor',
      'Name 1',
      'Belegnummer',
      'Belegart',
      'Belegdatum',
      'Nettofälligkeit',
      'Betrag in Belegwährung',
      'Belegwährung',
      'Ausgleichsdatum',
    ],
    ['1000', '100345', 'Nord GmbH', '18000001', 'RV', '02.01.2019', '01.02.2019', '1.234,50', 'EUR', ''],
    {
      customer: 'Debitor',
      customer_name: 'Name 1',
      number: 'Belegnummer',
      kind: 'Belegart',
      date: 'Belegdatum',
      due_date: 'Nettofälligkeit',
      amount: 'Betrag in Belegwährung',
      currency: 'Belegwährung',
      paid_date: 'Ausgleichsdatum',
    },
  ],
  [
    'Odoo',
    [
      'Number',
      'Invoice Partner Display Name',
      'Invoice/Bill Date',
      'Due Date',
      'Total',
      'Amount Due',
      'Payment Status',
      'Currency',
    ],
    ['INV/2024/0001', 'Azure Interior', '2024-01-02', '2024-02-01', '100.00', '0.00', 'Paid', 'USD'],
    {
      customer: 'Invoice Partner Display Name',
      number: 'Number',
      date: 'Invoice/Bill Date',
      due_date: 'Due Date',
      amount: 'Total',
      open: 'Amount Due',
      status: 'Payment Status',
      currency: 'Currency',
    },
  ],
  [
    'Dynamics',
    [
      'Customer No.',
      'Customer Name',
      'Document Type',
      'Document No.',
      'Posting Date',
      'Due Date',
      'Currency Code',
      'Original Amount',
      'Remaining Amount',
      'Open',
      'Closed at Date',
    ],
    ['C00010', 'Adatum', 'Invoice', '103001', '1/22/2024', '2/21/2024', 'USD', '100.00', '0.00', 'No', '2/25/2024'],
    {
      customer: 'Customer No.',
      customer_name: 'Customer Name',
      kind: 'Document Type',
      number: 'Document No.',
      date: 'Posting Date',
      due_date: 'Due Date',
      currency: 'Currency Code',
      amount: 'Original Amount',
      open: 'Remaining Amount',
      status: 'Open',
      paid_date: 'Closed at Date',
    },
  ],
  [
    'Spanish',
    [
      'Código cliente',
      'Nombre cliente',
      'Nº factura',
      'Fecha factura',
      'Fecha de vencimiento',
      'Importe total',
      'Moneda',
      'Fecha de cobro',
      'Límite de crédito',
    ],
    ['430001', 'Sol SA', 'F1', '13/01/2024', '12/02/2024', '1.000,00', 'EUR', '', '5.000,00'],
    {
      customer: 'Código cliente',
      customer_name: 'Nombre cliente',
      number: 'Nº factura',
      date: 'Fecha factura',
      due_date: 'Fecha de vencimiento',
      amount: 'Importe total',
      currency: 'Moneda',
      paid_date: 'Fecha de cobro',
      limit: 'Límite de crédito',
    },
  ],
  [
    'an amount in local currency beside the local currency',
    ['Customer', 'Document Number', 'Document Date', 'Amount in local currency', 'Local Currency', 'Document currency'],
    ['1', '2', '2024-01-02', '5.00', 'EUR', 'USD'],
    {
      customer: 'Customer',
      number: 'Document Number',
      date: 'Document Date',
      amount: 'Amount in local currency',
      currency: 'Local Currency',
    },
  ],
])('%s', (_, headers, row, expected) => {
  expect(guessed(headers, row)).toEqual(expected);
});

test('what the cells hold decides between a date, a flag and an amount', () => {
  const headers = ['Customer', 'Invoice', 'Date', 'Amount', 'Paid'];
  const row = (paid: string): string[] => ['A', '1', '2024-01-02', '5.00', paid];
  expect(guessed(headers, row('2024-02-03'))).toMatchObject({ paid_date: 'Paid' });
  expect(guessed(headers, row('3.00'))).toMatchObject({ paid: 'Paid' });
  expect(guessed(headers, row('yes'))).toMatchObject({ status: 'Paid' });
});

test('a conversion does not stand for the amount beside a currency column', () => {
  expect(
    guessed(
      ['Customer', 'Trx Number', 'Trx Date', 'USD Amount', 'Local Amount', 'Currency'],
      ['A', '1', '2024-01-02', '5.00', '6.00', 'EUR'],
    ),
  ).toMatchObject({ amount: 'Local Amount' });
});

test('what was told stays, and its column is not used twice', () => {
  expect(guessColumns(['Customer', 'Amount', 'Net'], [['A', '1.00', '0.80']], { amount: 2 })).toMatchObject({
    customer: 0,
    amount: 2,
  });
});
