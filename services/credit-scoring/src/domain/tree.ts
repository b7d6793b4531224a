/**
 * The top of every customer's tree. A parent nobody has told about yet counts as a top. A ring (the accounting system
 * refuses one, but two half-read changes may look like it) belongs to its lowest id.
 */
export function topsOf(parents: ReadonlyMap<string, string>): Map<string, string> {
  const tops = new Map<string, string>();
  for (const id of parents.keys()) tops.set(id, topOf(id, parents));
  return tops;
}

function topOf(start: string, parents: ReadonlyMap<string, string>): string {
  const path: string[] = [];
  let id = start;
  while (!path.includes(id)) {
    path.push(id);
    const parent = parents.get(id);
    if (parent === undefined || parent === '') return id;
    id = parent;
  }
  return path.slice(path.indexOf(id)).sort(byNumber)[0] ?? start;
}

/** Customer ids are integers of up to 18 digits: compared as numbers, kept as strings. */
export const byNumber = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
