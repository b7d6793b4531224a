/**
 * Parents of customers, to keep trees free of circles: an accounting system may show one while a person is still moving
 * customers around, and a reader that walks to the top would never arrive.
 */
export class Tree {
  private readonly parents: Map<string, string | null>;

  /** Takes the parent of every customer that a walk may pass. */
  constructor(parents: Iterable<readonly [id: string, parentId: string | null]>) {
    this.parents = new Map(parents);
  }

  /** Hangs a customer under a parent; false, and nothing changed, when that would close a circle. */
  hang(id: string, parentId: string | null): boolean {
    if (parentId !== null && this.reaches(parentId, id)) return false;
    this.parents.set(id, parentId);
    return true;
  }

  private reaches(from: string, target: string): boolean {
    for (let at: string | null = from; at !== null; at = this.parents.get(at) ?? null) if (at === target) return true;
    return false;
  }
}
