import fc from 'fast-check';
import { MemoryBooks } from './books.ts';
import { anInvoice, aPayment, emptyLedger, linked, toInvoice } from './facts.builders.ts';

/** A true history: each step is the next SyncToken of one invoice, with or without a payment, of one of two customers. */
const history = fc.array(
  fc.record({ paid: fc.bigInt({ min: 0n, max: 1_000n }), customer: fc.constantFrom('58', '59'), voided: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
);

const documentsOf = (step: { paid: bigint; customer: string; voided: boolean }, marker: number) => {
  const total = step.voided ? 0n : 1_000n;
  const paid = step.voided ? 0n : step.paid;
  const customerExternalId = step.customer;
  const lines = paid === 0n ? [] : [toInvoice('412', paid)];
  return [
    aPayment({ customerExternalId, totalMinor: 1_000n, unappliedMinor: 1_000n - paid, lines, marker: String(marker) }),
    anInvoice({
      customerExternalId,
      totalMinor: total,
      balanceMinor: total - paid,
      voided: step.voided,
      marker: String(marker),
    }),
  ];
};

test('however often and late readings are repeated: versions have no gap, none is told twice, and the newest state stands', () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat(11)), (steps, noise) => {
      const books = new MemoryBooks(emptyLedger(linked('58', '7'), linked('59', '8')));
      const told: Record<string, number[]> = { '412': [], '500': [] };
      const read = (index: number): void => {
        for (const { written } of books.read({ documents: documentsOf(steps[index]!, index) })) {
          told[written.document.externalId]!.push(written.version.version);
        }
      };
      steps.forEach((_, index) => {
        read(index);
        read(noise.next().value % (index + 1));
      });
      for (const versions of Object.values(told)) expect(versions).toEqual(versions.map((_, i) => i + 1));
      const last = steps.at(-1)!;
      const open = last.voided ? 0n : 1_000n - last.paid;
      const published = books.ledger.documents.get('invoice:412')!.published!;
      expect(published.customerId).toBe(last.customer === '58' ? '7' : '8');
      expect(published.content).toMatchObject({ balanceMinor: open.toString() });
    }),
  );
});

test('what settles an invoice always sums to total minus balance', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 5_000n }), fc.bigInt({ min: 0n, max: 1_000n }), (claimed, balance) => {
      const books = new MemoryBooks(emptyLedger(linked('58', '7')));
      const payment = aPayment({ totalMinor: claimed, lines: [toInvoice('412', claimed)] });
      const [invoice] = books.read({ documents: [payment, anInvoice({ totalMinor: 1_000n, balanceMinor: balance })] });
      const { content } = invoice!.written.version;
      if (content.kind !== 'invoice') throw new Error('the invoice comes first');
      const sum = Object.values(content.settledBy).reduce((a, part) => a + BigInt(part), 0n);
      expect(sum).toBe(1_000n - balance);
    }),
  );
});
