/**
 * The data channels of one peer connection: reliable for files, unreliable for signals. Both ends make them with the same
 * numbers, so that they are open as soon as the link is.
 */
import { type DataChannelName, dataChannelNames, dataChannels, maxDataMessageSize } from '@plenum/protocol';

export interface DataLinkEvents {
  /** A message of the other end. */
  onMessage(message: Uint8Array, channel: DataChannelName): void;
  /** A channel is open, or has room again. */
  onReady(): void;
}

/** What is needed of the channels, so that rooms can be tried without a browser. */
export interface DataLink {
  /** Whether messages get through: from when the channel is open until the link ends. */
  readonly isOpen: boolean;
  /** Whether another message may be put behind those that wait. */
  canSend(channel: DataChannelName): boolean;
  /** Thrown away where `canSend` is false. */
  send(message: Uint8Array<ArrayBuffer>, channel: DataChannelName): void;
  /** From now on in place of whoever listened before. */
  listen(events: DataLinkEvents): void;
}

/**
 * Bytes that wait in the browser for the network. More would only wait here rather than with the file, and Chromium closes a
 * channel at 16 MB.
 */
const maxWaiting: Readonly<Record<DataChannelName, number>> = { files: 512 * 1_024, signals: 16 * 1_024 };
const lowWaiting = 128 * 1_024;

export class PeerDataLink implements DataLink {
  readonly #channels = new Map<DataChannelName, RTCDataChannel>();
  #events: DataLinkEvents | undefined;

  /** Makes the channels, before the description that says so; once. */
  open(connection: RTCPeerConnection): void {
    if (this.#channels.size > 0) return;
    for (const name of dataChannelNames) this.#channels.set(name, this.#create(connection, name));
  }

  /** The same where the other side offers them. */
  answer(connection: RTCPeerConnection, offer: string): void {
    if (/^m=application /m.test(offer)) this.open(connection);
  }

  #create(connection: RTCPeerConnection, name: DataChannelName): RTCDataChannel {
    const channel = connection.createDataChannel(name, { ...dataChannels[name], negotiated: true });
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = lowWaiting;
    channel.addEventListener('open', () => this.#events?.onReady());
    channel.addEventListener('bufferedamountlow', () => this.#events?.onReady());
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const isWelcome = data instanceof ArrayBuffer && data.byteLength <= maxDataMessageSize;
      if (isWelcome) this.#events?.onMessage(new Uint8Array(data), name);
    });
    return channel;
  }

  get isOpen(): boolean {
    return this.#channels.get('files')?.readyState === 'open';
  }

  canSend(name: DataChannelName): boolean {
    const channel = this.#channels.get(name);
    return channel?.readyState === 'open' && channel.bufferedAmount < maxWaiting[name];
  }

  send(message: Uint8Array<ArrayBuffer>, name: DataChannelName): void {
    if (this.canSend(name)) this.#channels.get(name)?.send(message);
  }

  listen(events: DataLinkEvents): void {
    this.#events = events;
  }
}
