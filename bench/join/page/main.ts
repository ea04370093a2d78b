/**
 * The others in a room, many in one page and with one camera: each has its own session, connection and encoder. They
 * look at nobody, so that a machine of two cores has its time for the one who joins.
 */

/** The few things of the SDK that are used: this code is compiled without the DOM's types, which the SDK needs. */
interface Sdk {
  readonly ConferenceClient: new (options: { readonly serverUrl: string }) => Client;
  readonly createLocalMedia: (options: { readonly video: Picture }) => LocalMedia;
}
interface Client {
  joinRoom(
    room: string,
    options: { readonly name: string; readonly localMedia: LocalMedia },
  ): Promise<RoomStay>;
}
interface LocalMedia {
  startCamera(): Promise<void>;
  startMicrophone(): Promise<void>;
}
interface RoomStay {
  readonly state: State;
  setVisible(heights: ReadonlyMap<string, number>): void;
}
interface State {
  readonly current: { readonly name: string };
  subscribe(listener: (value: { readonly name: string }) => void): () => void;
}

export interface Picture {
  readonly height: number;
  readonly frameRate: number;
}

export interface Company {
  readonly serverUrl: string;
  readonly room: string;
  readonly count: number;
  readonly picture: Picture;
}

export interface CompanyWindow {
  /** Resolves when all of them are connected. They stay until the page is closed. */
  enterRoom?: (company: Company) => Promise<void>;
}

export function offerCompany({ ConferenceClient, createLocalMedia }: Sdk): void {
  const page = globalThis as CompanyWindow;
  page.enterRoom = async ({ serverUrl, room, count, picture }) => {
    const localMedia = createLocalMedia({ video: picture });
    await localMedia.startCamera();
    await localMedia.startMicrophone();
    for (let index = 1; index <= count; index++) {
      const client = new ConferenceClient({ serverUrl });
      const stay = await client.joinRoom(room, { name: `Other ${index}`, localMedia });
      stay.setVisible(new Map<string, number>());
      await untilConnected(stay);
    }
  };
}

function untilConnected({ state }: RoomStay): Promise<void> {
  return new Promise((resolve, reject) => {
    const judge = ({ name }: { readonly name: string }) => {
      if (name === 'connected') resolve();
      if (name === 'left') reject(new Error('one of the others could not stay'));
    };
    state.subscribe(judge);
    judge(state.current);
  });
}
