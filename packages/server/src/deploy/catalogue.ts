/**
 * The catalogue: a descriptor for each hyperty and each schema of a data object, at well-known places, and the sources
 * they name. SPEC.md rule DE11.
 */
import { createHash } from 'node:crypto';
import {
  ConferenceError,
  type DataSchemaDescriptor,
  errorBody,
  type HypertyDescriptor,
  parseHypertyDescriptor,
} from '@plenum/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import manifest from '../../package.json' with { type: 'json' };
import { dataSchemas, jsonSchemaOf } from './data-schemas.ts';
import { productDescriptors } from './product-descriptors.ts';

/** A hyperty that is published beside the product's own. */
export interface PublishedHyperty {
  /** JSON. Its `sourcePackageURL` is `../sourcepackage/<objectName>`, unless the source is elsewhere. */
  readonly descriptor: string;
  readonly source: string;
}

export interface CatalogueEntry {
  readonly contentType: string;
  readonly body: string;
  /** As in the header, with its quotes. */
  readonly etag: string;
}

/** Entries by path below the server's base path, such as `/.well-known/hyperty/ConferenceServer`. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>;

const root = '/.well-known';
const folders = ['hyperty', 'dataschema', 'sourcepackage'] as const;
type Folder = (typeof folders)[number];

const pathOf = (folder: Folder, name: string) => `${root}/${folder}/${name}`;

/** @throws ConferenceError `bad-request` and `integrity-mismatch` for what is published with a wrong descriptor. */
export function describeCatalogue(published: readonly PublishedHyperty[] = []): Catalogue {
  const entries = new Map([
    ...productDescriptors.map((descriptor) => describeHyperty(descriptor)),
    ...dataSchemas.flatMap(describeDataSchema),
    ...published.flatMap(describePublished),
  ]);
  return new Map([[`${root}/plenum`, describeIndex([...entries.keys()])], ...entries]);
}

type Row = readonly [path: string, entry: CatalogueEntry];

function describeHyperty(descriptor: HypertyDescriptor): Row {
  return [pathOf('hyperty', descriptor.objectName), jsonEntry(descriptor)];
}

function describeDataSchema(dataSchema: (typeof dataSchemas)[number]): readonly Row[] {
  const { name, description } = dataSchema;
  const source = entryOf(toText(jsonSchemaOf(dataSchema)), 'application/schema+json; charset=utf-8');
  const descriptor: DataSchemaDescriptor = {
    cguid: `plenum/dataschema/${name}`,
    type: 'dataschema',
    version: manifest.version,
    objectName: name,
    description,
    language: 'json-schema',
    sourcePackageURL: `../sourcepackage/${name}`,
    sourcePackage: { encoding: 'utf-8', sourceCodeClassname: name, integrity: integrityOf(source.body) },
  };
  return [
    [pathOf('dataschema', name), jsonEntry(descriptor)],
    [pathOf('sourcepackage', name), source],
  ];
}

function describePublished({ descriptor: json, source }: PublishedHyperty): readonly Row[] {
  const descriptor = parseHypertyDescriptor(json);
  const { objectName } = descriptor;
  if (descriptor.isolation !== 'sandbox') {
    throw new ConferenceError('bad-request', 'Only parts of the product run in the process.');
  }
  if (descriptor.sourcePackage.integrity !== integrityOf(source)) {
    throw new ConferenceError('integrity-mismatch', undefined, {
      details: { integrity: integrityOf(source) },
    });
  }
  return [
    describeHyperty(descriptor),
    [pathOf('sourcepackage', objectName), entryOf(source, 'text/plain; charset=utf-8')],
  ];
}

function describeIndex(paths: readonly string[]): CatalogueEntry {
  const below = (folder: Folder) =>
    paths.filter((path) => path.startsWith(pathOf(folder, ''))).map((path) => path.slice(root.length + 1));
  return jsonEntry({
    product: 'plenum',
    version: manifest.version,
    hyperties: below('hyperty'),
    dataSchemas: below('dataschema'),
  });
}

function toText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function jsonEntry(value: object): CatalogueEntry {
  return entryOf(toText(value), 'application/json; charset=utf-8');
}

function entryOf(body: string, contentType: string): CatalogueEntry {
  return { body, contentType, etag: `"${integrityOf(body)}"` };
}

function integrityOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

export interface CatalogueOptions {
  /** None, or such as `/meet`, never with a slash at its end. */
  readonly basePath: string;
  readonly catalogue: Catalogue;
}

/** Serves the catalogue. Whatever else is asked for in its folders is answered with a coded error. */
export function registerCatalogue(server: FastifyInstance, { basePath, catalogue }: CatalogueOptions): void {
  const serve = (path: string, request: FastifyRequest, reply: FastifyReply) => {
    // Public, and of use to pages and programs elsewhere.
    reply.header('access-control-allow-origin', '*');
    const entry = catalogue.get(path);
    return entry === undefined ? sendMissing(reply) : sendEntry(request, reply, entry);
  };
  server.get(`${basePath}${root}/plenum`, (request, reply) => serve(`${root}/plenum`, request, reply));
  for (const folder of folders) {
    server.get<{ Params: { name: string } }>(`${basePath}${root}/${folder}/:name`, (request, reply) =>
      serve(pathOf(folder, request.params.name), request, reply),
    );
  }
}

function sendEntry(request: FastifyRequest, reply: FastifyReply, entry: CatalogueEntry): FastifyReply {
  // A new version of the server has new ones, so caches ask each time whether theirs still holds.
  reply.header('cache-control', 'no-cache').header('etag', entry.etag);
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(entry.etag) === true) return reply.code(304).send();
  return reply.type(entry.contentType).send(entry.body);
}

function sendMissing(reply: FastifyReply): FastifyReply {
  const error = new ConferenceError('object-not-found', 'There is no such thing in the catalogue.');
  return reply.code(error.status).header('cache-control', 'no-store').send(errorBody(error));
}
