/** Rows by their id. What is the same as before is the same object, so that nothing has to be compared in depth. */
export type Rows = Readonly<Record<string, unknown>>;

export interface RowChanges {
  readonly put: readonly (readonly [id: string, value: unknown])[];
  readonly removed: readonly string[];
}

export function changedRows(before: Rows, after: Rows): RowChanges {
  if (before === after) return { put: [], removed: [] };
  return {
    put: Object.entries(after).filter(([id, value]) => before[id] !== value),
    removed: Object.keys(before).filter((id) => !Object.hasOwn(after, id)),
  };
}
