/**
 * A collection of resources as a child object: the room's chat, or that of two people. Participants ask by `create`,
 * `update` and `delete`; the server says who made what and when, and tells the observers by deltas.
 */
import { type Clock, type DataObjectReporter, TokenBucket } from '@plenum/hyperty';
import {
  ConferenceError,
  maxResources,
  type ParticipantId,
  type Request,
  type Resource,
  type ResourceCollection,
  type ResourceContent,
  type ResponseBody,
  resourceContentSchema,
  resourceIdSchema,
} from '@plenum/protocol';
import * as v from 'valibot';
import { type Actor, mayDo } from './permissions.ts';

/** Who writes. */
export interface Author extends Actor {
  readonly userUrl: string;
  readonly identity: { readonly name: string };
}

export interface ResourcesContext {
  readonly clock: Clock;
  /** The participant that a hyperty is, where it may see the collection. */
  readonly authorAt: (hypertyUrl: string) => Author | undefined;
  /** Whether moderators may remove what others made. */
  readonly isModerated: boolean;
  /** UTF-16 units of all contents together: whoever comes gets all of it at once. */
  readonly maxContent: number;
  readonly onChanged?: (() => void) | undefined;
}

/** What one participant may write: so many at once, and so many a second in the long run. */
const writeRate = { burst: 10, perSecond: 2 };

type Collection = Pick<DataObjectReporter<ResourceCollection>, 'data' | 'setAt'>;

export class Resources {
  readonly #context: ResourcesContext;
  readonly #rates = new Map<ParticipantId, TokenBucket>();
  #report: Collection | undefined;
  #totalContent = 0;

  constructor(context: ResourcesContext) {
    this.#context = context;
  }

  /** The object that it keeps; to be given before anything is asked. */
  keepIn(report: Collection): void {
    this.#report = report;
    this.#totalContent = sum(Object.values(report.data.resources).map(({ content }) => content.length));
  }

  /** By id, oldest first. */
  get all(): ResourceCollection['resources'] {
    return this.#report?.data.resources ?? {};
  }

  /**
   * Answers what is asked of the object.
   * @throws ConferenceError `not-authorized`, `bad-request`, `resource-not-found`, `rate-limited`, `unknown-method`.
   */
  handle(message: Request): ResponseBody {
    const author = this.#context.authorAt(message.from);
    if (author === undefined) throw new ConferenceError('not-authorized');
    const id = parseId(message.body.resource);
    switch (message.type) {
      case 'create':
        return this.#create(author, id, parseContent(message.body.value));
      case 'update':
        return this.#update(author, id, parseContent(message.body.value));
      case 'delete':
        return this.#delete(author, id);
      default:
        throw new ConferenceError('unknown-method');
    }
  }

  #create(author: Author, id: string, content: ResourceContent): ResponseBody {
    if (!mayDo(author, 'addResource') || !id.startsWith(`${author.id}-`)) {
      throw new ConferenceError('not-authorized');
    }
    const known = this.all[id];
    // A request that is repeated, because its answer was lost, is no second line.
    if (known !== undefined && known.content === content.content && known.type === content.type) return done;
    if (known !== undefined) throw new ConferenceError('bad-request', 'That resource is there already.');
    this.#countWrite(author);
    const { userUrl, identity } = author;
    const about = { author: userUrl, authorName: identity.name, participantId: author.id };
    this.#put(id, { ...content, ...about, created: this.#context.clock.isoTime() });
    this.#trim();
    return done;
  }

  #update(author: Author, id: string, content: ResourceContent): ResponseBody {
    const known = this.#find(id);
    if (!mayDo(author, 'addResource') || known.author !== author.userUrl) {
      throw new ConferenceError('not-authorized');
    }
    this.#countWrite(author);
    const { author: userUrl, authorName, participantId, created } = known;
    const about = { author: userUrl, authorName, participantId, created };
    this.#put(id, { ...content, ...about, lastModified: this.#context.clock.isoTime() });
    this.#trim();
    return done;
  }

  #delete(author: Author, id: string): ResponseBody {
    const known = this.#find(id);
    const isModerator = this.#context.isModerated && mayDo(author, 'deleteResource');
    if (known.author !== author.userUrl && !isModerator) {
      throw new ConferenceError('not-authorized');
    }
    this.#put(id, undefined);
    return done;
  }

  #find(id: string): Resource {
    const known = this.all[id];
    if (known === undefined) throw new ConferenceError('resource-not-found');
    return known;
  }

  #countWrite({ id }: Author): void {
    const rate = this.#rates.get(id) ?? new TokenBucket(writeRate);
    this.#rates.set(id, rate);
    if (!rate.take(this.#context.clock.now())) throw new ConferenceError('rate-limited');
  }

  #put(id: string, resource: Resource | undefined): void {
    this.#totalContent += (resource?.content.length ?? 0) - (this.all[id]?.content.length ?? 0);
    this.#report?.setAt(['resources', id], resource);
    this.#context.onChanged?.();
  }

  #trim(): void {
    const ids = Object.keys(this.all);
    const { maxContent } = this.#context;
    for (let left = ids.length; left > maxResources || this.#totalContent > maxContent; left--) {
      const oldest = ids.shift();
      if (oldest === undefined) return;
      this.#put(oldest, undefined);
    }
  }

  /** Somebody left; what they wrote stays. */
  forget(id: ParticipantId): void {
    this.#rates.delete(id);
  }
}

const done: ResponseBody = { code: 200 };

function parseId(text: string | undefined): string {
  const parsed = v.safeParse(resourceIdSchema, text);
  if (!parsed.success) throw new ConferenceError('bad-request', 'The id of the resource is not valid.');
  return parsed.output;
}

function parseContent(value: unknown): ResourceContent {
  const parsed = v.safeParse(resourceContentSchema, value);
  if (!parsed.success) throw new ConferenceError('bad-request', 'The resource is not valid.');
  return parsed.output;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
