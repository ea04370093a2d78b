/** What the registry knows of hyperties and data objects, and how its answers are read. */
import {
  type Address,
  ConferenceError,
  type DataObjectUrl,
  dataObjectSchemes,
  type HypertyUrl,
  type Scheme,
  splitAddress,
  type UserUrl,
} from '@plenum/protocol';
import * as v from 'valibot';

/** What is known of a hyperty. */
export interface Registration {
  readonly url: HypertyUrl;
  readonly user: UserUrl;
  readonly dataSchemes: readonly string[];
  readonly resources: readonly string[];
  /** To be discovered by. Anybody may use any name: who it is, the user says. */
  readonly name?: string | undefined;
  /** Seconds for which it holds, unless kept alive: 30 to 86,400; 3,600 unless given. */
  readonly expires?: number | undefined;
  /** As the registry tells it. */
  readonly status?: RegistrationStatus | undefined;
}

/** What is known of a data object. */
export interface ObjectRegistration extends Omit<Registration, 'url' | 'user'> {
  readonly url: DataObjectUrl;
  readonly reporter: HypertyUrl;
}

export const statusSchema = v.picklist(['live', 'disconnected']);
export type RegistrationStatus = v.InferOutput<typeof statusSchema>;

function addressOf<A extends Address>(...schemes: readonly Scheme[]) {
  const isOfScheme = (text: string) => schemes.some((scheme) => splitAddress(text)?.scheme === scheme);
  return v.pipe(
    v.string(),
    v.check(isOfScheme),
    v.transform((text) => text as A),
  );
}

const described = {
  dataSchemes: v.array(v.string()),
  resources: v.array(v.string()),
  name: v.optional(v.string()),
  expires: v.optional(v.number()),
  status: v.optional(statusSchema),
};
export const hyperties = v.array(
  v.object({ url: addressOf<HypertyUrl>('hyperty'), user: addressOf<UserUrl>('user'), ...described }),
);
export const dataObjects = v.array(
  v.object({
    url: addressOf<DataObjectUrl>(...dataObjectSchemes),
    reporter: addressOf<HypertyUrl>('hyperty'),
    ...described,
  }),
);

/** @throws ConferenceError `internal` for an answer that is none. */
export function parseAs<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new ConferenceError('internal', 'The registry answered with something else than a list.');
}
