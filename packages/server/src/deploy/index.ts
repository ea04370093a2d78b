export {
  type Catalogue,
  type CatalogueOptions,
  describeCatalogue,
  type PublishedHyperty,
  registerCatalogue,
} from './catalogue.ts';
export { catalogueUrl, createFetchText } from './fetch-text.ts';
export { KeptHyperty } from './kept-hyperty.ts';
export { createWorkerSandbox, type WorkerSandboxOptions } from './worker-sandbox.ts';
