import type { SampleRandom } from './sample-random.ts';

const first = (
  'Alder Amber Apex Arbor Ashford Atlas Aurora Bayside Beacon Birch Blackwood Bluebird Boulder Bramble Brook Cascade Cedar ' +
  'Clearwater Cobalt Coral Crescent Delta Eastgate Elm Ember Falcon Fern Foxglove Garnet Glacier Granite Greenfield Harbor ' +
  'Hawthorn Hazel Heron Highland Indigo Ironwood Ivy Juniper Kestrel Lakeside Larch Laurel Linden Maple Marlow Meadow Mesa ' +
  'Midland Monarch Northwind Oakridge Onyx Orchard Osprey Pinecrest Pioneer Prairie Quarry Quill Redwood Ridgeline Riverbend'
).split(' ');
const second = (
  'Bakery Brewing Cabinets Catering Coatings Components Construction Dental Design Electric Fabrication Farms Fasteners ' +
  'Flooring Foods Freight Furniture Gardens Glass Hardware Imports Instruments Interiors Labs Lighting Logistics Lumber ' +
  'Machining Medical Metals Motors Optics Packaging Paper Plastics Plumbing Printing Roofing Supply Textiles Tools Trading'
).split(' ');
const endings = ['LLC', 'Inc.', 'Co.', 'Group', 'Partners'];

/** Names of invented companies, each once. */
export function sampleNames(random: SampleRandom, count: number): string[] {
  const names = new Set<string>();
  while (names.size < count) {
    const base = `${random.pick(first)} ${random.pick(second)} ${random.pick(endings)}`;
    names.add(names.size < 2000 ? base : `${base} ${names.size}`);
  }
  return [...names];
}
