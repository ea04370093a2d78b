/** Why an object store does not do what it is asked, in few words: for who runs the server, and for programs. */

export interface StoreProblem {
  readonly code:
    | 'store-unreachable'
    /** It does not know us, or does not let us. */
    | 'store-refused'
    | 'store-missing'
    | 'store-full'
    | 'store-failed';
  /** The store's own name of the error, and its words. */
  readonly reason: string;
}

/** @param thrown By the client, or with that as its cause. */
export function problemOf(thrown: unknown): StoreProblem {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const name = cause instanceof Error ? cause.name : 'Error';
  // Nothing else of it: its other fields hold requests.
  const reason = cause instanceof Error ? `${name}: ${cause.message}` : String(cause);
  return { code: codeOf(name, statusOf(cause)), reason };
}

function codeOf(name: string, status: number | undefined): StoreProblem['code'] {
  if (/quota|storagefull|toomanyobjects/i.test(name) || status === 507) return 'store-full';
  if (name === 'NoSuchBucket') return 'store-missing';
  if (status === 401 || status === 403) return 'store-refused';
  return status === undefined ? 'store-unreachable' : 'store-failed';
}

/** Of the answer; undefined where none came. */
export function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('$metadata' in thrown)) return undefined;
  const { $metadata } = thrown;
  if (typeof $metadata !== 'object' || $metadata === null || !('httpStatusCode' in $metadata)) {
    return undefined;
  }
  return typeof $metadata.httpStatusCode === 'number' ? $metadata.httpStatusCode : undefined;
}
