import { sniffFormat } from './format.ts';

const format = (text: string, told = {}) => {
  const verdict = sniffFormat(text, told);
  return verdict.kind === 'format' ? verdict.format : verdict;
};

test.each([
  [',', 'Customer,Invoice,Date,Amount\nA,1,2024-01-02,5.00\n'],
  [';', 'Customer;Invoice;Date;Amount\nA;1;02.01.2024;1.250,00\nB;2;02.01.2024;3,50\n'],
  ['\t', 'Customer\tInvoice\tDate\tAmount\nA, B\t1\t2024-01-02\t5,00\n'],
  ['|', 'Customer|Invoice|Date|Amount\r\nA|1|2024-01-02|5.00\r\n'],
])('finds %j', (delimiter, text) => {
  expect(format(text)).toMatchObject({ delimiter, skip: 1, headers: ['Customer', 'Invoice', 'Date', 'Amount'] });
});

test('titles above the header and a sep= line are skipped', () => {
  expect(format('My Company,,\nAged list,,\n\nCustomer,Invoice,Amount\nA,1,5.00\n')).toMatchObject({ skip: 3 });
  expect(format('sep=;\nCustomer;Invoice;Amount\nA;1;5,00\n')).toMatchObject({ delimiter: ';', skip: 2 });
});

test('headers of a language we do not know are a header all the same', () => {
  expect(format('asiakas;lasku;summa\n1;2;3,00\n4;5;6,00\n')).toMatchObject({
    delimiter: ';',
    headers: ['asiakas', 'lasku', 'summa'],
  });
});

test('empty and repeated names are told apart', () => {
  expect(format(',Customer,Date,Date\n1,A,2024-01-02,2024-01-03\n')).toMatchObject({
    headers: ['column 1', 'Customer', 'Date', 'Date (2)'],
  });
});

test('a file that begins with data has no header, unless told so', () => {
  const text = 'A,1,2024-01-02,5.00\nB,2,2024-01-03,6.00\n';
  expect(sniffFormat(text)).toEqual({ kind: 'no_header', firstRow: ['A', '1', '2024-01-02', '5.00'] });
  expect(format(text, { header: false })).toMatchObject({
    skip: 0,
    headers: ['column 1', 'column 2', 'column 3', 'column 4'],
  });
});
