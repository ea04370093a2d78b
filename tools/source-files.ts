// Which files the checks look at.
import { globSync } from 'node:fs';

const sources = '{packages,apps,native,bench,e2e,examples,tools}/**/*.{ts,tsx}';

/** From the root of the repository, where the checks run. */
export function listSources(): readonly string[] {
  return globSync(sources, { exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) });
}
