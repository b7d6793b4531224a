import { expect, test } from '@jest/globals';
import { schemaType } from '../../test/intuit-schema.ts';
import { propertiesOf, shapeNames } from './shapes.ts';

test.each(shapeNames())("%s has Intuit's names in Intuit's order", (name) => {
  const theirs = schemaType(name)!;
  const ours = propertiesOf(name)!.map((property) => property.name);
  const known = theirs.elements.map((element) => element.name).filter((element) => ours.includes(element));
  expect(ours).toEqual(known);
});

test.each(['Customer', 'Invoice', 'Payment', 'CreditMemo'])('%s is complete at its top', (name) => {
  expect(propertiesOf(name)!.map((property) => property.name)).toEqual(
    schemaType(name)!.elements.map((element) => element.name),
  );
});
