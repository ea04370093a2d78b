/**
 * What the SDK takes of a browser, from libwebrtc in this process. Where `@roamhq/wrtc` lacks something that browsers have, it is put
 * in its place here. Importing this is enough.
 */
import wrtc from '@roamhq/wrtc';

const made: RTCPeerConnection[] = [];

class PeerConnection extends wrtc.RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    made.push(this);
  }

  /** Without a description it makes the one that is due (W3C WebRTC section 4.4.1.5), which wrtc does not. */
  override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    const makeDue = () =>
      this.signalingState === 'have-remote-offer' ? this.createAnswer() : this.createOffer();
    await super.setLocalDescription(description ?? (await makeDue()));
  }
}

const { RTCRtpSender, RTCRtpReceiver } = wrtc;
// Of the window there is only what would tell of another network.
Object.assign(globalThis, {
  RTCPeerConnection: PeerConnection,
  RTCRtpSender,
  RTCRtpReceiver,
  window: new EventTarget(),
});

/** All that were made, in that order. */
export const connections: readonly RTCPeerConnection[] = made;
